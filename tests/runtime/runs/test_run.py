import csv
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pictures import save_tree
from PIL import Image

import specs
from compiler import training_plan
from compiler.backend import keras
from runtime import cli
from runtime.data.datasets import load_dataset
from runtime.data.run_data import load_run_data
from runtime.directory.rundir import open_run
from runtime.errors import UserError
from runtime.evaluation.inference import predict_probabilities
from runtime.evaluation.predict import load_model
from runtime.runs import job, run
from runtime.training.history import EpochRecord
from runtime.training.progress import Progress
from spec_lang import check_text
from spec_lang.program_json import from_json

TINY = "# mine, with Windows line ends\r\nconv 4 3x3 relu; pool 2x2; flatten; dense 10 softmax\r\n"
ARTEFACTS = {
    "spec.cnn",
    "program.json",
    "history.csv",
    "weights.npz",
    "model.keras",
    "metrics.json",
    "predictions.csv",
    "report.html",
    "figures/loss.png",
    "figures/accuracy.png",
    "figures/confusion.png",
    "figures/samples.png",
}


def write_spec(folder: Path, text: str = TINY) -> str:
    path = folder / "tiny.cnn"
    path.write_bytes(text.encode())
    return str(path)


def train(folder: Path, *overrides: str, text: str = TINY) -> tuple[int, Path]:
    """The exit code of a run in this process, and its directory."""
    runs = folder / "runs"
    code = run.run_file(write_spec(folder, text), overrides or ["train.epochs=2"], str(runs))
    return code, max(runs.iterdir())


