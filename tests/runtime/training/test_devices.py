"""Several devices: two processors, as TensorFlow sees them in a process of their own, train as one does."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from runtime import cli

SPEC = """data digits { limit 301; normalize standard; balance weights }
augment { rotate 10deg; mixup 0.2 }
conv 4 3x3 relu l2=0.01; batchnorm; residual { conv 4 3x3 same; batchnorm }; flatten; dense 10 softmax
train { epochs 2; metrics f1 top3; batch 17; seed 1 }
"""
DROPOUT = "data digits { limit 200 }\nflatten; dropout 0.3; dense 10 softmax\ntrain { epochs 2; devices all; seed 1 }\n"
TWO = """import json, sys
from compiler.backend import tf
(processor,) = tf.config.list_physical_devices("CPU")
tf.config.set_logical_device_configuration(processor, [tf.config.LogicalDeviceConfiguration()] * 2)
from runtime.cli import main
for words in json.loads(sys.argv[1]):
    if main(words):
        sys.exit(1)
"""


def commands(*lines: list[str]) -> None:
    """Carry out commands of `cnn` in one process with two devices."""
    done = subprocess.run(
        [sys.executable, "-c", TWO, json.dumps(lines)], capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stderr


def written(folder: Path, text: str = SPEC) -> list[str]:
    (folder / "tiny.cnn").write_text(text)
    return ["run", str(folder / "tiny.cnn"), "--runs", str(folder / "runs")]


def history(run: Path) -> list[list[float]]:
    with (run / "history.csv").open(newline="") as file:
        return [[float(row[name]) for name in row if name != "seconds"] for row in csv.DictReader(file)]


def weights(run: Path) -> str:
    checksum: str = json.loads((run / "manifest.json").read_text())["artefacts"]["weights.npz"]["sha256"]
    return checksum


def test_two_devices_train_as_one_does(tmp_path: Path) -> None:
    run, runs = written(tmp_path), tmp_path / "runs"
    commands([*run, "--set", "train.devices=all"])
    assert cli.main(run) == 0
    two, one = (history(runs / f"tiny-{number}") for number in (1, 2))
    for ours, theirs in zip(two, one, strict=True):
        assert ours[:3] == pytest.approx(theirs[:3], rel=1e-3)  # epoch, loss, accuracy: the same but for rounding
        assert ours[3] == pytest.approx(theirs[3], rel=1e-3)
    assert weights(runs / "tiny-1") != weights(runs / "tiny-2")


@pytest.mark.heavy
def test_a_run_on_two_devices_is_resumed(tmp_path: Path) -> None:
    run, runs = [*written(tmp_path), "--set", "train.devices=2"], tmp_path / "runs"
    commands(run, [*run, "--set", "train.epochs=1"], ["resume", str(runs / "tiny-2"), "--epochs", "2"])
    assert weights(runs / "tiny-1") == weights(runs / "tiny-2")
    assert history(runs / "tiny-1") == history(runs / "tiny-2")


@pytest.mark.heavy
def test_dropout_and_mixed_precision_repeat_on_two_devices(tmp_path: Path) -> None:
    run, runs = written(tmp_path, DROPOUT), tmp_path / "runs"
    commands(run, run, *([[*run, "--set", "train.precision=mixed_bfloat16"]] * 2))
    assert weights(runs / "tiny-1") == weights(runs / "tiny-2") != weights(runs / "tiny-3")
    assert weights(runs / "tiny-3") == weights(runs / "tiny-4")


def test_more_devices_than_there_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([*written(tmp_path), "--set", "train.devices=3"]) == 2
    assert "3 devices are asked for, and there " in capsys.readouterr().err


def test_all_devices_may_be_one(tmp_path: Path) -> None:
    assert cli.main(written(tmp_path, DROPOUT)) == 0
    assert cli.main([*written(tmp_path, DROPOUT), "--set", "train.devices=1"]) == 0
    assert weights(tmp_path / "runs" / "tiny-1") == weights(tmp_path / "runs" / "tiny-2")
