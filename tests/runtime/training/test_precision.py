"""Mixed precision: 16 bits while training, 32 in weights, probabilities, and everything after training."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from programs import program
from trainings import PLAN, TRAINING, VALIDATION, WITH_DROPOUT, weights

from compiler import build_model
from compiler.backend import keras
from runtime import cli
from runtime.training.train import TrainingResult, train

MIXED = replace(PLAN, precision="mixed_bfloat16")
SPEC = """data digits { limit 300; normalize standard }
augment { rotate 10deg }
conv 4 3x3 relu l2=0.01; batchnorm; residual { conv 4 3x3 same }; flatten; dropout 0.2; dense 10 softmax; dropout 0.01
train { epochs 3; precision mixed_bfloat16; seed 1 }
"""


def trained() -> tuple[keras.Sequential, TrainingResult]:
    model = build_model(program(WITH_DROPOUT), MIXED.precision)
    return model, train(model, MIXED, TRAINING, VALIDATION)


def test_layers_compute_with_16_bits_and_the_head_with_32() -> None:
    model = build_model(program(WITH_DROPOUT), MIXED.precision)
    assert [layer.compute_dtype for layer in model.layers] == ["bfloat16"] * 5 + ["float32"]
    assert {weight.dtype for weight in model.weights} == {"float32"}
    assert weights(model) == weights(build_model(program(WITH_DROPOUT)))
    assert keras.config.dtype_policy().name == "float32"


def test_it_trains_repeatably_and_close_to_full_precision() -> None:
    (one, result), (other, _) = trained(), trained()
    assert weights(one) == weights(other)
    full = build_model(program(WITH_DROPOUT))
    losses = [record.loss for record in train(full, PLAN, TRAINING, VALIDATION).history]
    mixed = [record.loss for record in result.history]
    assert mixed == pytest.approx(losses, rel=0.05)
    assert mixed != losses


def run(folder: Path, *overrides: str) -> Path:
    folder.mkdir()
    (folder / "tiny.cnn").write_text(SPEC)
    words = [word for text in overrides for word in ("--set", text)]
    assert cli.main(["run", str(folder / "tiny.cnn"), "--runs", str(folder / "runs"), *words]) == 0
    return folder / "runs" / "tiny-1"


@pytest.fixture(scope="module")
def mixed_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run(tmp_path_factory.mktemp("mixed") / "whole")


def sums(run: Path) -> list[str]:
    artefacts = json.loads((run / "manifest.json").read_text())["artefacts"]
    return [artefacts[name]["sha256"] for name in ("weights.npz", "predictions.csv", "metrics.json")]


def test_a_resumed_run_ends_in_the_same_bits(mixed_run: Path, tmp_path: Path) -> None:
    cut = run(tmp_path / "cut", "train.epochs=2")
    assert cli.main(["resume", str(cut), "--epochs", "3"]) == 0
    assert sums(cut) == sums(mixed_run)


def test_what_comes_after_training_agrees(mixed_run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from runtime.directory.rundir import open_run
    from runtime.evaluation.inference import predict_probabilities
    from runtime.evaluation.predict import load_model, normalization_of

    opened = open_run(mixed_run)
    _, model = load_model(opened)
    saved = keras.saving.load_model(mixed_run / "model.keras")
    images = np.random.default_rng(0).integers(0, 256, (20, 8, 8, 1), dtype=np.uint8)
    line = normalization_of(opened.manifest)
    ours = predict_probabilities(model, images, 8, line)
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, predict_probabilities(saved, images, 8, line), atol=1e-6)
    assert cli.main(["evaluate", str(mixed_run), "--format", "json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["loss"] == json.loads((mixed_run / "metrics.json").read_text())["test"]["loss"]


def test_the_script_sets_the_same_policy(mixed_run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["compile", str(mixed_run / "spec.cnn"), "--to", "python"]) == 0
    script = capsys.readouterr().out
    assert 'keras.config.set_dtype_policy("mixed_bfloat16")' in script
    assert script.count('dtype="float32"') == 2  # the head, and the dropout behind it


def test_the_history_is_whole(mixed_run: Path) -> None:
    with (mixed_run / "history.csv").open(newline="") as file:
        assert all(float(row["loss"]) < 5 for row in csv.DictReader(file))
