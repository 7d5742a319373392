"""What there is of a person's own pictures, as far as a check needs it: classes, parts, the shape of arrays.

Only names, headers and labels are looked at, with the standard library alone: an editor asks at every keystroke.
"""

import os
import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Final

from runtime.data.array_headers import cure_for_gaps, look_at_arrays
from runtime.data.class_folders import ARCHIVES, folder_names, in_words
from runtime.data.layout import MOST_CLASSES, Layout, layout
from runtime.data.split_names import TRAIN, split_of
from runtime.data.table_paths import need_files
from runtime.data.tables import Row, rows
from runtime.data.unusable import UnusableError
from runtime.files import reason
from spec_lang.world import LeftOut, Pictures, PictureSource, Unusable

_LOOKED_FOR: Final = 1000
"""Pictures of a table of which a check looks whether they are there."""


_WATCHED: Final = 1000
"""Folders that an editor looks at for changes at every keystroke."""


_APART: Final = "write a table for each part, and score on the one for the test: cnn evaluate RUN --data test.csv"
_READ_ARRAYS: Final = "images for validation are x_val with y_val, those for the test x_test with y_test"


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


def class_order(names: Iterable[str]) -> tuple[str, ...]:
    """Classes in the order of their labels where none is given: sorted by their letters, as in Keras."""
    return tuple(sorted(names))


def _folder(path: Path) -> Pictures:
    if not path.is_dir():
        unpacked = "unpack it, and " if path.name.lower().endswith(ARCHIVES) else ""
        raise UnusableError(
            f"{path} is a file, not a folder", f"{unpacked}name the folder that holds a folder for each class"
        )
    found = layout(path)
    names = class_order(found.names())
    if len(names) > MOST_CLASSES:
        raise UnusableError(f"it has more than {MOST_CLASSES:,} folders", "each folder in it is a class")
    inner = folder_names(path / names[0]) if len(names) == 1 and "" in found.classes else []
    return Pictures(
        names,
        frozenset(found.classes) - {"", TRAIN},
        places={name: found.place(name) for name in names},
        left_out=found.left_out,
        empty=_without_pictures(found, names),
        like_splits=found.like_splits,
        cure="" if len(names) > 1 else _cure_for_no_classes(found),
        inner=names[0] if inner else "",
        nested=found.nested,
    )


def _cure_for_no_classes(found: Layout) -> str:
    if found.archives:
        return f"unpack {in_words(found.archives)}"
    if not found.pictures:
        return ""
    return (
        f"{len(found.pictures):,} pictures stand in no folder of a class: put them into one each, "
        'or list them in a table: data csv "labels.csv" image=path label=class'
    )


def folders_to_watch(root: Path) -> Iterator[Path]:
    """The folders in a folder, and those in these: where one changes, so may what `look` finds. Not more than a few."""
    above = [root / name for name in folder_names(root)] if root.is_dir() else []
    within = (folder / name for folder in above for name in folder_names(folder) if split_of(folder.name))
    yield from islice(chain(above, within), _WATCHED)


def _without_pictures(found: Layout, names: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The classes without pictures in each part, whether their folders are empty or not there."""
    missing = {}
    for part, folders in found.classes.items():
        empty = {*found.empty.get(part, ())}
        if lacking := tuple(name for name in names if name in empty or name not in folders):
            missing[part or TRAIN] = lacking
    return missing


def _table(file: Path, image: str, label: str) -> Pictures:
    places: dict[str, str] = {}
    lines: dict[str, Row] = {}
    doubled: list[str] = []
    missing: list[Row] = []
    parts: defaultdict[str, set[str]] = defaultdict(set)
    row: Row | None = None
    for row in rows(file, image, label):
        places.setdefault(row.label, f"line {row.line}")
        before = lines.setdefault(posixpath.normpath(row.image), row)
        if before is not row:
            classes = "" if before.label == row.label else f", as {before.label} and {row.label}"
            doubled.append(f"{row.image} (lines {before.line} and {row.line}{classes})")
        elif len(lines) <= _LOOKED_FOR and not (file.parent / row.image).is_file():
            missing.append(row)
        if len(places) > MOST_CLASSES:
            raise UnusableError(
                f"it has more than {MOST_CLASSES:,} classes", f"name the column of the classes: label={label}"
            )
        for column, part in row.splits:
            parts[column].add(part)
    need_files(missing, file.parent)
    # Only a column that says a part in every row is one of parts.
    apart = [column for column, _ in row.splits if len(parts[column]) > 1] if row else []
    why = "a column that keeps images apart; the shares of the spec divide them"
    return Pictures(
        class_order(places.keys()),
        places=places,
        left_out=tuple(LeftOut(column, why, _APART) for column in apart),
        doubled=tuple(doubled),
    )


def _arrays(file: Path) -> Pictures:
    shapes, labels, unread = look_at_arrays(file)
    height, width, channels = (*shapes[TRAIN][1:], 1)[:3]
    names = tuple(map(str, range(max(labels[TRAIN], default=-1) + 1)))
    empty = {part: tuple(name for name in names if int(name) not in found) for part, found in labels.items()}
    return Pictures(
        names,
        frozenset(shapes) - {TRAIN},
        (height, width, channels),
        left_out=tuple(LeftOut(name, "an array that is not read", _READ_ARRAYS) for name in unread),
        empty={part: missing for part, missing in empty.items() if missing},
        cure=cure_for_gaps(labels[TRAIN]) if empty[TRAIN] else "",
    )
