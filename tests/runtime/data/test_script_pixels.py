"""The pixels that the script reads, for every way in which a file may say what its samples mean: those of a run."""

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pictures import one_row_png
from PIL import Image, ImageOps

from compiler import training_plan
from compiler.emit.pictures import pictures_part
from runtime.data.images import read_image
from runtime.errors import UserError
from runtime.specs.spec_file import SpecFolder
from spec_lang import check_text

SECTION = 'data folder "pets" {{ size 4x4; classes [cat, dog]; color {color} }}'


def script(color: str, folder: Path) -> dict[str, Any]:
    """The functions of a script that read pictures, without what it imports of Keras."""
    text = f"{SECTION.format(color=color)}\nflatten; dense classes softmax"
    program = check_text(text, world=SpecFolder(folder)).program
    assert program is not None
    assert program.data is not None
    scope: dict[str, Any] = {"np": np, "Image": Image, "ImageOps": ImageOps}
    exec(
        next(each for each in pictures_part(program.data, training_plan(program)).definitions if "read_image" in each),
        scope,
    )
    return scope


def white_is_zero() -> bytes:
    """A TIFF of 4 x 4 with samples of 16 bits."""
    tags = {256: 4, 257: 4, 258: 16, 259: 1, 262: 0, 273: 122, 277: 1, 278: 4, 279: 32}
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    start = struct.pack("<2sHIH", b"II", 42, 8, len(tags)) + entries + struct.pack("<I", 0)
    return start + np.linspace(0, 65535, 16).astype("<u2").tobytes()


DEEP = np.linspace(0, 65535, 16).astype(np.uint16).reshape(4, 4)
COLORS = np.arange(12) * 257
BYTES: dict[str, bytes] = {
    "two-bits.png": one_row_png(2, 0, b"\x1b", struct.pack(">H", 1)),
    "four-bits.png": one_row_png(4, 0, b"\x12\x34", struct.pack(">H", 2)),
    "sixteen.png": one_row_png(16, 0, struct.pack(">4H", 0, 7, 300, 65535), struct.pack(">H", 300)),
    "sixteen-colors.png": one_row_png(16, 2, COLORS.astype(">u2").tobytes(), b"\0\0\1\1\2\2"),
    "sixteen.pgm": b"P5 4 4 65535\n" + DEEP.astype(">u2").tobytes(),
    "twelve.pgm": b"P5 4 4 4095\n" + (DEEP >> 4).astype(">u2").tobytes(),
    "white-is-zero.tiff": white_is_zero(),
}
SAVED: dict[str, Callable[[Path], Any]] = {
    "black-and-white.png": lambda path: Image.fromarray(np.eye(4, dtype=bool)).save(path),
    "alpha.png": lambda path: Image.new("RGBA", (4, 4), (255, 0, 0, 100)).save(path),
    "gray-alpha.png": lambda path: Image.new("LA", (4, 4), (90, 100)).save(path),
    "cmyk.jpg": lambda path: Image.new("CMYK", (4, 4), (0, 255, 255, 0)).save(path),
    "sideways.jpg": lambda path: Image.fromarray(DEEP.astype(np.uint8)).save(
        path, exif=b"Exif\0\0II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\6\0\0\0\0\0\0\0"
    ),
    "pages.tiff": lambda path: Image.new("L", (4, 4), 9).save(
        path, save_all=True, append_images=[Image.new("L", (4, 4))]
    ),
    "moving.gif": lambda path: Image.new("P", (4, 4), 9).save(
        path, save_all=True, append_images=[Image.new("P", (4, 4))]
    ),
}


@pytest.mark.parametrize("color", ["gray", "rgb"])
@pytest.mark.parametrize("name", [*BYTES, *SAVED])
def test_the_script_reads_the_pixels_of_a_run(name: str, color: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if name in BYTES:
        path.write_bytes(BYTES[name])
    else:
        SAVED[name](path)
    expected = read_image(path, (4, 4, 1 if color == "gray" else 3))
    np.testing.assert_array_equal(script(color, tmp_path)["read_image"](path), expected)


@pytest.mark.parametrize("mode", ["I", "F"])
def test_both_refuse_samples_of_32_bits(mode: str, tmp_path: Path) -> None:
    path = tmp_path / "deep.tiff"
    Image.new(mode, (4, 4), 1).save(path)
    with pytest.raises(UserError, match="samples of 32 bits"):
        read_image(path, (4, 4, 1))
    with pytest.raises(ValueError, match="samples of 32 bits"):
        script("gray", tmp_path)["read_image"](path)
