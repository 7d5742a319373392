"""What is advised is tried: each command that a refusal or a warning names does what it is named for."""

import json
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
from pictures import save_tree
from PIL import Image

from runtime import cli
from runtime.runs import job

pytestmark = pytest.mark.usefixtures("_no_report")
SPEC = "flatten; dense 10 softmax l2={l2}; train {{ epochs {epochs}; batch 128; optimizer sgd lr={lr}; {more} }}"


@pytest.fixture
def _no_report(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(job, "_report", lambda *_: None)
    monkeypatch.chdir(tmp_path)


def run(*options: str, l2: float = 0, lr: float = 0.1, epochs: int = 2, more: str = "seed 1") -> int:
    Path("tiny.cnn").write_text(SPEC.format(l2=l2, lr=lr, epochs=epochs, more=more))
    return cli.main(["run", "tiny.cnn", *options])


def manifest_of(number: int) -> dict[str, Any]:
    return dict(json.loads(Path("runs", f"tiny-{number}", "manifest.json").read_text()))


def epochs_of(number: int) -> int:
    return len(Path("runs", f"tiny-{number}", "history.csv").read_text().splitlines()) - 1


def advised(errors: str) -> list[str]:
    """The command behind the last help that was printed."""
    return shlex.split(errors.rstrip().rpartition(" cnn ")[2])


@pytest.mark.parametrize(("l2", "lr"), [(1, 1e30), (1e4, 1)])
def test_after_a_divergence_in_the_first_epoch(l2: float, lr: float, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(l2=l2, lr=lr) == 2
    errors = capsys.readouterr().err
    assert "training diverged: " in errors and "begin a new run whose steps are smaller: cnn run tiny.cnn" in errors
    assert cli.main(["resume", "runs/tiny-1"]) == 2
    refusal = capsys.readouterr().err
    assert "runs/tiny-1 diverged in epoch 1: going on would come to the same" in refusal
    assert advised(refusal) == advised(errors)
    assert cli.main(["evaluate", "runs/tiny-1"]) == 2
    hint = capsys.readouterr().err
    assert "the training diverged in epoch 1" in hint and "cnn resume" not in hint
    assert cli.main(advised(hint)) == 0
    assert cli.main(advised(errors)) == 0
    assert manifest_of(2)["stopped"] is None


def test_after_a_late_divergence_the_best_epoch_is_good_for_everything(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(l2=1.3, lr=1, epochs=30) == 0
    printed = capsys.readouterr()
    manifest, epochs = manifest_of(1), epochs_of(1)
    assert (manifest["state"], manifest["stopped"]) == ("finished", f"diverged in epoch {epochs + 1}")
    assert 0 < epochs < 29
    assert f"Training diverged in epoch {epochs + 1}: the loss was no longer a finite number." in printed.out
    metrics = json.loads(Path("runs/tiny-1/metrics.json").read_text())["training"]
    assert metrics["weights"] == "best epoch"
    Image.new("L", (8, 8)).save("picture.png")
    for words in (["predict", "picture.png"], ["evaluate"], ["export", "--to", "keras"], ["show"]):
        assert cli.main([words[0], "runs/tiny-1", *words[1:]]) == 0
    assert cli.main(["runs"]) == 0
    assert f"finished, diverged in epoch {epochs + 1}" in capsys.readouterr().out
    for words in (["resume", "runs/tiny-1"], ["resume", "runs/tiny-1", "--epochs", "60"]):
        assert cli.main(words) == 2
        assert advised(capsys.readouterr().err) == advised(printed.err)
    assert cli.main(advised(printed.err)) == 0
    assert manifest_of(2)["stopped"] is None


def test_after_early_stopping_more_patience_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(lr=1e-12, epochs=3, more="stop accuracy patience=1; seed 1") == 0
    assert epochs_of(1) == 2
    for options, by in (([], ["--patience", "5"]), (["--epochs", "9"], ["--epochs", "9", "--patience", "5"])):
        assert cli.main(["resume", "runs/tiny-1", *options]) == 2
        errors = capsys.readouterr().err
        assert "early stopping ended it after 2 epochs, and its patience is spent" in errors
        assert advised(errors) == ["resume", "runs/tiny-1", *by]
    assert cli.main(["resume", "runs/tiny-1", "--patience", "5"]) == 0
    assert epochs_of(1) == 3
    command = shlex.split(manifest_of(1)["command"])
    assert command[-2:] == ["--set", "train.stop.patience=5"]
    # As if it had been begun so.
    assert cli.main(command[1:]) == 0
    assert Path("runs/tiny-2/weights.npz").read_bytes() == Path("runs/tiny-1/weights.npz").read_bytes()
    assert cli.main(["resume", "runs/tiny-1", "--patience", "2"]) == 2
    assert "was to wait for 5 epochs" in capsys.readouterr().err


def test_after_all_epochs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(epochs=1) == 0
    assert cli.main(["resume", "runs/tiny-1", "--patience", "3"]) == 2
    assert "has no early stopping" in (errors := capsys.readouterr().err)
    assert advised(errors) == ["resume", "runs/tiny-1", "--epochs", "2"]
    assert cli.main(["resume", "runs/tiny-1"]) == 2
    assert cli.main(advised(capsys.readouterr().err)) == 0
    assert epochs_of(1) == 2


def test_under_a_cosine(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(epochs=1, more="schedule cosine") == 0
    for options in ([], ["--epochs", "2"]):
        assert cli.main(["resume", "runs/tiny-1", *options]) == 2
        assert advised(errors := capsys.readouterr().err)[-1] == "train.epochs=2", errors
    assert cli.main(advised(errors)) == 0
    assert epochs_of(2) == 2


def test_after_the_time_is_over(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(epochs=3, more="time 0.001s") == 0
    assert manifest_of(1)["stopped"] == "time limit"
    assert cli.main(["resume", "runs/tiny-1", "--epochs", "9"]) == 2
    assert "its time was over after 1 epoch" in (errors := capsys.readouterr().err)
    assert cli.main(advised(errors)) == 0


def test_what_was_cut_off_before_it_began_is_begun_anew(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(epochs=1) == 0
    manifest = {**manifest_of(1), "state": "training", "artefacts": {}}
    shutil.rmtree("runs/tiny-1")
    Path("runs/tiny-1").mkdir()
    Path("runs/tiny-1/manifest.json").write_text(json.dumps(manifest))
    assert cli.main(["resume", "runs/tiny-1"]) == 2
    errors = capsys.readouterr().err
    assert "was cut off before anything was begun" in errors
    assert cli.main(advised(errors)) == 0
    assert manifest_of(2)["state"] == "finished"


def test_on_data_that_changed_a_run_is_begun_anew(capsys: pytest.CaptureFixture[str]) -> None:
    save_tree(Path("pets"), {"cat": 20, "dog": 20})
    Path("tiny.cnn").write_text(
        'data folder "pets" { size 8x8; test 20% }; flatten; dense classes softmax; train { epochs 1 }'
    )
    assert cli.main(["run", "tiny.cnn"]) == 0
    next(Path("pets/cat").iterdir()).unlink()
    assert cli.main(["resume", "runs/tiny-1", "--epochs", "2"]) == 2
    errors = capsys.readouterr().err
    assert "is not the data that it began with" in errors
    assert cli.main(advised(errors)) == 0
    assert manifest_of(2)["state"] == "finished"


def test_devices_that_are_not_there_leave_no_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--set", "train.devices=64") == 2
    assert "begin a new run with --set train.devices=all" in capsys.readouterr().err
    assert not Path("runs").exists()
    assert run("--set", "train.devices=all") == 0


@pytest.mark.parametrize(
    "place", ["runtime.runs.job.model_to_train", "runtime.training.preparing.prepared", "runtime.training.train.train"]
)
def test_what_cannot_begin_leaves_no_run(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: Any, **__: Any) -> None:
        raise SystemError("no memory")

    with monkeypatch.context() as patch:
        patch.setattr(place, failing)
        with pytest.raises(SystemError):
            run()
    assert not Path("runs").exists()
    assert run(epochs=1) == 0
    assert manifest_of(1)["state"] == "finished"


def test_a_disk_that_is_full_from_the_start_leaves_no_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    Path("runs").mkdir()
    with monkeypatch.context() as patch:
        patch.setattr("runtime.files._sync", full)
        assert run() == 2
    assert "no space left on device" in capsys.readouterr().err
    assert list(Path("runs").iterdir()) == []
