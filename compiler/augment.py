"""Training images varied anew in every epoch, inside the graph of a step: the section `augment` of a spec.

What is drawn for an image is a pure function of (seed, epoch, id). First comes geometry, in one resampling; then
brightness, contrast, channels and noise, clipped to 0..1; then a square is erased; last, pairs are blended.
"""

from collections.abc import Mapping
from enum import IntEnum, auto
from typing import Any, TypeAlias

from compiler.augment_draws import image_keys, normal, uniform
from compiler.augment_geometry import Movement, matrices, transformed
from compiler.backend import tf
from spec_lang.program import Arguments
from spec_lang.reading import extent_parts

Tensor = Any
"""A TensorFlow tensor; TensorFlow has no types."""
Settings: TypeAlias = Mapping[str, Arguments]
"""The settings of the section that are in force, as a program holds them."""


class Place(IntEnum):
    """What is drawn; each has numbers of its own, and keeps them when others are added."""

    ROTATE = auto()
    SHIFT = auto()
    SHEAR = auto()
    ZOOM = auto()
    FLIP = auto()
    CROP = auto()
    BRIGHTNESS = auto()
    CONTRAST = auto()
    CHANNELS = auto()
    NOISE = auto()
    ERASE = auto()
    MIXUP = auto()


_GEOMETRIC = frozenset({"rotate", "shift", "shear", "zoom", "flip", "crop"})


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
    keys = image_keys(seed, epoch, ids)
    if _GEOMETRIC & settings.keys():
        height, width = images.shape[1:3]
        fill = settings["fill"]
        matrix = matrices(movement(keys, settings, height, width), height, width)
        images = transformed(images, matrix, str(fill["how"]), _number(fill.get("value", 0.0)))
    images = _coloured(images, keys, settings)
    if "erase" in settings:
        images = _erased(images, keys, settings["erase"])
    if "mixup" in settings:
        images, targets = _blended(images, targets, epoch, ids, _number(settings["mixup"]["alpha"]), seed)
    return images, targets


def movement(keys: Tensor, settings: Settings, height: int, width: int) -> Movement:
    """What is drawn for each image's geometry."""
    none = tf.zeros_like(keys, tf.float32)
    rotate = shear = none
    if "rotate" in settings:
        rotate = _symmetric(uniform(keys, Place.ROTATE)[:, 0], _number(settings["rotate"]["angle"]))
    if "shear" in settings:
        shear = _symmetric(uniform(keys, Place.SHEAR)[:, 0], _number(settings["shear"]["angle"]))
    down, right = _pixels(keys, settings.get("shift"), Place.SHIFT, ("height", "width"), (height, width))
    crop_down, crop_right = _pixels(keys, settings.get("crop"), Place.CROP, ("padding", "padding"), (height, width))
    zoom_height, zoom_width = none + 1, none + 1
    if "zoom" in settings:
        zoom_height, zoom_width = tf.unstack(_within(uniform(keys, Place.ZOOM, 2), settings["zoom"]["window"]), axis=1)
    across = mirrored = none
    if "flip" in settings:
        ways = settings["flip"]["ways"]
        assert isinstance(ways, tuple)
        coins = tf.cast(uniform(keys, Place.FLIP, 2) < 0.5, tf.float32)
        across = coins[:, 0] if "horizontal" in ways else none
        mirrored = coins[:, 1] if "vertical" in ways else none
    return Movement(
        rotate, down, right, shear, zoom_height, zoom_width, across, mirrored, tf.round(crop_down), tf.round(crop_right)
    )


def _pixels(
    keys: Tensor, given: Arguments | None, place: Place, names: tuple[str, str], sizes: tuple[int, int]
) -> tuple[Tensor, Tensor]:
    """Two shifts in pixels: whole ones up to so many pixels, or any up to a share of the size."""
    none = tf.zeros_like(keys, tf.float32)
    if given is None:
        return none, none
    draws = uniform(keys, place, 2)
    shifts = []
    for number, (name, size) in enumerate(zip(names, sizes, strict=True)):
        amount, unit = extent_parts(str(given[name]))
        if unit == "px":
            shifts.append(tf.floor(draws[:, number] * (2 * amount + 1)) - amount)
        else:
            shifts.append(_symmetric(draws[:, number], amount / 100 * size))
    return shifts[0], shifts[1]


def _coloured(images: Tensor, keys: Tensor, settings: Settings) -> Tensor:
    channels = images.shape[3]
    unclipped = images
    if "brightness" in settings:
        factor = _within(uniform(keys, Place.BRIGHTNESS), settings["brightness"]["factor"])
        images = images * factor[:, :, None, None]
    if "contrast" in settings:
        factor = _within(uniform(keys, Place.CONTRAST), settings["contrast"]["factor"])
        mean = tf.reduce_mean(images, axis=(1, 2), keepdims=True)
        images = (images - mean) * factor[:, :, None, None] + mean
    if "channel_shift" in settings:
        shift = _symmetric(uniform(keys, Place.CHANNELS, channels), _number(settings["channel_shift"]["amount"]))
        images = images + shift[:, None, None, :]
    if "noise" in settings:
        values = images.shape[1] * images.shape[2] * channels
        noise = normal(keys, Place.NOISE, values) * _number(settings["noise"]["deviation"])
        images = images + tf.reshape(noise, tf.shape(images))
    return images if images is unclipped else tf.clip_by_value(images, 0.0, 1.0)


def _erased(images: Tensor, keys: Tensor, given: Arguments) -> Tensor:
    """A square about a random place takes the mean of its image (DeVries and Taylor 2017); part may lie outside."""
    height, width = images.shape[1:3]
    amount, unit = extent_parts(str(given["side"]))
    side = amount if unit == "px" else round(amount / 100 * min(height, width))
    corner = tf.floor(uniform(keys, Place.ERASE, 2) * tf.constant([height, width], tf.float32)) - float(side // 2)
    rows, columns = tf.range(float(height)), tf.range(float(width))
    down = (rows >= corner[:, :1]) & (rows < corner[:, :1] + side)
    across = (columns >= corner[:, 1:]) & (columns < corner[:, 1:] + side)
    erased = (down[:, :, None] & across[:, None, :])[..., None]
    return tf.where(erased, tf.reduce_mean(images, axis=(1, 2), keepdims=True), images)


def _blended(
    images: Tensor, targets: Tensor, epoch: Tensor, ids: Tensor, alpha: float, seed: int
) -> tuple[Tensor, Tensor]:
    """Each image with the one as far from the other end of its batch (Zhang et al. 2018, "mixup").

    The shares are those of the batch: a function of the seed, the epoch and the image that it begins with.
    """
    key = tf.bitcast(image_keys(seed, epoch, ids[:1])[0], tf.int64)
    first, second = (
        tf.random.stateless_gamma(tf.shape(ids), tf.stack([key, tf.constant(part, tf.int64)]), alpha)
        for part in (Place.MIXUP, -Place.MIXUP)
    )
    share = tf.math.divide_no_nan(first, first + second)
    return _mixed(images, share[:, None, None, None]), _mixed(targets, share[:, None])


def _mixed(values: Tensor, share: Tensor) -> Tensor:
    return values * share + values[::-1] * (1 - share)


def _symmetric(draws: Tensor, most: float) -> Tensor:
    return (2 * draws - 1) * most


def _within(draws: Tensor, interval: object) -> Tensor:
    assert isinstance(interval, tuple)
    low, high = (_number(each) for each in interval)
    return low + draws * (high - low)


def _number(value: object) -> float:
    assert isinstance(value, (int, float))
    return float(value)
