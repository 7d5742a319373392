"""Trainings of a moment, for tests of what is trained and of what is done with it."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import TypeAlias

import numpy as np
from programs import program

from compiler import TrainingPlan, build_model, training_plan
from compiler.backend import keras
from runtime.data.examples import ArraySource, Examples
from runtime.training.history import EpochRecord, TrainingResult
from runtime.training.train import train

WITH_DROPOUT = "conv 4 3x3 relu; pool 2x2; flatten; dropout 0.4; dense 8 relu; dense 10 softmax"
PLAN = replace(training_plan(program()), epochs=2, batch=16)


def examples(count: int, classes: int = 10, *, seed: int = 0) -> Examples:
    """Noise with a bright row that tells the class; every other image of the arrays is left out."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, classes, 2 * count)
    images = random.integers(0, 128, (2 * count, 8, 8, 1), dtype=np.uint8)
    images[np.arange(2 * count), labels % 8] += 100
    images.setflags(write=False)
    return Examples(ArraySource(images, labels), np.arange(0, 2 * count, 2))


def array_of(chosen: Examples) -> np.ndarray:
    """Every image of the source, chosen or not."""
    assert isinstance(chosen.source, ArraySource)
    return chosen.source.images


Trained: TypeAlias = tuple[keras.Sequential, TrainingResult]
TRAINING, VALIDATION = examples(150), examples(70, seed=1)


def weights(model: keras.Sequential) -> bytes:
    return b"".join(weight.numpy().tobytes() for weight in model.weights)


def untrained() -> keras.Sequential:
    return build_model(program(WITH_DROPOUT))


def trained(plan: TrainingPlan = PLAN, interrupted: Callable[[], bool] = lambda: False) -> Trained:
    model = untrained()
    return model, train(model, plan, TRAINING, VALIDATION, interrupted=interrupted)


@cache
def usual() -> Trained:
    """What several tests compare with; its weights are not to be changed."""
    return trained()


def figures(record: EpochRecord) -> tuple[float | None, ...]:
    return record.loss, record.accuracy, record.val_loss, record.val_accuracy


def outcome(result: Trained) -> str:
    digest = hashlib.sha256(weights(result[0])).hexdigest()
    return f"{digest} {[figures(record) for record in result[1].history]}"
