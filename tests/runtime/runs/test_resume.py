"""Runs that are cut off at any instant and go on: they end in the very weights of one that never was."""

import json
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from pictures import save_tree

from runtime import cli
from runtime.directory.locking import locked

SPEC = """data digits { normalize standard }
conv 8 3x3 relu; batchnorm; dropout 0.3; pool 2x2; flatten; dense 16 relu; dense 10 softmax
train { epochs 4; batch 16; stop val_loss patience=3; seed 5 }
"""


def run_to_end(folder: Path, *options: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "tiny.cnn").write_text(SPEC)
    assert cli.main(["run", str(folder / "tiny.cnn"), "--runs", str(folder / "runs"), *options]) == 0
    return folder / "runs" / "tiny-1"


def artefacts(run: Path) -> dict[str, Any]:
    """The checksums of what a run is to come to; times and the day are not among it."""
    named = json.loads((run / "manifest.json").read_text())["artefacts"]
    return {name: named[name]["sha256"] for name in ("weights.npz", "metrics.json", "predictions.csv", "program.json")}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_to_end(tmp_path_factory.mktemp("undisturbed"))


def stopped_in(folder: Path, monkeypatch: pytest.MonkeyPatch, place: str, calls: int) -> Path:
    """A run that dies within this process when something is called for the n-th time."""
    module, name = place.rsplit(".", 1)
    original = getattr(sys.modules[module], name)
    left = [calls]

    def dying(*arguments: Any, **options: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            raise SystemError("the machine is gone")
        return original(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(place, dying)
        with pytest.raises(SystemError):
            run_to_end(folder)
    return folder / "runs" / "tiny-1"


@pytest.mark.parametrize(
    ("place", "calls"),
    [
        ("runtime.training.checkpoint.checkpoint_npz", 1),
        ("runtime.training.checkpoint.checkpoint_npz", 3),
        ("runtime.runs.job.history_csv", 2),
        ("runtime.runs.job.weights_npz", 1),
        ("runtime.runs.job._evaluate", 1),
        ("runtime.runs.job._report", 1),
    ],
)
def test_it_goes_on_from_every_phase(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: Path, place: str, calls: int
) -> None:
    run = stopped_in(tmp_path, monkeypatch, place, calls)
    assert cli.main(["resume", str(run)]) == 0
    assert artefacts(run) == artefacts(undisturbed)
    assert len((run / "history.csv").read_text().splitlines()) == 1 + 4


def test_it_goes_on_in_the_middle_of_an_epoch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: Path
) -> None:
    from runtime.training import train as training

    monkeypatch.setattr(training, "_CHUNK_STEPS", 5)
    monkeypatch.setattr(training, "_SAVE_SECONDS", 0.0)
    monkeypatch.setattr(training, "_SAVE_SHARE", 1e9)
    run = stopped_in(tmp_path, monkeypatch, "runtime.training.checkpoint.checkpoint_npz", 23)
    assert cli.main(["resume", str(run)]) == 0
    assert artefacts(run) == artefacts(undisturbed)


def test_a_finished_run_is_extended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    long = run_to_end(tmp_path / "long", "--set", "train.epochs=5")
    short = run_to_end(tmp_path / "short", "--set", "train.epochs=2")
    assert cli.main(["resume", str(short)]) == 2
    assert f"to train on: cnn resume {short} --epochs 4" in capsys.readouterr().err
    assert cli.main(["resume", str(short), "--epochs", "5"]) == 0
    assert artefacts(short) == artefacts(long)
    assert "--set train.epochs=5" in json.loads((short / "manifest.json").read_text())["command"]
    assert cli.main(["resume", str(short), "--epochs", "3"]) == 2


def test_an_ended_training_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: Path) -> None:
    from runtime.runs import job
    from runtime.training.progress import Progress

    class Pressed(Progress):
        def settle(self, *arguments: Any, **options: Any) -> None:
            super().settle(*arguments, **options)
            os.kill(os.getpid(), signal.SIGINT)

    with monkeypatch.context() as patch:
        patch.setattr(job, "Progress", Pressed)
        run = run_to_end(tmp_path)
    assert json.loads((run / "manifest.json").read_text())["stopped"] == "interrupted"
    assert cli.main(["resume", str(run)]) == 0
    assert artefacts(run) == artefacts(undisturbed)


def copied(undisturbed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(undisturbed, tmp_path / "copy"))


