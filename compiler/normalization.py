"""What pixel values are turned into before the first layer: a line through black and white, channel by channel."""

from dataclasses import dataclass
from typing import Any, Final

from spec_lang.program import PlainValue

Tensor = Any
"""A TensorFlow tensor; TensorFlow has no types."""


@dataclass(frozen=True, slots=True)
class Normalization:
    """A value x from 0 (black) to 1 (white) becomes scale * x + offset."""

    scale: tuple[float, ...] = (1.0,)
    """One number for all channels, or one for each."""
    offset: tuple[float, ...] = (0.0,)


UNCHANGED: Final = Normalization()


@dataclass(frozen=True, slots=True)
class ChannelStatistics:
    """Of the values of some images, from 0 to 1, for each channel."""

    mean: tuple[float, ...]
    std: tuple[float, ...]
    """Standard deviation, dividing by the number of values."""


def normalization(to: PlainValue, statistics: ChannelStatistics | None) -> Normalization:
    """The line of the setting `normalize`; "standard" needs the statistics of the training images.

    A channel that never changes has no deviation; it is only moved to 0.
    """
    match to:
        case "standard":
            assert statistics is not None
            scale = tuple(1 / std if std > 0 else 1.0 for std in statistics.std)
            return Normalization(scale, tuple(-mean * s for mean, s in zip(statistics.mean, scale, strict=True)))
        case (float() as low, float() as high):
            return Normalization((high - low,), (low,))
    raise TypeError(f"{to!r} is no normalization")


def normalized(values: Tensor, line: Normalization) -> Tensor:
    """Images (n, height, width, channels) from 0 to 1 as the first layer gets them; unchanged ones bit for bit."""
    if line == UNCHANGED:
        return values
    from compiler.backend import tf  # loads TensorFlow: not by the import of this module

    return values * tf.constant(line.scale, tf.float32) + tf.constant(line.offset, tf.float32)
