"""Runs on folders: repeated to the bit, resumed, and honest about what was left out."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from pictures import BROKEN, data_of, save_hostile, save_tree
from trainings import weights

from compiler import build_model, training_plan
from runtime import cli
from runtime.data.examples import Examples
from runtime.data.folders.load import find_pictures
from runtime.data.folders.source import PictureFiles
from runtime.specs.spec_file import SpecFolder
from runtime.training.train import train
from spec_lang import check_text

SPEC = """
data folder "pets" { size 8x8; validation 20%; test 20% }
augment {
  rotate 20deg; shift 10%; shear 5deg; zoom 90%..110%; flip horizontal vertical; crop 1px; fill reflect
  brightness 80%..120%; contrast 90%..110%; channel_shift 5%; noise 2%; erase 25%; mixup 0.2
}
model { conv 4 3x3 relu; pool 2x2; flatten; dropout 0.2; dense 8 relu; dense classes softmax }
train { epochs 2; batch 16; seed 5 }
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    save_tree(tmp_path / "pets", {"cat": 70, "dog": 60})
    (tmp_path / "pets.cnn").write_text(SPEC)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def weights_of(run: str) -> str:
    manifest = json.loads((Path("runs") / run / "manifest.json").read_text())
    return str(manifest["artefacts"]["weights.npz"]["sha256"])


def test_a_run_repeats_to_the_bit(folder: Path) -> None:
    assert cli.main(["run", "pets.cnn"]) == 0
    assert cli.main(["run", "pets.cnn"]) == 0
    assert weights_of("pets-1") == weights_of("pets-2")
    assert cli.main(["run", "pets.cnn", "--set", "train.seed=6"]) == 0
    assert weights_of("pets-3") != weights_of("pets-1")


def trained(folder: Path, workers: int) -> str:
    """A hash of the weights after an epoch."""
    checked = check_text(SPEC, world=SpecFolder(folder)).program
    assert checked is not None
    pictures = find_pictures(data_of('data folder "pets" { size 8x8 }', folder), folder).pictures
    labels = np.array([picture.label for picture in pictures])
    source = PictureFiles([picture.path for picture in pictures], labels, (8, 8, 3), "stretch", workers=workers)
    model = build_model(checked)
    train(model, training_plan(checked), Examples(source, np.arange(len(labels))), None)
    return hashlib.sha256(weights(model)).hexdigest()


def test_the_number_of_threads_leaves_no_trace_in_the_weights(folder: Path) -> None:
    assert trained(folder, 1) == trained(folder, 2) == trained(folder, 5)


def test_classes_are_frozen_in_a_run(folder: Path) -> None:
    """A folder that is added later neither becomes a class of the run nor shifts its labels."""
    assert cli.main(["run", "pets.cnn"]) == 0
    save_tree(folder / "pets", {"bee": 5}, seed=1)
    assert cli.main(["resume", "runs/pets-1", "--epochs", "3"]) == 0
    kept = json.loads(Path("runs/pets-1/program.json").read_text())
    assert program_classes(kept) == ["cat", "dog"]


def program_classes(kept: dict[str, dict[str, list[str]]]) -> list[str]:
    return kept["data"]["classes"]


def test_pictures_that_have_changed_end_a_resumption(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run", "pets.cnn"]) == 0
    (folder / "pets/cat/0000.png").unlink()
    assert cli.main(["resume", "runs/pets-1", "--epochs", "3"]) == 2
    assert "is not the data that it began with" in capsys.readouterr().err


def test_the_report_lists_each_file_that_was_left_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_hostile(folder / "pets")
    (folder / "pets.cnn").write_text(SPEC.replace("size", "corrupt skip; size"))
    assert cli.main(["run", "pets.cnn"]) == 0
    report = Path("runs/pets-1/report.html").read_text(encoding="utf-8")
    for name in BROKEN:
        assert f"odd/{name}" in report
    assert "6 pictures could not be read and were left out" in capsys.readouterr().out


def test_balanced_runs(folder: Path) -> None:
    for how in ("weights", "oversample"):
        (folder / "pets.cnn").write_text(SPEC.replace("size", f"balance {how}; size"))
        assert cli.main(["run", "pets.cnn"]) == 0
    assert weights_of("pets-1") != weights_of("pets-2")
