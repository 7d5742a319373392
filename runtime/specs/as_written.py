"""Layers and settings of a program in the words of the language."""

from collections.abc import Iterator, Mapping

from spec_lang.forms import Form
from spec_lang.layers import LAYERS
from spec_lang.program import Arguments, Layer, Program, Shape
from spec_lang.sections import AUGMENT, DATA, TRAIN, Section
from spec_lang.unparse import statement


def layer_as_written(layer: Layer) -> str:
    """What follows a layer's keyword, defaults left out: `32 4x4 relu`."""
    return statement(LAYERS[layer.kind], layer.arguments).partition(" ")[2]


def settings_of(program: Program) -> Iterator[tuple[Section, Mapping[str, Arguments]]]:
    """The settings in force, section by section."""
    yield DATA, program.data.settings if program.data else {}
    yield AUGMENT, program.augment
    yield TRAIN, program.train


def setting_as_written(form: Form, arguments: Arguments) -> str:
    """What follows a setting's keyword, with nothing left to a default: `adam lr=0.001`."""
    return statement(form, arguments, always=tuple(arguments)).partition(" ")[2]


def shape_text(shape: Shape) -> str:
    """A shape as the language writes it: 28x28x1."""
    return "x".join(map(str, shape))
