"""Layers and settings of a program in the words of the language."""

from spec_lang.forms import Form
from spec_lang.layers import LAYERS
from spec_lang.program import Arguments, Layer, Shape
from spec_lang.unparse import statement


def layer_as_written(layer: Layer) -> str:
    """What follows a layer's keyword, defaults left out: `32 4x4 relu`."""
    return statement(LAYERS[layer.kind], layer.arguments).partition(" ")[2]


def setting_as_written(form: Form, arguments: Arguments) -> str:
    """What follows a setting's keyword, with nothing left to a default: `adam lr=0.001`."""
    return statement(form, arguments, always=tuple(arguments)).partition(" ")[2]


def shape_text(shape: Shape) -> str:
    """A shape as the language writes it: 28x28x1."""
    return "x".join(map(str, shape))
