"""Every format that Pillow can name is read in one defined way, or refused by its name."""

import io
import os
import struct
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pictures import claimed_png, noise, one_row_png
from PIL import Image

from runtime.data.folders.facts import facts_of
from runtime.data.formats import BY_ENDING, FORMATS, HEAD, READ, format_of
from runtime.data.images import decode_image, look_at, read_image
from runtime.data.opening import MAX_BYTES, MAX_SIDE
from runtime.errors import UserError

GRAY = (8, 8, 1)
Image.init()
SAVED = sorted(set(Image.SAVE) - {"BUFR", "GRIB", "HDF5", "WMF", "PDF", "EPS", "IM"})
"""Formats that Pillow writes, but for documents and for those that it only hands on or gives up."""
NAMED = {
    "BLP": "BLP",
    "DIB": "DIB",
    "DDS": "DDS",
    "ICNS": "macOS icon",
    "ICO": "icon",
    "JPEG2000": "JPEG 2000",
    "MSP": "Microsoft Paint",
    "PCX": "PCX",
    "QOI": "QOI",
    "SGI": "SGI",
    "TGA": "Targa",
    "XBM": "X bitmap",
}
"""What those are called that are not read; SPIDER and PALM have neither a mark nor an ending of their own."""


@pytest.mark.parametrize("name", SAVED)
def test_each_format_of_pillow_is_read_or_named(name: str, tmp_path: Path) -> None:
    ending = next((ending for ending, each in Image.EXTENSION.items() if each == name), ".x")
    path = tmp_path / f"picture{ending}"
    picture = noise(1, 32, 32)
    for mode in ("RGB", "P", "L", "1"):
        try:
            picture.convert(mode).save(path, format=name)
            break
        except (OSError, ValueError):
            continue
    (facts,) = facts_of([path])
    if name in {each.name for each in READ} | {"MPO"}:
        assert facts.look
        assert facts.look.format in {each.name for each in READ}
        assert not facts.misnamed
        assert read_image(path, (32, 32, 3)).shape == (32, 32, 3)
    elif name in NAMED:
        assert facts.problem == f"is a picture in the format {NAMED[name]}, which is not read: save it as PNG or JPEG"
    else:
        assert "is not an image that can be read" in facts.problem


def test_a_phones_jpeg_of_several_pictures_is_a_jpeg(tmp_path: Path) -> None:
    noise(1, 64, 64).save(tmp_path / "a.jpg", "MPO", save_all=True, append_images=[noise(2, 64, 64)])
    with Image.open(tmp_path / "a.jpg") as image:
        assert image.format == "MPO"
    (facts,) = facts_of([tmp_path / "a.jpg"])
    assert facts.look
    assert (facts.look.format, facts.misnamed) == ("JPEG", False)


MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "I;16")


@pytest.mark.parametrize("mode", [*MODES, "LAB", "I", "F"])
def test_each_kind_of_colors_is_read_or_named(mode: str, tmp_path: Path) -> None:
    image = Image.new(mode, (8, 8))
    image.save(tmp_path / "a.tiff")
    if mode in MODES:
        look, _, _ = look_at(tmp_path / "a.tiff")
        assert look.mode == mode
        assert read_image(tmp_path / "a.tiff", GRAY).shape == GRAY
        return
    with pytest.raises(UserError) as caught:
        look_at(tmp_path / "a.tiff")
    what = "has colors of the kind LAB, which is not read" if mode == "LAB" else "has samples of 32 bits"
    assert what in caught.value.message
    assert "damaged" not in caught.value.message


def test_first_bytes_tell_each_format_that_is_read(tmp_path: Path) -> None:
    for each in READ:
        path = tmp_path / each.name
        noise(1).save(path, format=each.name)
        assert format_of(path.read_bytes()[:HEAD]) == each


@pytest.mark.parametrize("text", [b"", b"a photograph", b"BMW, Audi", b"P5 is a number", b"II. Symphony", b"RIFF"])
def test_first_bytes_of_texts_tell_none(text: bytes) -> None:
    assert format_of(text) is None


def test_no_ending_stands_for_two_formats() -> None:
    assert len(BY_ENDING) == sum(len(each.endings) for each in FORMATS)
    assert all(each.is_read == (not each.cure) for each in FORMATS)


def heic() -> bytes:
    return b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(40)


def test_an_iphones_picture_is_read_or_named_with_the_cure(tmp_path: Path) -> None:
    """Whatever its ending; the package that reads it is an extra."""
    path = tmp_path / "IMG_0001.HEIC"
    if find_spec("pillow_heif"):
        from pillow_heif import register_heif_opener

        register_heif_opener()
        Image.new("RGB", (64, 64), (200, 100, 50)).save(path, "HEIF", quality=100)
        (facts,) = facts_of([path])
        assert facts.look
        assert (facts.look.format, facts.misnamed) == ("HEIC", False)
        assert np.abs(read_image(path, (8, 8, 3)).astype(int) - (200, 100, 50)).max() < 8
        return
    for name in ("IMG_0001.HEIC", "IMG_0001.jpg", "IMG_0001"):
        (tmp_path / name).write_bytes(heic())
        with pytest.raises(UserError, match="is a picture in the format HEIC, which is not read") as caught:
            read_image(tmp_path / name, GRAY)
        assert caught.value.message.endswith(": pip install pillow-heif, or save it as JPEG")


def test_a_cameras_raw_file_is_not_its_preview(tmp_path: Path) -> None:
    """It looks like a TIFF; the first picture in it is a small preview."""
    noise(1).save(tmp_path / "raw.nef", format="TIFF")
    noise(1).save(tmp_path / "renamed.tif", format="TIFF", tiffinfo={50706: b"\1\4\0\0"})
    for name in ("raw.nef", "renamed.tif"):
        with pytest.raises(UserError, match="in the format camera raw, which is not read"):
            read_image(tmp_path / name, GRAY)


