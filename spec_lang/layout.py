"""How an author laid out a text: which statements, values and comments share a line, and where blank lines stand."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from spec_lang.comments import Comment, find_comments
from spec_lang.source import Source
from spec_lang.syntax import Option, Statement, Value

Node: TypeAlias = Statement | Value | Option

_BLANK_LINE: Final = re.compile(r"\n[^\S\n]*\n")


@dataclass(slots=True)
class Row:
    """What shares a line: nodes, a comment, or nodes with a comment behind them."""

    after_blank: bool = False
    """Whether a blank line stands before it; never so for the first of a block, of brackets or of the file."""
    nodes: list[Node] = field(default_factory=list)
    comment: str = ""


class Layout:
    """The rows of any stretch of a source that holds no syntax error."""

    def __init__(self, source: Source) -> None:
        self._text = source.text
        self._comments = find_comments(source)
        self._starts = [comment.span.start for comment in self._comments]

    def rows(self, nodes: Sequence[Node], start: int, end: int, *, opened: bool = False) -> list[Row]:
        """The nodes of `text[start:end]`, in the order of their places, and the comments between them.

        If a brace or a bracket `opened` the stretch, the first row is its own: it holds no node, but maybe a comment.
        """
        rows = [Row()] if opened else []
        for part in self._parts(nodes, start, end):
            gap = self._text[start : part.span.start]
            first = len(rows) == opened
            if "\n" in gap or not rows or (first and not isinstance(part, Comment)):
                rows.append(Row(after_blank=not first and bool(_BLANK_LINE.search(gap))))
            if isinstance(part, Comment):
                rows[-1].comment = part.text
            else:
                rows[-1].nodes.append(part)
            start = part.span.end
        return rows

    def _parts(self, nodes: Sequence[Node], start: int, end: int) -> Iterator[Node | Comment]:
        for node in nodes:
            yield from self._comments_between(start, node.span.start)
            yield node
            start = node.span.end
        yield from self._comments_between(start, end)

    def _comments_between(self, start: int, end: int) -> tuple[Comment, ...]:
        return self._comments[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
