"""The verb `cnn data`: what a look at the images finds, at which line of the spec, and what it costs to train."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pictures import BROKEN, LINKS, noise, save_hostile, save_tree

from compiler import training_plan
from runtime import cli
from runtime.look.data_report import look_over
from spec_lang import check_text

SPEC = """\
data folder "pets" {
  size 8x8
  validation 20%
  test 20%
}
flatten; dense classes softmax
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, text: str = SPEC) -> None:
    (folder / "pets.cnn").write_text(text)


def looked(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, Any]]:
    """The exit code, and what `--format json` says."""
    code = cli.main(["data", "pets.cnn", "--format", "json", *options])
    return code, json.loads(capsys.readouterr().out)


def codes(report: dict[str, Any]) -> list[str]:
    return [each["code"] for each in report["findings"]]


def test_a_clean_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_tree(folder / "pets", {"cat": 40, "dog": 40})
    write(folder)
    assert cli.main(["data", "pets.cnn"]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[0].split() == ["number", "class", "train", "validation", "test"]
    assert out.splitlines()[1].split()[:2] == ["0", "cat"]
    assert out.splitlines()[2].split()[:2] == ["1", "dog"]
    assert "sizes    8x8 to 8x8, 8x8 the most common (80 images)" in out
    assert "formats  PNG 80" in out
    assert "colours  RGB 80" in out
    assert "values   0 to 255, 255 being white" in out
    assert "images   cnn data pets.cnn --html" in out
    assert "memory   about " in out
    assert "time     about " in out
    assert out.endswith("no problems found\n")


def test_counts_by_part_and_class(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_tree(folder / "pets", {"train/cat": 30, "train/dog": 25, "test/dog": 4})
    write(folder, SPEC.replace("  test 20%\n", "").replace("validation 20%", "validation 0%"))
    code, report = looked(capsys)
    assert report["images"] == {"train": [30, 25], "validation": [0, 0], "test": [0, 4]}
    assert codes(report) == ["W536"]
    assert code == 1


def test_planted_duplicates_are_all_found(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """100 pictures of the training part again in the test part, half of them in another format and mode."""
    save_tree(folder / "pets", {"train/cat": 200, "train/dog": 200, "test/cat": 80, "test/dog": 80})
    write(folder, SPEC.replace("  test 20%\n", "").replace("validation 20%", "validation 0%"))
    planted = sorted((folder / "pets" / "train" / "cat").iterdir())[:100]
    for place, path in enumerate(planted):
        target = folder / "pets" / "test" / "cat" / f"other-{place}"
        if place % 2:
            shutil.copy(path, target.with_suffix(".png"))
        else:
            from PIL import Image

            Image.open(path).convert("RGBA").save(target.with_suffix(".webp"), lossless=True)
    code, report = looked(capsys)
    assert code == 1
    assert codes(report) == ["W532"]
    assert report["findings"][0]["message"].startswith("100 images found in train and test alike: ")
    pairs = {tuple(sorted(Path(name).name for name in group)) for group in report["equal"]}
    assert pairs == {
        tuple(sorted((path.name, f"other-{place}.{'png' if place % 2 else 'webp'}")))
        for place, path in enumerate(planted)
    }


def test_copies_within_a_part_and_across_classes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_tree(folder / "pets", {"cat": 40, "dog": 40})
    for name in ("again.png", "and-again.png"):
        shutil.copy(folder / "pets/cat/0007.png", folder / "pets/cat" / name)
    shutil.copy(folder / "pets/cat/0009.png", folder / "pets/dog/9.png")
    write(folder)
    _, report = looked(capsys)
    assert sorted(codes(report)) == ["W533", "W534"]
    assert {len(group) for group in report["equal"]} == {3, 2}


def test_findings_point_at_the_line_they_concern(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_tree(folder / "pets", {"cat": 60, "dog": 8})
    (folder / "pets/cat/bad.png").write_bytes(b"no picture")
    noise(500).save(folder / "pets/cat/really.jpg", format="PNG")
    write(folder, SPEC.replace("8x8", "20x20").replace("  test", "  corrupt skip\n  test"))
    _, report = looked(capsys)
    found = {each["code"]: each["line"] for each in report["findings"]}
    assert found == {"W530": 4, "W531": 1, "W535": 1, "W537": 2}


def test_balance_answers_the_imbalance(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_tree(folder / "pets", {"cat": 80, "dog": 8})
    write(folder, SPEC.replace("  test", "  balance weights\n  test"))
    assert codes(looked(capsys)[1]) == []


def test_a_hostile_folder_is_told_whole(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_hostile(folder / "pets")
    write(folder, SPEC.replace("20%", "10%"))
    code, report = looked(capsys)
    assert code == 1
    assert {line.split()[0].removeprefix("odd/") for line in report["unreadable"]} == set(BROKEN)
    assert {line.split()[0].removeprefix("odd/") for line in report["unread"]} == set(LINKS)
    assert report["misnamed"] == ["odd/really-png.jpg is PNG"]
    assert set(report["others"]) == {"odd/notes.txt", "odd/dead-end", "odd/pipe.png", "odd/up", "elsewhere.png"}
    assert report["epoch_seconds"] is None
    assert cli.main(["data", "pets.cnn"]) == 1
    shown = capsys.readouterr()
    assert "6 images cannot be read" in shown.out
    assert "help: repair or remove them, or write corrupt skip to leave them out" in shown.out
    assert "a run would not begin: there are pictures that cannot be read" in shown.err
    (folder / "pets.cnn").write_text(SPEC.replace("20%", "10%").replace("size 8x8", "size 8x8; corrupt skip"))
    _, report = looked(capsys)
    assert report["epoch_seconds"] > 0
    (unreadable,) = (each for each in report["findings"] if each["code"] == "W530")
    assert unreadable["help"] == "repair or remove them; corrupt skip leaves them out until then"


def test_what_a_run_would_refuse_is_told_after_the_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_tree(folder / "pets", {"train/cat": 5, "train/dog": 5, "test/cat": 0, "test/dog": 0})
    write(folder, SPEC.replace("  test 20%\n", ""))
    assert cli.main(["data", "pets.cnn"]) == 1
    shown = capsys.readouterr()
    assert shown.out.startswith("number  class ")
    assert "a run would not begin: " in shown.err
    assert "leaves no images to test on" in shown.err


def test_similar_ones_only_where_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for place, part in enumerate(("train", "test")):
        for name in ("cat", "dog"):
            (folder / "pets" / part / name).mkdir(parents=True)
            for number in range(4):
                seed = 100 * place + (10 if name == "cat" else 20) + number
                noise(seed, 12, 12).resize((96, 96), 3).save(folder / "pets" / part / name / f"{number}.png")
    noise(11, 12, 12).resize((96, 96), 3).resize((90, 90), 2).save(folder / "pets/test/cat/near.png")
    write(folder, SPEC.replace("  test 20%\n", "").replace("8x8", "32x32").replace("20%", "0%"))
    assert codes(looked(capsys)[1]) == []
    _, report = looked(capsys, "--similar")
    assert codes(report) == ["W538"]
    assert report["similar"] == [["train/cat/1.png", "test/cat/near.png"]]


def test_similar_arrays_are_not_looked_for(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    write(folder, "data digits\nflatten; dense classes softmax\n")
    assert cli.main(["data", "pets.cnn", "--similar"]) == 2
    assert "--similar is for picture files" in capsys.readouterr().err


def test_own_arrays(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    images = np.random.default_rng(0).integers(0, 256, (90, 6, 6), dtype=np.uint8)
    images[80] = images[3]
    np.savez(
        folder / "own.npz", x_train=images[:70], y_train=np.arange(70) % 2, x_test=images[70:], y_test=np.zeros(20)
    )
    write(folder, 'data npz "own.npz" { validation 0% }\nflatten; dense classes softmax\n')
    assert cli.main(["data", "pets.cnn"]) == 1
    assert "y_test is of type float64; labels are whole numbers" in capsys.readouterr().err
    y = np.arange(90) % 2
    np.savez(folder / "own.npz", x_train=images[:70], y_train=y[:70], x_test=images[70:], y_test=y[70:])
    _, report = looked(capsys)
    assert report["equal"] == [["image 3 of the training set", "image 10 of the test set"]]
    assert codes(report) == ["W532", "W534"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('data folder "pest" { size 8x8 }\nflatten; dense classes softmax\n', "E410"),
        ('data folder "pets" { size 8x8 }\nflatten; dense 3 softmax\n', "E40"),
        ('data folder "pets/cat" { size 8x8 }\nflatten; dense classes softmax\n', "E412"),
    ],
)
@pytest.mark.parametrize("verb", ["data", "run"])
def test_what_cannot_work_is_refused_by_the_check(
    verb: str, text: str, message: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_tree(folder / "pets", {"cat": 4, "dog": 4})
    write(folder, text)
    assert cli.main([verb, "pets.cnn"]) == 1
    assert f"error[{message}" in capsys.readouterr().err
    assert not (folder / "runs").exists()


def test_the_clean_mnist_holds_no_image_twice() -> None:
    """70,000 images, all different: whatever is found beyond that would be invented."""
    home = os.environ.get("CNN_DATA_HOME", "")
    if not (home and (Path(home) / "mnist.npz").exists()):
        pytest.skip("needs the published data: set CNN_DATA_HOME to a folder with mnist.npz")
    program = check_text("data mnist\nflatten; dense classes softmax\n").program
    assert program is not None
    assert program.data is not None
    report = look_over(program.data, training_plan(program), Path())
    assert len(report.items) == 70_000
    assert report.groups() == []
