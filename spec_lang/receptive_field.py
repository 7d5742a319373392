"""The receptive field: how much of the image one value behind a layer can see.

After Araujo, Norris and Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks"
(https://distill.pub/2019/computing-receptive-fields), each layer widens the field by (k - 1) * j, where k is its window
and j the jump: how many pixels of the image lie between two neighbouring values of its input. The jump grows with each
stride, and shrinks where a layer enlarges. Statistics over a whole image, as group normalization takes them, do not
count.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Final

from spec_lang.layers import LAYERS
from spec_lang.layers.kind import Window
from spec_lang.program import Layer, Shape


@dataclass(frozen=True, slots=True)
class _Axis:
    """Field and jump along one axis, in pixels of the image."""

    field: int | Fraction = 1
    jump: int | Fraction = 1
    """A fraction only behind a layer that enlarges: whole numbers are many times as fast."""

    def behind(self, size: int, stride: int, enlargement: int) -> "_Axis":
        if size == stride == enlargement == 1:
            return self
        jump = self.jump * stride
        return _Axis(self.field + (size - 1) * self.jump, jump if enlargement == 1 else Fraction(jump, enlargement))


_Field = tuple[_Axis, _Axis]
_NARROWEST: Final[_Field] = (_Axis(), _Axis())


def receptive_fields(image: Shape, layers: Sequence[Layer]) -> tuple[tuple[int, int], ...]:
    """The (height, width) in pixels that one value behind each layer sees of an image (height, width, channels).

    No field is larger than the image, also where windows reach into the padding around it. Raises ValueError where the
    input is no image.
    """
    return _in_pixels(image, (field for depth, field in _fields(layers, _NARROWEST) if depth == 0))


def all_receptive_fields(image: Shape, layers: Sequence[Layer]) -> tuple[tuple[int, int], ...]:
    """As above, with those of the layers inside of a container behind that of the container itself."""
    return _in_pixels(image, (field for _, field in _fields(layers, _NARROWEST)))


def _in_pixels(image: Shape, fields: Iterable[_Field]) -> tuple[tuple[int, int], ...]:
    if len(image) != 3:
        raise ValueError(f"an input of {len(image)} axes is no image")
    return tuple((min(ceil(down.field), image[0]), min(ceil(across.field), image[1])) for down, across in fields)


def _fields(layers: Sequence[Layer], field: _Field, depth: int = 0) -> Iterator[tuple[int, _Field]]:
    """The field behind each layer, with how many containers it stands in; a container's before those inside of it."""
    for layer in layers:
        inside = list(_fields(layer.body, field, depth + 1))
        last = next((each for level, each in reversed(inside) if level == depth + 1), None)
        if last:
            # The way around the layers inside sees what came in.
            field = _wider(last[0], field[0]), _wider(last[1], field[1])
        else:
            field = _through(LAYERS[layer.kind].window(layer.input_shape, layer.arguments), field)
        yield depth, field
        yield from inside


def _through(window: Window, field: _Field) -> _Field:
    return (
        field[0].behind(window.size[0], window.stride[0], window.enlargement[0]),
        field[1].behind(window.size[1], window.stride[1], window.enlargement[1]),
    )


def _wider(inside: _Axis, around: _Axis) -> _Axis:
    return _Axis(max(inside.field, around.field), inside.jump)
