"""Convolutions: a small window of weights that slides over the image."""

from spec_lang.forms import Parameter
from spec_lang.kinds import Pair, Whole
from spec_lang.layers.activations import ACTIVATION
from spec_lang.layers.kind import LayerKind, Refusal, Takes, Window, pair, product, whole
from spec_lang.layers.weights import BIAS, BIAS_INIT, PENALTIES, biases, initializer
from spec_lang.layers.windows import PADDING, STRIDE, slide, spread, written
from spec_lang.program import Arguments, Cost, Shape
from spec_lang.rules import shapes as rules

_FILTERS = Parameter("filters", Whole(), "how many filters: the channels of the output")
_KERNEL = Parameter("kernel", Pair(), "height x width of each filter", keras="kernel_size")
_DILATION = Parameter(
    "dilation",
    Pair(),
    "pixels from one weight of the kernel to the next",
    (1, 1),
    keras="dilation_rate",
    positional=False,
)
_DEPTH_MULTIPLIER = Parameter("depth_multiplier", Whole(), "filters for each input channel", 1, positional=False)
_WEIGHTS = (BIAS, initializer(), BIAS_INIT, *PENALTIES)


def _places(shape: Shape, arguments: Arguments) -> tuple[int, int] | Refusal:
    """Height and width behind a convolution, or why it does not fit."""
    return slide(
        shape,
        pair(arguments, "kernel"),
        pair(arguments, "stride"),
        str(arguments["padding"]),
        dilation=pair(arguments, "dilation"),
        parameter="kernel",
        what="kernel",
    )


def _window(_shape: Shape, arguments: Arguments) -> Window:
    return Window(spread(pair(arguments, "kernel"), pair(arguments, "dilation")), pair(arguments, "stride"))


def _conv_shape(shape: Shape, arguments: Arguments) -> Shape | Refusal:
    filters, groups = whole(arguments, "filters"), whole(arguments, "groups")
    for amount, what in ((filters, "filters"), (shape[2], "input channels")):
        if amount % groups:
            return Refusal(rules.UNEVEN_GROUPS, "groups", {"groups": groups, "amount": amount, "what": what})
    stride, dilation = pair(arguments, "stride"), pair(arguments, "dilation")
    if max(stride) > 1 and max(dilation) > 1:
        fields = {"stride": written(stride), "dilation": written(dilation)}
        return Refusal(rules.STRIDE_WITH_DILATION, "dilation", fields)
    left = _places(shape, arguments)
    return left if isinstance(left, Refusal) else (*left, filters)


def _conv_cost(shape: Shape, output: Shape, arguments: Arguments) -> Cost:
    inputs = shape[2] // whole(arguments, "groups")
    weights = product(pair(arguments, "kernel")) * inputs * output[2]
    return Cost(trainable=weights + biases(arguments, output[2]), macs=output[0] * output[1] * weights)


CONV = LayerKind(
    keyword="conv",
    summary="2D convolution: filters of learnt weights slide over the image.",
    example="conv 32 3x3 relu",
    parameters=(
        _FILTERS,
        _KERNEL,
        ACTIVATION,
        PADDING,
        STRIDE,
        _DILATION,
        Parameter("groups", Whole(), "parts of the channels that are convolved apart", 1, positional=False),
        *_WEIGHTS,
    ),
    takes=Takes.IMAGE,
    keras="Conv2D",
    kernels={"kernel": (0, 1, 2)},
    shape=_conv_shape,
    cost=_conv_cost,
    window=_window,
)


def _depthwise_places(shape: Shape, arguments: Arguments) -> tuple[int, int] | Refusal:
    stride = pair(arguments, "stride")
    if stride[0] != stride[1]:
        return Refusal(rules.UNEQUAL_STRIDES, "stride", {"stride": written(stride), "largest": max(stride)})
    return _places(shape, arguments)


def _depthwise_shape(shape: Shape, arguments: Arguments) -> Shape | Refusal:
    left = _depthwise_places(shape, arguments)
    channels = shape[2] * whole(arguments, "depth_multiplier")
    return left if isinstance(left, Refusal) else (*left, channels)


