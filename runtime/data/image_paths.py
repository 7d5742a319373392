"""Which image files the words of a command line stand for: files, folders, patterns, and a list on standard input."""

import glob
import os
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final

from runtime.data.class_folders import in_words
from runtime.data.opening import FORMATS
from runtime.data.walk import Kind, is_picture_name, walk
from runtime.errors import UserError
from runtime.standard_input import STANDARD_STREAM, standard_input

_PIECE: Final = 65_536
"""Bytes read at a time."""
_LONGEST: Final = 1_000_000
"""Bytes of one path: a list without any line end must not fill the memory."""
_SHOWN: Final = 80
"""Bytes of what is no path."""


def image_paths(words: Sequence[str], end: bytes = b"\n", listed: BinaryIO | None = None) -> Iterator[str | UserError]:
    """The paths that some words stand for, in their order; an error in the place of a word that stands for none.

    A folder stands for the pictures in it and beneath it, sorted by name within each folder; what else is in it is
    named in an error behind them: see `runtime.data.walk`. A word with `*`, `?` or `[` that names no file is a
    pattern, `**` in it any number of folders; what it matches is sorted. `-` stands for
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
        if chosen or is_picture_name(word):
            yield word
        return
    if not chosen:  # the pattern matches what is in it, too
        return
    empty = True
    others: dict[str, list[str]] = {}
    for path, kind, why in walk(word):
        match kind:
            case Kind.PICTURE:
                empty = False
                yield path
            case Kind.OTHER:
                others.setdefault(why, []).append(path)
            case Kind.UNREAD:
                yield UserError(f"cannot read {path}: {why}")
    if empty:
        yield UserError(f"{word} is a folder without pictures", help=f"pictures are {', '.join(FORMATS)}")
    for why, paths in others.items():
        yield UserError(f"left out, {len(paths):,} in all ({why}): {in_words(paths)}")
