"""Going through a folder of pictures: what is a picture, what is none, and what cannot be looked into.

The ending of a name is trusted where it is that of a picture, and what is wrong is told when the file is decoded; where
it says nothing of pictures, the first bytes are looked at. Links are followed; each folder is entered once. What is
hidden, and what systems put into folders for themselves, is passed by. The standard library alone.
"""

import os
import stat
from collections.abc import Iterator
from enum import Enum, auto
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from runtime.data.formats import BY_ENDING, HEAD, format_of
from runtime.files import reason

_DEEPEST: Final = 40
"""Folders within folders."""
SYSTEM_FILES: Final = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"})
"""In small letters."""
SYSTEM_FOLDERS: Final = frozenset(
    {"__macosx", "__pycache__", "@eadir", "$recycle.bin", "system volume information", "lost+found"}
)
NO_PICTURE: Final = "no picture"
LEADS_NOWHERE: Final = "a link that leads nowhere"

Identity: TypeAlias = tuple[int, int]
"""The device and the number of a folder, whatever it is called."""


class Kind(Enum):
    """What something in a folder is taken for."""

    PICTURE = auto()
    OTHER = auto()
    UNREAD = auto()
    """It may be, or hold, a picture, and cannot be looked into."""


class Found(NamedTuple):
    """Something in a folder."""

    path: str
    kind: Kind
    why: str = ""
    """Why it is not taken for a picture."""


def passed_by(name: str) -> bool:
    """Whether a file or folder is hidden, or is a system's own."""
    small = name.lower()
    return name.startswith(".") or small in SYSTEM_FILES or small in SYSTEM_FOLDERS


def is_picture_name(name: str) -> bool:
    """Whether a name has the ending of a picture, of a format that is read or not."""
    return os.path.splitext(name)[1].lower() in BY_ENDING  # noqa: PTH122 - a Path for each of 100,000 names takes long


def walk(folder: str) -> Iterator[Found]:
    """Everything in a folder and those within it, sorted by name within each."""
    try:
        above = {identity(each.stat()) for each in Path(folder).resolve().parents}
    except OSError as error:
        yield Found(folder, Kind.UNREAD, reason(error))
        return
    yield from _walk(folder, above, 0)


def identity(status: os.stat_result) -> Identity:
    """What a folder is known by."""
    return status.st_dev, status.st_ino


def _walk(folder: str, entered: set[Identity], depth: int) -> Iterator[Found]:
    try:
        status = Path(folder).stat()
        if identity(status) in entered:
            yield Found(folder, Kind.OTHER, "a link to a folder that it lies in or that was gone through already")
            return
        if depth > _DEEPEST:
            yield Found(folder, Kind.UNREAD, f"it lies more than {_DEEPEST} folders deep")
            return
        entered.add(identity(status))
        with os.scandir(folder) as entries:
            found = sorted((entry for entry in entries if not passed_by(entry.name)), key=lambda entry: entry.name)
    except OSError as error:
        yield Found(folder, Kind.UNREAD, reason(error))
        return
    for entry in found:
        if _is_folder(entry):
            yield from _walk(entry.path, entered, depth + 1)
        else:
            yield _of_file(entry)


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a circle of links
        return False


def _of_file(entry: "os.DirEntry[str]") -> Found:
    path, named_so = entry.path, is_picture_name(entry.name)
    try:
        # What the folder says of an entry saves asking for each, but for links.
        is_file = stat.S_ISREG(entry.stat().st_mode) if entry.is_symlink() else entry.is_file()
        if not is_file:
            return Found(path, Kind.OTHER, "a pipe or device")
        return (
            Found(path, Kind.PICTURE) if named_so or _begins_as_picture(path) else Found(path, Kind.OTHER, NO_PICTURE)
        )
    except OSError as error:  # a link that leads nowhere, or round in a circle
        if named_so or not entry.is_symlink():
            return Found(path, Kind.UNREAD, reason(error))
        return Found(path, Kind.OTHER, LEADS_NOWHERE)


def _begins_as_picture(path: str) -> bool:
    # O_NONBLOCK: should a pipe have taken the place of the file, opening it must not wait for a writer.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags)
    try:
        return stat.S_ISREG(os.fstat(descriptor).st_mode) and format_of(os.read(descriptor, HEAD)) is not None
    finally:
        os.close(descriptor)
