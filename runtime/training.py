"""The training engine: epochs, validation, early stopping, and a clean end when asked for.

The training set stays uint8 and is never copied: a chunk of a few dozen batches is gathered in the epoch's order and
handed to a loop inside TensorFlow (`runtime.loops`). Progress is told, and interruptions are noticed, between chunks.
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from compiler.backend import tf
from compiler.optimizers import build_optimizer
from compiler.plan import TrainingPlan
from compiler.randomness import epoch_order
from runtime.early_stopping import StoppingState
from runtime.errors import UserError
from runtime.history import EpochRecord, StopReason, TrainingResult
from runtime.loops import Loop, Totals, scoring_loop, training_loop

__all__ = ["EpochRecord", "Examples", "Observer", "TrainingResult", "train"]

_CHUNK_STEPS = 64
"""Most steps between two looks at the outside: more gain nothing."""
_CHUNK_BYTES = 4 << 20
"""Most bytes of images in a chunk, so that one of large images neither takes long nor much memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Some images of an array and their labels."""

    images: NDArray[np.uint8]
    """(n, height, width, channels), 0 to 255."""
    labels: NDArray[np.int64]
    """(n,)."""
    indices: NDArray[np.int64]
    """Which of the n images they are."""


class Observer(Protocol):
    """Who is told how training goes."""

    def advance(self, epoch: int, done: float, loss: float, accuracy: float) -> None:
        """Several times an epoch: the epoch from 1, the share of it that is done, its means so far."""

    def settle(self, record: EpochRecord, *, best: bool) -> None:
        """Once an epoch; `best` where early stopping finds it the best so far."""


class _Nobody:
    def advance(self, epoch: int, done: float, loss: float, accuracy: float) -> None: ...

    def settle(self, record: EpochRecord, *, best: bool) -> None: ...


def train(
    model: Any,
    plan: TrainingPlan,
    training: Examples,
    validation: Examples | None = None,
    *,
    observer: Observer | None = None,
    interrupted: Callable[[], bool] = lambda: False,
) -> TrainingResult:
    """Train a `keras.Sequential` in place, by its plan.

    It ends with the weights of its best epoch where the plan has early stopping, else with its last ones. The same
    model, plan and images give the same weights, bit for bit, on the same machine.

    Args:
        model: As `build_model` gives it: one input, probabilities as output.
        plan: Its `validation` says how the caller came by `validation`, and is not looked at.
        training: The images to learn from.
        validation: The images to judge each epoch by; never learnt from.
        observer: Told of progress.
        interrupted: Asked before every chunk of steps; training ends when it says so.

    Raises:
        UserError: The loss is no longer a finite number, or a step needs more memory than there is.
        ValueError: The plan monitors a figure of the validation images, and there are none.
    """
    if plan.stop is not None and plan.stop.monitor.startswith("val_") and validation is None:
        raise ValueError(f"the plan monitors {plan.stop.monitor}, and there are no validation images")
    watch = observer or _Nobody()
    learn, score = training_loop(model, build_optimizer(plan), plan), scoring_loop(model, plan)
    history: list[EpochRecord] = []
    stopping = StoppingState()
    best_weights: list[NDArray[Any]] | None = None

    def end(stop_reason: StopReason, *, unfinished: bool = False) -> TrainingResult:
        if best_weights is not None:
            model.set_weights(best_weights)
            return TrainingResult(tuple(history), stop_reason, "best epoch", stopping.best_epoch)
        if unfinished or not history:
            return TrainingResult(tuple(history), stop_reason, "unfinished epoch", None)
        return TrainingResult(tuple(history), stop_reason, "last epoch", history[-1].epoch)

    for epoch in range(1, plan.epochs + 1):
        began = time.perf_counter()
        totals = Totals()
        for images, labels in _chunks(training, epoch_order(plan.seed, epoch, training.indices), plan.batch):
            if interrupted():
                return end("interrupted", unfinished=totals.images > 0)
            with _enough_memory(plan):
                totals = learn(images, labels, totals)
            _check_finite(totals, plan, f"epoch {epoch}, step {math.ceil(int(totals.images) / plan.batch)}")
            watch.advance(epoch, int(totals.images) / len(training.indices), *totals.means())
        val_loss, val_accuracy = _scored(score, validation, plan, epoch)
        record = EpochRecord(epoch, *totals.means(), val_loss, val_accuracy, time.perf_counter() - began)
        history.append(record)
        if plan.stop is not None:
            stopping = stopping.after(epoch, getattr(record, plan.stop.monitor), plan.stop)
            if stopping.best_epoch == epoch:
                best_weights = model.get_weights()
        watch.settle(record, best=stopping.best_epoch == epoch)
        if plan.stop is not None and stopping.is_over(plan.stop):
            return end("early stopping")
    return end("completed")


def _chunks(
    examples: Examples, order: NDArray[np.int64], batch: int
) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.int64]]]:
    """The examples in an order, as many whole batches at a time as the limits allow."""
    bytes_in_batch = batch * examples.images[:1].nbytes
    size = batch * min(max(_CHUNK_BYTES // bytes_in_batch, 1), _CHUNK_STEPS)
    for start in range(0, len(order), size):
        chosen = order[start : start + size]
        yield examples.images[chosen], examples.labels[chosen]


def _scored(
    score: Loop, examples: Examples | None, plan: TrainingPlan, epoch: int
) -> tuple[float, float] | tuple[None, None]:
    """Loss and accuracy on the validation images, where there are any."""
    if examples is None:
        return None, None
    totals = Totals()
    for images, labels in _chunks(examples, examples.indices, plan.batch):
        totals = score(images, labels, totals)
    _check_finite(totals, plan, f"the validation after epoch {epoch}")
    return totals.means()


@contextmanager
def _enough_memory(plan: TrainingPlan) -> Iterator[None]:
    try:
        yield
    except tf.errors.ResourceExhaustedError as error:
        raise UserError(
            f"a training step on {plan.batch:,} images needs more memory than there is",
            help="make the batch smaller: train { batch 32 }",
        ) from error


def _check_finite(totals: Totals, plan: TrainingPlan, where: str) -> None:
    if math.isfinite(totals.loss):
        return
    raise UserError(
        f"training diverged: the loss is {float(totals.loss)} in {where}",
        help=f"try a smaller learning rate: optimizer {plan.optimizer} lr={plan.learning_rate / 10:g}",
    )
