"""Pooling: one value stands for each window of the image, or for all of it."""

from spec_lang.forms import Parameter, SameAs
from spec_lang.kinds import Choice, Flag, Pair
from spec_lang.layers.kind import LayerKind, Refusal, Takes, Window, pair, whole_image
from spec_lang.layers.windows import PADDINGS, slide
from spec_lang.program import Arguments, Shape

_PARAMETERS = (
    Parameter("window", Pair(), "height x width of the window", keras="pool_size"),
    Parameter(
        "padding",
        Choice(
            {
                "valid": PADDINGS["valid"],
                "same": "the window may reach out of the image on all sides; only its pixels inside count",
                "ceil": "it may reach out at the bottom and at the right, so that no pixel is left out, as in Caffe",
            }
        ),
        "what to do at the border",
        default="valid",
    ),
    Parameter(
        "stride",
        Pair(),
        "pixels from one window to the next; the window itself unless given",
        SameAs("window"),
        keras="strides",
        positional=False,
    ),
)


def _pool_shape(shape: Shape, arguments: Arguments) -> Shape | Refusal:
    left = slide(
        shape,
        pair(arguments, "window"),
        pair(arguments, "stride"),
        str(arguments["padding"]),
        parameter="window",
        what="pooling window",
    )
    return left if isinstance(left, Refusal) else (*left, shape[2])


def _pool_window(_shape: Shape, arguments: Arguments) -> Window:
    return Window(pair(arguments, "window"), pair(arguments, "stride"))


POOL = LayerKind(
    keyword="pool",
    summary="Max pooling: keeps the largest value of each window.",
    example="pool 2x2",
    parameters=_PARAMETERS,
    takes=Takes.IMAGE,
    keras="MaxPooling2D",
    neutral=({"window": (1, 1), "stride": (1, 1)},),
    within_inputs=True,
    shape=_pool_shape,
    window=_pool_window,
)
AVERAGE_POOL = POOL._replace(
    keyword="avgpool",
    summary="Average pooling: the mean of each window.",
    example="avgpool 2x2",
    keras="AveragePooling2D",
)


def _global_shape(shape: Shape, arguments: Arguments) -> Shape:
    return (1, 1, shape[2]) if arguments["keepdims"] else (shape[2],)


GLOBAL_POOL = LayerKind(
    keyword="globalpool",
    summary="Global max pooling: the largest value of each channel.",
    example="globalpool",
    parameters=(Parameter("keepdims", Flag(), "leave an image of 1x1", False, positional=False),),
    takes=Takes.IMAGE,
    keras="GlobalMaxPooling2D",
    neutral=({"keepdims": True},),
    within_inputs=True,
    shape=_global_shape,
    reshapes=True,
    window=whole_image,
)
GLOBAL_AVERAGE_POOL = GLOBAL_POOL._replace(
    keyword="globalavgpool",
    summary="Global average pooling: the mean of each channel.",
    example="globalavgpool",
    keras="GlobalAveragePooling2D",
)

LAYERS = (POOL, AVERAGE_POOL, GLOBAL_POOL, GLOBAL_AVERAGE_POOL)
