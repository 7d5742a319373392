"""What to do about the pictures of a table that are not there. The standard library alone."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Final

from runtime.data.class_folders import folder_names, in_words
from runtime.data.tables import Row
from runtime.data.unusable import UnusableError

_ENDINGS: Final = ("", ".jpg", ".png", ".jpeg", ".JPG", ".tif", ".bmp", ".webp", ".gif")
_LOOKED_INTO: Final = 20
"""Folders beside the table."""


def need_files(missing: Sequence[Row], folder: Path) -> None:
    """Raise UnusableError where some rows of a table in `folder` name files that are not there."""
    if missing:
        names = in_words(f"{row.image} (line {row.line})" for row in missing)
        raise UnusableError(f"it names files that are not there: {names}", _remedy(missing[0].image, folder))


def _remedy(path: str, folder: Path) -> str:
    """What to do about a path of a table in a folder where no file is: it may lie elsewhere, or be called otherwise."""
    if "://" in path:
        return "pictures are read from files: download them, and list their paths"
    there = next((each for each in _elsewhere(path.strip(), folder) if (folder / each).is_file()), None)
    if there:
        return f"write {there} for {path!r}, and so for the others"
    return f"paths begin at {folder}"


def _elsewhere(path: str, folder: Path) -> Iterator[str]:
    """Where a picture may be meant to lie: with slashes, with an ending, in a folder beside the table."""
    written = path.replace("\\", "/")
    names = folder_names(folder)
    for start in ("", *(f"{name}/" for name in islice(names, _LOOKED_INTO))):
        for ending in _ENDINGS:
            yield f"{start}{written}{ending}"
    # From the folders of another machine, the last names may be there.
    parts = PurePosixPath(written).parts
    for begin in range(1, len(parts)):
        yield "/".join(parts[begin:])
    stem = written.rpartition(".")[0]
    yield from (f"{stem}{ending.upper()}" for ending in _ENDINGS[1:] if stem)
    yield from (f"{stem}{ending.lower()}" for ending in _ENDINGS[1:] if stem)
