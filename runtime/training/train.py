"""The training engine: epochs, validation, early stopping, and a clean end when asked for.

The training images stay uint8 where they are: a chunk of a few dozen batches is gathered in the epoch's order and given
to a loop inside TensorFlow (`runtime.training.loops`). Between chunks progress is told, interruptions are noticed, and
all that the future depends on is kept (`runtime.training.checkpoint`).
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np

from compiler.backend import tf
from compiler.devices import Devices
from compiler.optimizers import build_optimizer
from compiler.plan import TrainingPlan
from compiler.randomness import epoch_order
from runtime.data.examples import Examples
from runtime.errors import UserError
from runtime.training.checkpoint import State, restore
from runtime.training.diverging import DivergedError, all_finite
from runtime.training.epoch_end import averaged, end_reason, settle
from runtime.training.history import EpochRecord, StopReason, TrainingResult
from runtime.training.judging import epoch_record, judge
from runtime.training.loops import PLAIN, Loop, Preparation, Totals, no_totals, scoring_loop, training_loop

__all__ = ["EpochRecord", "Examples", "Observer", "Preparation", "TrainingResult", "train"]

_CHUNK_STEPS = 64
"""Most steps between two looks at the outside: more gain nothing."""
_CHUNK_BYTES = 4 << 20
"""Most bytes of images in a chunk, so that one of large images neither takes long nor much memory."""
_SAVE_SECONDS = 20.0
"""Least time between two checkpoints within an epoch."""
_SAVE_SHARE = 0.02
"""Of the time of training, what checkpoints within an epoch may take."""


class Observer(Protocol):
    """Who is told how training goes."""

    def advance(self, epoch: int, done: float, loss: float, accuracy: float) -> None:
        """Several times an epoch: the epoch from 1, the share of it that is done, its means so far."""

    def settle(self, record: EpochRecord, *, best: bool) -> None:
        """Once an epoch; `best` where early stopping finds it the best so far."""


class _Nobody:
    def advance(self, epoch: int, done: float, loss: float, accuracy: float) -> None: ...

    def settle(self, record: EpochRecord, *, best: bool) -> None: ...


Save: TypeAlias = Callable[[State, Any, Any], None]
"""(state, model, optimizer): keeps them, so that the training can go on from there."""


def train(  # noqa: PLR0913 - what it needs, and whom it tells
    model: Any,
    plan: TrainingPlan,
    training: Examples,
    validation: Examples | None = None,
    *,
    preparation: Preparation = PLAIN,
    observer: Observer | None = None,
    interrupted: Callable[[], bool] = lambda: False,
    save: Save = lambda *_: None,
    resume: Path | None = None,
    devices: Devices | None = None,
) -> TrainingResult:
    """Train a `keras.Sequential` in place, by its plan.

    It ends with the weights of its best epoch where the plan has early stopping, else with its last ones. The same
    model, plan and images give the same weights, bit for bit, on the same machine; also where the training was cut off
    at any instant and goes on from what `save` kept.

    Args:
        model: As `build_model` gives it: one input, probabilities as output.
        plan: Its `validation` says how the caller came by `validation`, and is not looked at.
        training: The images to learn from.
        validation: The images to judge each epoch by; never learnt from.
        preparation: What was settled by the training images.
        observer: Told of progress.
        interrupted: Asked before every chunk of steps; training ends when it says so.
        save: Called at the end of every epoch and, in long ones, in between.
        resume: The checkpoint.npz to go on from.
        devices: Those among which each step is divided, in whose scope the model was built; None for one.

    Raises:
        UserError: The loss is no longer a finite number, a step needs more memory than there is, or the checkpoint is
            of another training.
        ValueError: The plan monitors a figure of the validation images, and there are none.
    """
    if validation is None and any(rule.monitor.startswith("val_") for rule in (plan.stop, plan.keeping) if rule):
        raise ValueError("the plan monitors figures of validation images, and there are none")
    watch = observer or _Nobody()
    steps = math.ceil(len(training) / plan.batch)
    with devices.scope() if devices else nullcontext():
        optimizer = build_optimizer(plan, steps)
        learn = training_loop(model, optimizer, plan, preparation, devices)
    score = scoring_loop(model, plan, preparation)
    nothing, unjudged = no_totals(model, plan), no_totals(model, plan, scoring=True)
    state = restore(resume, model, optimizer, nothing) if resume else State(totals=nothing)
    pace = _Pace()

    try:
        while (reason := end_reason(state, plan)) is None:
            began = time.perf_counter()
            order = epoch_order(plan.seed, state.epoch, np.arange(len(training)))
            for images, labels, ids in training.batches(order[state.done :], chunk_size(training, plan.batch)):
                if interrupted():
                    pace.keep(lambda: save(state, model, optimizer))
                    return _ended(model, optimizer, plan, state, "interrupted")
                with _enough_memory(plan):
                    state.totals = learn(images, labels, ids, state.epoch, state.totals)
                _check_finite(state, f"epoch {state.epoch}, step {math.ceil(state.done / plan.batch)}")
                means = state.totals.means()
                watch.advance(state.epoch, state.done / len(training), means.loss, means.accuracy)
                if pace.is_due():
                    pace.keep(lambda: save(state, model, optimizer))
            with averaged(model, optimizer, plan):
                judged = _judged(score, validation, plan, state, unjudged) if validation is not None else None
                if not all_finite(model):
                    raise DivergedError("not all weights are finite numbers", state.epoch, f"epoch {state.epoch}")
                seconds = time.perf_counter() - began
                record = epoch_record(plan, state.epoch, state.totals, judged, validation, seconds)
                best = settle(state, record, plan)
                if best:
                    state.best_weights = model.get_weights()
            if plan.plateau:
                optimizer.learning_rate = plan.learning_rate * state.rate_factor
            state.epoch, state.totals = state.epoch + 1, nothing
            watch.settle(record, best=best and plan.keeping is not None)
            pace.keep(lambda: save(state, model, optimizer))
    except DivergedError:
        if state.best_weights is None:
            raise
        reason = "diverged"
    return _ended(model, optimizer, plan, state, reason)


def _ended(model: Any, optimizer: Any, plan: TrainingPlan, state: State, stop_reason: StopReason) -> TrainingResult:
    """The result, the model left with the weights that count."""
    if state.best_weights is not None and (plan.keeping or stop_reason == "diverged"):
        model.set_weights(state.best_weights)
        return TrainingResult(state.history, stop_reason, "best epoch", state.best.best_epoch)
    if plan.average is not None and int(optimizer.iterations):
        optimizer.finalize_variable_values(model.trainable_variables)
    if state.done or not state.history:
        return TrainingResult(state.history, stop_reason, "unfinished epoch", None)
    return TrainingResult(state.history, stop_reason, "last epoch", state.history[-1].epoch)


class _Pace:
    """When to keep a checkpoint within an epoch: often enough to lose little, seldom enough to cost little."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self._cost = 0.0

    def is_due(self) -> bool:
        return time.monotonic() - self._last > max(_SAVE_SECONDS, self._cost / _SAVE_SHARE)

    def keep(self, save: Callable[[], None]) -> None:
        began = time.monotonic()
        save()
        self._last = time.monotonic()
        self._cost = self._last - began


def chunk_size(examples: Examples, batch: int) -> int:
    """So many whole batches as the limits allow."""
    bytes_in_batch = batch * math.prod(examples.source.image_shape)
    return batch * min(max(_CHUNK_BYTES // bytes_in_batch, 1), _CHUNK_STEPS)


def _judged(score: Loop, examples: Examples, plan: TrainingPlan, state: State, nothing: Totals) -> Totals:
    """The sums over the validation images."""
    totals = judge(score, examples, chunk_size(examples, plan.batch), state.epoch, nothing)
    _check_finite(replace(state, totals=totals), f"the validation after epoch {state.epoch}")
    return totals


@contextmanager
def _enough_memory(plan: TrainingPlan) -> Iterator[None]:
    try:
        yield
    except tf.errors.ResourceExhaustedError as error:
        raise UserError(
            f"a training step on {plan.batch:,} images needs more memory than there is",
            help="make the batch smaller: train { batch 32 }",
        ) from error


def _check_finite(state: State, where: str) -> None:
    if not math.isfinite(state.totals.loss):
        raise DivergedError(f"the loss is {float(state.totals.loss)}", state.epoch, where)
