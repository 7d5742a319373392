"""`cnn evaluate`: the score of a run on its own test images and on others, and data that cannot be scored on."""

import csv
import io
import json
import os
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from untrained import untrained_run

from runtime import cli
from runtime.data.datasets import load_dataset

CLASSES = "0123456789"


@pytest.fixture
def digits(tmp_path: Path) -> tuple[np.ndarray, np.ndarray]:
    """The test images of the run, (360, 8, 8), and their labels."""
    data = load_dataset("digits")
    return data.x_test[..., 0], data.y_test


def scored(run: Path, data: Path | None, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert cli.main(["evaluate", str(run), *(["--data", str(data)] if data else []), "--format", "json"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    entries: dict[str, Any] = json.loads(captured.out)
    return entries


def refusal(run: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert cli.main(["evaluate", str(run), "--data", str(data)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error: ")
    assert "Traceback" not in captured.err
    assert captured.err.count("\n") <= 2
    return captured.err


def arrays(path: Path, **given: Any) -> Path:
    np.savez_compressed(path, **given)
    return path


def pictures(folder: Path, images: np.ndarray, names: list[str]) -> Path:
    for number, (image, name) in enumerate(zip(images, names, strict=True)):
        (folder / name).mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(folder / name / f"{number}.png")
    return folder


def test_on_its_own_test_images_a_run_scores_what_it_scored(
    finished_run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    metrics = json.loads((finished_run / "metrics.json").read_text())["test"]
    given = scored(finished_run, None, capsys)
    assert given["run"] == str(finished_run)
    assert given["data"] == "the test images of digits"
    for name in ("images", "accuracy", "accuracy_interval", "loss", "cross_entropy", "classes", "confusion"):
        assert given[name] == metrics[name]


def test_the_table_says_it_in_words(finished_run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["evaluate", str(finished_run)]) == 0
    head, accuracy, loss, bare, baseline, _, columns, *rows = capsys.readouterr().out.splitlines()
    metrics = json.loads((finished_run / "metrics.json").read_text())["test"]
    assert head == "the test images of digits: 360"
    assert accuracy.startswith(f"accuracy {metrics['accuracy']:.2%}, 95% interval ")
    assert loss == f"loss {metrics['loss']:.4f}"
    assert bare == f"cross-entropy {metrics['cross_entropy']:.4f}"
    assert baseline == "always answering 1 would reach 10.28%"
    assert columns.split() == ["class", "precision", "recall", "F1", "images"]
    assert [row.split()[0] for row in rows if "─" not in row] == [*CLASSES, "mean"]


@pytest.mark.parametrize("names", [("x", "y"), ("x_test", "y_test")])
def test_arrays_are_scored(
    names: tuple[str, str],
    finished_run: Path,
    digits: tuple[np.ndarray, np.ndarray],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    images, labels = digits
    own = scored(finished_run, None, capsys)
    x, y = names
    for given in ({x: images, y: labels}, {x: images[..., None], y: labels[:, None].astype(np.uint8)}):
        other = scored(finished_run, arrays(tmp_path / "own.npz", **given, z=np.array([None])), capsys)
        assert other["data"] == f"images of {tmp_path / 'own.npz'}"
        assert other["confusion"] == own["confusion"]


def test_folders_are_matched_by_their_names(
    finished_run: Path, digits: tuple[np.ndarray, np.ndarray], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the class 0, labels by place would be shifted by one."""
    images, labels = digits
    chosen = np.flatnonzero(labels > 0)
    own = scored(finished_run, None, capsys)["confusion"]
    folder = pictures(tmp_path / "own", images[chosen], [CLASSES[label] for label in labels[chosen]])
    other = scored(finished_run, folder, capsys)
    assert other["images"] == len(chosen)
    assert other["confusion"] == [[0] * 10, *own[1:]]
    # Of a tree with parts, `test` alone.
    pictures(tmp_path / "parts" / "train", images[:20], ["1"] * 20)
    folder.rename(tmp_path / "parts" / "test")
    assert scored(finished_run, tmp_path / "parts", capsys)["confusion"] == other["confusion"]


def test_tables_are_matched_by_their_names(
    finished_run: Path, digits: tuple[np.ndarray, np.ndarray], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images, labels = digits
    pictures(tmp_path / "all", images[:40], ["here"] * 40)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["label", "who", "image"])
    for number in range(39, -1, -1):
        writer.writerow([CLASSES[labels[number]], "me", f"all/here/{number}.png"])
    (tmp_path / "own.csv").write_text(text.getvalue())
    by_table = scored(finished_run, tmp_path / "own.csv", capsys)
    by_array = scored(finished_run, arrays(tmp_path / "own.npz", x=images[:40], y=labels[:40]), capsys)
    assert by_table["confusion"] == by_array["confusion"]
    assert by_table["images"] == 40


def test_pictures_are_read_as_the_run_read_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of another size, cut as the spec says: a picture with its subject in the middle, and black beside it."""
    random = np.random.default_rng(0)
    wide = random.integers(0, 256, (12, 8, 24), np.uint8)
    wide[:, :, :8] = wide[:, :, 16:] = 0
    pictures(tmp_path / "own", wide, ["a", "b"] * 6)
    spec = 'data folder "own" { size 8x8; color gray; test 50%; resize crop }\nmodel { flatten; dense 2 softmax }'
    run = untrained_run(tmp_path, spec)
    folder = scored(run, tmp_path / "own", capsys)
    middle = arrays(tmp_path / "own.npz", x=wide[:, :, 8:16], y=np.array([0, 1] * 6))
    assert scored(run, middle, capsys)["confusion"] == folder["confusion"]
    assert scored(run, middle, capsys)["loss"] == pytest.approx(folder["loss"], abs=1e-6)


def test_data_that_is_none_is_refused(finished_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert f"there is no file or folder {tmp_path / 'gone'}" in refusal(finished_run, tmp_path / "gone", capsys)
    (tmp_path / "notes.txt").write_text("mine")
    assert "is no data to score a run on" in refusal(finished_run, tmp_path / "notes.txt", capsys)
    (tmp_path / "empty").mkdir()
    assert "has no pictures of the run's classes" in refusal(finished_run, tmp_path / "empty", capsys)
    (tmp_path / "text.npz").write_text("no arrays")
    assert "is no NumPy file of arrays" in refusal(finished_run, tmp_path / "text.npz", capsys)
    (tmp_path / "bytes.csv").write_bytes(b"image,label\n\xff\xfe,1\n")
    assert "cannot be used" in refusal(finished_run, tmp_path / "bytes.csv", capsys)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"x": np.zeros((4, 8, 8), np.uint8)}, "has no labels"),
        ({"images": np.zeros((4, 8, 8), np.uint8), "y": np.zeros(4, int)}, "neither x_test and y_test nor x and y"),
        ({"x": np.zeros((4, 9, 8), np.uint8), "y": np.zeros(4, int)}, "x is uint8 4x9x8, not uint8 4x8x8x1 or 4x8x8"),
        ({"x": np.zeros((4, 8, 8, 3), np.uint8), "y": np.zeros(4, int)}, "x is uint8 4x8x8x3, not"),
        ({"x": np.zeros((4, 8, 8), float), "y": np.zeros(4, int)}, "x is of type float64; images are uint8"),
        ({"x": np.zeros((4, 8, 8), np.uint8), "y": np.zeros(3, int)}, "x has 4 images, y 3 labels"),
        ({"x": np.zeros((4, 8, 8), np.uint8), "y": np.eye(4, 10)}, "y has the shape (4, 10) as of one-hot labels"),
        ({"x": np.zeros((4, 8, 8), np.uint8), "y": np.array(["cat"] * 4)}, "y is of type text"),
        ({"x": np.zeros((4, 8, 8), np.uint8), "y": np.array([0, 1, 2, 10])}, "label 10 is none of the run's classes"),
        ({"x": np.zeros((4, 8, 8), np.uint8), "y": np.array([0, 1, 2, -1])}, "label -1 is none of the run's classes"),
        ({"x": np.zeros((0, 8, 8), np.uint8), "y": np.zeros(0, int)}, "has no images"),
        ({"x": np.uint8(3), "y": np.int64(3)}, "x has 0 axes"),
        ({"x": np.array([print] * 4, object), "y": np.zeros(4, int)}, "x has 1 axis;"),
    ],
)
def test_arrays_of_another_form_are_refused(
    given: Any, says: str, finished_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert says in refusal(finished_run, arrays(tmp_path / "own.npz", **given), capsys)


def claiming(path: Path, shape: str, content: bytes = b"", labelled: int = 4) -> Path:
    """A file of arrays whose images claim a shape, with little behind it."""
    header = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}}}\n".encode("latin-1")
    labels = io.BytesIO()
    np.save(labels, np.zeros(labelled, np.uint8))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + content)
        archive.writestr("y.npy", labels.getvalue())
    return path


@pytest.mark.parametrize(
    "shape",
    [
        "(10**9,)",
        "(1000000000000, 8, 8)",
        "(-1, 8, 8)",
        "()",
        "'x'",
        "(" * 300 + ")" * 300,
        "-" * 60_000 + "1",
        "-" * 9_800 + "1",
        "(" * 9_800,
        "1e999",
    ],
    ids=lambda shape: shape[:24],
)
def test_arrays_that_claim_what_they_do_not_hold_are_refused(
    shape: str, finished_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "own.npz" in refusal(finished_run, claiming(tmp_path / "own.npz", shape), capsys)


def test_more_than_the_machine_can_hold_is_refused_unread(
    finished_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.data.npz.memory_bytes", lambda: 1_000_000)
    file = claiming(tmp_path / "own.npz", "(20000, 8, 8)", bytes(20_000 * 64), 20_000)
    assert file.stat().st_size < 10_000
    assert "own.npz is too large: x alone takes more" in refusal(finished_run, file, capsys)


def test_classes_that_the_run_does_not_know_are_named(
    finished_run: Path, digits: tuple[np.ndarray, np.ndarray], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images, _ = digits
    names = ["1", "cat", "\x1b[31mred", "nine", "ten", "eleven", "twelve"]
    error = refusal(finished_run, pictures(tmp_path / "own", images[:7], names), capsys)
    assert r"has classes that the run does not know: \x1b[31mred, cat, eleven, nine, ten and 1 more" in error
    assert "help: the run knows 0, 1, 2, 3, 4, 5, 6, 7, 8, 9" in error
    (tmp_path / "own.csv").write_text("image,label\nown/1/0.png,1\nown/cat/1.png,cat\n")
    assert "does not know: cat" in refusal(finished_run, tmp_path / "own.csv", capsys)


def test_pictures_without_labels_are_refused(
    finished_run: Path, digits: tuple[np.ndarray, np.ndarray], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images, _ = digits
    pictures(tmp_path, images[:3], ["own"] * 3)
    assert "have no labels" in refusal(finished_run, tmp_path / "own", capsys)
    (tmp_path / "own.csv").write_text("image,class\nown/0.png,1\n")
    assert "it has no column 'label', only 'image', 'class'" in refusal(finished_run, tmp_path / "own.csv", capsys)
    pictures(tmp_path / "parts" / "train", images[:3], ["1"] * 3)
    assert "has no folder test" in refusal(finished_run, tmp_path / "parts", capsys)


def test_pictures_that_cannot_be_read_are_named(
    finished_run: Path, digits: tuple[np.ndarray, np.ndarray], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images, _ = digits
    folder = pictures(tmp_path / "own", images[:20], ["1"] * 20)
    (folder / "1" / "5.png").write_bytes(b"no picture")
    assert "5.png is not an image that can be read" in refusal(finished_run, folder, capsys)
    (folder / "1" / "5.png").unlink()
    (folder / "1" / "5.png").symlink_to("gone")
    assert "5.png cannot be looked into: no such file" in refusal(finished_run, folder, capsys)
    (tmp_path / "own.csv").write_text("image,label\nown/1/0.png,1\nown/1/gone.png,1\n")
    assert "own/1/gone.png (line 3)" in refusal(finished_run, tmp_path / "own.csv", capsys)


def test_all_pictures_that_cannot_be_read_are_told_of_at_once(
    finished_run: Path, digits: tuple[np.ndarray, np.ndarray], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images, _ = digits
    folder = pictures(tmp_path / "own", images[:20], ["1"] * 20)
    for number in range(10, 17):
        (folder / "1" / f"{number}.png").write_bytes(b"no picture")
    error = refusal(finished_run, folder, capsys)
    assert "7 of 20 pictures and folders cannot be read: " in error
    assert error.count(" is not an image that can be read") == 5
    assert "; and 2 more\n" in error


def test_a_run_that_left_damaged_pictures_out_leaves_them_out_here(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    random = np.random.default_rng(0)
    own = pictures(tmp_path / "own", random.integers(0, 256, (12, 8, 8), np.uint8), ["a", "b"] * 6)
    spec = 'data folder "own" { size 8x8; color gray; test 50%; corrupt skip }\nmodel { flatten; dense 2 softmax }'
    run = untrained_run(tmp_path, spec)
    other = pictures(tmp_path / "new", random.integers(0, 256, (10, 8, 8), np.uint8), ["a", "b"] * 5)
    (other / "a" / "4.png").write_bytes(b"no picture")
    assert cli.main(["evaluate", str(run), "--data", str(other), "--format", "json"]) == 0
    captured = capsys.readouterr()
    what = f"{other / 'a' / '4.png'} is not an image that can be read"
    assert captured.err == f"warning: 1 of 10 pictures and folders cannot be read and were left out: {what}\n"
    told = json.loads(captured.out)
    assert (told["images"], told["left_out"]) == (9, [what])
    for picture in other.glob("*/*"):
        picture.write_bytes(b"no picture")
    assert "has no pictures of the run's classes that can be read" in refusal(run, other, capsys)
    assert scored(run, None, capsys)["data"] == "the test images of own"
    assert own.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the names of files are text")
def test_names_that_are_no_text_are_escaped(
    digits: tuple[np.ndarray, np.ndarray], finished_run: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    images, _ = digits
    folder = pictures(tmp_path / os.fsdecode(b"caf\xe9"), images[:4], ["1"] * 4)
    assert cli.main(["evaluate", str(finished_run), "--data", str(folder), "--format", "json"]) == 0
    assert json.loads(capfd.readouterr().out)["data"] == f"pictures of {folder}"


def test_a_table_may_have_the_columns_of_the_run_or_the_usual_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    random = np.random.default_rng(0)
    pictures(tmp_path / "all", random.integers(0, 256, (12, 8, 8), np.uint8), ["a", "b"] * 6)
    rows = [f"all/{kind}/{number}.png,{kind}" for number, kind in enumerate(["a", "b"] * 6)]
    for name, head in (("own", "file,kind"), ("usual", "image,label"), ("other", "path,class")):
        (tmp_path / f"{name}.csv").write_text("\n".join([head, *rows]) + "\n")
    data = 'data csv "own.csv" image=file label=kind { size 8x8; color gray; test 50% }'
    run = untrained_run(tmp_path, f"{data}\nmodel {{ flatten; dense 2 softmax }}")
    assert scored(run, tmp_path / "own.csv", capsys)["images"] == 12
    assert scored(run, tmp_path / "usual.csv", capsys)["images"] == 12
    assert "it has no column 'file', only 'path', 'class'" in refusal(run, tmp_path / "other.csv", capsys)


def test_data_that_changed_since_is_not_taken_for_the_runs_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    random = np.random.default_rng(0)
    x, y = random.integers(0, 256, (40, 8, 8), np.uint8), np.arange(40) % 2
    arrays(tmp_path / "own.npz", x_train=x, y_train=y, x_test=x[:9], y_test=y[:9])
    run = untrained_run(tmp_path, 'data npz "own.npz"\nmodel { flatten; dense 2 softmax }')
    assert scored(run, None, capsys)["images"] == 9
    arrays(tmp_path / "own.npz", x_train=x, y_train=y, x_test=x[1:9], y_test=y[1:9])
    assert cli.main(["evaluate", str(run)]) == 2
    assert "is not the data that" in capsys.readouterr().err
    (tmp_path / "own.npz").unlink()
    assert cli.main(["evaluate", str(run)]) == 2
    assert "there is no own.npz" in capsys.readouterr().err
