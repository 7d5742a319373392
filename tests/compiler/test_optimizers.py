"""The optimizers against those of Keras that they are named after."""

from dataclasses import replace

import numpy as np
import pytest
from programs import program

from compiler import training_plan
from compiler.backend import keras, tf
from compiler.optimizers import build_optimizer
from spec_lang.program import Arguments

ARGUMENTS: dict[str, Arguments] = {
    "Adam": {"learning_rate": 0.01},
    "AdamW": {"learning_rate": 0.01, "weight_decay": 0.1},
    "RMSprop": {"learning_rate": 0.01, "momentum": 0.5},
    "SGD": {"learning_rate": 0.01, "momentum": 0.9, "nesterov": True},
}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_steps_equal_those_of_keras(name: str) -> None:
    random = np.random.default_rng(0)
    start = [random.normal(size=shape).astype(np.float32) for shape in ((7, 5), (5,))]
    # From tiny to large: epsilon matters at one end, the bounds of the formula at the other.
    gradients = [
        [(random.normal(size=each.shape) * scale).astype(np.float32) for each in start]
        for scale in (1e-8, 1e-3, 1.0, 100.0, 0.0, 1.0)
    ]
    plan = replace(training_plan(program()), optimizer=name.lower(), optimizer_arguments=ARGUMENTS[name])
    ours = _after(build_optimizer(plan), start, gradients)
    theirs = _after(getattr(keras.optimizers, name)(**ARGUMENTS[name]), start, gradients)
    for our, their, begin in zip(ours, theirs, start, strict=True):
        np.testing.assert_allclose(our, their, rtol=1e-6, atol=1e-6)
        assert np.abs(our - begin).max() > 0.01


def _after(optimizer: keras.optimizers.Optimizer, start: list[np.ndarray], gradients: list[list[np.ndarray]]) -> list:
    variables = [keras.Variable(each) for each in start]
    optimizer.build(variables)

    @tf.function(autograph=False)
    def steps() -> None:
        for each in gradients:
            optimizer.apply([tf.constant(gradient) for gradient in each], variables)

    steps()
    return [variable.numpy() for variable in variables]
