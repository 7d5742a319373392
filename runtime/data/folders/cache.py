"""Decoded pictures kept on disk, for data sets that are gone through often: only where CNN_PICTURE_CACHE gives a limit.

One file holds the pixels of all pictures of a data set, in their order, and a checksum of each. Its name is a hash of
the contents of the files, the size and way of resizing, and Pillow's version: whatever changes these makes another
file, for which the oldest ones make room. Nothing else depends on it: a run has the same weights with and without.
"""

import hashlib
import os
import re
import threading
import weakref
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
import PIL
from numpy.typing import NDArray

from runtime.data.examples import Images
from runtime.errors import UserError
from runtime.files import write_whole_with

VARIABLE: Final = "CNN_PICTURE_CACHE"
_UNITS: Final = {"MB": 10**6, "GB": 10**9, "TB": 10**12}
_FORM: Final = 1
"""Of the files, and of how pictures are read; another number for another one."""
_CHECKSUM: Final = 4
"""Bytes of a CRC-32."""


class Pixels:
    """A file of decoded pictures."""

    def __init__(self, path: Path, image_shape: tuple[int, int, int], count: int) -> None:
        """Raises OSError where it is not there or not of the size that so many pictures take."""
        self._shape = image_shape
        self._bytes = int(np.prod(image_shape))
        self._lock = threading.Lock()
        self._file = path.open("rb", buffering=0)
        if os.fstat(self._file.fileno()).st_size != count * (self._bytes + _CHECKSUM):
            self._file.close()
            raise OSError(f"{path} is not whole")
        # Open as long as a run looks at it: another one may remove its name meanwhile.
        weakref.finalize(self, self._file.close)

    def image(self, index: int) -> NDArray[np.uint8] | None:
        """A picture; None where the file was damaged since."""
        record = self._bytes + _CHECKSUM
        with self._lock:
            self._file.seek(index * record)
            content = self._file.read(record)
        pixels, checksum = content[: self._bytes], content[self._bytes :]
        if zlib.crc32(pixels).to_bytes(_CHECKSUM, "little") != checksum:
            return None
        return np.frombuffer(pixels, np.uint8).reshape(self._shape)


def limit() -> int:
    """Bytes that decoded pictures may take on disk; 0 for none. Raises UserError for what is no size."""
    text = os.environ.get(VARIABLE, "").strip()
    if text in ("", "0"):
        return 0
    match = re.fullmatch(r"(\d{1,6}) ?(MB|GB|TB)", text, re.IGNORECASE)
    if match is None:
        raise UserError(f"{VARIABLE} is {text!r}, which is no size", help=f"write for example {VARIABLE}=20GB")
    return int(match[1]) * _UNITS[match[2].upper()]


def folder() -> Path:
    """Where they are kept."""
    xdg = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (xdg if xdg.is_absolute() else Path.home() / ".cache") / "dotcnn" / "pictures"


def kept(
    digests: Iterable[str], image_shape: tuple[int, int, int], resize: str, decoded: Iterator[Images], most: int
) -> Pixels | None:
    """The file of the pictures whose contents have these SHA-256 sums, written from `decoded` where it is not there.

    None where they take more than `most` bytes. Raises UserError and OSError where it cannot be written.
    """
    key = hashlib.sha256(f"{_FORM} {PIL.__version__} {'x'.join(map(str, image_shape))} {resize}\n".encode())
    count = 0
    for count, digest in enumerate(digests, start=1):  # noqa: B007
        key.update(bytes.fromhex(digest))
    size = count * (int(np.prod(image_shape)) + _CHECKSUM)
    if size > most:
        return None
    path = folder() / f"{key.hexdigest()[:32]}.pixels"
    if not (path.exists() and path.stat().st_size == size):
        path.parent.mkdir(parents=True, exist_ok=True)
        _make_room(path.parent, most - size)
        write_whole_with(path, lambda temporary: _write(temporary, decoded))
    os.utime(path)
    return Pixels(path, image_shape, count)


def _write(path: Path, decoded: Iterator[Images]) -> None:
    with path.open("xb") as file:
        for images in decoded:
            for image in images:
                pixels = image.tobytes()
                file.write(pixels)
                file.write(zlib.crc32(pixels).to_bytes(_CHECKSUM, "little"))


def _make_room(place: Path, most: int) -> None:
    """Remove the files that were used longest ago, until the rest takes at most so many bytes."""
    # What a run that was killed left half written goes first, whatever its age.
    files = [(not each.name.startswith("."), each.stat().st_mtime, each.stat().st_size, each) for each in _in(place)]
    total = 0
    for *_, size, path in sorted(files, reverse=True):
        total += size
        if total > most:
            path.unlink(missing_ok=True)
            total -= size


def _in(place: Path) -> Iterator[Path]:
    return (each for each in place.iterdir() if each.suffix == ".pixels")
