"""What there is of a person's own pictures, as far as a check needs it: classes, parts, the shape of arrays.

Only names, headers and labels are looked at, with the standard library alone: an editor asks at every keystroke.
"""

import ast
import csv
import math
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from runtime.files import reason
from spec_lang.world import Pictures, PictureSource, Unusable

PARTS: Final = {"train": ("train",), "validation": ("validation", "val", "valid"), "test": ("test",)}
"""The folders that keep images apart, by the names that they go by."""
MOST_CLASSES: Final = 100_000
_LARGEST_TABLE: Final = 256_000_000
"""Bytes of a table, or of the labels in a file of arrays."""
_LONGEST_HEADER: Final = 10_000
"""Bytes of the header of an array, as in NumPy: longer ones take Python's parser too long."""
_WHOLE: Final = {"u1": "B", "u2": "H", "u4": "I", "u8": "Q", "i1": "b", "i2": "h", "i4": "i", "i8": "q"}
"""Types of whole numbers, as NumPy writes them behind the order of their bytes, in the terms of `struct`."""
ARRAYS: Final = {"train": ("x_train", "y_train"), "validation": ("x_val", "y_val"), "test": ("x_test", "y_test")}
"""The arrays of images and of their labels in one NumPy file."""


class UnusableError(Exception):
    """Pictures that cannot be used; the text says why."""

    def __init__(self, why: str, remedy: str = "") -> None:
        super().__init__(why)
        self.remedy = remedy
        """What to do about something that is there; empty where nothing is."""


def look(source: PictureSource, folder: Path) -> Pictures | Unusable:
    """What there is at a source that a spec in `folder` names; where it cannot be used, why."""
    try:
        path = resolved(source.path, folder)
        match source.kind:
            case "folder":
                return _folder(path)
            case "csv":
                return _table(path, source.image, source.label)
            case _:
                return _arrays(path)
    except UnusableError as error:
        return Unusable(str(error), error.remedy)
    except OSError as error:
        return Unusable(reason(error))
    except ValueError as error:  # a null character in the path
        return Unusable(str(error))


def resolved(path: str, folder: Path) -> Path:
    """Where a path of a spec leads: from the spec's folder, else from the folder that CNN_DATA_HOME names.

    Raises UnusableError where there is nothing in either.
    """
    given = expanded(path)
    beside = folder / given
    if beside.exists():
        return _readable(beside)
    home = os.environ.get("CNN_DATA_HOME")
    if home and (elsewhere := expanded(home) / given).exists():
        return _readable(elsewhere)
    looked = str(beside.absolute().parent) + (f" or in {home}" if home and not given.is_absolute() else "")
    raise UnusableError(f"there is no {given.name} in {looked}")