@pytest.mark.parametrize(
    ("depth", "row", "transparent"),
    [
        (1, bytes([0b01010000]), 0),
        (2, bytes([0b00011011]), 2),
        (4, bytes([0x05, 0xAF]), 10),
        (8, bytes([0, 85, 170, 255]), 170),
        (16, struct.pack(">4H", 0, 21845, 43690, 65535), 43690),
    ],
)
def test_a_transparent_gray_is_white_at_every_depth(depth: int, row: bytes, transparent: int) -> None:
    image = (
        decode_image(one_row_png(depth, 0, row, struct.pack(">H", transparent)), "a.png", (1, 4, 1)).ravel().tolist()
    )
    assert image == ([255, 255, 255, 255] if depth == 1 else [0, 85, 255, 255])


@pytest.mark.parametrize("depth", [8, 16])
def test_a_transparent_color_is_white_at_every_depth(depth: int) -> None:
    samples = np.array([[18, 86, 154], [1, 2, 3], [200, 0, 0], [18, 86, 155]])
    wide = samples * 257 if depth == 16 else samples
    row = wide.astype(">u2" if depth == 16 else "u1").tobytes()
    image = decode_image(one_row_png(depth, 2, row, wide[0].astype(">u2").tobytes()), "a.png", (1, 4, 3))[0].tolist()
    assert image == [[255, 255, 255], *samples[1:].tolist()]


def test_deep_gray_of_any_format(tmp_path: Path) -> None:
    values = np.array([[0, 257], [25700, 65535]], np.uint16)
    Image.fromarray(values).save(tmp_path / "a.tiff")
    Image.fromarray(values).save(tmp_path / "white-is-zero.tiff", tiffinfo={262: 0})
    (tmp_path / "a.pgm").write_bytes(b"P5 2 2 65535 " + values.astype(">u2").tobytes())
    assert read_image(tmp_path / "a.tiff", (2, 2, 1)).ravel().tolist() == [0, 1, 100, 255]
    assert read_image(tmp_path / "a.pgm", (2, 2, 1)).ravel().tolist() == [0, 1, 100, 255]
    assert read_image(tmp_path / "white-is-zero.tiff", (2, 2, 1)).ravel().tolist() == [255, 254, 155, 0]


def test_the_greatest_sample_is_told_with_what_white_would_be(tmp_path: Path) -> None:
    Image.fromarray(np.array([[0, 4095]], np.uint16)).save(tmp_path / "12-bit.png")
    Image.fromarray(np.array([[0, 1]], np.uint8)).save(tmp_path / "mask.png")
    looks = [look_at(tmp_path / name)[0] for name in ("12-bit.png", "mask.png")]
    assert [(look.greatest, look.white) for look in looks] == [(4095, 65535), (1, 255)]


@pytest.mark.parametrize("sides", [(1, 25_000_000), (25_000_000, 1), (1, MAX_SIDE + 1), (2, 2**31 - 1)])
def test_sides_are_bounded_before_anything_is_decoded(
    sides: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PIL import ImageFile

    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda _: pytest.fail("decoded"))
    (tmp_path / "long.png").write_bytes(claimed_png(*sides))
    for read in (
        lambda: read_image(tmp_path / "long.png", GRAY),
        lambda: look_at(tmp_path / "long.png"),
        lambda: decode_image((tmp_path / "long.png").read_bytes(), "long.png", GRAY),
    ):
        with pytest.raises(UserError, match="is too large an image") as caught:
            read()
        assert "65,535 to a side" in str(caught.value.help)


@pytest.mark.parametrize("name", ["BMP", "GIF", "TIFF", "PPM", "WEBP", "AVIF", "JPEG"])
def test_a_file_that_claims_more_than_it_holds_is_refused_in_every_format(name: str, tmp_path: Path) -> None:
    """The sides in its header are raised in turn: nothing but an image or one error comes of it."""
    whole = io.BytesIO()
    noise(1, 16, 17).save(whole, format=name)
    content, limit = whole.getvalue(), 8
    sides = [struct.pack(order + size, side) for order in "<>" for size in "HI" for side in (16, 17)]
    changed = 0
    for old in sides if name != "PPM" else (b"17 16",):
        place = content.find(old, 2, 200)
        if place < 0 or changed > limit:
            continue
        changed += 1
        new = b"17 99999999" if name == "PPM" else b"\xff" * len(old)
        (tmp_path / "a").write_bytes(content[:place] + new + content[place + len(old) :])
        try:
            image = read_image(tmp_path / "a", GRAY)
        except UserError as error:
            assert "\n" not in error.message  # noqa: PT017
        else:
            assert image.shape == GRAY
    assert changed


def test_a_vast_file_is_neither_read_nor_hashed(tmp_path: Path) -> None:
    with (tmp_path / "vast.webp").open("wb") as file:
        file.write(b"RIFF\0\0\0\0WEBP")
        file.truncate(MAX_BYTES + 1)
    (facts,) = facts_of([tmp_path / "vast.webp"])
    assert (facts.problem, facts.sha256) == ("is too large an image: it has more than 1,000,000,000 bytes", "")


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    found: list[Any] = facts_of([tmp_path / "pipe.png", tmp_path, Path("/dev/zero")])
    kinds = ("pipe or device", "folder", "pipe or device")
    assert [each.problem for each in found] == [f"is not an image: it is a {kind}" for kind in kinds]
