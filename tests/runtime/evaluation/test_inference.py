"""Applying a model to images."""

import numpy as np
import pytest

from compiler.backend import keras
from runtime.evaluation.inference import predict_probabilities

IMAGES = np.random.default_rng(0).integers(0, 256, (23, 4, 4, 1), dtype=np.uint8)


def model(units: int, activation: str) -> keras.Sequential:
    glorot = keras.initializers.GlorotUniform(seed=0)
    layers = (
        keras.layers.Flatten(),
        keras.layers.Dropout(0.5, seed=0),
        keras.layers.Dense(units, activation=activation, kernel_initializer=glorot),
    )
    return keras.Sequential([keras.Input((4, 4, 1)), *layers])


@pytest.mark.parametrize("batch", [1, 8, 23, 100])
def test_probabilities_are_those_of_the_model_on_scaled_images(batch: int) -> None:
    softmax = model(3, "softmax")
    probabilities = predict_probabilities(softmax, IMAGES, batch)
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities, softmax.predict(IMAGES / 255, verbose=0), rtol=1e-5)


def test_a_sigmoid_unit_gives_the_probability_of_the_second_of_two_classes() -> None:
    sigmoid = model(1, "sigmoid")
    probabilities = predict_probabilities(sigmoid, IMAGES, batch=10)
    np.testing.assert_allclose(probabilities[:, 1:], sigmoid.predict(IMAGES / 255, verbose=0), rtol=1e-5)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-6)


def test_no_images_have_no_probabilities() -> None:
    assert predict_probabilities(model(3, "softmax"), IMAGES[:0], batch=10).shape == (0, 3)
    assert predict_probabilities(model(1, "sigmoid"), IMAGES[:0], batch=10).shape == (0, 2)
