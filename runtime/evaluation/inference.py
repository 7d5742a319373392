"""Applying a trained model to images."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from compiler.normalization import UNCHANGED, Normalization, normalized
from compiler.pipeline import scaled
from runtime.data.examples import Examples
from runtime.evaluation.scores import both_classes


def predict_probabilities(
    model: Any, images: NDArray[np.uint8], batch: int, line: Normalization = UNCHANGED
) -> NDArray[np.float32]:
    """The probability of each class for each image.

    Args:
        model: A `keras.Sequential` with a head of softmax units, or of one sigmoid unit for two classes.
        images: (n, height, width, channels), 0 to 255.
        batch: How many images the model is given at a time; this bounds the memory that is needed.
        line: What pixel values are turned into, as in training.

    Returns:
        (n, classes); a sigmoid head gives two columns, the unit's own value being the second.
    """
    rows = np.empty((len(images), model.output_shape[-1]), np.float32)
    for start in range(0, len(images), batch):
        rows[start : start + batch] = model.predict_on_batch(normalized(scaled(images[start : start + batch]), line))
    return both_classes(rows)


def predict_examples(model: Any, examples: Examples, batch: int, line: Normalization) -> NDArray[np.float32]:
    """As `predict_probabilities`, for images that are read as they are needed."""
    chunks = examples.batches(np.arange(len(examples)), batch)
    return np.concatenate([predict_probabilities(model, images, batch, line) for images, _, _ in chunks])
