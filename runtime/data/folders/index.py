"""Finding picture files: in folders named after their classes, or in a table. Nothing is opened but folders."""

import csv
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from runtime.data.own_pictures import folders_in, part_folders
from runtime.errors import UserError
from runtime.files import reason
from spec_lang.suggestions import nearest

SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff"})
_DEEPEST: Final = 40
"""Folders within folders."""
_MOST_NAMED: Final = 5
"""Files named in one message."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One file that may be a picture."""

    path: Path
    label: int
    """Place of its class in the list of classes."""
    part: str = ""
    """"train", "validation" or "test" where the data keeps them apart; empty in one whole tree."""


@dataclass(slots=True)
class Index:
    """What was found, in an order that depends on names alone."""

    root: Path
    classes: tuple[str, ...]
    pictures: list[Picture] = field(default_factory=list)
    others: list[Path] = field(default_factory=list)
    """Files that are no pictures by their ending."""
    unread: list[tuple[Path, str]] = field(default_factory=list)
    """What could not be looked into, and why."""


def index_folder(root: Path, classes: Sequence[str]) -> Index:
    """The pictures of some classes in a tree: a folder for each class, beneath `train`, … where it has these.

    Folders within a class are gone through; hidden files and folders are not. Links are followed, each folder is
    entered once, and what is neither a file nor a folder is left alone. A class without a folder has no pictures.

    Raises UserError where the tree itself cannot be read.
    """
    index = Index(root, tuple(classes))
    try:
        parts: dict[str, Path] = part_folders(root) or {"": root}
        for part, folder in parts.items():
            there = set(folders_in(folder))
            for label, name in enumerate(classes):
                if name in there:
                    _walk(folder / name, label, part, index, set(), 0)
    except OSError as error:
        raise UserError(f"cannot read {root}: {reason(error)}") from error
    return index


def _walk(folder: Path, label: int, part: str, index: Index, entered: set[tuple[int, int]], depth: int) -> None:
    try:
        status = folder.stat()
        if (status.st_dev, status.st_ino) in entered or depth > _DEEPEST:
            return
        entered.add((status.st_dev, status.st_ino))
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        index.unread.append((folder, reason(error)))
        return
    for entry in found:
        if entry.name.startswith("."):
            continue
        path = Path(entry.path)
        try:
            mode = entry.stat().st_mode
        except OSError as error:  # a link that leads nowhere, or round in a circle
            if path.suffix.lower() in SUFFIXES:
                index.unread.append((path, reason(error)))
            else:
                index.others.append(path)
            continue
        if stat.S_ISDIR(mode):
            _walk(path, label, part, index, entered, depth + 1)
        elif stat.S_ISREG(mode) and path.suffix.lower() in SUFFIXES:
            index.pictures.append(Picture(path, label, part))
        else:
            index.others.append(path)


def index_table(file: Path, image: str, label: str, classes: Sequence[str]) -> Index:
    """The pictures of some classes in a CSV file with a header; paths begin at the folder of the file.

    Raises UserError, naming the line, for a table that cannot be read, a missing column and missing files.
    """
    index = Index(file.parent, tuple(classes))
    places = {name: place for place, name in enumerate(classes)}
    missing: list[str] = []
    for line, row in _rows(file, image, label):
        name, path = row[label], row[image]
        if not name or not path:
            raise UserError(f"{file}, line {line}: the column '{label if not name else image}' is empty")
        if name not in places:
            continue
        picture = file.parent / path
        if picture.is_file():
            index.pictures.append(Picture(picture, places[name]))
        else:
            missing.append(f"line {line}: {path}")
    if missing:
        more = f" and {len(missing) - _MOST_NAMED} more" if len(missing) > _MOST_NAMED else ""
        raise UserError(
            f"{file} names files that are not there: {', '.join(missing[:_MOST_NAMED])}{more}",
            help=f"paths begin at {file.parent}",
        )
    return index


def _rows(file: Path, image: str, label: str) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as content:
            rows = csv.DictReader(content, restval="")
            columns = list(rows.fieldnames or ())
            for column in (image, label):
                if column not in columns:
                    near = nearest(column, columns)
                    known = f"its columns are {', '.join(columns) or 'none'}"
                    raise UserError(
                        f"{file} has no column '{column}'", help=f"did you mean '{near}'?" if near else known
                    )
            for row in rows:
                yield rows.line_num, row
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{file} is not a table: {error}") from error
    except OSError as error:
        raise UserError(f"cannot read {file}: {reason(error)}") from error
