"""What there is of a person's own pictures, as far as a check needs it: classes, parts, the shape of arrays.

Only names, headers and labels are looked at, with the standard library alone: an editor asks at every keystroke.
"""

import ast
import csv
import os
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from runtime.files import reason
from spec_lang.world import Pictures, PictureSource

PARTS: Final = {"train": ("train",), "validation": ("validation", "val", "valid"), "test": ("test",)}
"""The folders that keep images apart, by the names that they go by."""
MOST_CLASSES: Final = 100_000
_LARGEST_TABLE: Final = 256_000_000
"""Bytes of a table, or of the labels in a file of arrays."""
_LONGEST_HEADER: Final = 10_000
"""Bytes of the header of an array, as in NumPy: longer ones take Python's parser too long."""
_DTYPES: Final = {"|u1": "B", "<u2": "H", "<u4": "I", "<u8": "Q", "|i1": "b", "<i2": "h", "<i4": "i", "<i8": "q"}


class UnusableError(Exception):
    """Pictures that cannot be used; the text says why."""


def look(source: PictureSource, folder: Path) -> Pictures | str:
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
        return str(error)
    except OSError as error:
        return reason(error)
    except ValueError as error:  # a null character in the path, an undecodable file
        return str(error)


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
        raise UnusableError(f"{path} is a file, not a folder")
    parts = part_folders(path)
    classes: set[str] = set()
    for each in parts.values() or [path]:
        for name in folders_in(each):
            classes.add(name)
            if len(classes) > MOST_CLASSES:
                raise UnusableError(f"it has more than {MOST_CLASSES:,} folders")
    return Pictures(class_order(classes), frozenset(parts) - {"train"})


def _table(path: Path, image: str, label: str) -> Pictures:
    if path.is_dir():
        raise UnusableError(f"{path} is a folder, not a table")
    if path.stat().st_size > _LARGEST_TABLE:
        raise UnusableError(f"it is larger than {_LARGEST_TABLE:,} bytes")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        columns = list(rows.fieldnames or ())
        for column in (image, label):
            if column not in columns:
                there = ", ".join(map(repr, columns)) or "no line at all"
                raise UnusableError(f"it has no column '{column}', only {there}")
        try:
            classes = {row[label] for row in rows if row[label]}
        except csv.Error as error:
            raise UnusableError(f"line {rows.line_num}: {error}") from error
    return Pictures(class_order(classes))


def _arrays(path: Path) -> Pictures:
    try:
        with zipfile.ZipFile(path) as file:
            names = {name.removesuffix(".npy") for name in file.namelist()}
            if not {"x_train", "y_train"} <= names:
                raise UnusableError(f"it has no arrays x_train and y_train, only {', '.join(sorted(names)[:8])}")
            with file.open("x_train.npy") as entry:
                _, shape = _npy_header(entry)
            with file.open("y_train.npy") as entry:
                labels = _labels(entry)
    except (zipfile.BadZipFile, KeyError, EOFError, struct.error) as error:
        raise UnusableError("it is no NumPy file of arrays (.npz)") from error
    if len(shape) not in (3, 4):
        raise UnusableError(f"x_train has {len(shape)} axes; images have 3 or 4: count, height, width and channels")
    height, width, channels = (*shape[1:], 1)[:3]
    parts = {part for part, name in (("validation", "x_val"), ("test", "x_test")) if name in names}
    return Pictures(tuple(map(str, range(max(labels, default=-1) + 1))), frozenset(parts), (height, width, channels))


def array_shape(file: zipfile.ZipFile, name: str) -> tuple[int, ...]:
    """The shape of one array of a NumPy file, by its header. Raises UnusableError where it has none."""
    try:
        with file.open(f"{name}.npy") as entry:
            return _npy_header(entry)[1]
    except (KeyError, EOFError, struct.error, zipfile.BadZipFile) as error:
        raise UnusableError(f"{name} cannot be read") from error


def _npy_header(entry: IO[bytes]) -> tuple[str, tuple[int, ...]]:
    """The type and the shape of an array file, by the format's description (NumPy, `numpy.lib.format`)."""
    magic = entry.read(8)
    if magic[:6] != b"\x93NUMPY":
        raise UnusableError("it holds something else than NumPy arrays")
    size = struct.unpack("<H", entry.read(2))[0] if magic[6] == 1 else struct.unpack("<I", entry.read(4))[0]
    try:
        if size > _LONGEST_HEADER:
            raise UnusableError("it holds an array that cannot be read")
        header = ast.literal_eval(entry.read(size).decode("latin-1"))
        return str(header["descr"]), tuple(int(axis) for axis in header["shape"])
    # The last two are how Python's parser refuses what is nested too deeply.
    except (SyntaxError, ValueError, TypeError, KeyError, OverflowError, RecursionError, MemoryError) as error:
        raise UnusableError("it holds an array that cannot be read") from error


def _labels(entry: IO[bytes]) -> set[int]:
    dtype, shape = _npy_header(entry)
    code = _DTYPES.get(dtype)
    if code is None:
        raise UnusableError(f"y_train is of type {dtype}; labels are whole numbers from 0 on")
    if shape[1:] not in ((), (1,)):
        raise UnusableError(f"y_train has the shape {shape}; there is one label an image")
    data = entry.read(_LARGEST_TABLE)
    labels = {label for (label,) in struct.iter_unpack(f"<{code}", data)}
    if min(labels, default=0) < 0 or max(labels, default=0) >= MOST_CLASSES:
        raise UnusableError(f"y_train has labels outside 0 to {MOST_CLASSES - 1:,}")
    return labels
