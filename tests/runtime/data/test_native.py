"""PNG files that TensorFlow decodes: the pixels are those that Pillow gives, or Pillow is asked."""

import io
import os
import random
import zlib
from pathlib import Path

import numpy as np
import pytest
from pictures import noise
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from runtime.data.images import read_image
from runtime.data.native import decode_native, plain_content
from runtime.errors import UserError

GRAY, RGB = (8, 8, 1), (8, 8, 3)


def png(image: Image.Image, **settings: object) -> bytes:
    content = io.BytesIO()
    image.save(content, "PNG", **settings)
    return content.getvalue()


def with_chunk(name: bytes, content: bytes) -> PngInfo:
    info = PngInfo()
    info.add(name, content)
    return info


def with_wrong_length(name: bytes) -> bytes:
    start, header, rest = (content := png(noise(1)))[:8], content[8:33], content[33:]
    chunk = name + bytes(3)
    return start + header + (3).to_bytes(4) + chunk + zlib.crc32(chunk).to_bytes(4) + rest


def texts() -> PngInfo:
    info = PngInfo()
    info.add_text("XML:com.adobe.xmp", '<x tiff:Orientation="6"/>')
    return info


TURNED = Image.Exif()
TURNED[0x0112] = 6


@pytest.mark.parametrize(
    ("content", "shapes"),
    [
        pytest.param(png(noise(1)), [RGB], id="RGB"),
        pytest.param(png(noise(1).convert("L")), [GRAY, RGB], id="gray"),
        pytest.param(png(noise(1), pnginfo=with_chunk(b"gAMA", bytes(4))), [RGB], id="gamma"),
        *(
            pytest.param(with_wrong_length(name), [], id=f"{name.decode()} too short")
            for name in (b"gAMA", b"cHRM", b"pHYs", b"tIME", b"sRGB")
        ),
        pytest.param(png(noise(1), pnginfo=texts()), [], id="text"),
        pytest.param(png(noise(1), exif=TURNED), [], id="turned"),
        pytest.param(png(noise(1), transparency=(1, 2, 3)), [], id="a transparent colour"),
        pytest.param(png(noise(1).convert("RGBA")), [], id="alpha"),
        pytest.param(png(noise(1).convert("LA")), [], id="gray with alpha"),
        pytest.param(png(noise(1).quantize(8)), [], id="palette"),
        pytest.param(png(noise(1).convert("1")), [], id="a bit"),
        pytest.param(png(noise(1).convert("I;16")), [], id="16 bits"),
        pytest.param(png(noise(1, 8, 9)), [], id="wider"),
        pytest.param(png(noise(1, 9, 8)), [], id="higher"),
        pytest.param(png(noise(1), save_all=True, append_images=[noise(2)]), [], id="an animation"),
        pytest.param(png(noise(1)) + b"more", [], id="more behind it"),
        pytest.param(png(noise(1))[:-12], [], id="without its end"),
        pytest.param(png(noise(1), pnginfo=with_chunk(b"teSt", bytes(100_000))), [], id="long"),
        pytest.param(b"\x89PNG\r\n\x1a\n", [], id="a signature"),
        pytest.param(b"", [], id="empty"),
    ],
)
def test_what_is_plain(content: bytes, shapes: list[tuple[int, int, int]], tmp_path: Path) -> None:
    path = tmp_path / "file.png"
    path.write_bytes(content)
    for shape in ((8, 8, channels) for channels in (1, 2, 3, 4)):
        assert plain_content(str(path), shape) == (content if shape in shapes else None)
    for shape in shapes:
        images = decode_native([content, content], shape)
        assert images is not None
        assert np.array_equal(images, np.stack([read_image(path, shape)] * 2))


def test_what_is_no_file_is_left_to_others(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    for path in (str(tmp_path / "missing.png"), str(tmp_path), str(tmp_path / "pipe.png"), "a\0.png"):
        assert plain_content(path, RGB) is None


def test_a_damaged_file_among_others_is_found(tmp_path: Path) -> None:
    start, _, end = png(noise(1)).partition(b"IDAT")
    damaged = start + b"IDAT" + bytes(len(end) - 16)
    damaged += zlib.crc32(damaged[damaged.index(b"IDAT") :]).to_bytes(4) + png(noise(1))[-12:]
    (tmp_path / "file.png").write_bytes(damaged)
    assert plain_content(str(tmp_path / "file.png"), RGB) == damaged
    assert decode_native([png(noise(1)), damaged], RGB) is None


def test_of_altered_files_none_is_read_otherwise_than_by_pillow(tmp_path: Path) -> None:
    path = tmp_path / "file.png"
    gamma = with_chunk(b"gAMA", (45_455).to_bytes(4))
    originals = [png(image, pnginfo=gamma) for image in (noise(1), noise(1).convert("L"))]
    dice = random.Random(0)
    read = 0
    for _ in range(2_000):
        path.write_bytes(altered(dice.choice(originals), dice))
        for shape in (GRAY, RGB):
            content = plain_content(str(path), shape)
            images = None if content is None else decode_native([content], shape)
            if images is None:
                continue
            read += 1
            try:
                assert np.array_equal(images[0], read_image(path, shape))
            except UserError as error:
                pytest.fail(f"Pillow refuses it: {error.message}; {path.read_bytes()!r}")
    assert read > 20


def altered(content: bytes, dice: random.Random) -> bytes:
    """A PNG file with bytes changed or cut off, every other one with checksums that fit again."""
    changed = bytearray(content)
    for _ in range(dice.randint(1, 3)):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    if dice.random() < 0.1:
        return bytes(changed[: dice.randrange(len(changed))])
    start = 8
    while dice.random() < 0.9 and (end := start + 8 + int.from_bytes(changed[start : start + 4])) + 4 <= len(changed):
        changed[end : end + 4] = zlib.crc32(changed[start + 4 : end]).to_bytes(4)
        start = end + 4
    return bytes(changed)
