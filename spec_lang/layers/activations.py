"""The activation functions of Keras, as a word behind a layer and as layers of their own."""

from typing import Final

from spec_lang.forms import Parameter
from spec_lang.kinds import Choice, Either, Flag, Real
from spec_lang.layers.kind import LayerKind, Refusal, product
from spec_lang.program import Arguments, Cost, Shape
from spec_lang.rules import shapes as rules
from spec_lang.synonyms import Role

ACTIVATIONS: Final = {
    "relu": "max(x, 0): the usual choice inside a network",
    "softmax": "exp(x) / sum(exp(x)): probabilities that sum to one, for the head",
    "sigmoid": "1 / (1 + exp(-x)): one probability, for a head of two classes",
    "linear": "x: no activation",
    "tanh": "hyperbolic tangent, between -1 and 1",
    "elu": "x above 0, exp(x) - 1 below",
    "selu": "scaled elu that keeps activations normalized",
    "celu": "continuously differentiable elu",
    "gelu": "x times the normal distribution function of x",
    "silu": "x * sigmoid(x)",
    "swish": "another name for silu",
    "mish": "x * tanh(softplus(x))",
    "leaky_relu": "x above 0, 0.2 x below",
    "relu6": "min(max(x, 0), 6)",
    "softplus": "log(1 + exp(x))",
    "softsign": "x / (1 + |x|)",
    "exponential": "exp(x)",
    "hard_sigmoid": "piecewise linear sigmoid",
    "hard_silu": "x * hard_sigmoid(x)",
    "hard_swish": "another name for hard_silu",
    "hard_tanh": "x cut to -1..1",
    "hard_shrink": "x where |x| > 0.5, else 0",
    "soft_shrink": "x moved by 0.5 towards 0",
    "tanh_shrink": "x - tanh(x)",
    "log_sigmoid": "log(sigmoid(x))",
    "log_softmax": "log(softmax(x))",
    "sparsemax": "softmax with exact zeros",
    "sparse_plus": "softplus with exact zeros",
    "sparse_sigmoid": "sigmoid with exact zeros and ones",
    "squareplus": "(x + sqrt(x^2 + 4)) / 2",
}
"""Those that work on each element by itself (softmax and its kin: along the last axis) and need no arguments."""
ACTIVATION: Final = Parameter(
    "activation", Choice(ACTIVATIONS, Role.ACTIVATION), "function applied to the result", default="linear"
)

_ANY: Final = float("inf")
RANGES: Final = {
    "relu": (0.0, _ANY),
    "relu6": (0.0, 6.0),
    "sigmoid": (0.0, 1.0),
    "hard_sigmoid": (0.0, 1.0),
    "sparse_sigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "sparsemax": (0.0, 1.0),
    "softplus": (0.0, _ANY),
    "sparse_plus": (0.0, _ANY),
    "squareplus": (0.0, _ANY),
    "exponential": (0.0, _ANY),
    "tanh": (-1.0, 1.0),
    "hard_tanh": (-1.0, 1.0),
    "softsign": (-1.0, 1.0),
    "log_sigmoid": (-_ANY, 0.0),
    "log_softmax": (-_ANY, 0.0),
}
"""Between which values the results of a function lie, for those that do not give any number; without arguments."""
UNCHANGED: Final = {
    "relu": (0.0, _ANY),
    "relu6": (0.0, 6.0),
    "leaky_relu": (0.0, _ANY),
    "prelu": (0.0, _ANY),
    "elu": (0.0, _ANY),
    "celu": (0.0, _ANY),
    "hard_tanh": (-1.0, 1.0),
}
"""Between which values a function, or the layer `prelu`, returns what it is given."""
NO_SLOPE_AT_ZERO: Final = frozenset({"relu", "relu6", "hard_shrink", "soft_shrink", "tanh_shrink"})
"""Those whose derivative at 0 is 0, in Keras: no gradient passes."""

_ONLY_AS_LAYERS: Final = {
    "glu": "one half of the channels times the sigmoid of the other half",
    "threshold": "x above a threshold, else a fixed value",
}


def _number(name: str, doc: str, default: float, low: float = -_ANY, keras: str = "") -> Parameter:
    return Parameter(name, Real(low), doc, default, keras, positional=False)


_SLOPE = "factor of x below {}"
_ALPHA = _number("alpha", "minus the limit for very negative x", 1.0)
_SHRINK = _number("threshold", "below this size of x, the result is 0", 0.5, low=0.0)


def _activation_shape(shape: Shape, arguments: Arguments) -> Shape | Refusal:
    if arguments["activation"] != "glu":
        return shape
    if shape[-1] % 2:
        return Refusal(rules.ODD_CHANNELS, "activation", {"channels": shape[-1]})
    return (*shape[:-1], shape[-1] // 2)


ACTIVATION_LAYER = LayerKind(
    keyword="activation",
    summary="An activation function as a layer of its own, with parameters where it has them.",
    example="activation leaky_relu slope=0.1",
    parameters=(
        Parameter(
            "activation", Choice({**ACTIVATIONS, **_ONLY_AS_LAYERS}, Role.ACTIVATION), "the function, one of Keras's"
        ),
    ),
    variants={
        "relu": (
            _number("slope", _SLOPE.format("the threshold"), 0.0, low=0.0, keras="negative_slope"),
            Parameter(
                "max_value",
                Either((Real(0.0), Choice({"off": "no limit"}))),
                "the largest result",
                "off",
                positional=False,
            ),
            _number("threshold", "below this, x is taken as negative", 0.0, low=0.0),
        ),
        "leaky_relu": (_number("slope", _SLOPE.format("0"), 0.2, low=0.0, keras="negative_slope"),),
        "elu": (_ALPHA,),
        "celu": (_number("alpha", "minus the limit for very negative x", 1.0, low=0.01),),
        "gelu": (Parameter("approximate", Flag(), "by tanh, in place of the exact function", False, positional=False),),
        "hard_shrink": (_SHRINK,),
        "soft_shrink": (_SHRINK,),
        "squareplus": (_number("b", "how far the bend at 0 is rounded", 4.0, low=0.0),),
        "threshold": (
            _number("threshold", "x must be above it", 0.0),
            _number("default_value", "the result elsewhere", 0.0),
        ),
    },
    keras="Activation",
    neutral=(
        {"activation": "linear"},
        {"activation": "relu", "slope": 1.0, "max_value": "off", "threshold": 0.0},
        {"activation": "leaky_relu", "slope": 1.0},
        {"activation": "hard_shrink", "threshold": 0.0},
        {"activation": "soft_shrink", "threshold": 0.0},
    ),
    shape=_activation_shape,
)


def _slopes(shape: Shape, _output: Shape, arguments: Arguments) -> Cost:
    return Cost(trainable={"value": product(shape), "channel": shape[-1], "layer": 1}[str(arguments["per"])])


PRELU = LayerKind(
    keyword="prelu",
    summary="Parametric relu: the slope below 0 is learnt.",
    example="prelu channel",
    parameters=(
        Parameter(
            "per",
            Choice(
                {
                    "value": "one slope for each value, as in Keras where no axes are shared",
                    "channel": "one for each channel, as in the paper",
                    "layer": "one for the whole layer",
                }
            ),
            "how many slopes there are",
            "value",
        ),
        _number("slope", "where the slopes begin; 0.25 in the paper", 0.0),
    ),
    keras="PReLU",
    cost=_slopes,
)

LAYERS = (ACTIVATION_LAYER, PRELU)
