"""Plain PNG files decoded several at a time inside TensorFlow, where threads do not wait for one another.

PNG is lossless, so the pixels are those that Pillow gives. Other formats are left to Pillow: two decoders of JPEG may
differ in the last bit, and a picture is to look alike wherever it is read.
"""

import os
import stat
import zlib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from runtime.data.examples import Images
from runtime.data.images import Look

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_HEAD: Final = len(_SIGNATURE) + 8 + 13 + 4
"""Bytes up to the end of the first chunk, IHDR."""
_KIND, _KIND_END = 24, 29
"""Where IHDR says the kind of samples, behind the sides."""
_GRAY, _RGB = b"\x08\0\0\0\0", b"\x08\2\0\0\0"
"""Of IHDR: 8 bits a sample, the type of colour, the one compression, the one filter method, not interlaced."""
_COLOURS: Final = {1: (_GRAY,), 3: (_GRAY, _RGB)}
"""What needs no conversion, by the channels of the model: gray is repeated by the decoder."""
_FIXED: Final = {b"IHDR": 13, b"IEND": 0, b"cHRM": 32, b"gAMA": 4, b"pHYs": 9, b"sRGB": 1, b"tIME": 7}
"""Chunks that change no pixel here, with the bytes that each holds (PNG specification, section 11). Others, but for the
pixels themselves, may say where the picture is transparent (tRNS), how it is turned (eXIf, and text chunks that hold
EXIF or XMP), or that it is an animation."""
_LONGEST: Final = 65_536
"""Bytes beyond those of the samples: a longer file is left to Pillow."""


def is_native(look: Look, image_shape: tuple[int, ...]) -> bool:
    """Whether `read_native` gives what `read_image` does."""
    return look.format == "PNG" and is_plain(look, image_shape)


def is_plain(look: Look, image_shape: tuple[int, ...]) -> bool:
    """Whether a picture need only be decoded to be of this shape."""
    return look.plain and look.size == image_shape[:2] and (image_shape[2] == 3 or look.mode == "L")


def plain_content(path: str, image_shape: tuple[int, ...]) -> bytes | None:
    """The bytes of a PNG file that need only be decoded to be of this shape; None of any other file, or of none.

    What decides is the header and the names of the chunks, so that this takes little more than to read the file.
    """
    height, width, channels = image_shape
    try:
        # To open a pipe would be to wait for its writer.
        if not stat.S_ISREG(Path(path).stat().st_mode):
            return None
        with open(path, "rb", buffering=0) as file:
            head = file.read(_HEAD)
            if head[:_KIND] != _head(image_shape) or head[_KIND:_KIND_END] not in _COLOURS.get(channels, ()):
                return None
            content = head + file.read(height * width * channels + _LONGEST)
    except (OSError, ValueError):
        return None
    return content if _is_harmless(content) else None


def _head(image_shape: tuple[int, ...]) -> bytes:
    """How a PNG of a shape begins, up to the kind of its samples."""
    height, width = image_shape[:2]
    return _SIGNATURE + (13).to_bytes(4) + b"IHDR" + width.to_bytes(4) + height.to_bytes(4)


def _is_harmless(content: bytes) -> bool:
    """Whether a PNG file consists of harmless, undamaged chunks, the last of which ends it."""
    start, size = len(_SIGNATURE), len(content)
    name = b""
    while start < size:
        name = content[start + 4 : start + 8]
        length = int.from_bytes(content[start : start + 4])
        end = start + 8 + length
        if name != b"IDAT" and _FIXED.get(name) != length:
            return False
        if zlib.crc32(content[start + 4 : end]).to_bytes(4) != content[end : end + 4]:
            return False
        start = end + 4
    return name == b"IEND"


def read_native(paths: Sequence[Path], image_shape: tuple[int, ...]) -> Images | None:
    """The pictures (n, height, width, channels); None where one of the files is not what it was found to be."""
    return _decoded([os.fsencode(path) for path in paths], image_shape, files=True)


def decode_native(contents: Sequence[bytes], image_shape: tuple[int, ...]) -> Images | None:
    """The pictures (n, height, width, channels) of files of `plain_content`; None where one of them is damaged."""
    return _decoded(contents, image_shape, files=False)


def _decoded(given: Sequence[bytes], image_shape: tuple[int, ...], *, files: bool) -> Images | None:
    from compiler.backend import tf

    try:
        images: Images = _decoder(image_shape, files=files)(np.array(given, object)).numpy()
    except (tf.errors.OpError, ValueError):
        return None
    return images


@cache
def _decoder(image_shape: tuple[int, ...], *, files: bool) -> Callable[[Any], Any]:
    from compiler.backend import tf

    head = tf.constant(_head(image_shape))

    def one(given: Any) -> Any:
        content = tf.io.read_file(given) if files else given
        # A file may have changed since it was looked at: its sides are bounded before anything is decoded.
        tf.debugging.Assert(tf.equal(tf.strings.substr(content, 0, _KIND), head), [given])
        return tf.ensure_shape(tf.io.decode_png(content, image_shape[2]), image_shape)

    # One after another: it is the callers that work side by side.
    @tf.function(input_signature=(tf.TensorSpec((None,), tf.string),), autograph=False)
    def decode(given: Any) -> Any:
        return tf.map_fn(one, given, fn_output_signature=tf.TensorSpec(image_shape, tf.uint8), parallel_iterations=1)

    return decode
