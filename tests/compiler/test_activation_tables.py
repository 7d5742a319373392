"""What the tables of activations say of each function is what Keras's function does."""

import numpy as np
import pytest

from compiler.backend import keras, tf
from spec_lang.layers.activations import ACTIVATIONS, NO_SLOPE_AT_ZERO, RANGES, UNCHANGED

ALONG_AN_AXIS = {"softmax", "sparsemax", "log_softmax"}
X = np.linspace(-20, 20, 4001, dtype=np.float32).reshape(1, -1)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_results_lie_in_the_range_that_is_stated(name: str) -> None:
    found = np.asarray(keras.activations.get(name)(X))
    low, high = RANGES.get(name, (-np.inf, np.inf))
    assert low <= found.min()
    assert found.max() <= high
    if name not in RANGES:
        assert found.min() < 0 < found.max()


@pytest.mark.parametrize("name", sorted(UNCHANGED.keys() - {"prelu"}))
def test_values_are_returned_where_that_is_stated(name: str) -> None:
    low, high = UNCHANGED[name]
    inside = X[(low <= X) & (high >= X)]
    np.testing.assert_array_equal(np.asarray(keras.activations.get(name)(inside)), inside)


@pytest.mark.parametrize("name", sorted(ACTIVATIONS.keys() - ALONG_AN_AXIS))
def test_the_slope_at_zero(name: str) -> None:
    zero = tf.Variable([0.0])
    with tf.GradientTape() as tape:
        result = keras.activations.get(name)(zero)
    slope = float(tape.gradient(result, zero)[0])
    assert (slope == 0) == (name in NO_SLOPE_AT_ZERO)
