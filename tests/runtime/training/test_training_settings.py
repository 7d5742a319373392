"""Settings of training that change what an epoch's end decides, against what Keras's callbacks do."""

from dataclasses import replace

import numpy as np
import pytest
from trainings import PLAN, TRAINING, VALIDATION, trained, untrained, usual, weights

from compiler import EarlyStopping, TrainingPlan
from compiler.backend import keras
from compiler.plan import Schedule
from compiler.randomness import epoch_order
from runtime.training.train import Preparation, train


def rate(value: float) -> dict[str, float]:
    return {"learning_rate": value}


def test_the_best_epoch_is_kept_without_early_stopping() -> None:
    plan = replace(PLAN, epochs=6, optimizer_arguments=rate(0.1), keep="val_accuracy")
    _, result = trained(plan)
    accuracies = [record.val_accuracy for record in result.history if record.val_accuracy is not None]
    assert (len(accuracies), result.stop_reason, result.weights) == (6, "completed", "best epoch")
    assert result.best_epoch == accuracies.index(max(accuracies)) + 1


def test_what_is_kept_may_be_another_figure_than_what_stops() -> None:
    stop = EarlyStopping("val_loss", 2)
    plan = replace(PLAN, epochs=30, optimizer_arguments=rate(0.1), keep="val_accuracy", stop=stop)
    _, result = trained(plan)
    losses = [record.val_loss for record in result.history if record.val_loss is not None]
    accuracies = [record.val_accuracy for record in result.history if record.val_accuracy is not None]
    assert result.stop_reason == "early stopping"
    assert losses.index(min(losses)) + 1 == len(losses) - 2
    assert result.best_epoch == accuracies.index(max(accuracies)) + 1


def test_a_plateau_lowers_the_learning_rate() -> None:
    """At a rate that moves nothing, no epoch is better than the first."""
    schedule = Schedule("plateau", {"monitor": "val_loss", "patience": 2, "factor": 0.5})
    plan = replace(PLAN, optimizer="sgd", optimizer_arguments=rate(1e-30), epochs=6, schedule=schedule)
    rates: list[float] = []
    train(
        untrained_without_dropout(),
        plan,
        TRAINING,
        VALIDATION,
        save=lambda _state, _model, optimizer: rates.append(float(optimizer.learning_rate)),
    )
    assert [each / 1e-30 for each in rates] == pytest.approx([1, 1, 0.5, 0.5, 0.25, 0.25])


def untrained_without_dropout() -> keras.Sequential:
    keras.utils.set_random_seed(2)
    layers = (keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax"))
    return keras.Sequential([keras.Input((8, 8, 1)), *layers])


def test_averaged_weights_are_those_of_keras() -> None:
    plan = replace(PLAN, optimizer="sgd", optimizer_arguments=rate(0.1), average=0.9, epochs=2, batch=15)
    ours, theirs = untrained_without_dropout(), untrained_without_dropout()
    result = train(ours, plan, TRAINING, VALIDATION)
    theirs.compile(keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.9), "categorical_crossentropy")
    order = np.concatenate([epoch_order(plan.seed, epoch, TRAINING.indices) for epoch in (1, 2)])
    images = next(TRAINING.source.batches(order, len(order))) / 255
    labels = keras.utils.to_categorical(TRAINING.source.labels[order], 10)
    theirs.fit(images, labels, batch_size=plan.batch, shuffle=False, verbose=0)  # its end puts the means in place
    for our, their in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(our, their, atol=1e-5)
    assert result.history[1].val_loss == pytest.approx(
        ours_loss(ours, VALIDATION.images() / 255, VALIDATION.labels), rel=1e-4
    )


def ours_loss(model: keras.Sequential, images: np.ndarray, labels: np.ndarray) -> float:
    model.compile(loss="sparse_categorical_crossentropy")
    return float(model.evaluate(images, labels, verbose=0))


def test_a_time_limit_ends_between_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    _, result = trained(replace(PLAN, epochs=50, time_limit=0.0001))
    assert (len(result.history), result.stop_reason, result.weights) == (1, "time limit", "last epoch")


def test_smoothed_labels_raise_the_loss_of_a_sure_model() -> None:
    plain, smooth = (trained(replace(PLAN, label_smoothing=share))[1].history for share in (0.0, 0.3))
    assert smooth[0].loss != plain[0].loss
    assert smooth[0].val_loss is not None


def test_class_weights_change_what_is_learnt() -> None:
    model = untrained()
    train(model, PLAN, TRAINING, VALIDATION, preparation=Preparation(class_weights=np.linspace(0.1, 2, 10)))
    assert weights(model) != weights(usual()[0])
    same = untrained()
    train(same, PLAN, TRAINING, VALIDATION, preparation=Preparation(class_weights=np.ones(10)))
    assert weights(same) == weights(usual()[0])


@pytest.mark.parametrize(
    "change",
    [{"keep": "val_loss"}, {"average": 0.9}, {"schedule": Schedule("cosine", {"warmup": 1, "end": 0.0})}],
)
def test_repeatable(change: dict[str, object]) -> None:
    plan: TrainingPlan = replace(PLAN, **change)
    assert weights(trained(plan)[0]) == weights(trained(plan)[0])
