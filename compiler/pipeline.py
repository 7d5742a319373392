"""From what is stored to what the model sees: pure functions on tensors, to be part of a step's graph."""

from typing import Any, TypeAlias

from compiler.backend import tf

Tensor: TypeAlias = Any
"""A TensorFlow tensor; TensorFlow has no types."""


def scaled(images: Tensor) -> Tensor:
    """uint8 images as float32 from 0 to 1: the same bits as `x / 255` in NumPy, rounded to float32."""
    return tf.cast(images, tf.float32) / 255.0


def targets(labels: Tensor, loss: str, outputs: int) -> Tensor:
    """Labels (n,) in the form that a loss of Keras compares with a model's output (n, `outputs`)."""
    match loss:
        case "categorical_crossentropy":
            return tf.one_hot(labels, outputs)
        case "binary_crossentropy":
            return tf.cast(labels[:, None], tf.float32)
        case _:
            return labels


def hits(labels: Tensor, probabilities: Tensor) -> Tensor:
    """How many images have their own label as the most probable class, as Keras's accuracy counts them."""
    return tf.math.count_nonzero(guesses(labels, probabilities) == labels)


def guesses(labels: Tensor, probabilities: Tensor) -> Tensor:
    """The most probable class of each image, (n,), of the type of the labels; the first of equals."""
    if probabilities.shape[-1] == 1:
        return tf.cast(probabilities[:, 0] > 0.5, labels.dtype)
    return tf.argmax(probabilities, axis=-1, output_type=labels.dtype)
