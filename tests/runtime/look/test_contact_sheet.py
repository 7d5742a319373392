"""The verb `cnn augment`: originals beside what the epochs of a run make of them."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pictures import save_tree
from PIL import Image, ImageDraw

from compiler import training_plan
from compiler.augment import augment
from compiler.backend import tf
from compiler.pipeline import scaled
from runtime import cli
from runtime.data.examples import ArraySource, Examples, oversampled
from runtime.look.contact_sheet import FILE, IN_REPORT, VARIANTS, Form, sheet_png, variants
from spec_lang import check_text

SPEC = "data digits\naugment { rotate 30deg; noise 5%; mixup 0.2 }\nflatten; dense classes softmax\ntrain { seed 4 }\n"
PLAN = training_plan(check_text(SPEC).program)  # type: ignore[arg-type]
NAMES = [str(digit) for digit in range(10)]


def examples(count: int = 40) -> Examples:
    images = np.random.default_rng(0).integers(0, 256, (count, 8, 8, 1), dtype=np.uint8)
    return Examples(ArraySource(images, np.arange(count) % 10), np.arange(count)[::-1])


def test_the_variants_are_those_of_a_run() -> None:
    images, ids = examples().images()[:5], np.arange(5)
    shown = variants(images, ids, 3, PLAN)
    settings = {name: given for name, given in PLAN.augmentation.items() if name != "mixup"}  # type: ignore[union-attr]
    epoch = tf.constant(3, tf.int64)
    seen, _ = augment(scaled(images), tf.zeros((5, 1)), epoch, tf.constant(ids), settings, PLAN.seed)
    assert np.abs(shown / 255 - seen.numpy()).max() < 0.003
    assert (shown != variants(images, ids, 4, PLAN)).any()


def test_originals_stand_first_and_as_they_are() -> None:
    sheet = np.asarray(Image.open(io.BytesIO(sheet_png(examples(), PLAN, NAMES))))
    factor = 12
    cell = sheet[28 : 28 + 8 * factor, 110 : 110 + 8 * factor]
    first = examples().images()[examples().labels == 0][0, ..., 0]
    assert np.array_equal(cell[::factor, ::factor, 0], first)
    assert sheet.shape[1] > (VARIANTS + 1) * 8 * factor
    assert sheet.shape[0] > FILE.images * 8 * factor


def test_fewer_images_than_rows_and_copies_of_rare_ones() -> None:
    few = replace(examples(), indices=np.arange(3))
    assert Image.open(io.BytesIO(sheet_png(few, PLAN, NAMES))).height < 400
    sheet_png(oversampled(replace(examples(), indices=np.array([0, 10, 20, 30, 1])), 10), PLAN, NAMES)


@pytest.mark.parametrize(
    ("side", "form", "shown"),
    [(8, FILE, 96), (90, FILE, 180), (200, FILE, 200), (600, FILE, 256), (32, IN_REPORT, 160), (300, IN_REPORT, 144)],
)
def test_small_images_are_enlarged_and_large_ones_scaled_down(side: int, form: Form, shown: int) -> None:
    source = ArraySource(np.zeros((2, side, side // 2, 3), np.uint8), np.array([0, 1]))
    sheet = Image.open(io.BytesIO(sheet_png(Examples(source, np.arange(2)), PLAN, NAMES, form)))
    assert sheet.height == (28 + 6) * form.density + 2 * (shown + 6 * form.density)


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    save_tree(tmp_path / "pets", {"cat\n\x1b[31m": 9, "dog " + "o" * 60: 9})
    section = SPEC.replace("digits", 'folder "pets" { size 8x6 }')
    (tmp_path / "pets.cnn").write_text(section)
    assert cli.main(["augment", "pets.cnn"]) == 0
    with Image.open("pets-augment.png") as sheet:
        assert sheet.format == "PNG"
    assert "8 training images" in capsys.readouterr().out
    assert cli.main(["augment", "pets.cnn"]) == 2
    assert "pets-augment.png" in capsys.readouterr().err
    assert cli.main(["augment", "pets.cnn", "--force"]) == 0
    capsys.readouterr()
    for name in ("sheet.jpg", "sheet", "-"):
        assert cli.main(["augment", "pets.cnn", "-o", name]) == 2
        assert f"{name} does not end in .png" in capsys.readouterr().err
        assert not Path(name).exists()


@pytest.mark.parametrize(("epochs", "said"), [(1, "what the one epoch makes"), (4, "epochs 1 to 4 make")])
def test_no_more_epochs_are_drawn_than_there_will_be(
    epochs: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("few.cnn").write_text(SPEC)
    assert cli.main(["augment", "few.cnn", "--set", f"train.epochs={epochs}", "--set", "data.limit=50"]) == 0
    assert said in capsys.readouterr().out
    with Image.open("few-augment.png") as sheet:
        assert sheet.width == 110 + (epochs + 1) * (96 + 6) + 18


def test_without_an_augment_section_the_images_are_drawn_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    save_tree(tmp_path / "pets", {"cat": 9, "dog": 9})
    Path("pets.cnn").write_text('data folder "pets" { size 8x8 }\nflatten; dense classes softmax\n')
    assert cli.main(["augment", "pets.cnn", "--image", "10"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("pets-augment.png: dog/0001.png (")
    assert "nothing varies the images" in out
    with Image.open("pets-augment.png") as sheet:
        factor = 12
        drawn = np.asarray(sheet)[28 : 28 + 8 * factor : factor, 110 : 110 + 8 * factor : factor]
    with Image.open("pets/dog/0001.png") as picture:
        assert np.array_equal(drawn, np.asarray(picture))


def test_of_one_image_the_variants_are_those_that_it_will_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("one.cnn").write_text(SPEC)
    number = 5
    assert cli.main(["augment", "one.cnn", "--image", str(number)]) == 0
    out = capsys.readouterr().out
    assert "image 5 of the training set (validation), class" in out
    assert "a run varies no others" in out
    from runtime.data.datasets import load_dataset

    images = load_dataset("digits").x_train[number : number + 1]
    with Image.open("one-augment.png") as sheet:
        drawn = np.asarray(sheet)[..., 0]
    for epoch in (1, 6):
        left = 110 + epoch * (96 + 6) + 12
        shown = drawn[28 : 28 + 96 : 12, left : left + 96 : 12]
        assert np.array_equal(shown, variants(images, np.array([number]), epoch, PLAN)[0, ..., 0])


def test_names_are_drawn_with_their_accents_or_by_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(ImageDraw.ImageDraw, "text", lambda _self, _place, text, *_: drawn.append(text))
    source = ArraySource(np.zeros((2, 8, 8, 3), np.uint8), np.array([0, 1]))
    sheet_png(Examples(source, np.arange(2)), PLAN, ["perro ñandú", "猫"], epochs=0)
    assert drawn == ["original", "perro ñandú", "class 1"]
