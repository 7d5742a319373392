"""Training images varied anew in every epoch, inside the graph of a step: the section `augment` of a spec.

What is drawn for an image is a pure function of (seed, epoch, id). First comes geometry, in one resampling; then
brightness, contrast, channels and noise, clipped to 0..1; then a square is erased; last, pairs are blended.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from compiler.augment_draws import between, coin, image_keys, rounded, symmetric, whole
from compiler.augment_effects import blended, brightened, contrasted, erased, noisy, recoloured
from compiler.augment_geometry import matrices, still, transformed
from compiler.backend import tf
from compiler.variation import Settings, variation_of

Tensor = Any
"""A TensorFlow tensor; TensorFlow has no types."""

_FUNCTIONS: Final[Mapping[str, Callable[..., Tensor]]] = {
    each.__name__: each
    for each in (between, coin, rounded, symmetric, whole, brightened, contrasted, recoloured, noisy, erased)
}
"""What the steps of a variation call."""


def augment(
    images: Tensor, targets: Tensor, epoch: Tensor, ids: Tensor, settings: Settings, seed: int
) -> tuple[Tensor, Tensor]:
    """The images as the network sees them in an epoch, and their targets.

    Args:
        images: (n, height, width, channels) float32, 0 to 1; height, width and channels are known.
        targets: (n, …), what the loss compares with; blended only by `mixup`, which needs floats.
        epoch: From 1, int64.
        ids: (n,) int64, what the draws of each image are made by.
        settings: The section; where nothing of it moves or changes an image, that stays what it is, bit for bit.
        seed: That of the run.
    """
    height, width = images.shape[1:3]
    variation = variation_of(settings, height, width)
    keys = image_keys(seed, epoch, ids)
    if variation.movement:
        drawn = {name: _FUNCTIONS[step.function](keys, *step.arguments) for name, step in variation.movement.items()}
        images = transformed(images, matrices(still(keys)._replace(**drawn), height, width), *variation.fill)
    for step in variation.colours:
        images = _FUNCTIONS[step.function](images, keys, *step.arguments)
    if variation.colours:
        images = tf.clip_by_value(images, 0.0, 1.0)
    if variation.erase:
        images = _FUNCTIONS[variation.erase.function](images, keys, *variation.erase.arguments)
    if variation.mixup is not None:
        images, targets = blended(images, targets, keys[0], variation.mixup)
    return images, targets
