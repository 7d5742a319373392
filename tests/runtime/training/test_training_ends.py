"""How training ends, which weights count then, and what an observer is told on the way."""

from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from trainings import PLAN, TRAINING, VALIDATION, trained, untrained, usual, weights

from compiler import EarlyStopping
from compiler.backend import keras, tf
from runtime.data.examples import Examples
from runtime.errors import UserError
from runtime.training import train as training
from runtime.training.diverging import DivergedError, remedies
from runtime.training.history import EpochRecord
from runtime.training.loops import Totals
from runtime.training.stopping_words import stop_words, stopped_as
from runtime.training.train import train

# Which weights count, and when training ends.


def test_without_early_stopping_the_last_weights_count() -> None:
    model, result = usual()
    assert (result.stop_reason, result.weights, result.best_epoch) == ("completed", "last epoch", 2)
    assert loss_on_validation(model) == pytest.approx(result.history[-1].val_loss)


def test_early_stopping_ends_with_the_weights_of_the_best_epoch() -> None:
    plan = replace(PLAN, epochs=50, optimizer_arguments={"learning_rate": 0.1}, stop=EarlyStopping("val_loss", 3))
    watcher = Watcher()
    model = untrained()
    result = train(model, plan, TRAINING, VALIDATION, observer=watcher)
    losses = [record.val_loss for record in result.history if record.val_loss is not None]
    assert (result.stop_reason, result.weights) == ("early stopping", "best epoch")
    assert result.best_epoch == losses.index(min(losses)) + 1 == len(losses) - 3
    assert loss_on_validation(model) == pytest.approx(min(losses))
    assert watcher.settled == list(result.history)
    assert watcher.best == [loss == min(losses[: epoch + 1]) for epoch, loss in enumerate(losses)]


def test_the_best_weights_count_too_when_all_epochs_are_used_up() -> None:
    plan = replace(PLAN, epochs=4, optimizer_arguments={"learning_rate": 0.1}, stop=EarlyStopping("accuracy", 10))
    _, result = trained(plan)
    accuracies = [record.accuracy for record in result.history]
    assert (result.stop_reason, result.weights) == ("completed", "best epoch")
    assert result.best_epoch == accuracies.index(max(accuracies)) + 1


def loss_on_validation(model: keras.Sequential) -> float:
    model.compile(loss="sparse_categorical_crossentropy")
    return float(model.evaluate(VALIDATION.images() / 255, VALIDATION.labels, verbose=0))


@pytest.mark.parametrize(
    ("chunks", "stop", "epochs", "kept", "best_epoch"),
    [
        (0, None, 0, "unfinished epoch", None),
        (3, None, 0, "unfinished epoch", None),
        (7, None, 1, "unfinished epoch", None),
        (5, None, 1, "last epoch", 1),
        (3, EarlyStopping("val_loss", 2), 0, "unfinished epoch", None),
        (7, EarlyStopping("val_loss", 2), 1, "best epoch", 1),
    ],
)
def test_an_interruption_ends_training_at_the_next_chunk(
    monkeypatch: pytest.MonkeyPatch,
    chunks: int,
    stop: EarlyStopping | None,
    epochs: int,
    kept: str,
    best_epoch: int | None,
) -> None:
    monkeypatch.setattr(training, "_CHUNK_STEPS", 2)  # 150 images in batches of 16 make 5 chunks
    answers = iter([False] * chunks + [True])
    model, result = trained(replace(PLAN, stop=stop), interrupted=lambda: next(answers))
    assert (result.stop_reason, result.weights, result.best_epoch) == ("interrupted", kept, best_epoch)
    assert len(result.history) == epochs
    assert (weights(model) == weights(untrained())) == (chunks == 0)
    if kept == "best epoch":
        assert loss_on_validation(model) == pytest.approx(result.history[0].val_loss)


# What an observer is told.


@dataclass
class Watcher:
    advances: list[tuple[int, float, float, float]] = field(default_factory=list)
    settled: list[EpochRecord] = field(default_factory=list)
    best: list[bool] = field(default_factory=list)

    def advance(self, epoch: int, done: float, loss: float, accuracy: float) -> None:
        self.advances.append((epoch, done, loss, accuracy))

    def settle(self, record: EpochRecord, *, best: bool) -> None:
        self.settled.append(record)
        self.best.append(best)


