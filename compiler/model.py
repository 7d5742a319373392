"""From a checked program to its Keras model."""

from typing import TYPE_CHECKING

from compiler.lowering import lower
from compiler.residual import build
from spec_lang.program import Program

if TYPE_CHECKING:
    import keras


def build_model(program: Program) -> "keras.Sequential":
    """The model of a program, with initial weights that follow from the program alone.

    It takes float32 images (n, height, width, channels) scaled to 0..1 and gives float32 of shape (n, *output_shape).
    Layers are named after their kind and place: conv_1, pool_2, flatten_3, dense_4.
    """
    from compiler.backend import keras

    (seed,) = program.train["seed"].values()
    assert isinstance(seed, int)
    layers = [build(lower(layer, place, seed)) for place, layer in enumerate(program.layers, start=1)]
    return keras.Sequential([keras.Input(program.input_shape, name="input"), *layers], name="model")
