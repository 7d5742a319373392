"""The optimizers against those of Keras that they are named after."""

from dataclasses import replace

import numpy as np
import pytest
from programs import TINY, program

from compiler import build_model, training_plan
from compiler.backend import keras, tf
from compiler.optimizers import build_optimizer
from spec_lang.program import Arguments
from spec_lang.sections import OPTIMIZERS
from spec_lang.statics import statics

ARGUMENTS: dict[str, Arguments] = {
    "Adam": {"learning_rate": 0.01},
    "AdamW": {"learning_rate": 0.01, "weight_decay": 0.1},
    "RMSprop": {"learning_rate": 0.01, "momentum": 0.5},
    "SGD": {"learning_rate": 0.01, "momentum": 0.9, "nesterov": True},
    "Adagrad": {"learning_rate": 0.01},
    "Nadam": {"learning_rate": 0.01, "beta_1": 0.8},
    "Lion": {"learning_rate": 0.01, "weight_decay": 0.1},
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


RATES = {
    "cosine": [0.1, 0.1 * (1 + np.cos(np.pi / 10)) / 2, 0.05],
    "cosine warmup=1 end=10%": [0.0, 0.05, 0.1],
    "step every=2 factor=0.5": [0.1, 0.1, 0.1, 0.1, 0.05],
    "exponential factor=0.25": [0.1, 0.05, 0.025],
}


@pytest.mark.parametrize("written", RATES)
def test_schedules(written: str) -> None:
    """Five epochs of two steps each."""
    text = f"{TINY}\ntrain {{ epochs 5; optimizer sgd lr=0.1; schedule {written} }}"
    optimizer = build_optimizer(training_plan(program(text)), steps=2)
    rates = []
    variable = keras.Variable(np.ones(1, np.float32))
    optimizer.build([variable])
    for _ in range(10):
        rates.append(float(optimizer.learning_rate))
        optimizer.apply([tf.zeros(1)], [variable])
    expected = RATES[written]
    shown = [rates[0], rates[1], rates[5]] if written == "cosine" else rates[: len(expected)]
    np.testing.assert_allclose(shown, expected, rtol=1e-5, atol=1e-7)
    if written.startswith("cosine w"):
        assert 0.01 <= rates[-1] < 0.03


@pytest.mark.parametrize(
    ("clip", "norm"), [("norm 1", np.sqrt(2)), ("global_norm 1", 1.0), ("value 0.5", np.sqrt(0.25 * 3))]
)
def test_gradients_are_bounded(clip: str, norm: float) -> None:
    optimizer = build_optimizer(training_plan(program(f"{TINY}\ntrain {{ optimizer sgd lr=1; clip {clip} }}")))
    variables = [keras.Variable(np.zeros(2, np.float32)), keras.Variable(np.zeros(1, np.float32))]
    optimizer.build(variables)
    optimizer.apply([tf.constant([30.0, 40.0]), tf.constant([50.0])], variables)
    moved = np.concatenate([variable.numpy() for variable in variables])
    assert np.linalg.norm(moved) == pytest.approx(norm, rel=1e-5)


@pytest.mark.parametrize("average", ["", "average 0.99"])
@pytest.mark.parametrize(
    "name", [*OPTIMIZERS, "sgd momentum=0.9", "sgd momentum=0.9 nesterov=on", "rmsprop momentum=0.9"]
)
def test_the_estimate_of_memory_counts_what_an_optimizer_keeps(name: str, average: str) -> None:
    tiny = program(f"{TINY}\ntrain {{ optimizer {name}; {average} }}")
    model, optimizer = build_model(tiny), build_optimizer(training_plan(tiny))
    optimizer.build(model.trainable_variables)
    kept = sum(variable.value.numpy().nbytes for variable in optimizer.variables if variable.ndim)
    assert statics(tiny).memory.step.slots == kept
