"""Applying a trained model to images, and judging it by them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from compiler.normalization import UNCHANGED, Normalization, normalized
from compiler.plan import TrainingPlan
from runtime.data.examples import Examples
from runtime.evaluation.scores import both_classes

if TYPE_CHECKING:
    from runtime.evaluation.evaluation import Evaluation

_BATCH: Final = 256
"""Images that the model is given at a time where it is judged."""


def judged(
    model: Any, plan: TrainingPlan, examples: Examples, class_names: Sequence[str], line: Normalization
) -> tuple["Evaluation", NDArray[np.float32]]:
    """How good a model is on some images, as a run says it of its test images, and its answers, (n, classes).

    Args:
        model: As for `predict_probabilities`.
        plan: That of its training: it settles what the loss is, and what is measured.
        examples: The images, with their labels.
        class_names: In label order.
        line: What pixel values are turned into, as in training.

    Raises UserError where an answer or the loss is not a finite number, as after a diverged training.
    """
    from compiler.objective import judged_loss
    from runtime.evaluation.evaluation import evaluate  # scikit-learn is slow to load

    probabilities = predict_examples(model, examples, _BATCH, line)
    answers = probabilities[:, -model.output_shape[-1] :]
    more = plan.label_smoothing or model.losses
    loss = judged_loss(model, plan, examples.labels, answers) if more else None
    return evaluate(examples.labels, probabilities, class_names, plan.metrics, loss), probabilities


def predict_probabilities(
    model: Any, images: NDArray[np.uint8], batch: int, line: Normalization = UNCHANGED
) -> NDArray[np.float32]:
    """The probability of each class for each image.

    Args:
        model: A `keras.Sequential` with a head of softmax units, or of one sigmoid unit for two classes.
        images: (n, height, width, channels), 0 to 255.
        batch: How many images the model is given at a time; this bounds the memory that is needed.
        line: What pixel values are turned into, as in training.

    Returns:
        (n, classes); a sigmoid head gives two columns, the unit's own value being the second.
    """
    from compiler.pipeline import scaled  # loads TensorFlow

    rows = np.empty((len(images), model.output_shape[-1]), np.float32)
    for start in range(0, len(images), batch):
        rows[start : start + batch] = model.predict_on_batch(normalized(scaled(images[start : start + batch]), line))
    return both_classes(rows)


def predict_examples(model: Any, examples: Examples, batch: int, line: Normalization) -> NDArray[np.float32]:
    """As `predict_probabilities`, for images that are read as they are needed."""
    chunks = examples.batches(np.arange(len(examples)), batch)
    return np.concatenate([predict_probabilities(model, images, batch, line) for images, _, _ in chunks])
