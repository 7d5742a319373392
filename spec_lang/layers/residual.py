"""The residual container: its input added to what its layers make of it (He et al. 2015, https://arxiv.org/abs/1512.03385)."""

from spec_lang.forms import Parameter
from spec_lang.kinds import Choice
from spec_lang.layers.activations import ACTIVATIONS
from spec_lang.layers.kind import LayerKind, Refusal
from spec_lang.program import Arguments, Cost, Shape
from spec_lang.rules import shapes as rules
from spec_lang.synonyms import Role


def projection_stride(shape: Shape, output: Shape) -> tuple[int, int] | None:
    """The stride of the 1x1 convolution (padding same) that brings an image to the shape of another, or None."""
    stride = -(-shape[0] // output[0]), -(-shape[1] // output[1])
    fits = all(-(-before // step) == after for before, step, after in zip(shape, stride, output, strict=False))
    return stride if fits else None


def _sum_shape(shape: Shape, inside: Shape, _arguments: Arguments) -> Shape | Refusal:
    fields = {"input": "x".join(map(str, shape)), "output": "x".join(map(str, inside))}
    if len(shape) != len(inside) or (len(shape) == 3 and projection_stride(shape, inside) is None):
        return Refusal(rules.RESIDUAL_MISMATCH, "", fields)
    return inside


def _projection_cost(shape: Shape, output: Shape, _arguments: Arguments) -> Cost:
    """Multiply-adds and parameters of the projection alone; those of the layers inside are added by the check."""
    if shape == output:
        return Cost()
    weights = shape[-1] * output[-1]
    places = output[0] * output[1] if len(output) == 3 else 1
    return Cost(trainable=weights + output[-1], macs=weights * places)


RESIDUAL = LayerKind(
    keyword="residual",
    summary="Adds its input to what its layers yield; where shapes differ, the input goes through a 1x1 convolution.",
    example="residual relu { conv 16 3x3 relu padding=same; conv 16 3x3 padding=same }",
    parameters=(
        Parameter("activation", Choice(ACTIVATIONS, Role.ACTIVATION), "function applied to the sum", default="linear"),
    ),
    join=_sum_shape,
    cost=_projection_cost,
)

LAYERS = (RESIDUAL,)
