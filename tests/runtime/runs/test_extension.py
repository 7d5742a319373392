"""A finished run that is trained on stays what it is until the new epochs are finished, whatever happens to them."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from runtime import cli
from runtime.directory.extension import finish_move
from runtime.directory.rundir import open_run

SPEC = "conv 4 3x3 relu; flatten; dropout 0.2; dense 10 softmax; train { epochs 1; batch 64; seed 3 }"


def run_to_end(folder: Path, *options: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "tiny.cnn").write_text(SPEC)
    Image.new("L", (8, 8)).save(folder / "picture.png")
    assert cli.main(["run", str(folder / "tiny.cnn"), "--runs", str(folder / "runs"), *options]) == 0
    return folder / "runs" / "tiny-1"


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_to_end(tmp_path_factory.mktemp("long"), "--set", "train.epochs=3")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_to_end(tmp_path_factory.mktemp("finished"))


@pytest.fixture
def run(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "tiny-1"))


def weights(run: Path) -> bytes:
    """The weights that the other verbs use, after their checksum."""
    return open_run(run).read("weights.npz")


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_damaged_checkpoint_is_refused_before_anything_changes(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (run / "checkpoint.npz").write_bytes(b"damaged")
    before = content(run)
    assert cli.main(["resume", str(run), "--epochs", "4"]) == 2
    assert "checkpoint.npz" in capsys.readouterr().err
    assert content(run) == before
    assert not (run / "extension").exists()


def test_a_failed_extension_leaves_the_run_and_goes_on(
    run: Path, finished: Path, long: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = []

    def dying(*_: Any) -> str:
        calls.append(1)
        raise SystemError("the machine is gone")

    with monkeypatch.context() as patch:
        patch.setattr("runtime.runs.job.history_csv", dying)
        with pytest.raises(SystemError):
            cli.main(["resume", str(run), "--epochs", "3"])
    assert weights(run) == weights(finished)
    assert cli.main(["predict", str(run), str(finished.parent.parent / "picture.png")]) == 0
    capsys.readouterr()
    assert cli.main(["runs", str(run.parent)]) == 0
    assert "finished, extension failed" in capsys.readouterr().out
    assert cli.main(["show", str(run)]) == 0
    assert (
        f"finished, 1 of 1 epochs; an extension to 3 epochs failed after 1; to go on: cnn resume {run}\n"
        in capsys.readouterr().out
    )
    assert cli.main(["show", str(run), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["extension"] == {"state": "failed", "epochs": 1, "planned_epochs": 3}
    assert cli.main(["resume", str(run)]) == 0
    assert weights(run) == weights(long)
    assert not (run / "extension").exists()
    assert json.loads((run / "metrics.json").read_text())["training"]["epochs"] == 3


@pytest.mark.parametrize("moved", range(0, 14, 3))
def test_a_kill_while_the_files_are_moved_loses_nothing(
    finished: Path, long: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moved: int
) -> None:
    """At every instant the run is, whole, either the old one or the new one."""
    from runtime.directory.extension import take_over
    from runtime.directory.rundir import read_manifest

    run = tmp_path / "tiny-1"
    shutil.copytree(finished, run)
    shutil.copytree(long, run / "extension")
    replace, left = Path.replace, [moved]

    def dying(self: Path, target: Path) -> Path:
        left[0] -= 1
        if left[0] < 0:
            raise SystemError("the machine is gone")
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", dying)
        with pytest.raises(SystemError):
            take_over(run, read_manifest(long))
    assert weights(run) == (weights(finished) if moved == 0 else weights(long))
    for name in open_run(run).manifest.artefacts:
        open_run(run).verify(name)
    finish_move(run)
    if moved:
        assert content(run) == content(long)


def test_an_extension_that_is_damaged_is_named_with_the_way_out(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (run / "extension").mkdir()
    assert cli.main(["resume", str(run)]) == 2
    assert f"to give it up: remove the folder {run / 'extension'}" in capsys.readouterr().err
    assert cli.main(["show", str(run)]) == 0
    assert f"an extension is damaged: cnn resume {run} says how" in capsys.readouterr().out
    shutil.rmtree(run / "extension")
    assert cli.main(["resume", str(run), "--epochs", "2"]) == 0
