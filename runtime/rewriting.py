"""Putting a new text in the place of a spec file, and showing what that changes."""

import os
import shutil
from difflib import unified_diff
from pathlib import Path
from typing import Final

from runtime.directory.rundir import MANIFEST
from runtime.errors import UserError
from runtime.files import write_whole_with
from runtime.terminal import printable

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def encoded_like(content: bytes, text: str) -> bytes:
    r"""A text, whose lines end in `\n`, with the byte-order mark and the line ends of what a file holds now.

    Where those are mixed, the first one decides.
    """
    first_end = content.find(b"\n")
    line_end = "\r\n" if content[max(first_end - 1, 0) : first_end] == b"\r" else "\n"
    mark = _BYTE_ORDER_MARK if content.startswith(_BYTE_ORDER_MARK) else b""
    return mark + text.replace("\n", line_end).encode()


def rewrite(path: str, content: bytes) -> None:
    """Replace a file's content, whole or not at all; it keeps its permissions, and a link goes on pointing to it.

    Raises UserError for what a person would not want rewritten: a file that is protected from it, or part of a run.
    """
    target = Path(path).resolve()
    if not target.is_file():
        raise UserError(f"{path} is not a regular file, so it cannot be rewritten")
    if is_part_of_run(target):
        raise UserError(
            f"{path} is part of a run, which would no longer match its checksums",
            help="change the spec that the run was made from",
        )
    if not os.access(target, os.W_OK):
        raise UserError(f"{path} is protected from writing")

    def write(temporary: Path) -> None:
        with temporary.open("xb") as file:
            file.write(content)
        shutil.copymode(target, temporary)

    write_whole_with(target, write)


def is_part_of_run(path: Path) -> bool:
    """Whether a file lies in a run directory."""
    return (path.parent / MANIFEST).exists()


def difference(name: str, old: bytes, new: bytes) -> str:
    """What changes from one content of a file to another, as a unified diff that `patch` understands.

    Both are UTF-8.
    """
    lines = unified_diff(_lines(old), _lines(new), printable(name), printable(name))
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(content: bytes) -> list[str]:
    """The lines with their ends; unlike `splitlines`, it splits at no other character than a newline."""
    *lines, last = content.decode().split("\n")
    return [f"{line}\n" for line in lines] + ([last] if last else [])
