"""Pictures that are nearly black: by `cnn data` and in the first lines of a run."""

from pathlib import Path

import numpy as np
import pytest
from pictures import MODEL, loaded
from PIL import Image

from runtime import cli
from runtime.data.darkness import is_nearly_black, warning, what_to_do


@pytest.mark.parametrize(
    ("greatest", "white", "dark", "cure"),
    [
        (1, 255, True, "multiply their samples by 255, and save them anew"),
        (17, 255, True, "multiply their samples by 15, and save them anew"),
        (18, 255, False, ""),
        (4095, 65_535, True, "multiply their samples by 16, and save them anew"),
        (16_383, 65_535, False, ""),
        (0, 255, True, "see whether they were written as they should be: all their samples are 0"),
    ],
)
def test_what_is_nearly_black(greatest: int, white: int, dark: bool, cure: str) -> None:
    assert is_nearly_black(greatest, white) == dark
    if dark:
        assert what_to_do(greatest, white) == cure


def test_a_run_says_so_of_most_pictures_and_not_of_a_few() -> None:
    assert warning([(1, 255)] * 4 + [(255, 255)] * 4) == ""
    assert warning([]) == ""
    said = "5 of 9 pictures are nearly black: the greatest sample is 1, and 255 is white; multiply their samples by 255"
    assert warning([(1, 255)] * 5 + [(255, 255)] * 4).startswith(said)


def save_masks(folder: Path, white: int = 1) -> None:
    for name in ("cat", "dog"):
        (folder / name).mkdir(parents=True)
        for number in range(6):
            bits = np.random.default_rng(number + 10 * len(name) + ord(name[0])).integers(0, 2, (8, 8), dtype=np.uint8)
            Image.fromarray(bits * white).save(folder / name / f"{number}.png")


def test_masks_are_named_with_what_to_do_and_that_helps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "masks.cnn").write_text(f'data folder "masks" {{ size 8x8 }}\n{MODEL}')
    save_masks(tmp_path / "masks")
    assert cli.main(["data", "masks.cnn"]) == 1
    shown = capsys.readouterr().out
    assert "W539" in shown
    assert "12 images are nearly black: " in shown
    assert "the greatest sample is 1, and 255 is white" in shown
    assert "multiply their samples by 255" in shown
    assert "12 of 12 pictures are nearly black" in loaded('data folder "masks" { size 8x8 }', tmp_path).notes[0]
    save_masks(tmp_path / "mended", white=255)
    assert loaded('data folder "mended" { size 8x8 }', tmp_path).notes == ()


def test_arrays_too(tmp_path: Path) -> None:
    x, y = np.random.default_rng(1).integers(0, 2, (40, 6, 5), dtype=np.uint8), np.arange(40) % 2
    np.savez(tmp_path / "own.npz", x_train=x, y_train=y)
    assert "40 of 40 pictures are nearly black" in loaded('data npz "own.npz"', tmp_path).notes[0]
    np.savez(tmp_path / "own.npz", x_train=x * 255, y_train=y)
    assert loaded('data npz "own.npz"', tmp_path).notes == ()
