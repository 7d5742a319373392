"""Image files of every kind, brought to a model's input."""

import contextlib
import logging
import os
import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from runtime.data.images import read_image
from runtime.data.opening import FORMATS, MAX_PIXELS
from runtime.errors import UserError

GRAY, RGB = (4, 4, 1), (4, 4, 3)
RED, WHITE = [255, 0, 0], [255, 255, 255]
LOSSLESS: dict[str, dict[str, Any]] = {"png": {}, "bmp": {}, "webp": {"lossless": True}, "tiff": {}, "ppm": {}}
LOSSY: dict[str, dict[str, Any]] = {"jpeg": {"quality": 95}, "gif": {}, "avif": {}}


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    def save_image(image: Image.Image, name: str = "image.png", **options: Any) -> Path:
        path = tmp_path / name
        image.save(path, **options)
        return path

    return save_image


def gradient(height: int = 4, width: int = 4) -> np.ndarray:
    rows, columns = np.mgrid[0:height, 0:width]
    return np.stack([rows * 200 // height, columns * 200 // width, 40 + 0 * rows], axis=-1).astype(np.uint8)


@pytest.mark.parametrize("ending", LOSSLESS)
def test_pixels_of_an_image_of_the_right_size_are_kept(ending: str, save: Callable[..., Path]) -> None:
    image = read_image(save(Image.fromarray(gradient()), f"image.{ending}", **LOSSLESS[ending]), RGB)
    assert image.dtype == np.uint8
    np.testing.assert_array_equal(image, gradient())


@pytest.mark.parametrize("ending", LOSSY)
def test_lossy_formats_come_close(ending: str, save: Callable[..., Path]) -> None:
    image = read_image(save(Image.fromarray(gradient(64, 64)), f"image.{ending}", **LOSSY[ending]), (64, 64, 3))
    assert np.abs(image.astype(int) - gradient(64, 64)).mean() < 8


def test_every_format_is_tested() -> None:
    assert {ending.upper() for ending in LOSSLESS | LOSSY} == set(FORMATS)


def test_the_ending_of_the_name_does_not_matter(save: Callable[..., Path]) -> None:
    path = save(Image.fromarray(gradient()))
    np.testing.assert_array_equal(read_image(path.rename(path.with_suffix(".txt")), RGB), gradient())


def test_colour_becomes_luma(save: Callable[..., Path]) -> None:
    path = save(Image.fromarray(np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [9, 9, 9]]] * 4, np.uint8)))
    assert read_image(path, GRAY)[0, :, 0].tolist() == [76, 150, 29, 9]


def test_gray_becomes_three_equal_channels(save: Callable[..., Path]) -> None:
    gray = np.arange(16, dtype=np.uint8).reshape(4, 4) * 17
    image = read_image(save(Image.fromarray(gray)), RGB)
    np.testing.assert_array_equal(image, np.repeat(gray[..., None], 3, axis=2))


@pytest.mark.parametrize("ending", ["png", "tiff"])
def test_16_bit_gray_is_brought_down_by_value(ending: str, save: Callable[..., Path]) -> None:
    values = np.array([0, 1, 128, 129, 257, 385, 386, 1000, 25700, 32767, 32768, 40000, 65000, 65406, 65407, 65535])
    image = read_image(save(Image.fromarray(values.astype(np.uint16).reshape(4, 4)), f"deep.{ending}"), GRAY)
    np.testing.assert_array_equal(image.ravel(), np.rint(values / 257))


def test_16_bit_big_endian_tiff(tmp_path: Path) -> None:
    values = np.array([[0, 65535], [25700, 257]])
    header = struct.pack(">2sHI", b"MM", 42, 8)
    tags = {256: 2, 257: 2, 258: 16, 259: 1, 262: 1, 273: 122, 277: 1, 278: 2, 279: 8}
    entries = b"".join(
        struct.pack(">HHII", tag, 4, 1, value) if tag == 273 else struct.pack(">HHIHH", tag, 3, 1, value, 0)
        for tag, value in tags.items()
    )
    directory = struct.pack(">H", len(tags)) + entries + struct.pack(">I", 0)
    (tmp_path / "deep.tiff").write_bytes(header + directory + values.astype(">u2").tobytes())
    assert read_image(tmp_path / "deep.tiff", (2, 2, 1)).ravel().tolist() == [0, 255, 100, 1]


def test_16_bit_colour(tmp_path: Path) -> None:
    rows = np.zeros((4, 4, 3), ">u2")
    rows[:] = [65535, 25700, 0]
    (tmp_path / "deep.png").write_bytes(png(4, 4, depth=16, colour=2, rows=[row.tobytes() for row in rows]))
    assert read_image(tmp_path / "deep.png", RGB)[0, 0].tolist() == [255, 100, 0]