def manifest_of(path: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((path / "manifest.json").read_text())
    return manifest


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def _no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spares a test that looks at other things the seconds that figures take."""
    monkeypatch.setattr(job, "_report", lambda *_: None)


def test_a_run_leaves_what_it_promises_and_the_checksum_of_each(finished_run: Path) -> None:
    files = {entry.relative_to(finished_run).as_posix() for entry in finished_run.rglob("*") if entry.is_file()}
    assert files == ARTEFACTS | {"manifest.json", "checkpoint.npz"}
    manifest = manifest_of(finished_run)
    program = from_json(json.loads((finished_run / "program.json").read_text()))
    assert program.data is not None
    judged_by = load_run_data(program.data, training_plan(program), finished_run).test_fingerprint
    assert manifest["artefacts"] == {
        name: {
            "sha256": hashlib.sha256((finished_run / name).read_bytes()).hexdigest(),
            "size": (finished_run / name).stat().st_size,
        }
        for name in ARTEFACTS
    }
    assert manifest["state"] == "finished"
    assert manifest["seconds"].keys() == {"data", "build", "train", "save", "evaluate", "report"}
    assert manifest["data"] == {
        "name": "digits",
        "fingerprint": load_dataset("digits").fingerprint,
        "origin": "scikit-learn's load_digits",
        "train_images": 1293,
        "validation_images": 144,
        "test_images": 360,
        "test_fingerprint": judged_by,
    }


@pytest.mark.usefixtures("_no_report")
def test_a_run_on_ones_own_pictures_is_called_by_their_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_tree(tmp_path / "data" / "pets", {"cat": 12, "dog": 12})
    text = 'data folder "data/pets" { size 8x8; test 25% }\nmodel { flatten; dense classes softmax }\n'
    code, path = train(tmp_path, "train.epochs=1", text=text)
    assert (code, manifest_of(path)["data"]["name"]) == (0, "data/pets")
    assert "\ndata/pets: " in capsys.readouterr().out
    assert cli.main(["runs", str(path.parent), "--format", "csv"]) == 0
    assert ",data/pets," in capsys.readouterr().out


def test_the_spec_is_kept_to_the_byte_and_the_program_as_resolved(finished_run: Path) -> None:
    assert (finished_run / "spec.cnn").read_bytes() == TINY.encode()
    program = from_json(json.loads((finished_run / "program.json").read_text()))
    assert program.name == "tiny"
    assert program.train["epochs"] == {"count": 2}


def test_history_metrics_and_predictions_agree(finished_run: Path) -> None:
    history = rows_of(finished_run / "history.csv")
    assert [row["epoch"] for row in history] == ["1", "2"]
    assert float(history[1]["loss"]) < float(history[0]["loss"])
    metrics = json.loads((finished_run / "metrics.json").read_text())
    predictions = rows_of(finished_run / "predictions.csv")
    right = sum(row["label"] == row["predicted"] for row in predictions)
    assert len(predictions) == metrics["test"]["images"] == 360
    assert metrics["test"]["accuracy"] == right / 360
    assert metrics["training"] == {
        "epochs": 2,
        "stop_reason": "completed",
        "weights": "last epoch",
        "best_epoch": 2,
    }


def test_the_model_comes_back_bit_for_bit(finished_run: Path) -> None:
    _, model = load_model(open_run(finished_run))
    images = load_dataset("digits").x_test
    probabilities = predict_probabilities(model, images, 256)
    written = [[row[f"p({digit})"] for digit in range(10)] for row in rows_of(finished_run / "predictions.csv")]
    np.testing.assert_array_equal(probabilities, np.array(written, np.float32))


def test_keras_users_get_the_same_model(finished_run: Path) -> None:
    theirs = keras.models.load_model(finished_run / "model.keras", safe_mode=True)
    _, ours = load_model(open_run(finished_run))
    images = load_dataset("digits").x_test[:50] / np.float32(255)
    np.testing.assert_array_equal(theirs.predict(images, verbose=0), ours.predict(images, verbose=0))


def test_the_report_tells_how_to_repeat_the_run(finished_run: Path) -> None:
    report = (finished_run / "report.html").read_text()
    assert "--set train.epochs=2" in report
    assert "conv 4 3x3 relu; pool 2x2; flatten; dense 10 softmax" in report
    assert "Read this accuracy with care" not in report


@pytest.mark.usefixtures("_no_report")
def test_the_same_run_again_leaves_the_same_weights(finished_run: Path, tmp_path: Path) -> None:
    code, again = train(tmp_path)
    assert code == 0
    for name in ("weights.npz", "predictions.csv", "metrics.json", "program.json"):
        assert (again / name).read_bytes() == (finished_run / name).read_bytes()


def test_validation_on_the_test_set_is_said_loudly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, path = train(tmp_path, "data.validation=test", "train.epochs=1")
    assert code == 0
    assert "warning[" in capsys.readouterr().err
    assert "Read this accuracy with care" in (path / "report.html").read_text()
    used = manifest_of(path)["data"]
    assert (used["train_images"], used["validation_images"], used["test_images"]) == (1437, 360, 360)


@pytest.mark.usefixtures("_no_report")
def test_without_validation_everything_trains(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, path = train(tmp_path, "data.validation=0%", "train.epochs=1")
    assert code == 0
    assert "1,437 images to train on, 0 to validate" in capsys.readouterr().out
    (row,) = rows_of(path / "history.csv")
    assert row["val_loss"] == row["val_accuracy"] == ""


@pytest.mark.usefixtures("_no_report")
def test_early_stopping_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, path = train(tmp_path, "train.epochs=50", "train.stop=accuracy patience=1", "train.optimizer=sgd lr=3")
    assert code == 0
    manifest = manifest_of(path)
    assert manifest["stopped"] == "early stopping"
    kept = json.loads((path / "metrics.json").read_text())["training"]["best_epoch"]
    assert (
        f"Early stopping: accuracy has not improved since epoch {kept}. The weights of epoch {kept} were kept."
        in capsys.readouterr().out
    )


def press_ctrl_c(monkeypatch: pytest.MonkeyPatch, *, after_epoch: int = 0, times: int = 1) -> None:
    """Ctrl-C at the end of an epoch, or in the middle of the first."""

    class Pressed(Progress):
        def advance(self, epoch: int, done: float, loss: float, accuracy: float) -> None:
            super().advance(epoch, done, loss, accuracy)
            if not after_epoch:
                self._press()

        def settle(self, record: EpochRecord, *, best: bool) -> None:
            super().settle(record, best=best)
            if record.epoch == after_epoch:
                self._press()

        def _press(self) -> None:
            for _ in range(times):
                signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(job, "Progress", Pressed)


def test_ctrl_c_evaluates_what_was_learnt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    press_ctrl_c(monkeypatch, after_epoch=2)
    code, path = train(tmp_path, "train.epochs=50")
    assert code == 0
    output = capfd.readouterr()
    assert "Ctrl-C again stops at once" in output.err
    assert "Interrupted after 2 of 50 epochs. The weights of epoch 2 were kept." in output.out
    assert manifest_of(path)["state"] == "finished"
    assert manifest_of(path)["stopped"] == "interrupted"
    assert len(rows_of(path / "history.csv")) == 2
    assert "The training was cut short" in (path / "report.html").read_text()
    assert open_run(path).read("metrics.json")


def test_ctrl_c_in_the_first_epoch_keeps_the_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    press_ctrl_c(monkeypatch)
    code, path = train(tmp_path, "train.epochs=50", "train.batch=2")
    assert code == 130
    assert f"no epoch was finished: the weights so far are kept in {path}, not evaluated" in capfd.readouterr().err
    assert manifest_of(path)["state"] == "interrupted"
    assert (path / "weights.npz").exists()
    assert not (path / "metrics.json").exists()


def test_ctrl_c_twice_stops_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    handler = signal.getsignal(signal.SIGINT)
    press_ctrl_c(monkeypatch, after_epoch=1, times=2)
    code, path = train(tmp_path, "train.epochs=50")
    assert code == 130
    assert f"interrupted: the run in {path} is not finished" in capfd.readouterr().err
    assert manifest_of(path)["state"] == "interrupted"
    assert not (path / "weights.npz").exists()
    assert signal.getsignal(signal.SIGINT) is handler
    with pytest.raises(UserError, match="the run was interrupted"):
        open_run(path)


def test_a_run_directory_that_cannot_be_written_is_said_before_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("runtime.training.trained.build_model", lambda *_: pytest.fail("it trains"))
    (tmp_path / "runs").write_text("mine")
    assert cli.main(["run", write_spec(tmp_path), "--runs", str(tmp_path / "runs")]) == 2
    assert capsys.readouterr().err.startswith(f"error: cannot write runs to {tmp_path}/runs: it is not a folder")
    assert (tmp_path / "runs").read_text() == "mine"


def test_a_diverged_training_is_a_failed_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["run", write_spec(tmp_path), "--runs", f"{tmp_path}/runs", "--set", "train.optimizer=sgd lr=1e30"]
    assert cli.main(arguments) == 2
    assert "training diverged" in capsys.readouterr().err
    manifest = manifest_of(tmp_path / "runs" / "tiny-1")
    assert (manifest["state"], manifest["stopped"]) == ("failed", "diverged in epoch 1")


def test_a_full_disk_ends_a_run_with_one_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fsync = os.fsync
    saved = []

    def fill_up(descriptor: int) -> None:
        if (tmp_path / "runs" / "tiny-1" / "history.csv").exists():
            saved.append(descriptor)
            raise OSError(28, "No space left on device")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", fill_up)
    assert cli.main(["run", write_spec(tmp_path), "--runs", f"{tmp_path}/runs", "--set", "train.epochs=1"]) == 2
    assert saved
    assert "no space left on device" in capsys.readouterr().err


def test_a_spec_without_data_cannot_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_spec(tmp_path, "input 8x8x1; flatten; dense 10 softmax")
    assert check_text(Path(path).read_text()).program
    assert cli.main(["run", path, "--runs", f"{tmp_path}/runs"]) == 2
    assert "has no data to train on" in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()


def test_a_spec_with_errors_leaves_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run", write_spec(tmp_path, "flaten"), "--runs", f"{tmp_path}/runs"]) == 1
    assert "did you mean 'flatten'?" in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()


def test_the_command_from_spec_to_report(tmp_path: Path) -> None:
    spec = Path(specs.__file__).parent / "digits.cnn"
    done = subprocess.run(
        [sys.executable, "-m", "runtime.cli", "run", spec, "--set", "train.epochs=1"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0] == f"run digits-1, in {Path('runs', 'digits-1')}"
    assert lines[1] == "digits: 1,293 images to train on, 144 to validate, 360 to test"
    assert lines[2].split() == ["epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds"]
    assert re.fullmatch(r"  1/1 +\d\.\d{4} +\d+\.\d\d% +\d\.\d{4} +\d+\.\d\d% +\d+\.\d  best", lines[3])
    assert re.fullmatch(r"test accuracy \d+\.\d\d%, 95% interval .*\(\d+ of 360 images\)", lines[-2])
    assert lines[-1] == f"report: {Path('runs', 'digits-1', 'report.html')}"
    assert manifest_of(tmp_path / "runs" / "digits-1")["state"] == "finished"
    assert {entry.name for entry in tmp_path.iterdir()} == {"runs"}


@pytest.mark.heavy
@pytest.mark.skipif(sys.platform == "win32", reason="sends a Unix signal")
def test_a_real_ctrl_c(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "runtime.cli", "run", write_spec(tmp_path), "--set", "train.epochs=100000"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        history = tmp_path / "runs" / "tiny-1" / "history.csv"
        deadline = time.monotonic() + 120
        while not history.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=120)
    assert process.returncode == 0
    assert "Ctrl-C again stops at once" in errors
    assert "Interrupted after" in output
    assert manifest_of(tmp_path / "runs" / "tiny-1")["state"] == "finished"


def test_a_run_on_files_names_them_and_takes_no_name_for_markup(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    for part, count in (("train", 12), ("test", 5)):
        for label, name in enumerate(("<b onclick=x>", "no")):
            (tmp_path / "pics" / part / name).mkdir(parents=True)
            for number in range(count):
                # The last test image looks like those of the other class: it will be taken for one.
                looks = label if number < 4 or part == "train" else 1 - label
                pixels = random.integers(0, 60, (8, 8, 3), np.uint8)
                pixels[:, :, looks] += 190
                file = f'"><img src=x onerror=alert({number})>.png'
                Image.fromarray(pixels).save(tmp_path / "pics" / part / name / file)
    spec = 'data folder "pics" { size 8x8; validation 20% }; flatten; dense 1 sigmoid; train { optimizer adam lr=0.02 }'
    code, path = train(tmp_path, "train.epochs=20", text=spec)
    assert code == 0
    rows = rows_of(path / "predictions.csv")
    wrong = [row["file"] for row in rows if row["correct"] == "false"]
    assert len(rows) == 10
    assert wrong == [f'test/{name}/"><img src=x onerror=alert(4)>.png' for name in ("<b onclick=x>", "no")]
    report = (path / "report.html").read_text()
    assert report.count('<li data-truth="') == 2
    assert "<img src=x" not in report
    assert "<b onclick" not in report
    assert "onerror=alert(4)&gt;.png" in report
    metrics = json.loads((path / "metrics.json").read_text())
    assert sum(each["images"] for each in metrics["test"]["calibration"]["bins"]) == 10
