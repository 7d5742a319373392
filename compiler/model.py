"""From a checked program to its Keras model."""

from typing import TYPE_CHECKING

from compiler.precision import FULL, lowered, policy
from compiler.residual import build
from spec_lang.program import Program

if TYPE_CHECKING:
    import keras


def build_model(program: Program, precision: str = FULL) -> "keras.Sequential":
    """The model of a program, with initial weights that follow from the program alone.

    It takes float32 images (n, height, width, channels) scaled to 0..1 and gives float32 of shape (n, *output_shape).
    Layers are named after their kind and place: conv_1, pool_2, flatten_3, dense_4. With the `precision`
    "mixed_bfloat16" layers compute with 16 bits; the weights have the same values and 32 bits.
    """
    from compiler.backend import keras

    with policy(precision):
        layers = [build(call) for call in lowered(program, precision)]
        return keras.Sequential([keras.Input(program.input_shape, name="input"), *layers], name="model")
