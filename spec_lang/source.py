"""Spec text and places in it. Offsets and columns count code points; a language server converts to its own units."""

from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple


class Source:
    """A named text with the start of each of its lines."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        return tuple(self._line_starts())

    def _line_starts(self) -> Iterator[int]:
        yield 0
        position = self.text.find("\n")
        while position >= 0:
            yield position + 1
            position = self.text.find("\n", position + 1)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its end."""
        start = self.line_starts[number - 1]
        end = self.line_starts[number] - 1 if number < len(self.line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r")

    def line_span(self, number: int) -> "Span":
        """The span of a line, counted from 1, without its end."""
        start = self.line_starts[number - 1]
        return Span(self, start, start + len(self.line(number)))

    def whole(self) -> "Span":
        return Span(self, 0, len(self.text))


class Span(NamedTuple):
    """A stretch of a source: `text[start:end]`."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    @property
    def line(self) -> int:
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        return self.source.position(self.start)[1]

    def to(self, other: "Span") -> "Span":
        """The span from the start of this one to the end of the other."""
        return Span(self.source, self.start, other.end)


def with_separator(span: Span) -> Span:
    """The text of a statement with what parts it from the next: a semicolon, or the rest of its line if it is empty."""
    text, start, end = span.source.text, span.start, span.end
    while text[end : end + 1] in (" ", "\t"):
        end += 1
    if text[end : end + 1] == ";":
        end += 1
        while text[end : end + 1] in (" ", "\t"):
            end += 1
    elif text[end : end + 1] == "\n":
        line_start = text.rfind("\n", 0, start) + 1
        if not text[line_start:start].strip():
            return Span(span.source, line_start, end + 1)
    return Span(span.source, start, end)
