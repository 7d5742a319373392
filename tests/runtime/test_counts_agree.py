"""`cnn run`, `data`, `evaluate` and `predict` find the same pictures in a folder, and name what they leave out."""

import json
from pathlib import Path

import pytest
from pictures import noise, save_tree

from runtime import cli

SPEC = 'data folder "pets" { size 8x8; validation 20% }\nflatten; dense classes softmax\ntrain { epochs 1; seed 3 }\n'
CLASSES = ("cat", "dog")
LAYOUTS = {
    "whole": {"cat": 12, "dog/2024": 12},
    "capitals": {f"{part}/{name}": count for part, count in (("Train", 8), ("Test", 5)) for name in CLASSES},
    "nested": {f"seg_{part}/seg_{part}/{name}": 6 for part in ("train", "val", "test") for name in CLASSES},
}


def told(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = cli.main(words)
    shown = capsys.readouterr()
    return code, shown.out, shown.err


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.heavy] if name != "nested" else []) for name in LAYOUTS]
)
def test_four_commands_find_the_same_pictures(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    save_tree(tmp_path / "pets", LAYOUTS[name])
    folder = min((tmp_path / "pets").rglob("cat"))  # of splits, that for the test
    noise(901).save(folder / "web.jfif", "JPEG")
    noise(902).save(folder / "without-ending", "PNG")
    (folder / "notes.txt").write_text("notes")
    spec = SPEC if name != "nested" else SPEC.replace("; validation 20%", "")
    (tmp_path / "pets.cnn").write_text(spec)
    everything = sum(LAYOUTS[name].values()) + 2

    code, _, said = told(["run", "pets.cnn"], capsys)
    assert code == 0, said
    assert "left out, 1 in all (no picture): " in said
    used = json.loads((tmp_path / "runs/pets-1/manifest.json").read_text())["data"]
    parts = [used[f"{part}_images"] for part in ("train", "validation", "test")]
    assert sum(parts) == everything

    code, shown, _ = told(["data", "pets.cnn", "--format", "json"], capsys)
    report = json.loads(shown)
    assert [sum(report["images"][part]) for part in ("train", "validation", "test")] == parts
    assert [Path(each).name for each in report["others"]] == ["notes.txt"]

    code, shown, said = told(["predict", "runs/pets-1", "pets", "--format", "csv"], capsys)
    assert (code, len(shown.splitlines()) - 1) == (1, everything)
    assert "left out, 1 in all (no picture): " in said

    code, shown, said = told(["evaluate", "runs/pets-1", "--data", "pets", "--format", "json"], capsys)
    assert code == 0
    assert json.loads(shown)["images"] == (everything if name == "whole" else parts[2])
    assert "left out, 1 in all (no picture)" in said
