"""The graphs that train on, and score, a chunk of images: a loop over batches inside TensorFlow.

Called once for many steps, they leave no time for Python between two of them.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from compiler.backend import keras, tf
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


Loop: TypeAlias = Callable[[Any, Any, Totals], Totals]
"""(images (n, height, width, channels) uint8, labels (n,) int64, totals so far) -> totals.

Goes through the images batch by batch; the last batch may be smaller. Ends after the first whose loss is not finite.
"""


def training_loop(model: keras.Model, optimizer: Any, plan: TrainingPlan) -> Loop:
    """A loop whose every step moves the model's weights, as a step of `model.fit` does.

    Dropout draws from its own seed and the number of steps taken so far, and from nothing else.
    """
    optimizer.build(model.trainable_variables)
    generators = [variable for variable in model.variables if variable.name == "seed_generator_state"]

    def step(images: Tensor, labels: Tensor, totals: Totals) -> Totals:
        for generator in generators:
            generator.assign(tf.stack([generator.value[0], optimizer.iterations.value]))
        with tf.GradientTape() as tape:
            probabilities, losses = _forward(model, plan, images, labels, training=True)
            loss = tf.add_n([tf.reduce_mean(losses), *model.losses])
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        return _added(totals, labels, probabilities, loss)

    return _loop(step, model, plan)


def scoring_loop(model: keras.Model, plan: TrainingPlan) -> Loop:
    """A loop that leaves the model as it is."""

    def step(images: Tensor, labels: Tensor, totals: Totals) -> Totals:
        probabilities, losses = _forward(model, plan, images, labels, training=False)
        return _added(totals, labels, probabilities, tf.add_n([tf.reduce_mean(losses), *model.losses]))

    return _loop(step, model, plan)


def _forward(
    model: keras.Model, plan: TrainingPlan, images: Tensor, labels: Tensor, *, training: bool
) -> tuple[Tensor, Tensor]:
    """Probabilities (n, outputs) and the loss of each image (n,)."""
    probabilities = model(scaled(images), training=training)
    loss = getattr(keras.losses, plan.loss)
    return probabilities, loss(targets(labels, plan.loss, probabilities.shape[-1]), probabilities)


def _added(totals: Totals, labels: Tensor, probabilities: Tensor, loss: Tensor) -> Totals:
    images = tf.size(labels, tf.int64)
    return Totals(
        totals.images + images,
        totals.loss + tf.cast(loss, tf.float64) * tf.cast(images, tf.float64),
        totals.hits + hits(labels, probabilities),
    )


def _loop(step: Callable[[Tensor, Tensor, Totals], Totals], model: keras.Model, plan: TrainingPlan) -> Loop:
    signature = (
        tf.TensorSpec(model.input_shape, tf.uint8),
        tf.TensorSpec((None,), tf.int64),
        Totals(tf.TensorSpec((), tf.int64), tf.TensorSpec((), tf.float64), tf.TensorSpec((), tf.int64)),
    )

    # One signature for chunks and batches of every size: traced once.
    @tf.function(input_signature=signature, autograph=False)
    def loop(images: Tensor, labels: Tensor, totals: Totals) -> Totals:
        def one_batch(start: Tensor, totals: Totals) -> tuple[Tensor, Totals]:
            batch = slice(start, start + plan.batch)
            return start + plan.batch, step(images[batch], labels[batch], totals)

        def goes_on(start: Tensor, totals: Totals) -> Tensor:
            return (start < tf.size(labels)) & tf.math.is_finite(totals.loss)

        return tf.while_loop(goes_on, one_batch, (0, totals))[1]

    return loop
