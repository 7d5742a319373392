"""How the command line speaks: colours only for eyes, errors in one voice."""

import os
import sys
from typing import TYPE_CHECKING, Final, TextIO

from runtime.errors import UserError

if TYPE_CHECKING:
    from runtime.table import Look

_WIDTH: Final = 100
"""Columns where nobody looks at a terminal."""

_BOLD_RED = "\x1b[1;31m"
_BOLD_YELLOW = "\x1b[1;33m"
_BOLD_CYAN = "\x1b[1;36m"
_RESET = "\x1b[0m"


def wants_color(stream: TextIO) -> bool:
    """Whether a stream is a terminal that shows colours and a person who wants them (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def look_of(stream: TextIO) -> "Look":
    """What a stream can show: the width of its terminal, or the one that the environment variable COLUMNS gives."""
    from shutil import get_terminal_size  # with it come compressors: `cnn check` does without

    from runtime.table import Look

    seen = stream.isatty() or "COLUMNS" in os.environ
    width = get_terminal_size((_WIDTH, 24)).columns if seen else _WIDTH
    return Look(width, wants_color(stream), _draws(stream.encoding))


def _draws(encoding: str | None) -> bool:
    """Whether lines and bars can be drawn in an encoding."""
    try:
        "─█▏".encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def show_error(error: UserError) -> None:
    """Print what went wrong, and what to do about it, on standard error."""
    _show("error", _BOLD_RED, error.message)
    if error.help:
        _show("help", _BOLD_CYAN, error.help)


def show_warning(text: str) -> None:
    """Print what a person should know although the work goes on, on standard error."""
    _show("warning", _BOLD_YELLOW, text)


def show_note(text: str) -> None:
    """Print what a person may want to know and need not act on, on standard error."""
    _show("note", _BOLD_CYAN, text)


def printable(text: str) -> str:
    """The text with control characters escaped: names of files and classes must not steer a terminal."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def printable_lines(text: str) -> str:
    """As `printable`, of a text that has several lines on purpose."""
    return "\n".join(map(printable, text.split("\n")))


def _show(kind: str, color: str, text: str) -> None:
    head = f"{color}{kind}:{_RESET}" if wants_color(sys.stderr) else f"{kind}:"
    # On one line: a file name with a line end in it must not pass for another message.
    print(head, printable(text), file=sys.stderr)
