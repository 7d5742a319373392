"""What an .npz file of a person's own images holds, by the headers of its arrays and by its labels.

The standard library alone: an editor asks at every keystroke.
"""

import array
import ast
import math
import struct
import sys
import zipfile
import zlib
from pathlib import Path
from typing import IO, Final

from runtime.data.layout import MOST_CLASSES
from runtime.data.split_names import TEST, TRAIN, VALIDATION
from runtime.data.unusable import UnusableError

_MOST_LABELS: Final = 256_000_000
"""Bytes of the labels of a part."""
_LONGEST_HEADER: Final = 10_000
"""Bytes of the header of an array, as in NumPy: longer ones take Python's parser too long."""
_WHOLE: Final = {"u1": "B", "u2": "H", "u4": "I", "u8": "Q", "i1": "b", "i2": "h", "i4": "i", "i8": "q"}
"""Types of whole numbers, as NumPy writes them behind the order of their bytes, in the terms of `array`."""
ARRAYS: Final = {TRAIN: ("x_train", "y_train"), VALIDATION: ("x_val", "y_val"), TEST: ("x_test", "y_test")}
"""The arrays of images and of their labels in one NumPy file."""
_UNKNOWN: Final = 255
"""What many programs write where there is no label."""


def look_at_arrays(path: Path) -> tuple[dict[str, tuple[int, ...]], dict[str, frozenset[int]], list[str]]:
    """The shapes of the images, and the labels that there are, by part; and arrays of other images and labels.

    Raises UnusableError where a run could not learn from them, and OSError.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            shapes = image_shapes(archive)
            labels = {part: _labels(archive, ARRAYS[part][1]) for part in shapes}
            read = {name for part in shapes for name in ARRAYS[part]}
            names = sorted(name.removesuffix(".npy") for name in archive.namelist())
            unread = [name for name in names if name not in read and name.lower().startswith(("x", "y"))]
    except (zipfile.BadZipFile, EOFError, struct.error, zlib.error) as error:
        raise UnusableError("it is no NumPy file of arrays (.npz)", HOW_TO_SAVE) from error
    need_labels(labels)
    return shapes, labels, unread


def need_labels(labels: dict[str, frozenset[int]]) -> None:
    """Raise UnusableError for labels that can be no numbers of classes, whichever of these are chosen."""
    for part, found in labels.items():
        y = ARRAYS[part][1]
        if found and min(found) < 0:
            raise UnusableError(f"{y} has the label {min(found)}; labels are numbers from 0 on", _renumbered(y))
    trained = labels[TRAIN]
    if trained and max(trained) >= MOST_CLASSES:
        raise UnusableError(f"y_train has labels up to {max(trained):,}", _renumbered("y_train"))
    for part, found in labels.items():
        if part != TRAIN and found and max(found) > max(trained, default=-1):
            raise UnusableError(
                f"{ARRAYS[part][1]} has the label {max(found)}, y_train none beyond {max(trained, default=-1)}",
                "number the classes alike in all parts; what is not to be learnt, leave out",
            )


def cure_for_gaps(trained: frozenset[int]) -> str:
    """What to do about labels between 0 and the greatest one that no image to train on has."""
    if min(trained) > 0 and max(trained) - min(trained) + 1 == len(trained):
        return f"the labels begin at {min(trained)}, not at 0: save y_train - {min(trained)}, and so in the other parts"
    if _UNKNOWN in trained and _UNKNOWN - 1 not in trained:
        kept = f"keep = y_train != {_UNKNOWN}, then x_train[keep] and y_train[keep]"
        return f"{_UNKNOWN} often says that the class is unknown; without those images: {kept}"
    return _renumbered("y_train")


def _renumbered(y: str) -> str:
    return f"number the classes from 0 on, without gaps: save np.unique({y}, return_inverse=True)[1]"


def _labels(archive: zipfile.ZipFile, name: str) -> frozenset[int]:
    """The labels in an array of whole numbers."""
    with archive.open(f"{name}.npy") as entry:
        dtype, _ = _npy_header(entry)
        code = _WHOLE[dtype[1:]]
        size = int(dtype[2:])
        data = entry.read(_MOST_LABELS)
    data = data[: len(data) // size * size]
    labels = array.array(code)
    if labels.itemsize != size:  # on a machine with other sizes of numbers
        order = ">" if dtype.startswith(">") else "<"
        return frozenset(label for (label,) in struct.iter_unpack(f"{order}{code}", data))
    labels.frombytes(data)
    if dtype[0] == {"little": ">", "big": "<"}[sys.byteorder]:
        labels.byteswap()
    return frozenset(labels)


HOW_TO_SAVE: Final = "write one with np.savez('own.npz', x_train=…, y_train=…, x_test=…, y_test=…)"


def image_shapes(archive: zipfile.ZipFile) -> dict[str, tuple[int, ...]]:
    """The shapes of the images that a NumPy file holds with their labels, by "train", "validation", "test".

    Only headers are read. Raises UnusableError where they are not what a run can learn from.
    """
    there = {name.removesuffix(".npy") for name in archive.namelist()}
    if not there.issuperset(ARRAYS["train"]):
        raise UnusableError(f"it has no arrays x_train and y_train, only {', '.join(sorted(there)[:8])}", HOW_TO_SAVE)
    shapes = {part: image_shape(archive, x, y) for part, (x, y) in ARRAYS.items() if there.issuperset((x, y))}
    for part, shape in shapes.items():
        if (*shape[1:], 1)[:3] != (*shapes["train"][1:], 1)[:3]:
            raise UnusableError(
                f"{ARRAYS[part][0]} has images of {_sizes(shape[1:])}, x_train of {_sizes(shapes['train'][1:])}",
                "bring all images to one size before they are saved",
            )
    return shapes


def image_shape(archive: zipfile.ZipFile, x: str, y: str) -> tuple[int, ...]:
    """The shape of one array of images, after a look at the headers of it and of its labels.

    Raises UnusableError where they are anything else than uint8 images, gray or in colour, and one whole number each.
    """
    dtype, shape = _header(archive, x)
    if len(shape) not in (3, 4):
        side = math.isqrt(max(shape[1], 0)) if len(shape) == 2 else 0
        flat = bool(side) and side * side == shape[1]
        axes = "axis" if len(shape) == 1 else "axes"
        raise UnusableError(
            f"{x} has {len(shape)} {axes}; images have 3 or 4: count, height, width and channels",
            f"save {x}.reshape(-1, {side}, {side})"
            if flat
            else "save them as (n, height, width) or (n, height, width, 3)",
        )
    if dtype != "|u1":
        raise UnusableError(f"{x} is of type {_type_name(dtype)}; images are uint8, from 0 to 255", _as_uint8(x, dtype))
    if len(shape) == 4 and shape[3] not in (1, 3):
        raise UnusableError(
            f"{x} has images of {shape[3]} channels, by its shape {shape}",
            f"channels come last: save np.moveaxis({x}, 1, -1)"
            if shape[1] in (1, 3)
            else f"leave the alpha channel out: save {x}[..., :3]"
            if shape[3] == 4
            else "gray images have 1 channel, colour ones 3",
        )
    dtype, labels = _header(archive, y)
    if labels[1:] not in ((), (1,)) or not labels:
        one_hot = " as of one-hot labels" if len(labels) == 2 else ""
        raise UnusableError(
            f"{y} has the shape {labels}{one_hot}; there is one label an image",
            f"save {y}.argmax(axis=1)" if one_hot else "save one whole number for each image, from 0 on",
        )
    if dtype[1:] not in _WHOLE:
        texts = dtype[1:2] in ("U", "S", "O")
        raise UnusableError(
            f"{y} is of type {_type_name(dtype)}; labels are whole numbers from 0 on",
            f"save np.unique({y}, return_inverse=True)[1]" if texts else f"save {y}.astype('int64')",
        )
    if labels[0] != shape[0]:
        raise UnusableError(
            f"{x} has {shape[0]:,} images, {y} {labels[0]:,} labels", "save one label for each image, in their order"
        )
    return shape


def _as_uint8(x: str, dtype: str) -> str:
    match dtype[1:2]:
        case "f":
            return f"from values of 0 to 1, save ({x} * 255).round().astype('uint8'); from 0 to 255, without * 255"
        case "b":
            return f"save {x}.astype('uint8') * 255"
    return f"save {x}.astype('uint8'), where its values are from 0 to 255"


def _type_name(dtype: str) -> str:
    """The type of a header in NumPy's words, as in float32 for "<f4"."""
    kind, size = dtype[1:2], dtype[2:4]
    word = {"f": "float", "i": "int", "u": "uint"}.get(kind)
    if word and size.isdecimal() and len(dtype) <= 4:
        return f"{word}{8 * int(size)}"
    return {"b": "bool", "U": "text", "S": "text", "O": "object"}.get(kind, dtype)


