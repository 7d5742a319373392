"""What layers with a kernel have in common: bias, initial weights, penalties on large weights."""

from typing import Final

from spec_lang.forms import Parameter
from spec_lang.kinds import Choice, Either, Flag, Real
from spec_lang.program import Arguments
from spec_lang.synonyms import Role

BIAS_INITIALIZERS: Final = {
    "zeros": "all 0",
    "ones": "all 1",
    "random_normal": "normal, standard deviation 0.05",
    "random_uniform": "uniform between -0.05 and 0.05",
    "truncated_normal": "normal, standard deviation 0.05, drawn again beyond two of them",
    "glorot_normal": "truncated normal of variance 2 / (fan in + fan out)",
    "glorot_uniform": "uniform of variance 2 / (fan in + fan out)",
    "he_normal": "truncated normal of variance 2 / fan in: made for relu",
    "he_uniform": "uniform of variance 2 / fan in: made for relu",
    "lecun_normal": "truncated normal of variance 1 / fan in: made for selu",
    "lecun_uniform": "uniform of variance 1 / fan in",
    "variance_scaling": "truncated normal of variance 1 / fan in",
}
INITIALIZERS: Final = {**BIAS_INITIALIZERS, "orthogonal": "filters at right angles to each other"}
"""The initializers of Keras that need no arguments. `identity` fits matrices only: it is a word of `dense` alone."""


def initializer(words: dict[str, str] = INITIALIZERS) -> Parameter:
    """The parameter that chooses a kernel's initial weights."""
    return Parameter(
        "init", Choice(words, Role.INITIALIZER), "how the weights begin", "glorot_uniform", positional=False
    )


BIAS: Final = Parameter("bias", Flag(), "add a learnt number to each output", True, "use_bias", positional=False)
BIAS_INIT: Final = Parameter(
    "bias_init",
    Choice(BIAS_INITIALIZERS, Role.INITIALIZER),
    "how the biases begin",
    "zeros",
    "bias_initializer",
    positional=False,
)
PENALTIES: Final = (
    Parameter("l1", Real(0.0), "weight of the sum of |w| in the loss", 0.0, positional=False),
    Parameter("l2", Real(0.0), "weight of the sum of w^2 in the loss", 0.0, positional=False),
    Parameter(
        "maxnorm",
        Either((Real(0.0, above_low=True), Choice({"off": "no limit"}))),
        "largest length of the weights that lead to one output",
        "off",
        positional=False,
    ),
)


def biases(arguments: Arguments, outputs: int) -> int:
    """How many biases a layer with so many outputs (channels or units) holds."""
    return outputs if arguments["bias"] else 0
