"""The graphs that train on, and score, a chunk of images: a loop over batches inside TensorFlow.

Called once for many steps, they leave no time for Python between two of them.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np

from compiler.backend import keras, tf
from compiler.counts import counted, counts, shape_of
from compiler.devices import Devices, Share
from compiler.normalization import UNCHANGED, Normalization, normalized
from compiler.objective import image_losses
from compiler.pipeline import Tensor, guesses, hits, scaled, targets
from compiler.plan import TrainingPlan


class Means(NamedTuple):
    """Of the images of an epoch so far; NaN before the first one."""

    loss: float
    cross_entropy: float
    accuracy: float


class Totals(NamedTuple):
    """Sums over the images of an epoch so far.

    A loop goes on from those that it is given, batch by batch, so that the size of chunks leaves no trace in them.
    """

    images: Tensor = np.int64(0)
    loss: Tensor = np.float64(0)
    """Of each batch, its loss times its images."""
    cross_entropy: Tensor = np.float64(0)
    hits: Tensor = np.int64(0)
    counts: tuple[Tensor, ...] = ()
    """What the plan's metrics need, by the names of `compiler.counts.counted`."""
    answers: tuple[Tensor, ...] = ()
    """Of a scoring loop whose metrics need all probabilities: those, (n, outputs), in the order of the images."""

    def means(self) -> Means:
        images = int(self.images) or math.nan
        return Means(float(self.loss) / images, float(self.cross_entropy) / images, int(self.hits) / images)


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


def no_totals(model: keras.Model, plan: TrainingPlan, *, scoring: bool = False) -> Totals:
    """Those before the first image of an epoch or, for a scoring loop, of the images to be judged."""
    outputs = model.output_shape[-1]
    counts = tuple(np.zeros(shape_of(name, max(outputs, 2)), np.int64) for name in counted(plan.metrics))
    return Totals(counts=counts, answers=_no_answers(plan, outputs) if scoring else ())


def _no_answers(plan: TrainingPlan, outputs: int) -> tuple[Tensor, ...]:
    return (np.empty((0, outputs), np.float32),) if "auc" in plan.metrics else ()


def training_loop(
    model: keras.Model, optimizer: Any, plan: TrainingPlan, preparation: Preparation, devices: Devices | None = None
) -> Loop:
    """A loop whose every step moves the model's weights, as a step of `model.fit` does.

    Dropout draws from its own seed and the number of steps taken so far, and from nothing else; what varies an image is
    drawn from the seed, the epoch and the image's id. Divided among `devices`, a step gives the same gradients but for
    rounding, and other draws of dropout.
    """
    optimizer.build(model.trainable_variables)
    outputs = model.output_shape[-1]
    generators = [variable for variable in model.variables if variable.name == "seed_generator_state"]

    weights = None if preparation.class_weights is None else tf.constant(preparation.class_weights, tf.float32)
    names = counted(plan.metrics)
    if plan.augmentation is not None:
        from compiler.augment import augment

    def step(images: Tensor, labels: Tensor, ids: Tensor, epoch: Tensor, share: Share | None) -> Totals:
        draw = optimizer.iterations.value if share is None else share.draw(optimizer.iterations.value)
        for generator in generators:
            generator.assign(tf.stack([generator.value[0], draw]))
        inputs, wanted = scaled(images), targets(labels, plan.loss, outputs)
        if plan.augmentation is not None:  # of the whole batch: mixup takes images from its other end
            inputs, wanted = augment(inputs, wanted, epoch, ids, plan.augmentation, plan.seed)
            if "mixup" in plan.augmentation:
                labels = guesses(labels, wanted)  # the class that an image is mostly of
        if share is not None:
            inputs, wanted, labels = share.of(inputs), share.of(wanted), share.of(labels)
        with tf.GradientTape() as tape:
            probabilities = model(normalized(inputs, preparation.normalization), training=True)
            losses, bare = image_losses(plan, wanted, probabilities)
            if weights is not None:
                losses *= tf.gather(weights, labels)
            mean = tf.reduce_mean if share is None else share.mean
            loss = tf.add_n([mean(losses), *(model.losses if share is None else share.parts(model.losses))])
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        images_in_means = tf.size(labels, tf.int64) if share is None else share.size
        return _sums(labels, probabilities, (loss, mean(bare)), images_in_means, names)

    return _loop(step if devices is None else devices.divided(step), model, plan)


