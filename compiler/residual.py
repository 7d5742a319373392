"""A residual as plain Keras: a functional model inside the Sequential, so that a saved model opens without dotcnn."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.calls import Argument, Call, perform
from spec_lang.layers.residual import projection_stride
from spec_lang.program import Layer, Shape

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, slots=True)
class Residual:
    """The layers of a residual: its input goes through `body` and through `projection`, and the two are added."""

    name: str
    input_shape: Shape
    body: tuple["Call | Residual", ...]
    projection: Call | None
    """None where the body keeps the shape: the input itself is added."""
    activation: str
    precision: str | None = None
    """Of the activation; None for that of all layers."""


def projection_call(layer: Layer, name: str, initializer: Mapping[str, Argument]) -> Call | None:
    """The layer that brings a residual's input to the shape of its output; None where it has it already."""
    shape, output = layer.input_shape, layer.output_shape
    if shape == output:
        return None
    if len(output) == 1:
        return Call("keras.layers.Dense", {"units": output[0], **initializer, "name": name})
    stride = projection_stride(shape, output)
    step: dict[str, Argument] = {} if stride == (1, 1) else {"strides": stride}
    size: dict[str, Argument] = {"filters": output[-1], "kernel_size": (1, 1)}
    return Call("keras.layers.Conv2D", {**size, **step, "padding": "same", **initializer, "name": name})


def build(call: Call | Residual) -> "keras.Layer":
    """The Keras layer of a call, or the functional model of a residual."""
    match call:
        case Call():
            return perform(call)
        case Residual():
            return _functional(call)


def _functional(residual: Residual) -> "keras.Model":
    from compiler.backend import keras

    name = residual.name
    inputs = keras.Input(residual.input_shape, name=f"{name}_input")
    outputs = inputs
    for each in residual.body:
        outputs = build(each)(outputs)
    shortcut = build(residual.projection)(inputs) if residual.projection else inputs
    outputs = keras.layers.Add(name=f"{name}_add")([outputs, shortcut])
    if residual.activation != "linear":
        activation = keras.layers.Activation(
            residual.activation, name=f"{name}_{residual.activation}", dtype=residual.precision
        )
        outputs = activation(outputs)
    return keras.Model(inputs, outputs, name=name)
