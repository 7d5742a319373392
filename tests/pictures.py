"""Folders of small pictures for tests, whole and hostile."""

import os
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from compiler import training_plan
from runtime.data.parts import RunData
from runtime.data.run_data import load_run_data
from runtime.specs.spec_file import SpecFolder
from spec_lang import check_text
from spec_lang.program import Data

MODEL = "flatten; dense classes softmax; train { seed 3 }"


def noise(seed: int, height: int = 8, width: int = 8) -> Image.Image:
    """A picture like no other."""
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8))


def save_tree(root: Path, counts: Mapping[str, int], seed: int = 0) -> None:
    """PNG files of noise, so many in each folder, whose name may hold slashes; no two alike within 1,000 seeds."""
    number = 1_000_000 * seed
    for folder, count in counts.items():
        (root / folder).mkdir(parents=True, exist_ok=True)
        for place in range(count):
            noise(number).save(root / folder / f"{place:04}.png")
            number += 1


def data_of(section: str, folder: Path) -> Data:
    """The checked data section of a spec that stands in a folder."""
    checked = check_text(f"{section}\n{MODEL}", world=SpecFolder(folder))
    assert checked.program is not None, checked.diagnostics
    assert checked.program.data is not None
    return checked.program.data


def loaded(section: str, folder: Path) -> RunData:
    """What a run on a data section learns from, with seed 3."""
    checked = check_text(f"{section}\n{MODEL}", world=SpecFolder(folder))
    assert checked.program is not None, checked.diagnostics
    return load_run_data(data_of(section, folder), training_plan(checked.program), folder)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def claimed_png(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is so large."""
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + _chunk(b"IDAT", zlib.compress(b"\0" * 100)) + _chunk(b"IEND", b"")


BROKEN = {
    "truncated.jpg": "is damaged: ",
    "empty.png": "is not an image: the file is empty",
    "text.png": "is not an image that can be read",
    "vast.png": "is too large an image",
}
"""Files of a hostile folder that cannot be read, and what is said of each."""
LINKS = {"nowhere.png": "no such file or directory", "circle.png": "too many levels of symbolic links"}
SOUND = (
    "16-bit.png",
    "palette.png",
    "cmyk.jpg",
    "animated.gif",
    "dot.png",
    "really-png.jpg",
    "a name with spaces.png",
    "a\nnewline.png",
    "猫.png",
    "\udcff.png",
    "deeper/still.png",
    "linked.png",
)
"""Files of a hostile folder that can be read."""


def save_hostile(root: Path) -> None:
    """A tree of two classes: `good`, twenty pictures of noise, and `odd`, with all that goes wrong in real ones."""
    save_tree(root, {"good": 20, "odd/deeper": 0}, seed=1)
    odd = root / "odd"
    whole = odd / "whole.jpg"
    noise(1, 64, 64).save(whole, quality=95)
    (odd / "truncated.jpg").write_bytes(whole.read_bytes()[:-1500])
    whole.unlink()
    (odd / "empty.png").write_bytes(b"")
    (odd / "text.png").write_text("a text, not a picture")
    (odd / "vast.png").write_bytes(claimed_png(20_000, 20_000))
    Image.fromarray(np.arange(64, dtype=np.uint16).reshape(8, 8) * 1000).save(odd / "16-bit.png")
    noise(2).quantize(16).save(odd / "palette.png")
    noise(3).convert("CMYK").save(odd / "cmyk.jpg")
    noise(4).save(odd / "animated.gif", save_all=True, append_images=[noise(5), noise(6)], duration=50)
    noise(7, 1, 1).save(odd / "dot.png")
    noise(8).save(odd / "really-png.jpg", format="PNG")
    for seed, name in enumerate(
        ("a name with spaces.png", "a\nnewline.png", "猫.png", "\udcff.png", "deeper/still.png")
    ):
        noise(10 + seed).save(odd / name)
    noise(30).save(root / "elsewhere.png")
    (odd / "linked.png").symlink_to(root / "elsewhere.png")
    (odd / "nowhere.png").symlink_to(root / "nothing")
    (odd / "circle.png").symlink_to(odd / "circle.png")
    (odd / "up").symlink_to(root / "odd", target_is_directory=True)
    (odd / "notes.txt").write_text("notes")
    (odd / "dead-end").symlink_to(root / "nothing")
    (odd / ".hidden.png").write_bytes(b"")
    os.mkfifo(odd / "pipe.png")


def one_row_png(depth: int, color: int, row: bytes, transparent: bytes) -> bytes:
    """A PNG of 4 x 1, with a color that is transparent."""
    header = struct.pack(">IIBBBBB", 4, 1, depth, color, 0, 0, 0)
    parts = (b"IHDR", header), (b"tRNS", transparent), (b"IDAT", zlib.compress(b"\0" + row)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*each) for each in parts)