def scoring_loop(model: keras.Model, plan: TrainingPlan, preparation: Preparation) -> Loop:
    """A loop that leaves the model as it is, and also gives the answers where the plan's metrics need them all."""
    outputs = model.output_shape[-1]
    names = counted(plan.metrics)
    answers = no_totals(model, plan, scoring=True).answers

    def step(images: Tensor, labels: Tensor, _ids: Tensor, _epoch: Tensor, _share: None = None) -> Totals:
        probabilities = model(normalized(scaled(images), preparation.normalization), training=False)
        losses, bare = image_losses(plan, targets(labels, plan.loss, outputs), probabilities)
        loss = tf.add_n([tf.reduce_mean(losses), *model.losses])
        means = loss, tf.reduce_mean(bare)
        sums = _sums(labels, probabilities, means, tf.size(labels, tf.int64), names)
        return sums._replace(answers=(probabilities,)) if answers else sums

    return _loop(step, model, plan, scoring=True)


def _sums(
    labels: Tensor, probabilities: Tensor, means: tuple[Tensor, Tensor], images_in_means: Tensor, names: Sequence[str]
) -> Totals:
    """What a batch adds; `means` are its loss and its cross-entropy, over so many images."""
    loss, cross_entropy = (tf.cast(mean, tf.float64) * tf.cast(images_in_means, tf.float64) for mean in means)
    counted_images = tf.size(labels, tf.int64)
    return Totals(
        counted_images, loss, cross_entropy, hits(labels, probabilities), counts(names, labels, probabilities)
    )


def _added(totals: Totals, sums: Totals) -> Totals:
    return Totals(
        totals.images + sums.images,
        totals.loss + sums.loss,
        totals.cross_entropy + sums.cross_entropy,
        totals.hits + sums.hits,
        tuple(one + other for one, other in zip(totals.counts, sums.counts, strict=True)),
        tuple(tf.concat(pair, axis=0) for pair in zip(totals.answers, sums.answers, strict=True)),
    )


def _loop(step: Callable[..., Totals], model: keras.Model, plan: TrainingPlan, *, scoring: bool = False) -> Loop:
    nothing = no_totals(model, plan, scoring=scoring)
    of_totals = nothing._replace(
        images=tf.TensorSpec((), tf.int64),
        loss=tf.TensorSpec((), tf.float64),
        cross_entropy=tf.TensorSpec((), tf.float64),
        hits=tf.TensorSpec((), tf.int64),
        counts=tuple(tf.TensorSpec(each.shape, tf.int64) for each in nothing.counts),
        answers=tuple(tf.TensorSpec((None, each.shape[1]), tf.float32) for each in nothing.answers),
    )
    signature = (
        tf.TensorSpec(model.input_shape, tf.uint8),
        tf.TensorSpec((None,), tf.int64),
        tf.TensorSpec((None,), tf.int64),
        tf.TensorSpec((), tf.int64),
        of_totals,
    )

    # One signature for chunks and batches of every size: traced once.
    @tf.function(input_signature=signature, autograph=False)
    def loop(images: Tensor, labels: Tensor, ids: Tensor, epoch: Tensor, totals: Totals) -> Totals:
        def one_batch(start: Tensor, totals: Totals) -> tuple[Tensor, Totals]:
            batch = slice(start, start + plan.batch)
            return start + plan.batch, _added(totals, step(images[batch], labels[batch], ids[batch], epoch, None))

        def goes_on(start: Tensor, totals: Totals) -> Tensor:
            return (start < tf.size(labels)) & tf.math.is_finite(totals.loss)

        shapes = (tf.TensorShape(()), tf.nest.map_structure(lambda spec: spec.shape, of_totals))
        return tf.while_loop(goes_on, one_batch, (0, totals), shape_invariants=shapes)[1]

    return loop
