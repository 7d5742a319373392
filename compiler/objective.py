"""`loss`: what training makes small, and by what validation and test are judged, as Keras counts it.

It is the mean cross-entropy over the images, labels smoothed as the spec says, and the penalties on weights (`l1`,
`l2`). While training, classes may weigh (`balance weights`); where a model is only judged they never do: `model.fit`
heeds `class_weight` in its steps, and neither in its validation nor in `model.evaluate`. The bare cross-entropy stands
beside it, without any of these.
"""

from typing import Any

from compiler.backend import keras, tf
from compiler.pipeline import Tensor, targets
from compiler.plan import TrainingPlan

_CHUNK = 4096
"""Images whose losses are computed together; this bounds the memory that is needed."""


def image_losses(plan: TrainingPlan, wanted: Tensor, answers: Tensor) -> tuple[Tensor, Tensor]:
    """What each image adds to the loss, and its bare cross-entropy, each (n,), in nats.

    The two are one where no labels are smoothed. Each probability is taken as at least 1e-7, Keras's `epsilon()`.

    Args:
        plan: Its loss settles the form of the targets.
        wanted: Targets, as `compiler.pipeline.targets` gives them; mixup may have blended them.
        answers: What the model answers, (n, outputs).
    """
    loss_of = getattr(keras.losses, plan.loss)
    bare = loss_of(wanted, answers)
    return loss_of(wanted, answers, label_smoothing=plan.label_smoothing) if plan.label_smoothing else bare, bare


def judged_loss(model: Any, plan: TrainingPlan, labels: Any, answers: Any) -> float:
    """The loss of images that a model answered, as `model.evaluate` gives it.

    Args:
        model: Its weights are penalized as its layers say.
        plan: That of its training.
        labels: (n,).
        answers: (n, outputs).
    """
    total = 0.0
    for start in range(0, len(labels), _CHUNK):
        some = slice(start, start + _CHUNK)
        wanted = targets(tf.constant(labels[some]), plan.loss, answers.shape[1])
        losses, _ = image_losses(plan, wanted, tf.constant(answers[some], tf.float32))
        total += float(tf.reduce_sum(tf.cast(losses, tf.float64)))
    return total / len(labels) + sum(float(penalty) for penalty in model.losses)
