"""Layers that arrange values anew, add a border or take one away, or enlarge: nothing is learnt."""

from typing import Final

from spec_lang.forms import Parameter
from spec_lang.kinds import Axes, Choice, Pair, Sides
from spec_lang.layers.kind import LayerKind, Refusal, Takes, Window, axes, pair, product, whole_image
from spec_lang.layers.windows import written
from spec_lang.program import Arguments, Shape
from spec_lang.rules import shapes as rules

AXES: Final = ("height", "width", "channels")


def _flat(shape: Shape, _arguments: Arguments) -> Shape:
    return (product(shape),)


FLATTEN = LayerKind(
    keyword="flatten",
    summary="Lays all values of an image into one row.",
    example="flatten",
    keras="Flatten",
    neutral=({},),
    within_inputs=True,
    shape=_flat,
    reshapes=True,
    window=whole_image,
)


def _reshaped(shape: Shape, arguments: Arguments) -> Shape | Refusal:
    wanted = axes(arguments, "shape")
    if product(wanted) == product(shape):
        return wanted
    fields = {
        "input": written(shape),
        "values": product(shape),
        "shape": written(wanted),
        "wanted": product(wanted),
    }
    return Refusal(rules.RESHAPE_COUNT, "shape", fields)


RESHAPE = LayerKind(
    keyword="reshape",
    summary="The same values in another shape, row by row.",
    example="reshape 7x7x16",
    parameters=(Parameter("shape", Axes(), "the new shape", keras="target_shape"),),
    keras="Reshape",
    neutral=({},),
    within_inputs=True,
    shape=_reshaped,
    reshapes=True,
    window=whole_image,
)


def _permuted(shape: Shape, arguments: Arguments) -> Shape | Refusal:
    order = axis_order(arguments)
    missing = [axis for place, axis in enumerate(AXES) if place not in order]
    if missing or len(order) != len(AXES):
        problem = f"{' and '.join(missing)} missing" if missing else f"{len(order)} axes are named"
        return Refusal(rules.NOT_A_PERMUTATION, "axes", {"problem": problem})
    return shape[order[0]], shape[order[1]], shape[order[2]]


def axis_order(arguments: Arguments) -> tuple[int, ...]:
    """The axes that `permute` names, counted from 0."""
    named = arguments["axes"]
    return tuple(AXES.index(str(axis)) for axis in named) if isinstance(named, tuple) else ()


PERMUTE = LayerKind(
    keyword="permute",
    summary="Exchanges axes: names which axes of the input become height, width and channels.",
    example="permute width height channels",
    parameters=(
        Parameter(
            "axes",
            Choice({axis: f"the {axis} of the input" for axis in AXES}),
            "each axis of the input once, in the new order",
            keras="dims",
            many=True,
        ),
    ),
    takes=Takes.IMAGE,
    keras="Permute",
    neutral=({"axes": AXES},),
    within_inputs=True,
    shape=_permuted,
    window=whole_image,
)


def _padded(shape: Shape, arguments: Arguments) -> Shape:
    top, bottom, left, right = axes(arguments, "padding")
    return shape[0] + top + bottom, shape[1] + left + right, shape[2]


ZERO_PAD = LayerKind(
    keyword="zeropad",
    summary="Puts zeros around an image.",
    example="zeropad 1",
    parameters=(Parameter("padding", Sides(), "how many rows and columns of zeros"),),
    takes=Takes.IMAGE,
    keras="ZeroPadding2D",
    neutral=({"padding": (0, 0, 0, 0)},),
    shape=_padded,
)


def _cropped(shape: Shape, arguments: Arguments) -> Shape | Refusal:
    top, bottom, left, right = axes(arguments, "cropping")
    for size, taken, axis, measure in (
        (shape[0], top + bottom, "height", "high"),
        (shape[1], left + right, "width", "wide"),
    ):
        if taken >= size:
            fields = {"taken": taken, "size": size, "axis": axis, "measure": measure, "most": size - 1}
            return Refusal(rules.CROP_TOO_LARGE, "cropping", fields)
    return shape[0] - top - bottom, shape[1] - left - right, shape[2]


CROP = LayerKind(
    keyword="crop",
    summary="Cuts rows and columns off the sides of an image.",
    example="crop 2",
    parameters=(Parameter("cropping", Sides(), "how many rows and columns are cut off"),),
    takes=Takes.IMAGE,
    keras="Cropping2D",
    neutral=({"cropping": (0, 0, 0, 0)},),
    within_inputs=True,
    shape=_cropped,
)

_REACH: Final = {"nearest": 1, "bilinear": 2, "bicubic": 4, "lanczos3": 6, "lanczos5": 10}
"""How many pixels in a row each interpolation looks at."""


def _enlarged(shape: Shape, arguments: Arguments) -> Shape:
    size = pair(arguments, "size")
    return shape[0] * size[0], shape[1] * size[1], shape[2]


def _interpolation_window(_shape: Shape, arguments: Arguments) -> Window:
    size, reach = pair(arguments, "size"), _REACH[str(arguments["interpolation"])]
    return Window((reach if size[0] > 1 else 1, reach if size[1] > 1 else 1), enlargement=size)


UPSAMPLE = LayerKind(
    keyword="upsample",
    summary="Makes an image larger by a whole factor.",
    example="upsample 2 bilinear",
    parameters=(
        Parameter("size", Pair(), "factors of height and width"),
        Parameter(
            "interpolation",
            Choice(
                {
                    "nearest": "repeats each pixel",
                    "bilinear": "straight lines between pixels",
                    "bicubic": "smooth curves over 4 pixels",
                    "lanczos3": "windowed sinc over 6 pixels",
                    "lanczos5": "windowed sinc over 10 pixels",
                }
            ),
            "how the values in between come about",
            "nearest",
        ),
    ),
    takes=Takes.IMAGE,
    keras="UpSampling2D",
    neutral=({"size": (1, 1)},),
    shape=_enlarged,
    window=_interpolation_window,
)

LAYERS = (FLATTEN, RESHAPE, PERMUTE, ZERO_PAD, CROP, UPSAMPLE)
