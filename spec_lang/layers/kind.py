"""What a layer kind is: one record with everything that the language and the compiler know about it."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import NamedTuple

from spec_lang.diagnostics import Rule
from spec_lang.forms import Parameter
from spec_lang.program import Arguments, Cost, Shape


class Takes(Enum):
    """What a layer wants to be given."""

    IMAGE = "an image"
    FLAT = "a flat vector"
    ANY = "anything"


class Refusal(NamedTuple):
    """Why a layer does not fit its input: the rule, the parameter to blame, and the fields of the wording."""

    rule: Rule
    parameter: str
    fields: Mapping[str, object]


class Window(NamedTuple):
    """What one value behind a layer depends on: (height, width) in pixels of the layer's input."""

    size: tuple[int, int] = (1, 1)
    stride: tuple[int, int] = (1, 1)
    """How many pixels one value is from the next."""
    enlargement: tuple[int, int] = (1, 1)
    """How many values there are for one pixel, behind a layer that makes images larger."""


ShapeRule = Callable[[Shape, Arguments], Shape | Refusal]
CostRule = Callable[[Shape, Shape, Arguments], Cost]
"""From input shape, output shape and arguments to parameters and multiply-adds.

Multiply-adds are counted as publications count them: one for each product of a weight of a kernel and an input value,
at every place of the window, padding included. Biases, activations, pooling and normalization count none.
"""
WindowRule = Callable[[Shape, Arguments], Window]
JoinRule = Callable[[Shape, Shape, Arguments], Shape | Refusal]


def no_cost(_input: Shape, _output: Shape, _arguments: Arguments) -> Cost:
    """The cost of a layer that holds no parameters and has no kernel."""
    return Cost()


def each_pixel(_input: Shape, _arguments: Arguments) -> Window:
    """The window of a layer that leaves every pixel where it is, and mixes channels at most."""
    return Window()


def whole_image(shape: Shape, _arguments: Arguments) -> Window:
    """The window of a layer each of whose outputs depends on every pixel, or that moves pixels away from each other."""
    return Window(size=(shape[0], shape[1])) if len(shape) == 3 else Window()


def same_shape(shape: Shape, _arguments: Arguments) -> Shape:
    """The shape rule of a layer that works on each element by itself."""
    return shape


class LayerKind(NamedTuple):
    """A layer kind: a `Form`, and free of Keras: `keras` names the class, `compiler` looks it up."""

    keyword: str
    summary: str
    example: str
    parameters: tuple[Parameter, ...] = ()
    variants: Mapping[str, tuple[Parameter, ...]] = {}
    takes: Takes = Takes.ANY
    keras: str = ""
    """Name of the class in `keras.layers`."""
    shape: ShapeRule = same_shape
    cost: CostRule = no_cost
    reshapes: bool = False
    """Whether it may leave another number of axes than it is given."""
    window: WindowRule = each_pixel
    kernels: Mapping[str, tuple[int, ...]] = {}
    """The weights that `init`, `l1`, `l2` and `maxnorm` govern, as the Keras class names them in `kernel_initializer`,
    each with the axes of its tensor that make up one filter: the weights that lead to one output."""
    random: bool = False
    """Whether it draws random numbers while training, and passes on its input as it is outside of it."""
    neutral: tuple[Arguments, ...] = ()
    """Arguments with which its output is its input, where the shape stays what it was: any of these sets."""
    within_inputs: bool = False
    """Whether no output lies outside of the range of its inputs, once it is trained."""
    join: JoinRule | None = None
    """For a layer with layers inside: the shape of the whole from its input and what the inside leaves."""


def pair(arguments: Arguments, name: str) -> tuple[int, int]:
    """A (height, width) argument with its type known."""
    value = arguments[name]
    if isinstance(value, tuple) and len(value) == 2:
        height, width = value
        if isinstance(height, int) and isinstance(width, int):
            return height, width
    raise TypeError(f"{name} is {value!r}, not a (height, width) pair")


def axes(arguments: Arguments, name: str) -> Shape:
    """A shape argument with its type known."""
    value = arguments[name]
    if isinstance(value, tuple) and all(isinstance(axis, int) for axis in value):
        return tuple(axis for axis in value if isinstance(axis, int))
    raise TypeError(f"{name} is {value!r}, not a shape")


def whole(arguments: Arguments, name: str) -> int:
    """A whole-number argument with its type known."""
    value = arguments[name]
    if isinstance(value, int):
        return value
    raise TypeError(f"{name} is {value!r}, not a whole number")


def product(shape: Shape) -> int:
    """How many elements a shape has."""
    count = 1
    for axis in shape:
        count *= axis
    return count
