"""Image files of any size and colour mode, brought to what a model takes."""

import logging
import os
import stat
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from runtime.errors import UserError, first_line
from runtime.files import reason

FORMATS = ("PNG", "JPEG", "BMP", "WEBP", "GIF", "TIFF")
"""The formats read. Pillow opens others too, some by starting other programs, which a file from anywhere must not."""

MAX_PIXELS = 100_000_000
"""Larger images are refused before they are decoded: a file of a few kilobytes can claim gigabytes of pixels."""

# Pillow logs what it finds wrong with a file, and without a handler Python would print that beside our own message.
logging.getLogger("PIL").addHandler(logging.NullHandler())


def read_image(path: str | os.PathLike[str], image_shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Read one image file as an array of `image_shape` (height, width, channels), values 0 to 255.

    - Of an animation or of several pages, the first image is read, and turned upright as its EXIF orientation says.
    - Transparent parts are laid on white, as on a page.
    - 16-bit gray values v become round(v / 257), so that white stays white; this is how the PNG specification rescales
      samples (section 13.12). Samples of 32 bits are refused: how much is white differs from program to program.
    - Colours become gray by the luma of ITU-R BT.601 (0.299 R + 0.587 G + 0.114 B), gray becomes RGB by repetition.
      Colour profiles are not applied.
    - Last, the image is stretched to height x width by the triangle ("bilinear") filter, which widens as the image
      shrinks, so that fine lines do not alias, and never overshoots. An image of that size keeps its pixels.

    Raises UserError, naming the file, where it is missing, no regular file, unreadable, empty, damaged, too large, or
    of another format.
    """
    height, width, channels = image_shape
    if channels not in (1, 3):
        raise UserError(f"an image file gives 1 channel (gray) or 3 (RGB), but the model takes {channels}")
    with _opened(Path(path)) as image:
        ImageOps.exif_transpose(image, in_place=True)
        converted = _opaque_8_bit(image, Path(path)).convert("L" if channels == 1 else "RGB")
        resized = converted.resize((width, height), Image.Resampling.BILINEAR)
        return np.array(resized).reshape(height, width, channels)


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """An image whose header was read and whose size is bounded; what goes wrong with it later names the file too."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UserError(f"{path} is not an image: it is a {'folder' if path.is_dir() else 'pipe or device'}")
        if status.st_size == 0:
            raise UserError(f"{path} is not an image: the file is empty")
        # Pillow warns of what it can cope with, such as odd metadata.
        with warnings.catch_warnings(action="ignore"), path.open("rb") as file:
            # By its handle: by its name, Pillow 13 maps an uncompressed TIFF into memory and scrambles a sideways one.
            image = Image.open(file, formats=FORMATS)
            if image.width * image.height > MAX_PIXELS:
                raise Image.DecompressionBombError
            yield image
    except UserError:
        raise
    except UnidentifiedImageError as error:
        help_ = f"the formats that can be read are {', '.join(FORMATS)}"
        raise UserError(f"{path} is not an image that can be read", help=help_) from error
    except (Image.DecompressionBombError, MemoryError) as error:
        help_ = f"scale it down to at most {MAX_PIXELS:,} pixels, such as 10,000 x 10,000"
        raise UserError(f"{path} is too large an image", help=help_) from error
    except OSError as error:
        if error.errno is not None:
            raise UserError(f"cannot read {path}: {reason(error)}") from error
        raise UserError(f"{path} is damaged: {first_line(error)}") from error
    except Exception as error:  # a damaged file fails in Pillow's decoders in as many ways as it has
        raise UserError(f"{path} is damaged: {first_line(error)}") from error


def _opaque_8_bit(image: Image.Image, path: Path) -> Image.Image:
    """The image in a mode of 8 bits a sample, on white where it was transparent."""
    if image.mode.startswith("I;16"):
        samples = np.asarray(image).astype(np.uint32)
        samples += 128
        samples //= 257
        return Image.fromarray(samples.astype(np.uint8))
    if image.mode in ("I", "F"):
        raise UserError(f"{path} has samples of 32 bits, whose white is unknown", help="save it with 8 or 16 bits")
    if image.has_transparency_data:
        drawn = image.convert("RGBA")
        page = Image.new("RGB", image.size, "white")
        page.paste(drawn, mask=drawn.getchannel("A"))
        return page
    return image
