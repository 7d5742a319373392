"""What is done to the values of images once they are moved: colours, noise, erased squares, blended pairs.

Images are (n, height, width, channels) float32, from 0 to 1; keys are those of `augment_draws`, one for each image.
"""

from typing import Any

from compiler.augment_draws import between, normal, uniform
from compiler.backend import tf
from compiler.variation import Place

Tensor = Any
"""A TensorFlow tensor; TensorFlow has no types."""


def brightened(images: Tensor, keys: Tensor, low: float, high: float) -> Tensor:
    """Every value times a number of the range."""
    return images * between(keys, Place.BRIGHTNESS, 0, low, high)[:, None, None, None]


def contrasted(images: Tensor, keys: Tensor, low: float, high: float) -> Tensor:
    """The distance of every value from the mean of its channel, times a number of the range."""
    factor = between(keys, Place.CONTRAST, 0, low, high)[:, None, None, None]
    mean = tf.reduce_mean(images, axis=(1, 2), keepdims=True)
    return (images - mean) * factor + mean


def recoloured(images: Tensor, keys: Tensor, most: float) -> Tensor:
    """A number from -most to most added to each channel."""
    draws = uniform(keys, Place.CHANNELS, images.shape[3])
    return images + ((2 * draws - 1) * most)[:, None, None, :]


def noisy(images: Tensor, keys: Tensor, deviation: float) -> Tensor:
    """A normally distributed number added to every value."""
    height, width, channels = images.shape[1:]
    noise = normal(keys, Place.NOISE, height * width * channels) * deviation
    return images + tf.reshape(noise, tf.shape(images))


def erased(images: Tensor, keys: Tensor, side: float) -> Tensor:
    """A square about a random place takes the mean of its image (DeVries and Taylor 2017); part may lie outside."""
    height, width = images.shape[1:3]
    sides = tf.constant([height, width], tf.float32)
    corner = tf.floor(uniform(keys, Place.ERASE, 2) * sides) - float(side // 2)
    rows, columns = tf.range(float(height)), tf.range(float(width))
    down = (rows >= corner[:, :1]) & (rows < corner[:, :1] + side)
    across = (columns >= corner[:, 1:]) & (columns < corner[:, 1:] + side)
    square = (down[:, :, None] & across[:, None, :])[..., None]
    return tf.where(square, tf.reduce_mean(images, axis=(1, 2), keepdims=True), images)


def blended(
    images: Tensor,
    targets: Tensor,
    key: Tensor,
    alpha: float,
) -> tuple[Tensor, Tensor]:
    """Each image with the one as far from the other end of its batch (Zhang et al. 2018, "mixup").

    The shares are those of the batch: a function of the key of the image that it begins with.
    """
    count = tf.shape(images)[:1]
    first = _gamma(count, key, Place.MIXUP, alpha)
    second = _gamma(count, key, -Place.MIXUP, alpha)
    share = tf.math.divide_no_nan(first, first + second)
    return _mixed(images, share[:, None, None, None]), _mixed(targets, share[:, None])


def _gamma(count: Tensor, key: Tensor, place: int, alpha: float) -> Tensor:
    seed = tf.stack([tf.bitcast(key, tf.int64), tf.constant(place, tf.int64)])
    return tf.random.stateless_gamma(count, seed, alpha)


def _mixed(values: Tensor, share: Tensor) -> Tensor:
    return values * share + values[::-1] * (1 - share)
