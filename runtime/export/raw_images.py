"""The trained network with its preprocessing in front: what every export but the script is made from."""

from typing import TYPE_CHECKING, Final

from compiler.normalization import Normalization

if TYPE_CHECKING:
    import keras

INPUT: Final = "images"
OUTPUT: Final = "probabilities"


def raw_image_model(model: "keras.Sequential", line: Normalization) -> "keras.Sequential":
    """A model of uint8 images (n, height, width, channels), 0 to 255, that gives probabilities (n, classes).

    It consists of layers of Keras, besides those of the network itself, and shares the network's weights. What a
    single sigmoid unit gives is written out as the probabilities of both classes.
    """
    from compiler.backend import keras

    shape = model.input_shape[1:]
    # Lists of one number become plain numbers: every converter folds those into one multiplication.
    scale, offset = (
        numbers[0] if len(numbers) == 1 else list(numbers)
        for numbers in ([each / 255 for each in line.scale], line.offset)
    )
    layers = [
        keras.Input(shape, dtype="uint8", name=INPUT),
        keras.layers.Rescaling(scale, offset, name="pixels"),
        *model.layers,
    ]
    if model.output_shape[-1] == 1:
        layers.append(_both_classes(keras.Input((1,))))
    return keras.Sequential(layers, name="model")


def _both_classes(second: "keras.KerasTensor") -> "keras.Model":
    from compiler.backend import keras

    first = keras.layers.Rescaling(-1.0, 1.0, name="first_class")(second)
    return keras.Model(second, keras.layers.Concatenate(name="classes")([first, second]), name=OUTPUT)
