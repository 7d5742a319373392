"""The layers around convolution: the input, dense layers, and a change of scale."""

from spec_lang.forms import Parameter
from spec_lang.kinds import Axes, Real, Whole
from spec_lang.layers.activations import ACTIVATION
from spec_lang.layers.kind import LayerKind, Takes, whole
from spec_lang.layers.weights import BIAS, BIAS_INIT, INITIALIZERS, PENALTIES, biases, initializer
from spec_lang.program import Arguments, Cost, Shape


def _dense_shape(_shape: Shape, arguments: Arguments) -> Shape:
    return (whole(arguments, "units"),)


def _dense_cost(shape: Shape, output: Shape, arguments: Arguments) -> Cost:
    weights = shape[0] * output[0]
    return Cost(trainable=weights + biases(arguments, output[0]), macs=weights)


INPUT = LayerKind(
    keyword="input",
    summary="The shape of one image; only needed where no data set tells it.",
    example="input 28x28x1",
    parameters=(Parameter("shape", Axes(), "height x width x channels"),),
    keras="Input",
)
DENSE = LayerKind(
    keyword="dense",
    summary="Fully connected layer: each unit weighs every input.",
    example="dense 128 relu",
    parameters=(
        Parameter("units", Whole(), "how many units: the length of the output"),
        ACTIVATION,
        BIAS,
        initializer({**INITIALIZERS, "identity": "the identity matrix"}),
        BIAS_INIT,
        *PENALTIES,
    ),
    takes=Takes.FLAT,
    keras="Dense",
    kernels={"kernel": (0,)},
    shape=_dense_shape,
    cost=_dense_cost,
)
RESCALE = LayerKind(
    keyword="rescale",
    summary="Multiplies every value by a number and adds another; images come in from 0 to 1.",
    example="rescale 2 offset=-1",
    parameters=(
        Parameter("scale", Real(float("-inf")), "the factor"),
        Parameter("offset", Real(float("-inf")), "added afterwards", 0.0, positional=False),
    ),
    keras="Rescaling",
    neutral=({"scale": 1.0, "offset": 0.0},),
)

LAYERS = (INPUT, DENSE, RESCALE)
