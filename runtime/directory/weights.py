"""The weights of a model as an .npz file: arrays under stable names, no code, no pickle."""

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from runtime.data.npz import ArrayForm, read_arrays

if TYPE_CHECKING:
    import keras


def weights_npz(model: "keras.Model") -> bytes:
    """The content of weights.npz; equal weights give equal bytes."""
    content = io.BytesIO()
    # NumPy stores each array uncompressed and dates it 1980, so that neither time nor compressor shows in the bytes.
    arrays: dict[str, Any] = {name: np.asarray(weight) for name, weight in _named_weights(model).items()}
    np.savez(content, **arrays)
    return content.getvalue()


def load_weights(model: "keras.Model", path: Path, opened: BinaryIO | None = None) -> None:
    """Give a model that was just built from its program the weights of weights.npz, which may be open already.

    Raises UserError where the file does not hold exactly arrays of the model's names, types and shapes.
    """
    weights = _named_weights(model)
    forms = {name: ArrayForm(np.dtype(weight.dtype).type, (tuple(weight.shape),)) for name, weight in weights.items()}
    for name, array in read_arrays(path, forms, opened).items():
        weights[name].assign(array)


def _named_weights(model: "keras.Model") -> dict[str, Any]:
    """Every weight by its path inside the model: "conv_1/kernel"."""
    return {weight.path.removeprefix(f"{model.name}/"): weight for weight in model.weights}