def test_a_second_process_is_refused(undisturbed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = copied(undisturbed, tmp_path)
    with locked(run):
        assert cli.main(["resume", str(run), "--epochs", "9"]) == 2
    assert "is in use: another process" in capsys.readouterr().err


def test_other_data_is_refused(undisturbed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = copied(undisturbed, tmp_path)
    manifest = json.loads((run / "manifest.json").read_text())
    manifest["data"]["fingerprint"] = "0" * 64
    (run / "manifest.json").write_text(json.dumps(manifest))
    assert cli.main(["resume", str(run), "--epochs", "9"]) == 2
    assert "is not the data that it began with" in capsys.readouterr().err


PICTURES = """data folder "pets" { size 8x8 }
flatten; dense classes softmax
train { epochs 2; batch 8; seed 1 }
"""


@pytest.fixture
def of_pictures(tmp_path: Path) -> Path:
    """A finished run on pictures whose parts stand apart."""
    save_tree(tmp_path / "pets", {f"{part}/{name}": 6 for part in ("train", "validation", "test") for name in "ab"})
    (tmp_path / "tiny.cnn").write_text(PICTURES)
    assert cli.main(["run", str(tmp_path / "tiny.cnn"), "--runs", str(tmp_path / "runs")]) == 0
    return tmp_path / "runs" / "tiny-1"


def exchange(one: Path, other: Path) -> None:
    kept = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(kept)


def test_pictures_moved_to_another_part_are_other_data(of_pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pets = of_pictures.parent.parent / "pets"
    assert cli.main(["evaluate", str(of_pictures)]) == 0
    exchange(pets / "train/a/0001.png", pets / "test/a/0001.png")
    for words in (["evaluate", str(of_pictures)], ["resume", str(of_pictures), "--epochs", "3"]):
        capsys.readouterr()
        assert cli.main(words) == 2
        assert "is not the data that" in capsys.readouterr().err
    exchange(pets / "train/a/0001.png", pets / "test/a/0001.png")
    assert cli.main(["resume", str(of_pictures), "--epochs", "3"]) == 0


@pytest.mark.parametrize("part", ["train", "test"])
def test_pictures_in_another_order_are_other_data(
    of_pictures: Path, part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = of_pictures.parent.parent / "pets" / part / "a"
    (folder / "0002.png").rename(folder / "0002b.png")
    assert cli.main(["resume", str(of_pictures), "--epochs", "3"]) == 0  # the order is the same
    (folder / "0001.png").rename(folder / "0009.png")
    assert cli.main(["resume", str(of_pictures), "--epochs", "4"]) == 2
    assert "their order have changed" in capsys.readouterr().err


def test_more_epochs_under_a_cosine_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = run_to_end(tmp_path, "--set", "train.epochs=1", "--set", "train.schedule=cosine")
    assert cli.main(["resume", str(run), "--epochs", "2"]) == 2
    error = capsys.readouterr().err
    assert "along a cosine laid out for 1 epoch:" in error
    assert "begin a new run: cnn run " in error and error.endswith("--set train.epochs=2\n")
    assert json.loads((run / "manifest.json").read_text())["state"] == "finished"


def test_large_files_of_a_run_are_no_hindrance(
    undisturbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.directory.rundir._READ_LIMIT", 8_000)
    run = copied(undisturbed, tmp_path)
    assert (run / "weights.npz").stat().st_size > 8_000
    assert cli.main(["resume", str(run), "--epochs", "5"]) == 0


def test_a_run_that_had_only_a_manifest_has_nothing_to_go_on_from(
    undisturbed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = json.loads((undisturbed / "manifest.json").read_text())
    manifest |= {"state": "training", "ended": None, "artefacts": {}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert cli.main(["resume", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert "was cut off before anything was begun" in error
    assert f"to begin anew: {manifest['command']}" in error


def test_a_command_that_is_none_is_refused(
    undisturbed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = copied(undisturbed, tmp_path)
    manifest = json.loads((run / "manifest.json").read_text())
    (run / "manifest.json").write_text(json.dumps(manifest | {"command": "cnn run it's.cnn"}))
    assert cli.main(["resume", str(run), "--epochs", "9"]) == 2
    assert "is none that a shell takes" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"nonsense", None])
def test_a_damaged_checkpoint_is_refused(
    undisturbed: Path, tmp_path: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    run = copied(undisturbed, tmp_path)
    whole = (run / "checkpoint.npz").read_bytes()
    (run / "checkpoint.npz").write_bytes(whole[: len(whole) // 2] if content is None else content)
    assert cli.main(["resume", str(run), "--epochs", "9"]) == 2
    assert "checkpoint.npz" in capsys.readouterr().err


def test_a_full_disk_keeps_the_last_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import errno

    from runtime import files

    original, left = files._sync, [24]

    def full(path: Path) -> None:
        left[0] -= 1
        if left[0] <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        original(path)

    (tmp_path / "tiny.cnn").write_text(SPEC)
    with monkeypatch.context() as patch:
        patch.setattr(files, "_sync", full)
        assert cli.main(["run", str(tmp_path / "tiny.cnn"), "--runs", str(tmp_path / "runs")]) == 2
    assert "free some space" in capsys.readouterr().err
    run = tmp_path / "runs" / "tiny-1"
    assert (run / "checkpoint.npz").exists()
    assert cli.main(["resume", str(run)]) == 0
    assert artefacts(run) == artefacts(undisturbed)


@pytest.mark.skipif(os.name == "nt", reason="needs a limit on the size of files, which Windows has not")
def test_a_checkpoint_that_finds_no_room_leaves_the_last_one_whole(
    tmp_path: Path, undisturbed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The system itself refuses the bytes, as a full disk does."""
    import resource

    run = run_to_end(tmp_path, "--set", "train.epochs=1")
    before = (run / "checkpoint.npz").read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2, hard))
    try:
        code = cli.main(["resume", str(run), "--epochs", "4"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    errors = capsys.readouterr().err
    assert (code, errors.count("error:")) == (2, 1)
    assert "checkpoint.npz" in errors and "Traceback" not in errors
    assert (run / "checkpoint.npz").read_bytes() == before
    assert cli.main(["resume", str(run), "--epochs", "4"]) == 0
    assert artefacts(run) == artefacts(undisturbed)