@pytest.mark.parametrize("mode", ["I", "F"])
def test_32_bit_samples_are_refused(mode: str, save: Callable[..., Path]) -> None:
    with pytest.raises(UserError, match=r"deep\.tiff has samples of 32 bits"):
        read_image(save(Image.new(mode, (4, 4), 1), "deep.tiff"), GRAY)


def test_black_and_white(save: Callable[..., Path]) -> None:
    bits = np.eye(4, dtype=bool)
    np.testing.assert_array_equal(read_image(save(Image.fromarray(bits)), GRAY)[..., 0], bits * 255)


def test_palette(save: Callable[..., Path]) -> None:
    image = Image.fromarray(gradient()).quantize(16)
    np.testing.assert_array_equal(read_image(save(image), RGB), gradient())


def test_cmyk(save: Callable[..., Path]) -> None:
    path = save(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "print.jpeg", quality=100)
    assert np.abs(read_image(path, RGB).astype(int) - RED).max() <= 3


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "RGB", "L"])
def test_transparent_parts_are_white(mode: str, save: Callable[..., Path]) -> None:
    """The left half is transparent, whatever colour lies beneath; the right half is black."""
    image = Image.new("L", (4, 4), 50)
    image.paste(0, (2, 0, 4, 4))
    options: dict[str, Any] = {}
    if mode in ("RGBA", "LA"):
        alpha = Image.new("L", (4, 4), 0)
        alpha.paste(255, (2, 0, 4, 4))
        image.putalpha(alpha)
        image = image.convert(mode)
    elif mode == "P":
        image = Image.fromarray(np.array([[1, 1, 0, 0]] * 4, np.uint8)).convert("P")
        image.putpalette([0, 0, 0, 50, 60, 70])
        options = {"transparency": 1}
    else:
        image = image.convert(mode)
        options = {"transparency": 50 if mode == "L" else (50, 50, 50)}
    path = save(image, **options)
    assert read_image(path, GRAY)[0, :, 0].tolist() == [255, 255, 0, 0]
    assert read_image(path, RGB)[0, 0].tolist() == WHITE


def test_half_transparent_is_half_white(save: Callable[..., Path]) -> None:
    assert read_image(save(Image.new("RGBA", (4, 4), (255, 0, 0, 128))), RGB)[0, 0].tolist() == [255, 127, 127]


