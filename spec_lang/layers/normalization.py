"""Normalization: values brought to a common scale, by statistics of the batch, the sample or the neighbourhood."""

from spec_lang.forms import Parameter
from spec_lang.kinds import Flag, Real, Whole
from spec_lang.layers.kind import LayerKind, Refusal, Takes, whole
from spec_lang.program import Arguments, Cost, Shape
from spec_lang.rules import shapes as rules

_EPSILON = Parameter(
    "epsilon", Real(0.0, above_low=True), "added to the variance against division by 0", 0.001, positional=False
)
_CENTER = Parameter("center", Flag(), "add a learnt number to each channel", True, positional=False)
_SCALE = Parameter("scale", Flag(), "multiply each channel by a learnt number", True, positional=False)


def _affine(shape: Shape, _output: Shape, arguments: Arguments) -> Cost:
    """The learnt factor and summand of each channel."""
    return Cost(trainable=shape[-1] * (bool(arguments["center"]) + bool(arguments["scale"])))


def _batch_cost(shape: Shape, output: Shape, arguments: Arguments) -> Cost:
    """As above, and the running mean and variance of each channel."""
    return Cost(trainable=_affine(shape, output, arguments).trainable, non_trainable=2 * shape[-1])


BATCH_NORM = LayerKind(
    keyword="batchnorm",
    summary="Batch normalization: each channel gets mean 0 and variance 1 over the batch, then a learnt scale.",
    example="batchnorm",
    parameters=(
        Parameter(
            "momentum", Real(0.0, 1.0), "share of the running statistics kept at each step", 0.99, positional=False
        ),
        _EPSILON,
        _CENTER,
        _SCALE,
    ),
    keras="BatchNormalization",
    cost=_batch_cost,
)
LAYER_NORM = LayerKind(
    keyword="layernorm",
    summary="Layer normalization: the channels of each pixel get mean 0 and variance 1, then a learnt scale.",
    example="layernorm",
    parameters=(_EPSILON, _CENTER, _SCALE),
    keras="LayerNormalization",
    cost=_affine,
)


def _group_shape(shape: Shape, arguments: Arguments) -> Shape | Refusal:
    groups = whole(arguments, "groups")
    if shape[-1] % groups:
        return Refusal(rules.UNEVEN_GROUPS, "groups", {"groups": groups, "amount": shape[-1], "what": "input channels"})
    return shape


GROUP_NORM = LayerKind(
    keyword="groupnorm",
    summary="Group normalization: each group of channels gets mean 0 and variance 1 over the image.",
    example="groupnorm 8",
    parameters=(
        Parameter("groups", Whole(), "how many groups; as many as channels makes instance normalization", 32),
        _EPSILON,
        _CENTER,
        _SCALE,
    ),
    takes=Takes.IMAGE,
    keras="GroupNormalization",
    shape=_group_shape,
    cost=_affine,
)


def _neighbours_shape(shape: Shape, arguments: Arguments) -> Shape | Refusal:
    size = whole(arguments, "size")
    if size % 2 == 0:
        return Refusal(rules.EVEN_NEIGHBOURHOOD, "size", {"size": size, "smaller": size - 1, "larger": size + 1})
    return shape


LOCAL_RESPONSE_NORM = LayerKind(
    keyword="lrn",
    summary="Local response normalization: x / (k + alpha * mean of x^2 over neighbouring channels)^beta, as in Caffe.",
    example="lrn 5 alpha=0.0001 beta=0.75",
    parameters=(
        Parameter("size", Whole(1, 10_000), "how many channels are summed over: an odd number", 5),
        Parameter(
            "alpha",
            Real(0.0),
            "weight of the mean square; Krizhevsky 2012 weighs the sum: its 0.0001 over 5 channels is 0.0005 here",
            0.0001,
            positional=False,
        ),
        Parameter("beta", Real(0.0), "exponent", 0.75, positional=False),
        Parameter(
            "k", Real(0.0, above_low=True), "added to the mean square; 2 in Krizhevsky 2012", 1.0, positional=False
        ),
    ),
    takes=Takes.IMAGE,
    shape=_neighbours_shape,
)

LAYERS = (BATCH_NORM, LAYER_NORM, GROUP_NORM, LOCAL_RESPONSE_NORM)
