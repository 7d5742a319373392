"""What a layer makes of its input, as far as both are known.

Which arguments have a part in a shape is nowhere declared: it shows in which of them the rule of the layer asks for. So
a layer whose activation could not be read leaves the shape that it leaves with any, and a dense layer leaves its units
whatever it is given.
"""

from collections.abc import Iterator
from typing import Final, NoReturn, cast

from spec_lang.layers.kind import LayerKind, Refusal, Takes
from spec_lang.program import Arguments, Cost, PlainValue, Shape

RANKS: Final = {Takes.IMAGE: 3, Takes.FLAT: 1}
"""The number of axes that a layer wants of its input."""


class _UnknownError(Exception):
    """A rule asked for what a reported mistake left undetermined."""


class _Known(dict[str, PlainValue]):
    """The arguments that are known."""

    def __missing__(self, name: str) -> PlainValue:
        raise _UnknownError(name)


class _UnknownShape:
    """Stands for an input of which nothing is known."""

    def __getitem__(self, _place: object) -> NoReturn:
        raise _UnknownError

    def __len__(self) -> NoReturn:
        raise _UnknownError

    def __iter__(self) -> Iterator[NoReturn]:
        raise _UnknownError


_UNKNOWN_SHAPE: Final = cast(Shape, _UnknownShape())


def output_of(
    kind: LayerKind, shape: Shape | None, arguments: Arguments, inside: Shape | None = None
) -> Shape | Refusal | None:
    """The shape behind a layer, or why it does not fit; None where that depends on what is not known.

    `arguments` are those that are known; `inside` is what the layers in the braces of a container leave.
    """
    given, known = _UNKNOWN_SHAPE if shape is None else shape, _Known(arguments)
    try:
        if kind.join:
            return kind.join(given, _UNKNOWN_SHAPE if inside is None else inside, known)
        output = kind.shape(given, known)
    except _UnknownError:
        return None
    return None if output is _UNKNOWN_SHAPE else output


def cost_of(kind: LayerKind, shape: Shape, output: Shape, arguments: Arguments) -> Cost:
    """The cost of a layer that fits; nothing where it depends on what is not known."""
    try:
        return kind.cost(shape, output, _Known(arguments))
    except _UnknownError:
        return Cost()
