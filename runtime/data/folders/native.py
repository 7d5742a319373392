"""Plain PNG files decoded several at a time inside TensorFlow, where threads do not wait for one another.

PNG is lossless, so the pixels are those that Pillow gives. Other formats are left to Pillow: two decoders of JPEG may
differ in the last bit, and a picture is to look alike wherever it is read.
"""

import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from runtime.data.examples import Images
from runtime.data.images import Look


def is_native(look: Look, image_shape: tuple[int, int, int]) -> bool:
    """Whether `read_native` gives what `read_image` does."""
    return look.format == "PNG" and is_plain(look, image_shape)


def is_plain(look: Look, image_shape: tuple[int, int, int]) -> bool:
    """Whether a picture need only be decoded to be of this shape."""
    return look.plain and look.size == image_shape[:2] and (image_shape[2] == 3 or look.mode == "L")


def read_native(paths: Sequence[Path], image_shape: tuple[int, int, int]) -> Images | None:
    """The pictures (n, height, width, channels); None where one of the files is not what it was found to be."""
    from compiler.backend import tf

    try:
        images: Images = _decoder(image_shape)(np.array([os.fsencode(path) for path in paths], object)).numpy()
    except (tf.errors.OpError, ValueError):
        return None
    return images


@cache
def _decoder(image_shape: tuple[int, int, int]) -> Callable[[Any], Any]:
    from compiler.backend import tf

    def one(path: Any) -> Any:
        return tf.ensure_shape(tf.io.decode_png(tf.io.read_file(path), image_shape[2]), image_shape)

    # One after another: it is the callers that work side by side.
    @tf.function(input_signature=(tf.TensorSpec((None,), tf.string),), autograph=False)
    def decode(paths: Any) -> Any:
        return tf.map_fn(one, paths, fn_output_signature=tf.TensorSpec(image_shape, tf.uint8), parallel_iterations=1)

    return decode
