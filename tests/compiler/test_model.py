"""The Keras model of a program."""

import importlib.resources
import random

import numpy as np
import pytest
from programs import TINY, program

from compiler import build_model
from compiler.backend import keras
from spec_lang.program import Program


def weights(model: keras.Sequential) -> list[np.ndarray]:
    return [weight.numpy() for weight in model.weights]


def same(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    return all(np.array_equal(*pair) for pair in zip(one, other, strict=True))


def test_initial_weights_follow_from_the_program_alone() -> None:
    first = weights(build_model(program()))
    random.seed(1)
    keras.utils.set_random_seed(2)
    keras.layers.Dense(3).build((None, 3))
    assert same(first, weights(build_model(program())))


def test_another_seed_gives_other_weights() -> None:
    first, second = (weights(build_model(program(TINY, f"train.seed={seed}"))) for seed in (0, 1))
    kernels = [(one, other) for one, other in zip(first, second, strict=True) if one.any()]
    assert len(kernels) == 3 and not any(np.array_equal(*pair) for pair in kernels)


def test_layers_of_one_shape_begin_with_different_weights() -> None:
    first, _, second, *_ = weights(build_model(program("flatten; dense 64; dense 64; dense 10 softmax")))
    assert first.shape == second.shape and not np.array_equal(first, second)


def test_layers_are_named_after_kind_and_place_whatever_was_built_before() -> None:
    for _ in range(2):
        model = build_model(program())
        assert [layer.name for layer in model.layers] == ["conv_1", "pool_2", "flatten_3", "dense_4", "dense_5"]
        assert model.input_shape == (None, 8, 8, 1) and model.output_shape == (None, 10)


@pytest.mark.parametrize(("name", "parameters"), [("mnist", 591_786), ("cifar10", 121_802), ("digits", None)])
def test_the_gallery_has_the_shapes_and_parameters_that_the_language_computes(
    name: str, parameters: int | None
) -> None:
    checked: Program = program(importlib.resources.files("specs").joinpath(f"{name}.cnn").read_text())
    model = build_model(checked)
    assert model.count_params() == checked.parameters
    assert parameters in (None, checked.parameters)
    assert [layer.output.shape[1:] for layer in model.layers] == [layer.output_shape for layer in checked.layers]
