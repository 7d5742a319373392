r"""Places as the protocol counts them: lines from 0, and on a line units of the encoding that was agreed upon.

A client's text keeps its line ends, `\n`, `\r\n` or a lone `\r`; the language sees `\n` for each of them. Both have the
same lines with the same content, so a line and a column name the same place in either, and only offsets differ.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from spec_lang.source import Source

_LINE_END: Final = re.compile(r"\r\n|\r|\n")
BYTE_ORDER_MARK: Final = "\ufeff"


class Place(NamedTuple):
    """A position of the protocol."""

    line: int
    character: int
    """Units of the encoding from the beginning of the line."""


def _utf_8(character: str) -> int:
    return len(character.encode("utf-8", "surrogatepass"))


def _utf_16(character: str) -> int:
    return 2 if character > "\uffff" else 1


def _utf_32(_character: str) -> int:
    return 1


UNITS: Final[Mapping[str, Callable[[str], int]]] = {"utf-8": _utf_8, "utf-16": _utf_16, "utf-32": _utf_32}
"""How many units a character takes, by encoding."""


def normalised(text: str) -> str:
    r"""A client's text as the language sees it: `\n` for each line's end, no byte order mark."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.removeprefix(BYTE_ORDER_MARK)


def line_end(text: str) -> str:
    r"""What ends the lines of a client's text, by the first of them."""
    match = _LINE_END.search(text)
    return match[0] if match else "\n"


def units(text: str, encoding: str) -> int:
    """How many units a text takes."""
    if text.isascii() or encoding == "utf-32":
        return len(text)
    return sum(map(UNITS[encoding], text))


def column(line: str, character: int, encoding: str) -> int:
    """How many code points of a line lie before a character; inside of one, it does not count. Never past the end."""
    if line.isascii() or encoding == "utf-32":
        return min(max(character, 0), len(line))
    size, passed = UNITS[encoding], 0
    for index, each in enumerate(line):
        passed += size(each)
        if passed > character:
            return index
    return len(line)


class Positions:
    """Offsets in a source and positions in the client's text, both ways."""

    def __init__(self, source: Source, encoding: str, *, marked: bool = False) -> None:
        self._source = source
        self._encoding = encoding
        self._marked = marked
        """Whether the client's text begins with a byte order mark, which the source lacks."""
        self._is_plain = source.text.isascii() and not marked
        """Whether a character is a unit: the usual case, which need not be counted out."""

    def place(self, offset: int) -> Place:
        """The position of an offset."""
        starts = self._source.line_starts
        offset = min(max(offset, 0), len(self._source.text))
        line = bisect_right(starts, offset) - 1
        if self._is_plain:
            return Place(line, offset - starts[line])
        before = self._mark(line) + self._source.text[starts[line] : offset]
        return Place(line, units(before, self._encoding))

    def offset(self, line: int, character: int) -> int:
        """The offset of a position; past the end of its line, that end; past the last line, the end of the text."""
        starts, text = self._source.line_starts, self._source.text
        if line < 0:
            return 0
        if line >= len(starts):
            return len(text)
        end = starts[line + 1] - 1 if line + 1 < len(starts) else len(text)
        mark = self._mark(line)
        return starts[line] + max(column(mark + text[starts[line] : end], character, self._encoding) - len(mark), 0)

    def _mark(self, line: int) -> str:
        return BYTE_ORDER_MARK if self._marked and line == 0 else ""


def replaced(text: str, start: Place, end: Place, replacement: str, encoding: str) -> str:
    """A client's text, line ends and all, after one of its edits."""
    first, last = sorted((_offset(text, start, encoding), _offset(text, end, encoding)))
    return text[:first] + replacement + text[last:]


def _offset(text: str, place: Place, encoding: str) -> int:
    r"""As `Positions.offset`, in a text that keeps its line ends."""
    start = 0
    if place.line < 0:
        return 0
    for _ in range(place.line):
        match = _LINE_END.search(text, start)
        if match is None:
            return len(text)
        start = match.end()
    match = _LINE_END.search(text, start)
    return start + column(text[start : match.start() if match else len(text)], place.character, encoding)