@pytest.mark.parametrize("ending", ["jpeg", "png", "webp", "tiff"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_followed(orientation: int, ending: str, save: Callable[..., Path]) -> None:
    """The white corner lies top left in the upright image, and each orientation stores it elsewhere."""
    corner = {1: (0, 0), 2: (0, 1), 3: (1, 1), 4: (1, 0), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}
    size = (24, 40) if orientation < 5 else (40, 24)  # width x height as stored; upright it is 24 x 40
    row, column = corner[orientation]
    stored = Image.new("L", size, 0)
    left, top = column * size[0] // 2, row * size[1] // 2
    stored.paste(255, (left, top, left + size[0] // 2, top + size[1] // 2))
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = read_image(save(stored, f"turned.{ending}", exif=exif), (40, 24, 1))
    assert image[:18, :10].min() > 200
    assert image[22:].max() < 50
    assert image[:, 14:].max() < 50


def test_first_frame_of_an_animation(save: Callable[..., Path]) -> None:
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    for name in ("film.gif", "film.png", "film.webp"):
        path = save(frames[0], name, save_all=True, append_images=frames[1:], **LOSSLESS.get(name[-4:], {}))
        assert np.abs(read_image(path, RGB)[0, 0].astype(int) - RED).max() <= 3


def test_image_is_stretched_to_height_by_width(save: Callable[..., Path]) -> None:
    image = read_image(save(Image.fromarray(gradient(10, 30))), (6, 8, 3))
    assert image.shape == (6, 8, 3)
    assert (np.diff(image[:, 0, 0].astype(int)) > 0).all()
    assert (np.diff(image[0, :, 1].astype(int)) > 0).all()


def test_shrinking_averages_instead_of_skipping(save: Callable[..., Path]) -> None:
    """A fine chequerboard is gray from afar; a filter that looks at few pixels would give stripes."""
    board = (np.indices((256, 256)).sum(axis=0) % 2 * 255).astype(np.uint8)
    image = read_image(save(Image.fromarray(board)), (8, 8, 1))
    assert np.abs(image.astype(int) - 127).max() <= 2


def test_resizing_does_not_overshoot(save: Callable[..., Path]) -> None:
    edge = np.repeat(np.array([60, 200], np.uint8), 32)[None].repeat(64, axis=0)
    image = read_image(save(Image.fromarray(edge)), (28, 28, 1))
    assert (image.min(), image.max()) == (60, 200)


def test_result_can_be_written_to(save: Callable[..., Path]) -> None:
    assert read_image(save(Image.fromarray(gradient())), RGB).flags.writeable


def png(width: int, height: int, *, depth: int = 8, colour: int = 0, rows: list[bytes]) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(20_000, 20_000), (100_000, 1_001), (1_000, 150_000)])
def test_a_decompression_bomb_is_refused_before_it_is_decoded(width: int, height: int, tmp_path: Path) -> None:
    assert width * height > MAX_PIXELS
    path = tmp_path / "bomb.png"
    path.write_bytes(png(width, height, rows=[bytes(10)]))  # decoding it would say "damaged": the rows are missing
    with pytest.raises(UserError, match=r"bomb\.png is too large an image") as caught:
        read_image(path, GRAY)
    assert "100,000,000 pixels" in (caught.value.help or "")


def test_a_bomb_of_text_is_refused(tmp_path: Path) -> None:
    text = zlib.compress(bytes(100_000_000))
    data = b"note\0\0" + text
    chunk = struct.pack(">I", len(data)) + b"zTXt" + data + struct.pack(">I", zlib.crc32(b"zTXt" + data))
    whole = png(4, 4, rows=[bytes(4)] * 4)
    (tmp_path / "bomb.png").write_bytes(whole[:33] + chunk + whole[33:])
    with pytest.raises(UserError, match=r"bomb\.png"):
        read_image(tmp_path / "bomb.png", GRAY)


def refused(path: Path) -> UserError:
    with pytest.raises(UserError) as caught:
        read_image(path, GRAY)
    assert str(path) in caught.value.message
    assert "\n" not in caught.value.message
    return caught.value


def test_missing_file(tmp_path: Path) -> None:
    assert refused(tmp_path / "no.png").message.endswith(": no such file or directory")
    (tmp_path / "file").write_bytes(b"x")
    assert refused(tmp_path / "file" / "no.png").message.startswith("cannot read")


def test_folder_pipe_and_empty_file(tmp_path: Path) -> None:
    assert refused(tmp_path).message.endswith("is not an image: it is a folder")
    os.mkfifo(tmp_path / "pipe.png")
    assert refused(tmp_path / "pipe.png").message.endswith("is not an image: it is a pipe or device")
    (tmp_path / "empty.png").touch()
    assert refused(tmp_path / "empty.png").message.endswith("is not an image: the file is empty")


def test_the_systems_reason_is_told(tmp_path: Path) -> None:
    (tmp_path / "loop.png").symlink_to("loop.png")
    assert refused(tmp_path / "loop.png").message.endswith(": too many levels of symbolic links")


@pytest.mark.parametrize(
    "content", [b"a photograph of a cat\n", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 4 4\n", b"\0", b"\x89PNG"]
)
def test_other_content_under_an_image_name(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "cat.png").write_bytes(content)
    error = refused(tmp_path / "cat.png")
    assert error.message.endswith("is not an image that can be read")
    assert "PNG, JPEG" in (error.help or "")


@pytest.mark.parametrize("ending", LOSSLESS | LOSSY)
def test_truncated_image(ending: str, tmp_path: Path, save: Callable[..., Path]) -> None:
    whole = save(Image.fromarray(gradient(64, 64)), f"whole.{ending}").read_bytes()
    cut = tmp_path / f"cut.{ending}"
    for length in (20, len(whole) // 3, len(whole) * 2 // 3):
        cut.write_bytes(whole[:length])
        refused(cut)


@pytest.mark.parametrize("ending", LOSSLESS | LOSSY)
def test_damage_gives_an_image_or_one_clean_error(
    ending: str,
    tmp_path: Path,
    save: Callable[..., Path],
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No other exception, no warning (they are errors here), nothing printed, not even by the C libraries."""
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # pytest's own would keep Pillow's log from the terminal
    whole = save(Image.fromarray(gradient(32, 32)), f"whole.{ending}").read_bytes()
    path = tmp_path / f"damaged.{ending}"
    chance = random.Random(ending)
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(min(len(whole), 300))] = chance.randrange(256)
        path.write_bytes(damaged)
        with contextlib.suppress(UserError):
            assert read_image(path, GRAY).shape == GRAY
    assert capfd.readouterr() == ("", "")


def test_odd_metadata_is_passed_over_without_a_word(
    save: Callable[..., Path], recwarn: pytest.WarningsRecorder
) -> None:
    path = save(Image.fromarray(gradient()), exif=b"Exif\0\0II*\0\x08\0\0\0\x05\0")  # five entries said, none there
    np.testing.assert_array_equal(read_image(path, RGB), gradient())
    assert not recwarn.list


def test_a_model_of_four_channels_is_refused(save: Callable[..., Path]) -> None:
    with pytest.raises(UserError, match="takes 4"):
        read_image(save(Image.fromarray(gradient())), (4, 4, 4))