def test_progress_is_told_between_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "_CHUNK_STEPS", 4)
    watcher = Watcher()
    result = train(untrained(), PLAN, TRAINING, observer=watcher)
    done = [(epoch, round(share * 150)) for epoch, share, _, _ in watcher.advances]
    assert done == [(1, 64), (1, 128), (1, 150), (2, 64), (2, 128), (2, 150)]
    assert watcher.advances[-1][2:] == (result.history[-1].loss, result.history[-1].accuracy)
    assert watcher.best == [False, False]
    assert result.history[-1].val_loss is result.history[-1].val_accuracy is None
    assert all(record.seconds > 0 for record in result.history)


# What goes wrong.


def test_a_loss_that_is_no_number_in_the_first_epoch_ends_training() -> None:
    plan = replace(PLAN, optimizer="sgd", optimizer_arguments={"learning_rate": 1e30})
    with pytest.raises(
        DivergedError, match=r"training diverged: the loss is (nan|inf) in epoch 1, step [23]$"
    ) as caught:
        trained(plan)
    assert caught.value.epoch == 1


@pytest.mark.parametrize(
    ("optimizer", "rate", "clip", "advised"),
    [
        ("sgd", 1.0, None, [("train.optimizer.lr", "0.01"), ("train.clip", "global_norm 1")]),
        ("adam", 1e30, None, [("train.optimizer.lr", "0.001"), ("train.clip", "global_norm 1")]),
        ("sgd", 0.01, ("global_norm", 1.0), [("train.optimizer.lr", "0.001")]),
    ],
)
def test_what_would_help_is_a_smaller_rate_and_a_bound(
    optimizer: str, rate: float, clip: tuple[str, float] | None, advised: list[tuple[str, str]]
) -> None:
    plan = replace(PLAN, optimizer=optimizer, optimizer_arguments={"learning_rate": rate}, clip=clip)
    assert list(remedies(plan)) == advised


@pytest.mark.parametrize("validation", [VALIDATION, None])
@pytest.mark.parametrize("stop", [None, EarlyStopping("accuracy", 9)])
def test_a_late_divergence_keeps_the_best_epoch(
    monkeypatch: pytest.MonkeyPatch, validation: Examples | None, stop: EarlyStopping | None
) -> None:
    """The weights turn into no numbers in epoch 4, by a learning rate that leaps."""
    kept: list[list[np.ndarray]] = []

    class Leaping(Watcher):
        def settle(self, record: EpochRecord, *, best: bool) -> None:
            super().settle(record, best=best)
            kept.append(model.get_weights())
            if record.epoch == 3:
                model.set_weights([each * np.nan if each.dtype == np.float32 else each for each in kept[0]])

    model = untrained()
    plan = replace(PLAN, epochs=6, optimizer_arguments={"learning_rate": 0.01}, stop=stop)
    watcher = Leaping()
    result = train(model, plan, TRAINING, validation, observer=watcher)
    assert (result.stop_reason, result.weights, len(result.history)) == ("diverged", "best epoch", 3)
    figures = [record.accuracy if stop else record.val_loss or record.loss for record in result.history]
    best = figures.index(max(figures) if stop else min(figures))
    assert result.best_epoch == best + 1
    for weight, expected in zip(model.get_weights(), kept[best], strict=True):
        np.testing.assert_array_equal(weight, expected)
    assert stop_words(plan, result) == "Training diverged in epoch 4: the loss was no longer a finite number."
    assert stopped_as(result) == "diverged in epoch 4"
    assert any(watcher.best) == (stop is not None)


def test_weights_that_are_no_numbers_are_noticed_though_the_loss_was_one() -> None:
    """The loss of an epoch's last step is that of the weights before it."""
    plan = replace(PLAN, optimizer="sgd", optimizer_arguments={"learning_rate": 1e39}, batch=1000)
    with pytest.raises(DivergedError, match="not all weights are finite numbers in epoch 1"):
        train(untrained(), plan, TRAINING)


def test_a_loss_that_is_no_number_is_noticed_in_validation_too() -> None:
    plan = replace(PLAN, optimizer="sgd", optimizer_arguments={"learning_rate": 1e38}, batch=1000)
    with pytest.raises(UserError, match=r"is (nan|inf) in the validation after epoch 1$"):
        trained(plan)


def test_a_step_that_does_not_fit_in_memory_is_said_to_be_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object) -> Totals:
        raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")

    monkeypatch.setattr(training, "training_loop", lambda *_: exhausted)
    with pytest.raises(UserError, match="a training step on 16 images needs more memory") as caught:
        trained()
    assert caught.value.help is not None and "batch" in caught.value.help


def test_a_validation_figure_cannot_be_monitored_without_images() -> None:
    plan = replace(PLAN, stop=EarlyStopping("val_loss", 2))
    with pytest.raises(ValueError, match="monitors figures of validation images"):
        train(untrained(), plan, TRAINING)