def _depthwise_cost(_shape: Shape, output: Shape, arguments: Arguments) -> Cost:
    weights = product(pair(arguments, "kernel")) * output[2]
    return Cost(trainable=weights + biases(arguments, output[2]), macs=output[0] * output[1] * weights)


DEPTHWISE_CONV = LayerKind(
    keyword="depthwiseconv",
    summary="Depthwise convolution: each channel has filters of its own and is not mixed with others.",
    example="depthwiseconv 3x3 relu padding=same",
    parameters=(_KERNEL, ACTIVATION, PADDING, STRIDE, _DILATION, _DEPTH_MULTIPLIER, *_WEIGHTS),
    takes=Takes.IMAGE,
    keras="DepthwiseConv2D",
    kernels={"depthwise": (0, 1)},
    shape=_depthwise_shape,
    cost=_depthwise_cost,
    window=_window,
)


def _separable_shape(shape: Shape, arguments: Arguments) -> Shape | Refusal:
    left = _depthwise_places(shape, arguments)
    return left if isinstance(left, Refusal) else (*left, whole(arguments, "filters"))


def _separable_cost(shape: Shape, output: Shape, arguments: Arguments) -> Cost:
    channels = shape[2] * whole(arguments, "depth_multiplier")
    weights = product(pair(arguments, "kernel")) * channels + channels * output[2]
    return Cost(trainable=weights + biases(arguments, output[2]), macs=output[0] * output[1] * weights)


SEPARABLE_CONV = LayerKind(
    keyword="sepconv",
    summary="Separable convolution: a depthwise convolution, then a 1x1 convolution that mixes the channels.",
    example="sepconv 64 3x3 relu padding=same",
    parameters=(_FILTERS, _KERNEL, ACTIVATION, PADDING, STRIDE, _DILATION, _DEPTH_MULTIPLIER, *_WEIGHTS),
    takes=Takes.IMAGE,
    keras="SeparableConv2D",
    kernels={"depthwise": (0, 1), "pointwise": (0, 1, 2)},
    shape=_separable_shape,
    cost=_separable_cost,
    window=_window,
)


def _transposed_shape(shape: Shape, arguments: Arguments) -> Shape:
    kernel, stride = pair(arguments, "kernel"), pair(arguments, "stride")
    overhang = (0, 0)
    if arguments["padding"] == "valid":
        overhang = max(kernel[0] - stride[0], 0), max(kernel[1] - stride[1], 0)
    return shape[0] * stride[0] + overhang[0], shape[1] * stride[1] + overhang[1], whole(arguments, "filters")


def _transposed_cost(shape: Shape, output: Shape, arguments: Arguments) -> Cost:
    """Each input value is multiplied by each of its weights once, so that the input's places count."""
    weights = product(pair(arguments, "kernel")) * shape[2] * output[2]
    return Cost(trainable=weights + biases(arguments, output[2]), macs=shape[0] * shape[1] * weights)


def _transposed_window(_shape: Shape, arguments: Arguments) -> Window:
    kernel, stride = pair(arguments, "kernel"), pair(arguments, "stride")
    return Window(size=(-(-kernel[0] // stride[0]), -(-kernel[1] // stride[1])), enlargement=stride)


TRANSPOSED_CONV = LayerKind(
    keyword="convtranspose",
    summary="Transposed convolution: the way back of a convolution, which makes images larger.",
    example="convtranspose 32 3x3 relu stride=2 padding=same",
    parameters=(_FILTERS, _KERNEL, ACTIVATION, PADDING, STRIDE, *_WEIGHTS),
    takes=Takes.IMAGE,
    keras="Conv2DTranspose",
    kernels={"kernel": (0, 1, 3)},
    shape=_transposed_shape,
    cost=_transposed_cost,
    window=_transposed_window,
)

LAYERS = (CONV, SEPARABLE_CONV, DEPTHWISE_CONV, TRANSPOSED_CONV)
