"""One image, chosen by its number or its file, in the terminal, as JSON and on a page; and the page of all."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pictures import noise, save_tree
from PIL import Image

from runtime import cli
from runtime.data.datasets import load_dataset

SPEC = 'data folder "pets" { size 8x8; validation 20%; test 20% }\nflatten; dense classes softmax\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    save_tree(tmp_path / "pets", {"perro ñandú": 20, "cat": 20})
    (tmp_path / "pets.cnn").write_text(SPEC)
    return tmp_path


def facts(capsys: pytest.CaptureFixture[str], wanted: str, spec: str = "pets.cnn") -> dict[str, Any]:
    assert cli.main(["data", spec, "--image", wanted, "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_picture_by_its_number_and_by_its_path(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    by_number = facts(capsys, "3")
    assert by_number["name"] == "cat/0003.png"
    assert (by_number["class"], by_number["class_number"], by_number["of"]) == ("cat", 0, 40)
    for path in ("cat/0003.png", "pets/cat/0003.png", str(folder / "pets/cat/0003.png")):
        assert facts(capsys, path) == by_number
    with Image.open(folder / "pets/cat/0003.png") as picture:
        pixels = np.asarray(picture)
    assert by_number["shape"] == [8, 8, 3]
    assert (by_number["least"], by_number["greatest"]) == (pixels.min(), pixels.max())
    assert by_number["mean"] == pytest.approx(pixels.mean(), abs=1e-4)
    assert facts(capsys, "20")["class_number"] == 1


def test_every_number_is_in_the_part_that_the_look_counts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parts = [facts(capsys, str(number))["part"] for number in range(40)]
    cli.main(["data", "pets.cnn", "--format", "json"])
    counted = json.loads(capsys.readouterr().out)
    assert {part: parts.count(part) for part in counted["images"]} == {
        part: sum(numbers) for part, numbers in counted["images"].items()
    }
    assert counted["class_indices"] == {"cat": 0, "perro ñandú": 1}
    assert counted["values"] == [{"least": 0, "greatest": 255, "white": 255, "images": 40}]


def test_a_dark_picture_is_told_by_its_own_range(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    deep = np.arange(64, dtype=np.uint16).reshape(8, 8) * 65
    Image.fromarray(deep).save(folder / "pets/cat/deep.png")
    found = facts(capsys, "cat/deep.png")
    assert found["file"] == found["file"] | {"mode": "I;16", "least": 0, "greatest": 4095, "white": 65535}
    assert found["greatest"] == 16
    assert cli.main(["data", "pets.cnn", "--image", "cat/deep.png"]) == 0
    assert "values 0 to 4,095, 65,535 being white" in capsys.readouterr().out
    cli.main(["data", "pets.cnn"])
    out = capsys.readouterr().out
    assert "values   0 to 4,095, 65,535 being white (1 image)" in out
    assert "W539" in out
    assert "1 image is nearly black: cat/deep.png" in out
    assert "help: multiply their samples by 16, and save them anew" in out


def test_an_array_by_its_number_training_images_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    digits = load_dataset("digits")
    spec = tmp_path / "digits.cnn"
    spec.write_text("data digits { limit 100; validation 20% }\nflatten; dense classes softmax\n")
    first = facts(capsys, "7", str(spec))
    assert first["name"] == "image 7 of the training set"
    assert first["class_number"] == digits.y_train[7]
    assert first["mean"] == pytest.approx(digits.x_train[7].mean(), abs=1e-4)
    test = facts(capsys, str(len(digits.y_train)), str(spec))
    assert (test["name"], test["part"]) == ("image 0 of the test set", "test")
    assert test["mean"] == pytest.approx(digits.x_test[0].mean(), abs=1e-4)
    parts = {facts(capsys, str(number), str(spec))["part"] for number in range(60)}
    assert None in parts  # beyond the limit


@pytest.mark.parametrize("wanted", ["40", "-1", "nothing.png", "9" * 30, ""])
def test_what_is_no_image_is_refused_with_what_there_is(
    wanted: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["data", "pets.cnn", f"--image={wanted}"]) == 2
    assert "give a number from 0 to 39, or a path below" in capsys.readouterr().err


def test_a_picture_that_cannot_be_read_is_told_and_hinders_no_other(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "pets/cat/bad.png").write_bytes(b"no picture")
    assert facts(capsys, "cat/0003.png")["class"] == "cat"
    assert cli.main(["data", "pets.cnn", "--image", "cat/bad.png"]) == 2
    assert "bad.png is not an image" in capsys.readouterr().err


def test_the_page_shows_each_class_and_is_written_where_nothing_is(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["data", "pets.cnn", "--html"]) == 0
    assert "images   on the page pets-data.html" in capsys.readouterr().out
    page = (folder / "pets-data.html").read_text(encoding="utf-8")
    assert page.count("<img") == 2 * 16
    assert "<h3>1 <bdi>perro ñandú</bdi></h3>" in page
    assert 'http-equiv="Content-Security-Policy" content="default-src' in page
    assert cli.main(["data", "pets.cnn", "--html"]) == 2
    assert "exists already" in capsys.readouterr().err
    assert cli.main(["data", "pets.cnn", "--html", "--force"]) == 0
    for name in ("page.png", "pets.cnn", "page"):
        assert cli.main(["data", "pets.cnn", "--html", name, "--force"]) == 2
        assert "does not end in .html" in capsys.readouterr().err
    assert (folder / "pets.cnn").read_text() == SPEC


def test_the_page_of_one_image(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["data", "pets.cnn", "--image", "25", "--html", "one.html"]) == 0
    assert "to see   on the page one.html" in capsys.readouterr().out
    page = (folder / "one.html").read_text(encoding="utf-8")
    assert page.count("<img") == 1
    assert "perro ñandú, number 1" in page


@pytest.mark.parametrize("classes", [2, 10, 100])
def test_every_class_has_its_images_and_the_page_stays_small(classes: int, folder: Path) -> None:
    from compiler import training_plan
    from runtime.look.data_page import data_page
    from runtime.look.data_report import look_over
    from runtime.specs.spec_file import SpecFolder
    from spec_lang import check_text

    names = ["<script>alert(1)</script>"[: -len("</script>")], "x" * 200, *(f"class {number}" for number in range(98))]
    save_tree(folder / "many", dict.fromkeys(names[:classes], 0))
    for number, name in enumerate(names[:classes]):
        for place in range(8):
            noise(number * 10 + place, 40, 40).save(folder / "many" / name / f"{place}.png")
    checked = check_text(SPEC.replace("pets", "many").replace("8x8", "40x40"), world=SpecFolder(folder))
    assert checked.program is not None
    assert checked.program.data is not None
    report = look_over(checked.program.data, training_plan(checked.program), folder)
    page = data_page(checked.program, report, [])
    assert len(re.findall(r"<h3>\d+ <bdi>", page)) == classes
    assert page.count("<img") == classes * min(8, 400 // classes)
    assert len(page) < 4_000_000
    assert "<script>alert" not in page
