"""The graphs that train on, and score, a chunk of images: a loop over batches inside TensorFlow.

Called once for many steps, they leave no time for Python between two of them.
"""

import math
from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np

from compiler.backend import keras, tf
from compiler.normalization import UNCHANGED, Normalization, normalized
from compiler.pipeline import Tensor, hits, scaled, targets
from compiler.plan import TrainingPlan


class Totals(NamedTuple):
    """Sums over the images of an epoch so far.

    A loop goes on from those that it is given, batch by batch, so that the size of chunks leaves no trace in them.
    """

    images: Tensor = np.int64(0)
    loss: Tensor = np.float64(0)
    hits: Tensor = np.int64(0)

    def means(self) -> tuple[float, float]:
        """Loss and accuracy; NaN before the first image."""
        images = int(self.images) or math.nan
        return float(self.loss) / images, int(self.hits) / images


Loop: TypeAlias = Callable[[Any, Any, Any, Any, Totals], Totals]
"""(images (n, height, width, channels) uint8, labels (n,) int64, ids (n,) int64, epoch, totals so far) -> totals.

Goes through the images batch by batch; the last batch may be smaller. Ends after the first whose loss is not finite.
The ids and the epoch tell which random variations the images get; a scoring loop varies nothing.
"""


class Preparation(NamedTuple):
    """What is settled by the training images, besides the plan."""

    normalization: Normalization = UNCHANGED
    class_weights: Any = None
    """How much an image of each class weighs in the loss, (classes,); None where all weigh 1."""


PLAIN: Final = Preparation()


def training_loop(model: keras.Model, optimizer: Any, plan: TrainingPlan, preparation: Preparation) -> Loop:
    """A loop whose every step moves the model's weights, as a step of `model.fit` does.

    Dropout draws from its own seed and the number of steps taken so far, and from nothing else; what varies an image is
    drawn from the seed, the epoch and the image's id.
    """
    optimizer.build(model.trainable_variables)
    outputs = model.output_shape[-1]
    generators = [variable for variable in model.variables if variable.name == "seed_generator_state"]

    weights = None if preparation.class_weights is None else tf.constant(preparation.class_weights, tf.float32)
    loss_of = getattr(keras.losses, plan.loss)
    smoothing = {"label_smoothing": plan.label_smoothing} if plan.label_smoothing else {}
    if plan.augmentation is not None:
        from compiler.augment import augment

    def step(images: Tensor, labels: Tensor, ids: Tensor, epoch: Tensor, totals: Totals) -> Totals:
        for generator in generators:
            generator.assign(tf.stack([generator.value[0], optimizer.iterations.value]))
        inputs, wanted = scaled(images), targets(labels, plan.loss, outputs)
        if plan.augmentation is not None:
            inputs, wanted = augment(inputs, wanted, epoch, ids, plan.augmentation, plan.seed)
        with tf.GradientTape() as tape:
            probabilities = model(normalized(inputs, preparation.normalization), training=True)
            losses = loss_of(wanted, probabilities, **smoothing)
            if weights is not None:
                losses *= tf.gather(weights, labels)
            loss = tf.add_n([tf.reduce_mean(losses), *model.losses])
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        return _added(totals, labels, probabilities, loss)

    return _loop(step, model, plan)


def scoring_loop(model: keras.Model, plan: TrainingPlan, preparation: Preparation) -> Loop:
    """A loop that leaves the model as it is."""
    outputs = model.output_shape[-1]
    loss_of = getattr(keras.losses, plan.loss)

    def step(images: Tensor, labels: Tensor, _ids: Tensor, _epoch: Tensor, totals: Totals) -> Totals:
        probabilities = model(normalized(scaled(images), preparation.normalization), training=False)
        losses = loss_of(targets(labels, plan.loss, outputs), probabilities)
        return _added(totals, labels, probabilities, tf.add_n([tf.reduce_mean(losses), *model.losses]))

    return _loop(step, model, plan)


def _added(totals: Totals, labels: Tensor, probabilities: Tensor, loss: Tensor) -> Totals:
    images = tf.size(labels, tf.int64)
    return Totals(
        totals.images + images,
        totals.loss + tf.cast(loss, tf.float64) * tf.cast(images, tf.float64),
        totals.hits + hits(labels, probabilities),
    )


def _loop(step: Callable[..., Totals], model: keras.Model, plan: TrainingPlan) -> Loop:
    signature = (
        tf.TensorSpec(model.input_shape, tf.uint8),
        tf.TensorSpec((None,), tf.int64),
        tf.TensorSpec((None,), tf.int64),
        tf.TensorSpec((), tf.int64),
        Totals(tf.TensorSpec((), tf.int64), tf.TensorSpec((), tf.float64), tf.TensorSpec((), tf.int64)),
    )

    # One signature for chunks and batches of every size: traced once.
    @tf.function(input_signature=signature, autograph=False)
    def loop(images: Tensor, labels: Tensor, ids: Tensor, epoch: Tensor, totals: Totals) -> Totals:
        def one_batch(start: Tensor, totals: Totals) -> tuple[Tensor, Totals]:
            batch = slice(start, start + plan.batch)
            return start + plan.batch, step(images[batch], labels[batch], ids[batch], epoch, totals)

        def goes_on(start: Tensor, totals: Totals) -> Tensor:
            return (start < tf.size(labels)) & tf.math.is_finite(totals.loss)

        return tf.while_loop(goes_on, one_batch, (0, totals))[1]

    return loop
