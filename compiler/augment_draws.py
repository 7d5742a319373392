"""Random numbers that are a pure function of (seed, epoch, image, place): no order and no batch leaves a trace.

A counter-based generator: the four numbers are hashed by the finaliser of SplitMix64 (Steele, Lea and Flood 2014, "Fast
splittable pseudorandom number generators", figure 19), one after another.
"""

import math
from typing import Any, Final

from compiler.backend import tf

Tensor = Any
"""A TensorFlow tensor; TensorFlow has no types."""

_GOLDEN: Final = 0x9E3779B97F4A7C15
_FIRST: Final = 0xBF58476D1CE4E5B9
_SECOND: Final = 0x94D049BB133111EB


def image_keys(seed: int, epoch: Tensor, ids: Tensor) -> Tensor:
    """A key for each image of an epoch, (n,) uint64. `ids` are (n,) int64."""
    key = mixed(tf.constant(seed, tf.uint64))
    key = mixed(tf.bitwise.bitwise_xor(key, tf.cast(epoch, tf.uint64)))
    return mixed(tf.bitwise.bitwise_xor(key, tf.cast(ids, tf.uint64)))


def uniform(keys: Tensor, place: int, count: int = 1) -> Tensor:
    """`count` numbers from 0 up to 1 for each key, (n, count) float32; another place gives other ones."""
    first = place * _GOLDEN % 2**64
    counters = tf.constant([first + number for number in range(count)], tf.uint64)
    return _unit(mixed(mixed(keys)[:, None] + counters))


def symmetric(keys: Tensor, place: int, number: int, most: float) -> Tensor:
    """A number from -most to most for each key, (n,); another `number` gives another one at the same place."""
    return (2 * uniform(keys, place, number + 1)[:, number] - 1) * most


def whole(keys: Tensor, place: int, number: int, most: float) -> Tensor:
    """A whole number from -most to most for each key, all equally likely, (n,) float32."""
    draws = uniform(keys, place, number + 1)[:, number]
    return tf.floor(draws * (2 * most + 1)) - most


def rounded(keys: Tensor, place: int, number: int, most: float) -> Tensor:
    """A number from -most to most for each key, rounded to a whole one, (n,) float32."""
    return tf.round(symmetric(keys, place, number, most))


def between(keys: Tensor, place: int, number: int, low: float, high: float) -> Tensor:
    """A number from low to high for each key, (n,)."""
    return low + uniform(keys, place, number + 1)[:, number] * (high - low)


def coin(keys: Tensor, place: int, number: int) -> Tensor:
    """0 or 1 for each key, (n,) float32."""
    return tf.cast(uniform(keys, place, number + 1)[:, number] < 0.5, tf.float32)


def normal(keys: Tensor, place: int, count: Tensor) -> Tensor:
    """`count` standard normal numbers for each key, (n, count) float32, by the formula of Box and Muller 1958."""
    pairs = tf.cast(2 * tf.range(count, dtype=tf.int64), tf.uint64)
    start = tf.constant(place * _GOLDEN % 2**64, tf.uint64)
    base = mixed(keys + start)[:, None] + pairs
    first, second = _unit(mixed(base)), _unit(mixed(base + tf.constant(1, tf.uint64)))
    return tf.sqrt(-2 * tf.math.log(1 - first)) * tf.cos(2 * math.pi * second)


def mixed(values: Tensor) -> Tensor:
    """Each uint64 hashed to another, one to one."""
    values = values + tf.constant(_GOLDEN, tf.uint64)
    values = _shifted(values, 30) * tf.constant(_FIRST, tf.uint64)
    values = _shifted(values, 27) * tf.constant(_SECOND, tf.uint64)
    return _shifted(values, 31)


def _shifted(values: Tensor, bits: int) -> Tensor:
    higher = tf.bitwise.right_shift(values, tf.constant(bits, tf.uint64))
    return tf.bitwise.bitwise_xor(values, higher)


def _unit(values: Tensor) -> Tensor:
    """The upper 24 bits as a float32 from 0 up to 1."""
    high = tf.bitwise.right_shift(values, tf.constant(40, tf.uint64))
    return tf.cast(tf.cast(high, tf.int32), tf.float32) * 2.0**-24
