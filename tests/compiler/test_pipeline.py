"""The tensors that a model is trained on."""

import numpy as np
import pytest

from compiler.backend import keras
from compiler.pipeline import hits, scaled, targets

LABELS = np.array([2, 0, 1, 1], np.int64)


def test_scaling_equals_division_in_numpy_bit_for_bit() -> None:
    every_value = np.arange(256, dtype=np.uint8)
    assert np.array_equal(scaled(every_value).numpy(), (every_value / 255).astype(np.float32))


def test_labels_take_the_form_that_the_loss_compares() -> None:
    one_hot = targets(LABELS, "categorical_crossentropy", 3).numpy()
    assert np.array_equal(one_hot, keras.utils.to_categorical(LABELS, 3))
    assert np.array_equal(targets(LABELS, "sparse_categorical_crossentropy", 3), LABELS)
    column = targets(LABELS[1:], "binary_crossentropy", 1).numpy()
    assert column.tolist() == [[0.0], [1.0], [1.0]] and column.dtype == np.float32


@pytest.mark.parametrize(
    ("probabilities", "metric"),
    [
        ([[0.1, 0.2, 0.7], [0.3, 0.6, 0.1], [0.4, 0.4, 0.2], [0.1, 0.8, 0.1]], keras.metrics.SparseCategoricalAccuracy),
        ([[0.9], [0.2], [0.5], [0.51]], keras.metrics.BinaryAccuracy),
    ],
)
def test_hits_are_those_of_the_accuracy_of_keras(probabilities: list[list[float]], metric: type) -> None:
    outputs = np.array(probabilities, np.float32)
    labels = LABELS if outputs.shape[1] == 3 else np.array([1, 1, 1, 1], np.int64)
    reference = metric()
    reference.update_state(labels[:, None], outputs)
    assert hits(labels, outputs).numpy() / len(labels) == float(reference.result()) > 0