def _sizes(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape))


def _header(archive: zipfile.ZipFile, name: str) -> tuple[str, tuple[int, ...]]:
    try:
        with archive.open(f"{name}.npy") as entry:
            return _npy_header(entry)
    # RuntimeError: encrypted, or packed in a way that Python does not know.
    except (KeyError, EOFError, RuntimeError, struct.error, zlib.error, zipfile.BadZipFile) as error:
        raise UnusableError(f"{name} cannot be read", HOW_TO_SAVE) from error


def _npy_header(entry: IO[bytes]) -> tuple[str, tuple[int, ...]]:
    """The type and the shape of an array file, by the format's description (NumPy, `numpy.lib.format`)."""
    magic = entry.read(8)
    if magic[:6] != b"\x93NUMPY":
        raise UnusableError("it holds something else than NumPy arrays", HOW_TO_SAVE)
    size = struct.unpack("<H", entry.read(2))[0] if magic[6] == 1 else struct.unpack("<I", entry.read(4))[0]
    try:
        if size > _LONGEST_HEADER:
            raise UnusableError("it holds an array that cannot be read", HOW_TO_SAVE)
        header = ast.literal_eval(entry.read(size).decode("latin-1"))
        return str(header["descr"]), tuple(int(axis) for axis in header["shape"])
    # The last two are how Python's parser refuses what is nested too deeply.
    except (SyntaxError, ValueError, TypeError, KeyError, OverflowError, RecursionError, MemoryError) as error:
        raise UnusableError("it holds an array that cannot be read", HOW_TO_SAVE) from error
