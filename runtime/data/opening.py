"""Picture files opened with care: regular ones alone, of the formats that are read, within bounds of size."""

import contextlib
import logging
import math
import os
import stat
import threading
import warnings
from collections.abc import Iterator
from functools import cache
from io import BufferedReader
from pathlib import Path, PurePath
from typing import IO, Final

from PIL import Image, TiffImagePlugin, UnidentifiedImageError

from runtime.data.formats import BY_ENDING, CAMERA_RAW, HEAD, HEIC, READ, Format, format_of
from runtime.data.samples import correct_transparent_color
from runtime.errors import UserError, first_line
from runtime.files import reason

FORMATS: Final = tuple(each.name for each in READ)
"""The formats read. Pillow opens others too, some by starting other programs, which a file from anywhere must not."""

MAX_PIXELS: Final = 100_000_000
"""Larger images are refused before they are decoded: a file of a few kilobytes can claim gigabytes of pixels."""
MAX_SIDE: Final = 65_535
"""Pixels of a height or a width, as in JPEG. For each row Pillow keeps some 30 bytes beside its pixels, and while it
changes the width, as many rows as before: an image of one column would take many times the memory of a square one."""
MAX_BYTES: Final = 1_000_000_000
"""Of a file: some decoders read all of it before they begin."""

# Pillow logs what it finds wrong with a file, and without a handler Python would print that beside our own message.
logging.getLogger("PIL").addHandler(logging.NullHandler())


class _Quiet:
    """Keeps Pillow from warning of what it can cope with, such as odd metadata, while any thread reads an image.

    `warnings.catch_warnings` alone is not for threads: of two that overlap, the second puts back what the first set.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._readers = 0
        self._caught = warnings.catch_warnings(action="ignore")

    def __enter__(self) -> None:
        with self._lock:
            if not self._readers:
                self._caught = warnings.catch_warnings(action="ignore")
                self._caught.__enter__()
            self._readers += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._readers -= 1
            if not self._readers:
                self._caught.__exit__(None, None, None)


quiet = _Quiet()


@contextlib.contextmanager
def opened(path: Path) -> Iterator[tuple[Image.Image, BufferedReader]]:
    """An image file whose header was read, as `pictured`, and the file."""
    try:
        file = open_regular(path)
    except OSError as error:
        raise UserError(f"cannot read {path}: {reason(error)}") from error
    except ValueError as error:  # a null character in the path
        raise UserError(f"cannot read {path}: {first_line(error)}") from error
    # By its handle: by its name, Pillow 13 maps an uncompressed TIFF into memory and scrambles a sideways one.
    with file, pictured(file, str(path), MAX_PIXELS) as image:
        yield image, file


def open_regular(path: Path) -> BufferedReader:
    """A file open for reading. Raises UserError for what is no file, is empty or too large, and OSError."""
    # O_NONBLOCK: to open a pipe would be to wait for its writer.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if path.is_dir():  # which Windows refuses to open
        raise UserError(f"{path} is not an image: it is a folder")
    file = os.fdopen(os.open(path, flags), "rb")
    try:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise UserError(f"{path} is not an image: it is a pipe or device")
        if status.st_size == 0:
            raise UserError(f"{path} is not an image: the file is empty")
        if status.st_size > MAX_BYTES:
            raise UserError(f"{path} is too large an image: it has more than {MAX_BYTES:,} bytes")
    except BaseException:
        file.close()
        raise
    return file


@contextlib.contextmanager
def pictured(file: IO[bytes], name: str, most: int) -> Iterator[Image.Image]:
    """An image whose header was read and whose sides are bounded; what goes wrong with it later names it too."""
    found: Format | None = None
    try:
        with quiet:
            head = file.read(HEAD)
            file.seek(0)
            found = _told(head, name)
            image = Image.open(file, formats=_pillows(found, name))
            if max(image.size) > MAX_SIDE or image.width * image.height > most:
                raise Image.DecompressionBombError
            if isinstance(image, TiffImagePlugin.TiffImageFile) and _DNG_VERSION in image.tag_v2:
                raise _not_read(BY_ENDING[".dng"], name)
            correct_transparent_color(image)
            yield image
    except UserError:
        raise
    except UnidentifiedImageError as error:
        if found:
            raise UserError(
                f"{name} is damaged, or a {found.name} picture of a kind that is not read", help="save it anew as PNG"
            ) from error
        help_ = f"the formats that can be read are {', '.join(FORMATS)}"
        raise UserError(f"{name} is not an image that can be read", help=help_) from error
    except (Image.DecompressionBombError, MemoryError) as error:
        side = math.isqrt(most)
        help_ = f"scale it down to at most {most:,} pixels, such as {side:,} x {side:,}, and {MAX_SIDE:,} to a side"
        raise UserError(f"{name} is too large an image", help=help_) from error
    except OSError as error:
        if error.errno is not None:
            raise UserError(f"cannot read {name}: {reason(error)}") from error
        raise UserError(f"{name} is damaged: {first_line(error)}") from error
    except Exception as error:  # a damaged file fails in Pillow's decoders in as many ways as it has
        raise UserError(f"{name} is damaged: {first_line(error)}") from error


_DNG_VERSION: Final = 50_706
"""The tag of a camera's raw file in the form of TIFF, whose first picture is a small preview."""


def _told(head: bytes, name: str) -> Format | None:
    """The format of a file by its first bytes, and by its ending where those cannot tell."""
    by_content, by_ending = format_of(head), BY_ENDING.get(PurePath(name).suffix.lower())
    if by_content is None:
        return by_ending if by_ending and not by_ending.first_bytes else None
    if by_content.name == "TIFF" and by_ending and by_ending.name == CAMERA_RAW:
        return by_ending
    return by_content


def _pillows(found: Format | None, name: str) -> tuple[str, ...]:
    """The formats that Pillow is to try. Raises UserError for one that is not read."""
    if found is None or found.is_read:
        return FORMATS
    if found is HEIC and _reads_heic():
        return ("HEIF",)
    raise _not_read(found, name)


def _not_read(found: Format, name: str) -> UserError:
    return UserError(f"{name} is a picture in the format {found.name}, which is not read: {found.cure}")


@cache
def _reads_heic() -> bool:
    """Whether the package is there that reads an iPhone's pictures; Pillow knows of it from then on."""
    try:
        from pillow_heif import register_heif_opener
    except ImportError:
        return False
    register_heif_opener()
    return True
