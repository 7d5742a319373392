"""How long an epoch takes and how much memory a run: a few steps, timed."""

import math
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

from compiler import TrainingPlan, build_model
from compiler.optimizers import build_optimizer
from runtime.data.examples import Examples
from runtime.data.run_data import load_run_data
from runtime.training.loops import Loop, Preparation, Totals, no_totals, training_loop
from spec_lang.program import Program
from spec_lang.statics import statics

_STEPS = 8


class Calibration(NamedTuple):
    """What a run will need, about."""

    memory: int
    """Bytes."""
    epoch: float
    """Seconds, validation left out."""
    steps: int
    """That were timed."""


def calibrate(program: Program, plan: TrainingPlan, folder: Path) -> Calibration:
    """Time a few steps of the spec's training, reading included; the first ones, which build the graph, apart."""
    assert program.data is not None
    training = load_run_data(program.data, plan, folder).training
    model = build_model(program)
    learn = training_loop(model, build_optimizer(plan), plan, Preparation())
    steps = min(_STEPS, math.ceil(len(training) / plan.batch))
    positions = np.arange(min(steps * plan.batch, len(training)))
    nothing = no_totals(model, plan)
    _timed(learn, training, positions[: plan.batch], nothing)
    seconds = _timed(learn, training, positions, nothing)
    memory = statics(program).memory.total
    return Calibration(memory, seconds / len(positions) * len(training), steps)


def _timed(learn: Loop, training: Examples, positions: np.ndarray, nothing: Totals) -> float:
    began = time.perf_counter()
    for images, labels, ids in training.batches(positions, len(positions)):
        learn(images, labels, ids, 1, nothing)
    return time.perf_counter() - began
