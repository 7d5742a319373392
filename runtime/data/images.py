"""Image files of any size and colour mode, brought to what a model takes."""

import contextlib
import hashlib
import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps

from runtime.data.formats import own_name
from runtime.data.opening import FORMATS, MAX_PIXELS, opened, pictured, quiet
from runtime.data.samples import WHITE_8_BIT, WHITE_16_BIT, gray_16_bit, opaque_8_bit
from runtime.errors import UserError

_SAID_IN_INFO: Final = ("BMP", "JPEG", "PNG")
"""Formats of which Pillow puts into `info` whatever may turn an image or make parts of it transparent."""
_HARMLESS: Final = frozenset(
    "aspect chromaticity compression dpi gamma icc_profile interlace jfif jfif_density jfif_unit jfif_version "
    "progression progressive srgb".split()
)
"""Entries of `info` that change no pixel here."""

Resize: TypeAlias = Literal["stretch", "crop", "pad"]


@dataclass(frozen=True, slots=True)
class Look:
    """What a picture file is, once it was decoded."""

    format: str
    """One of FORMATS, or HEIC."""
    mode: str
    """Pillow's name for its colours, such as "RGB" or "L"."""
    size: tuple[int, int]
    """(height, width), turned upright."""
    pixels: str
    """SHA-256 of its size and its pixels in RGB: the same for other encodings of the same picture."""
    plain: bool = False
    """Whether its samples, once decoded, are what `read_image` gives: opaque, of 8 bits, gray or RGB, and upright."""
    greatest: int = WHITE_8_BIT
    """The greatest of its samples."""
    white: int = WHITE_8_BIT
    """The sample that is white: 65,535 for gray of 16 bits."""
    least: int = 0
    """The least of its samples."""


def look_at(path: Path) -> tuple[Look, str, int]:
    """A file looked at once: what it is, the SHA-256 of its bytes, their number. Raises UserError as `read_image`."""
    with opened(path) as (image, file):
        form, mode = own_name(str(image.format)), image.mode
        image.load()  # only now is all known that its file says of it
        upright_already = image.getexif().get(ExifTags.Base.Orientation, 1) == 1
        plain = mode in ("L", "RGB") and not image.has_transparency_data and upright_already
        ImageOps.exif_transpose(image, in_place=True)
        deep = gray_16_bit(image)
        upright = opaque_8_bit(image, str(path)).convert("RGB")
        lows, highs = zip(*upright.getextrema(), strict=True) if deep is None else ([deep.min()], [deep.max()])
        digest = hashlib.sha256(f"{upright.height}x{upright.width} ".encode())
        digest.update(upright.tobytes())
        white = WHITE_8_BIT if deep is None else WHITE_16_BIT
        size, least, greatest = (upright.height, upright.width), int(min(lows)), int(max(highs))
        look = Look(form, mode, size, digest.hexdigest(), plain, greatest, white, least)
        file.seek(0)
        content = hashlib.file_digest(file, "sha256")
        return look, content.hexdigest(), file.tell()


def read_image(
    path: str | os.PathLike[str], image_shape: tuple[int, ...], resize: Resize = "stretch"
) -> NDArray[np.uint8]:
    """Read one image file as an array of `image_shape` (height, width, channels), values 0 to 255.

    - Of an animation or of several pages, the first image is read, and turned upright as its EXIF orientation says.
    - Transparent parts are laid on white, as on a page.
    - 16-bit gray values v become round(v / 257), so that white stays white; this is how the PNG specification rescales
      samples (section 13.12). Samples of 32 bits are refused: how much is white differs from program to program.
    - Colours become gray by the luma of ITU-R BT.601 (0.299 R + 0.587 G + 0.114 B), gray becomes RGB by repetition.
      Colour profiles are not applied.
    - Last, the image is brought to height x width by the triangle ("bilinear") filter, which widens as the image
      shrinks, so that fine lines do not alias, and never overshoots. An image of that size keeps its pixels. Of other
      proportions, it is stretched; or it covers the size, and what is too much is cut off on both sides ("crop"); or it
      fits into the size, with black beside it ("pad").

    Raises UserError, naming the file, where it is missing, no regular file, unreadable, empty, damaged, too large, or
    of another format.
    """
    need_gray_or_rgb(image_shape)
    with opened(Path(path)) as (image, _):
        return _as_taken(image, str(path), image_shape, resize)


def decode_image(
    content: bytes, name: str, image_shape: tuple[int, ...], resize: Resize = "stretch", most: int = MAX_PIXELS
) -> NDArray[np.uint8]:
    """As `read_image`, of the content of a file; `name` stands for it in messages. At most `most` pixels."""
    need_gray_or_rgb(image_shape)
    if not content:
        raise UserError(f"{name} is not an image: it is empty")
    with pictured(io.BytesIO(content), name, most) as image:
        return _as_taken(image, name, image_shape, resize)


def need_gray_or_rgb(image_shape: tuple[int, ...]) -> None:
    """Refuse a model whose input no picture file can give."""
    if image_shape[2] not in (1, 3):
        raise UserError(f"an image file gives 1 channel (gray) or 3 (RGB), but the model takes {image_shape[2]}")


def _as_taken(image: Image.Image, name: str, image_shape: tuple[int, ...], resize: Resize) -> NDArray[np.uint8]:
    height, width, channels = image_shape
    image.load()  # only now is all known that its file says of it
    mode = "L" if channels == 1 else "RGB"
    if (
        image.format in _SAID_IN_INFO
        and image.info.keys() <= _HARMLESS
        and (image.mode, image.size) == (mode, (width, height))
    ):
        return np.array(np.frombuffer(image.tobytes(), np.uint8)).reshape(height, width, channels)
    ImageOps.exif_transpose(image, in_place=True)
    converted = opaque_8_bit(image, name).convert(mode)
    return np.array(_resized(converted, height, width, resize)).reshape(height, width, channels)


def read_plain(path: Path, image_shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """What `read_image` gives of a picture that was found to be plain and of that size, in half the time.

    Small pictures take longer to be opened than to be decoded. Gray ones are given for RGB too, never the other way
    round. A file that has changed since is read with all care.
    """
    height, width, channels = image_shape
    modes = ("L",) if channels == 1 else ("L", "RGB")
    # Decoders fail in many ways; what is wrong with the file is told below.
    with contextlib.suppress(Exception), quiet, open(path, "rb") as file:
        image = Image.open(file, formats=FORMATS)
        if image.size == (width, height) and image.mode in modes:
            samples = np.frombuffer(image.tobytes(), np.uint8).reshape(height, width, -1)
            return samples if samples.shape[2] == channels else np.broadcast_to(samples, image_shape)
    return read_image(path, image_shape)


def _resized(image: Image.Image, height: int, width: int, resize: Resize) -> Image.Image:
    triangle = Image.Resampling.BILINEAR
    if image.size == (width, height):
        return image
    match resize:
        case "stretch":
            return image.resize((width, height), triangle)
        case "crop":
            return ImageOps.fit(image, (width, height), triangle)
        case "pad":
            return ImageOps.pad(image, (width, height), triangle, color=0)