def expanded(path: str) -> Path:
    """A path with a person's own folder in the place of `~`; as it stands where nobody has that name."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def _readable(path: Path) -> Path:
    """Nothing that may never end, or never begin: an editor that only looks would wait for it."""
    if not path.is_dir() and not path.is_file():
        raise UnusableError(f"{path} is a pipe or a device")
    return path


def part_folders(root: Path) -> dict[str, Path]:
    """The folders of a tree that keep images apart, by "train", "validation" and "test"; none for one whole tree.

    A folder "train" without folders in it is a class: pictures of trains.
    """
    there = set(folders_in(root))
    parts = {part: root / name for part, names in PARTS.items() for name in reversed(names) if name in there}
    return parts if "train" in parts and any(folders_in(parts["train"])) else {}


def folders_in(root: Path) -> Iterator[str]:
    """The names of the folders in a folder, hidden ones left out. Raises OSError where it cannot be read."""
    with os.scandir(root) as entries:
        for entry in entries:
            if not entry.name.startswith((".", "__")) and entry.is_dir():
                yield entry.name


def class_order(names: Iterator[str] | set[str]) -> tuple[str, ...]:
    """Classes in the order of their labels where none is given: sorted by their letters, as in Keras."""
    return tuple(sorted(names))


def _folder(path: Path) -> Pictures:
    if not path.is_dir():
        raise UnusableError(f"{path} is a file, not a folder", "name the folder that holds a folder for each class")
    parts = part_folders(path)
    classes: set[str] = set()
    for each in parts.values() or [path]:
        for name in folders_in(each):
            classes.add(name)
            if len(classes) > MOST_CLASSES:
                raise UnusableError(f"it has more than {MOST_CLASSES:,} folders", "each folder in it is a class")
    return Pictures(class_order(classes), frozenset(parts) - {"train"})


def _table(path: Path, image: str, label: str) -> Pictures:
    if path.is_dir():
        raise UnusableError(
            f"{path} is a folder, not a table", f'for a folder for each class: data folder "{path.name}"'
        )
    if path.stat().st_size > _LARGEST_TABLE:
        raise UnusableError(
            f"it is larger than {_LARGEST_TABLE:,} bytes", "keep the columns of pictures and classes alone"
        )
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            _check_columns(list(rows.fieldnames or ()), image, label)
            classes = {row[label] for row in rows if row[label]}
    except UnicodeDecodeError as error:
        raise UnusableError("it is not encoded in UTF-8", "save it as UTF-8; in Excel, as 'CSV UTF-8'") from error
    except csv.Error as error:
        raise UnusableError(f"line {rows.line_num}: {error}", "see whether a quote is missing in that line") from error
    return Pictures(class_order(classes))


_SEPARATORS: Final = {";": "semicolons", "\t": "tabs", "|": "bars"}


def _check_columns(columns: list[str], image: str, label: str) -> None:
    """Raises UnusableError where a table does not have the columns that the spec names."""
    missing = [column for column in (image, label) if column not in columns]
    if not missing:
        return
    for separator, name in _SEPARATORS.items():
        if len(columns) == 1 and separator in columns[0]:
            raise UnusableError(
                f"its columns are separated by {name}, not by commas",
                f"save it with commas: pandas.read_csv(path, sep={separator!r}).to_csv(path, index=False)",
            )
    there = ", ".join(map(repr, columns)) or "no line at all"
    free = iter([column for column in columns if column not in (image, label)])
    named = {
        option: column if column in columns else next(free, "…")
        for option, column in (("image", image), ("label", label))
    }
    options = " ".join(f"{option}={_bare(column)}" for option, column in named.items())
    raise UnusableError(
        f"it has no column '{missing[0]}', only {there}",
        f"rename its columns, or name them behind the path in the spec: {options}",
    )


def _bare(name: str) -> str:
    """A name as a spec writes it."""
    return name if name.isidentifier() or name == "…" else f'"{name}"'


def _arrays(path: Path) -> Pictures:
    try:
        with zipfile.ZipFile(path) as archive:
            shapes = image_shapes(archive)
            with archive.open("y_train.npy") as entry:
                labels = _labels(entry)
    except (zipfile.BadZipFile, EOFError, struct.error, zlib.error) as error:
        raise UnusableError("it is no NumPy file of arrays (.npz)", _HOW_TO_SAVE) from error
    height, width, channels = (*shapes["train"][1:], 1)[:3]
    return Pictures(
        tuple(map(str, range(max(labels, default=-1) + 1))), frozenset(shapes) - {"train"}, (height, width, channels)
    )


_HOW_TO_SAVE: Final = "write one with np.savez('own.npz', x_train=…, y_train=…, x_test=…, y_test=…)"


def image_shapes(archive: zipfile.ZipFile) -> dict[str, tuple[int, ...]]:
    """The shapes of the images that a NumPy file holds with their labels, by "train", "validation", "test".

    Only headers are read. Raises UnusableError where they are not what a run can learn from.
    """
    there = {name.removesuffix(".npy") for name in archive.namelist()}
    if not there.issuperset(ARRAYS["train"]):
        raise UnusableError(f"it has no arrays x_train and y_train, only {', '.join(sorted(there)[:8])}", _HOW_TO_SAVE)
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
        raise UnusableError(f"{name} cannot be read", _HOW_TO_SAVE) from error


def _npy_header(entry: IO[bytes]) -> tuple[str, tuple[int, ...]]:
    """The type and the shape of an array file, by the format's description (NumPy, `numpy.lib.format`)."""
    magic = entry.read(8)
    if magic[:6] != b"\x93NUMPY":
        raise UnusableError("it holds something else than NumPy arrays", _HOW_TO_SAVE)
    size = struct.unpack("<H", entry.read(2))[0] if magic[6] == 1 else struct.unpack("<I", entry.read(4))[0]
    try:
        if size > _LONGEST_HEADER:
            raise UnusableError("it holds an array that cannot be read", _HOW_TO_SAVE)
        header = ast.literal_eval(entry.read(size).decode("latin-1"))
        return str(header["descr"]), tuple(int(axis) for axis in header["shape"])
    # The last two are how Python's parser refuses what is nested too deeply.
    except (SyntaxError, ValueError, TypeError, KeyError, OverflowError, RecursionError, MemoryError) as error:
        raise UnusableError("it holds an array that cannot be read", _HOW_TO_SAVE) from error


def _labels(entry: IO[bytes]) -> set[int]:
    """The labels of an array of whole numbers."""
    dtype, _ = _npy_header(entry)
    data = entry.read(_LARGEST_TABLE)
    order = ">" if dtype.startswith(">") else "<"
    labels = {label for (label,) in struct.iter_unpack(f"{order}{_WHOLE[dtype[1:]]}", data)}
    if min(labels, default=0) < 0 or max(labels, default=0) >= MOST_CLASSES:
        raise UnusableError(
            f"y_train has labels outside 0 to {MOST_CLASSES - 1:,}", "number the classes from 0 on, without gaps"
        )
    return labels
