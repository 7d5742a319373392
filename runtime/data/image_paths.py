"""Which image files the words of a command line stand for: files, folders, patterns, and a list on standard input."""

import glob
import os
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final

from runtime.data.folders.index import SUFFIXES
from runtime.errors import UserError
from runtime.files import reason
from runtime.standard_input import STANDARD_STREAM, standard_input

_DEEPEST: Final = 40
"""Folders within folders."""
_PIECE: Final = 65_536
"""Bytes read at a time."""
_LONGEST: Final = 1_000_000
"""Bytes of one path: a list without any line end must not fill the memory."""
_SHOWN: Final = 80
"""Bytes of what is no path."""


def image_paths(words: Sequence[str], end: bytes = b"\n", listed: BinaryIO | None = None) -> Iterator[str | UserError]:
    """The paths that some words stand for, in their order; an error in the place of a word that stands for none.

    A folder stands for the pictures in it and beneath it, sorted by name, hidden ones left out. A word with `*`, `?`
    or `[` that names no file is a pattern, `**` in it any number of folders; what it matches is sorted. `-` stands for
    the files and folders that `listed` lists, or else standard input, each ended by `end`. Other words are taken for
    files, there or not.

    Nothing but the names of one folder, or of one pattern's matches, is kept in memory. Raises UserError where there is
    no standard input.
    """
    for word in words:
        if word == STANDARD_STREAM:
            yield from _listed(listed or standard_input(), end)
        elif not os.path.lexists(word) and glob.has_magic(word):
            yield from _matching(word)
        else:
            yield from _file_or_folder(word)


def _listed(listed: BinaryIO, end: bytes) -> Iterator[str | UserError]:
    """What a list names: never patterns, since a file may have any name."""
    rest = b""
    while True:
        # What is there, not a whole buffer: the writer of the list may take its time.
        piece = os.read(listed.fileno(), _PIECE)
        *lines, rest = (rest + piece).split(end)
        if not piece:
            lines = [rest]
        for line in lines:
            word = line.removesuffix(b"\r") if end == b"\n" else line
            if b"\0" in word:
                yield UserError(
                    f"standard input names no file: {os.fsdecode(word[:_SHOWN])}",
                    help="names that end with a null character, as from find -print0, are read with -0",
                )
            elif word:
                yield from _file_or_folder(os.fsdecode(word))
        if not piece:
            return
        if len(rest) > _LONGEST:
            yield UserError("standard input is no list of files: a line in it is longer than any path")
            return


def _matching(pattern: str) -> Iterator[str | UserError]:
    # Without hidden files, as a shell has it.
    found = sorted(glob.iglob(pattern, recursive=True))
    if not found:
        yield UserError(f"there is no file {pattern}")
    for path in found:
        yield from _file_or_folder(path, chosen="**" not in pattern)


def _file_or_folder(word: str, *, chosen: bool = True) -> Iterator[str | UserError]:
    """A file as it is; of a folder, its pictures. What `**` came upon is passed over unless it is a picture."""
    if not os.path.isdir(word):
        if chosen or _is_picture(word):
            yield word
        return
    if not chosen:  # the pattern matches what is in it, too
        return
    empty = True
    for path in _beneath(word, set(), 0):
        empty = False
        yield path
    if empty:
        yield UserError(f"{word} is a folder without pictures", help=f"pictures end in {', '.join(sorted(SUFFIXES))}")


def _beneath(folder: str, entered: set[tuple[int, int]], depth: int) -> Iterator[str | UserError]:
    try:
        status = os.stat(folder)
        if (status.st_dev, status.st_ino) in entered or depth > _DEEPEST:
            return
        entered.add((status.st_dev, status.st_ino))
        with os.scandir(folder) as entries:
            # What the folder itself says of its entries saves asking for each, but for links.
            found = sorted((entry.name, None if entry.is_symlink() else entry.is_dir()) for entry in entries)
    except OSError as error:
        yield UserError(f"cannot read {folder}: {reason(error)}")
        return
    for name, is_folder in found:
        if name.startswith("."):
            continue
        path = os.path.join(folder, name)
        if os.path.isdir(path) if is_folder is None else is_folder:
            yield from _beneath(path, entered, depth + 1)
        elif _is_picture(path):
            yield path


def _is_picture(path: str) -> bool:
    return os.path.splitext(path)[1].lower() in SUFFIXES
