"""The training engine against `model.fit`, and against itself."""

import os
import subprocess
import sys
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from trainings import PLAN, TRAINING, array_of, examples, figures, outcome, trained, untrained, usual, weights

from compiler.backend import keras
from compiler.randomness import epoch_order
from runtime.data.examples import ArraySource, Examples
from runtime.training import train as training
from runtime.training.train import train

# Against Keras.


def small_network(outputs: int) -> keras.Sequential:
    """With all that a step must heed: running statistics, a penalty on weights, a constraint."""
    keras.utils.set_random_seed(3)
    layers = (
        keras.layers.Conv2D(4, 3, activation="relu", kernel_regularizer=keras.regularizers.L2(0.01)),
        keras.layers.BatchNormalization(),
        keras.layers.MaxPooling2D(2),
        keras.layers.Flatten(),
        keras.layers.Dense(8, activation="relu", kernel_constraint=keras.constraints.MaxNorm(1.0)),
        keras.layers.Dense(outputs, activation="softmax" if outputs > 1 else "sigmoid"),
    )
    return keras.Sequential([keras.Input((8, 8, 1)), *layers])


@pytest.mark.parametrize(
    ("loss", "outputs"),
    [("categorical_crossentropy", 10), ("sparse_categorical_crossentropy", 10), ("binary_crossentropy", 1)],
)
def test_training_equals_fit(loss: str, outputs: int) -> None:
    plan = replace(PLAN, loss=loss)
    learnt, judged = (examples(count, max(outputs, 2), seed=count) for count in (150, 70))
    ours, theirs = small_network(outputs), small_network(outputs)
    result = train(ours, plan, learnt, judged)

    theirs.compile("adam", loss, metrics=["accuracy"])
    for record in result.history:
        order = epoch_order(plan.seed, record.epoch, learnt.indices)
        log = theirs.fit(
            *as_fit_wants(learnt, order, loss),
            batch_size=plan.batch,
            shuffle=False,
            validation_data=as_fit_wants(judged, judged.indices, loss),
            validation_batch_size=plan.batch,
            verbose=0,
        ).history
        names = ("loss", "accuracy", "val_loss", "val_accuracy")
        np.testing.assert_allclose(np.array(figures(record), float), [log[name][0] for name in names], rtol=1e-5)
    for our, their in zip(ours.weights, theirs.weights, strict=True):
        np.testing.assert_allclose(our.numpy(), their.numpy(), atol=1e-5, err_msg=our.path)


def as_fit_wants(chosen: Examples, order: np.ndarray, loss: str) -> tuple[np.ndarray, np.ndarray]:
    labels = chosen.source.labels[order]
    return next(chosen.source.batches(order, len(order))) / 255, keras.utils.to_categorical(
        labels, 10
    ) if loss.startswith("cat") else labels


# Against itself.


def test_the_same_program_gives_the_same_weights_in_another_process(tmp_path: Path) -> None:
    """Bit for bit, with dropout, whatever each process did before and however Keras is set up there."""
    tmp_path.joinpath("keras.json").write_text('{"floatx": "float16", "image_data_format": "channels_first"}')
    other = subprocess.run(
        [sys.executable, "-c", "import trainings; print(trainings.outcome(trainings.trained()))"],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "KERAS_BACKEND": "jax",
            "KERAS_HOME": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (other.stdout.strip(), other.stderr) == (outcome(usual()), "")


def test_another_seed_gives_other_weights() -> None:
    assert weights(usual()[0]) != weights(trained(replace(PLAN, seed=1))[0])


@pytest.mark.parametrize(("limit", "value"), [("_CHUNK_STEPS", 3), ("_CHUNK_BYTES", 1)])
def test_the_size_of_chunks_leaves_no_trace(monkeypatch: pytest.MonkeyPatch, limit: str, value: int) -> None:
    monkeypatch.setattr(training, limit, value)
    assert outcome(trained()) == outcome(usual())


def test_dropout_draws_anew_in_every_step() -> None:
    """At a learning rate of 0 all but dropout is the same in each epoch."""
    plan = replace(PLAN, optimizer_arguments={"learning_rate": 0.0}, batch=1000, epochs=3)
    losses = [record.loss for record in trained(plan)[1].history]
    assert len(set(losses)) == 3


def test_what_a_model_was_used_for_before_leaves_no_trace_in_dropout() -> None:
    model = untrained()
    model(TRAINING.images() / 255, training=True)
    train(model, PLAN, TRAINING)
    assert weights(model) == weights(usual()[0])


def test_images_that_are_not_chosen_are_not_looked_at() -> None:
    other = untrained()
    images = array_of(TRAINING).copy()
    images[1::2] = 255
    train(other, PLAN, replace(TRAINING, source=ArraySource(images, TRAINING.source.labels)), None)
    assert weights(usual()[0]) == weights(other)


def test_the_images_are_never_copied_as_a_whole() -> None:
    images = np.zeros((3000, 64, 64, 3), np.uint8)
    chosen = Examples(ArraySource(images, np.zeros(len(images), np.int64)), np.arange(len(images)))
    layers = (keras.layers.MaxPooling2D(16), keras.layers.Flatten(), keras.layers.Dense(2, activation="softmax"))
    model = keras.Sequential([keras.Input((64, 64, 3)), *layers])
    tracemalloc.start()
    try:
        train(model, replace(PLAN, epochs=1, batch=32), chosen, chosen)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < images.nbytes / 2
