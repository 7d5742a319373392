"""What a check says of a person's own pictures that are there and cannot be used: what a run would refuse."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from runtime.data.own_arrays import load_arrays
from runtime.errors import UserError
from runtime.specs.spec_file import SpecFolder
from spec_lang import check_text
from spec_lang.diagnostics import Diagnostic

MODEL = "flatten; dense classes softmax"


def found(data: str, folder: Path) -> Diagnostic:
    """The one finding, which names no path to look at: the file was found."""
    checked = check_text(f"{data}\n{MODEL}", world=SpecFolder(folder))
    (finding,) = checked.diagnostics
    assert finding.code == "E410"
    assert "paths begin" not in finding.help
    return finding


def images(*shape: int) -> np.ndarray:
    return np.zeros(shape, np.uint8)


LABELS = np.tile(np.arange(2), 4)
USABLE = {"x_train": images(8, 6, 5, 3), "y_train": LABELS}


@pytest.mark.parametrize(
    ("arrays", "message", "remedy"),
    [
        ({"x_train": images(8, 6, 5, 2)}, "images of 2 channels", "gray images have 1 channel, colour ones 3"),
        ({"x_train": images(8, 3, 28, 28)}, "images of 28 channels", "save np.moveaxis(x_train, 1, -1)"),
        ({"x_train": images(8, 6, 5, 4)}, "images of 4 channels", "save x_train[..., :3]"),
        ({"x_train": images(8, 784)}, "x_train has 2 axes", "save x_train.reshape(-1, 28, 28)"),
        ({"x_train": np.zeros((8, 6, 5), np.float32)}, "type float32", "(x_train * 255).round().astype('uint8')"),
        ({"x_train": np.zeros((8, 6, 5), np.int64)}, "type int64", "x_train.astype('uint8')"),
        ({"y_train": LABELS[:7]}, "x_train has 8 images, y_train 7 labels", "one label for each image"),
        ({"y_train": np.eye(2)[LABELS]}, "shape (8, 2) as of one-hot labels", "save y_train.argmax(axis=1)"),
        ({"y_train": LABELS.astype(float)}, "y_train is of type float64", "y_train.astype('int64')"),
        ({"y_train": np.array(["cat", "dog"] * 4)}, "type text", "np.unique(y_train, return_inverse=True)[1]"),
        (
            {"x_test": images(2, 6, 4, 3), "y_test": LABELS[:2]},
            "x_test has images of 6x4x3, x_train of 6x5x3",
            "one size",
        ),
        ({"x_test": images(2, 6, 5, 4), "y_test": LABELS[:2]}, "x_test has images of 4 channels", "x_test[..., :3]"),
    ],
)
def test_arrays_that_no_run_can_learn_from(arrays: dict[str, Any], message: str, remedy: str, tmp_path: Path) -> None:
    np.savez(tmp_path / "own.npz", **USABLE | arrays)
    finding = found('data npz "own.npz"', tmp_path)
    assert message in finding.message
    assert remedy in finding.help
    with pytest.raises(UserError) as refused:
        load_arrays("own.npz", tmp_path)
    assert refused.value.message.partition(": ")[2] == finding.message.partition(": ")[2]
    assert refused.value.help == finding.help


@pytest.mark.parametrize(
    ("labels", "missing", "cure"),
    [
        ([1, 2], "0", "the labels begin at 1, not at 0: save y_train - 1"),
        ([0, 2], "1", "save np.unique(y_train, return_inverse=True)[1]"),
        ([0, 1, 255], "2, 3, 4, 5, 6 and 248 more", "keep = y_train != 255"),
    ],
)
def test_labels_with_gaps_are_named_by_a_check(labels: list[int], missing: str, cure: str, tmp_path: Path) -> None:
    y = np.array((labels * 8)[:8])
    arrays: dict[str, Any] = USABLE | {"y_train": y}
    np.savez(tmp_path / "own.npz", **arrays)
    for classes in ("", " { classes [cat, dog] }"):
        (finding,) = check_text(f'data npz "own.npz"{classes}\n{MODEL}', world=SpecFolder(tmp_path)).diagnostics
        assert (finding.code, finding.message) == ("E417", f"'own.npz' has no pictures of {missing} to train on")
        assert cure in finding.help
    chosen = f'data npz "own.npz" {{ classes ["{labels[0]}", "{labels[1]}"] }}\n{MODEL}'
    assert check_text(chosen, world=SpecFolder(tmp_path)).program is not None


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"y_train": LABELS - 1}, "y_train has the label -1; labels are numbers from 0 on"),
        ({"x_test": images(2, 6, 5, 3), "y_test": np.array([0, 2])}, "y_test has the label 2, y_train none beyond 1"),
        ({"y_train": LABELS * 100_000}, "y_train has labels up to 100,000"),
    ],
)
def test_labels_that_number_no_classes(arrays: dict[str, Any], message: str, tmp_path: Path) -> None:
    np.savez(tmp_path / "own.npz", **USABLE | arrays)
    assert message in found('data npz "own.npz"', tmp_path).message
    with pytest.raises(UserError, match=message):
        load_arrays("own.npz", tmp_path)


def test_arrays_of_images_that_are_not_read_are_named(tmp_path: Path) -> None:
    labels = np.tile([0, 1], 4)
    others: dict[str, Any] = {
        "x_valid": images(2, 6, 5),
        "y_valid": labels[:2],
        "x_test": images(2, 6, 5),
        "classes": np.arange(2),
    }
    np.savez(tmp_path / "own.npz", x_train=images(8, 6, 5), y_train=labels, **others)
    (finding,) = check_text(f'data npz "own.npz"\n{MODEL}', world=SpecFolder(tmp_path)).diagnostics
    assert finding.message == "left out of 'own.npz', 3 in all (an array that is not read): x_test, x_valid, y_valid"
    assert finding.help == "images for validation are x_val with y_val, those for the test x_test with y_test"


def test_arrays_in_any_order_of_bytes_and_of_an_axis_more_can_be_used(tmp_path: Path) -> None:
    arrays: dict[str, Any] = USABLE | {"y_train": LABELS.astype(">i4")[:, None], "x_test": images(2, 9)}
    np.savez(tmp_path / "own.npz", **arrays)
    assert check_text(f'data npz "own.npz"\n{MODEL}', world=SpecFolder(tmp_path)).program is not None
    parts, _, _ = load_arrays("own.npz", tmp_path)
    assert parts["train"].labels.tolist() == LABELS.tolist()


@pytest.mark.parametrize(
    ("content", "message", "remedy"),
    [
        (b"file,kind\na.png,cat\n", "has no column 'image', only 'file', 'kind'", "image=file label=kind"),
        (b"image,the kind\na.png,cat\n", "has no column 'label'", 'image=image label="the kind"'),
        (b"label,file\ncat,a.png\n", "has no column 'image'", "image=file label=label"),
        (b"image;label\na.png;cat\n", "its columns are separated by semicolons", "read_csv(path, sep=';')"),
        ("image,label\na.png,café\n".encode("latin-1"), "it is not encoded in UTF-8", "save it as UTF-8"),
        ("image,label\na.png,cat\n".encode("utf-16"), "it is not encoded in UTF-8", "save it as UTF-8"),
    ],
    ids=["names", "label", "order", "semicolons", "latin-1", "utf-16"],
)
@pytest.mark.parametrize("classes", ["", "; classes [cat, dog]"])
def test_tables_that_no_run_can_learn_from(
    content: bytes, message: str, remedy: str, classes: str, tmp_path: Path
) -> None:
    """Also where the classes are given: a file that is there and is wrong does not come right by waiting."""
    (tmp_path / "own.csv").write_bytes(content)
    finding = found(f'data csv "own.csv" {{ size 8x8{classes} }}', tmp_path)
    assert message in finding.message
    assert remedy in finding.help


def test_what_is_not_there_is_looked_for_by_its_path(tmp_path: Path) -> None:
    (finding,) = check_text(f'data npz "own.npz"\n{MODEL}', world=SpecFolder(tmp_path)).diagnostics
    assert "paths begin at the folder of the spec" in finding.help
