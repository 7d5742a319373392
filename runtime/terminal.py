"""How the command line speaks: colours only for eyes, errors in one voice."""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, TextIO

from runtime.errors import UserError

if TYPE_CHECKING:
    from runtime.table import Look
    from spec_lang.diagnostics import Diagnostic

PROSE: Final = 100
"""Columns that sentences are broken to where there are more, or nobody looks at a terminal."""
UNBOUNDED: Final = 100_000
"""Columns of a table where nobody looks at a terminal: a file is as wide as it need be."""
_NARROWEST: Final = 30
"""Columns below which lines are not broken any further."""

_BOLD_RED = "\x1b[1;31m"
_BOLD_YELLOW = "\x1b[1;33m"
_BOLD_CYAN = "\x1b[1;36m"
_RESET = "\x1b[0m"


def wants_color(stream: TextIO) -> bool:
    """Whether a stream is a terminal that shows colours and a person who wants them (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def look_of(stream: TextIO) -> "Look":
    """What a stream can show: the width of its terminal, or the one that the environment variable COLUMNS gives."""
    from runtime.table import Look

    return Look(columns_of(stream) or UNBOUNDED, wants_color(stream), _draws(stream.encoding))


def columns_of(stream: TextIO) -> int | None:
    """The width of a terminal, or that which the environment variable COLUMNS gives; None for what is no terminal."""
    given = os.environ.get("COLUMNS", "")
    if given.isascii() and given.isdigit() and int(given) > 0:
        return max(int(given), _NARROWEST)
    if not stream.isatty():
        return None
    try:
        # What `shutil` has for this brings compressors along: `cnn check` does without.
        return max(os.get_terminal_size(stream.fileno()).columns, _NARROWEST)
    except (OSError, ValueError):
        return None


def prose_width(stream: TextIO) -> int:
    """The columns that sentences are broken to."""
    return min(columns_of(stream) or PROSE, PROSE)


def broken(text: str, width: int, indent: str = "") -> list[str]:
    """A line in lines of at most a width, broken between words, the later ones indented by that much more."""
    if len(text) <= width:
        return [text]
    from textwrap import wrap

    first = text[: len(text) - len(text.lstrip(" "))]
    return wrap(
        text.lstrip(" "),
        width,
        initial_indent=first,
        subsequent_indent=first + indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def print_fitting(lines: Iterable[str], look: "Look") -> None:
    """Print lines; those without colours that are too long for the terminal are broken between words."""
    for line in lines:
        for part in [line] if "\x1b" in line else broken(line, look.width, "  "):
            print(part.rstrip())


def in_two_columns(rows: Mapping[str, str], width: int, indent: str = "") -> Iterator[str]:
    """Names and what they are, each in a column of its own, or one below the other where there is no room."""
    left = max(map(len, rows), default=0)
    for name, meaning in rows.items():
        if len(indent) + left + _NARROWEST > width:
            yield f"{indent}{name}".rstrip()
            yield from broken(f"{indent}    {meaning}", width)
            continue
        first, *more = broken(meaning, width - len(indent) - left - 2)
        yield f"{indent}{name:<{left}}  {first}"
        yield from (f"{indent}{'':<{left}}  {line}" for line in more)


def findings_text(diagnostics: "Sequence[Diagnostic]", stream: TextIO) -> str:
    """Findings in full as a stream shows them."""
    from spec_lang.rendering import render

    return render(diagnostics, color=wants_color(stream), width=columns_of(stream))


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
    head = f"{kind}:"
    # A file name with a line end in it must not pass for another message: lines of one's own making are indented.
    first, *more = broken(f"{head} {printable(text)}", columns_of(sys.stderr) or UNBOUNDED, " " * len(head) + " ")
    if wants_color(sys.stderr):
        first = f"{color}{head}{_RESET}{first.removeprefix(head)}"
    print("\n".join([first, *more]), file=sys.stderr)
