"""Whether a network learns here as it does in Keras: the training of a run beside `model.fit`, pair by pair.

Both sides of a pair begin with the same weights and see the same images in the same order, 10,000 of CIFAR-10 in two
epochs; so what differs is what is done with them, and how it is rounded. Where a network has kinks, as relu and max
pooling, rounding decides on which side of one a value falls, and two trainings are apart after a few dozen steps, as
two with different seeds are; without kinks they stay together, and a difference of meaning would show at once. So the
network here has none unless asked for (`--kinks`).

Run it as `CNN_DATA_HOME=… python -m benchmarks.learning [--pairs 20]`. The exit code is 1 where a mean difference is
beyond its bound.
"""

import argparse
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from compiler import TrainingPlan, build_model, training_plan
from compiler.backend import keras
from compiler.randomness import epoch_order
from runtime.data.examples import Examples
from runtime.data.parts import RunData
from runtime.data.run_data import load_run_data
from runtime.evaluation.inference import judged
from runtime.training.loops import PLAIN
from runtime.training.train import train
from spec_lang import check_text
from spec_lang.program import Program

SPEC: Final = """data cifar10 {{ limit 10000; validation 0% }}
conv 32 4x4 {activation}; {pool} 2x2; conv 32 4x4 {activation}; {pool} 2x2
flatten; dense 128 {activation}; dense 10 softmax
train {{ epochs 2; batch 32; optimizer adam; seed {seed} }}
"""
"""The network of specs/cifar10.cnn, with other activations and another pooling."""
LOSS_BOUND: Final = 0.4
"""Percent of Keras's loss."""
ACCURACY_BOUND: Final = 0.5
"""Points."""


class Learned(NamedTuple):
    """What a training came to."""

    loss: float
    """Of the training images, in the last epoch."""
    accuracy: float
    """On the test images, 0..1."""


class Kind(NamedTuple):
    """What a network is made of, in a spec and in Keras."""

    activation: str
    pool: str
    pooling: type[keras.layers.Layer]


SMOOTH: Final = Kind("elu", "avgpool", keras.layers.AveragePooling2D)
WITH_KINKS: Final = Kind("relu", "pool", keras.layers.MaxPooling2D)


def here(program: Program, plan: TrainingPlan, data: RunData) -> Learned:
    """The training of a run."""
    model = build_model(program)
    result = train(model, plan, data.training)
    assert program.data is not None
    evaluation, _ = judged(model, plan, data.test, program.data.classes, PLAIN.normalization)
    return Learned(result.history[-1].loss, evaluation.accuracy)


def in_keras(program: Program, plan: TrainingPlan, data: RunData, kind: Kind) -> Learned:
    """The same network written by hand, with the same initial weights, in `model.fit`."""
    model = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            keras.layers.Conv2D(32, (4, 4), activation=kind.activation),
            kind.pooling((2, 2)),
            keras.layers.Conv2D(32, (4, 4), activation=kind.activation),
            kind.pooling((2, 2)),
            keras.layers.Flatten(),
            keras.layers.Dense(128, activation=kind.activation),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.set_weights(build_model(program).get_weights())
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    loss = float("nan")
    for epoch in range(1, plan.epochs + 1):
        order = epoch_order(plan.seed, epoch, np.arange(len(data.training)))
        fitted = model.fit(*arrays(data.training, order), batch_size=plan.batch, shuffle=False, verbose=0)
        loss = fitted.history["loss"][0]
    _, accuracy = model.evaluate(*arrays(data.test, np.arange(len(data.test))), verbose=0)
    return Learned(loss, accuracy)


def arrays(examples: Examples, order: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Images from 0 to 1 and one-hot labels, as a person gives them to Keras."""
    [(images, labels, _)] = examples.batches(order, len(order))
    return images.astype("float32") / 255, keras.utils.to_categorical(labels, 10)


def pair(seed: int, kind: Kind) -> tuple[Learned, Learned]:
    """The training of a run, and that of Keras."""
    text = SPEC.format(activation=kind.activation, pool=kind.pool, seed=seed)
    program = check_text(text, "learning.cnn").program
    assert program is not None
    assert program.data is not None
    keras.backend.clear_session()
    plan = training_plan(program)
    data = load_run_data(program.data, plan, Path())
    return here(program, plan, data), in_keras(program, plan, data, kind)


def line(pairs: Sequence[tuple[Learned, Learned]]) -> tuple[str, bool]:
    """The mean differences with their standard errors, and whether both are within their bounds."""
    losses = [100 * (ours.loss / theirs.loss - 1) for ours, theirs in pairs]
    points = [100 * (ours.accuracy - theirs.accuracy) for ours, theirs in pairs]
    fine = abs(statistics.mean(losses)) <= LOSS_BOUND and abs(statistics.mean(points)) <= ACCURACY_BOUND
    words = (
        f"mean difference over {len(pairs)} pairs: training loss {_mean(losses)}%, at most {LOSS_BOUND}; "
        f"test accuracy {_mean(points)} points, at most {ACCURACY_BOUND}"
    )
    return words, fine


def _mean(values: Sequence[float]) -> str:
    if len(values) < 2:
        return f"{values[0]:+.5f}"
    return f"{statistics.mean(values):+.5f} (standard error {statistics.stdev(values) / len(values) ** 0.5:.5f})"


def main() -> int:
    """Print a line for each pair, and the mean differences."""
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--kinks", action="store_true", help="take relu and max pooling")
    options = parser.parse_args()
    print("| seed | loss, dotcnn | loss, Keras | difference, % | accuracy, dotcnn | accuracy, Keras | points |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |", flush=True)
    pairs = []
    for seed in range(options.pairs):
        ours, theirs = pair(seed, WITH_KINKS if options.kinks else SMOOTH)
        pairs.append((ours, theirs))
        print(
            f"| {seed} | {ours.loss:.5f} | {theirs.loss:.5f} | {100 * (ours.loss / theirs.loss - 1):+.5f} "
            f"| {ours.accuracy:.2%} | {theirs.accuracy:.2%} | {100 * (ours.accuracy - theirs.accuracy):+.2f} |",
            flush=True,
        )
    words, fine = line(pairs)
    print(f"\n{words}")
    return 0 if fine else 1


if __name__ == "__main__":
    raise SystemExit(main())
