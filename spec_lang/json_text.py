"""JSON text to values that know their places, so that what is wrong with a value can be shown where it stands.

Python's own `json` tells no places but that of a syntax error; strings are read by its scanner all the same.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from json import JSONDecodeError, JSONDecoder
from typing import Final, TypeAlias

from spec_lang.diagnostics import Diagnostic, Label
from spec_lang.numbers import LONGEST_FRACTION, MOST_DIGITS
from spec_lang.rules import json_input as rules
from spec_lang.source import Source, Span

DEEPEST: Final = 64
"""Lists and objects within each other; a layer inside of a layer takes two."""

Scalar: TypeAlias = str | int | float | bool | None
Path: TypeAlias = tuple[str | int, ...]
"""Names and places on the way from the whole text to a value in it."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value and the span that it was read from."""

    span: Span
    value: "Mapping[str, Node] | tuple[Node, ...] | Scalar"
    names: Mapping[str, Span] = field(default_factory=dict)
    """Where each name of an object stands, its quotes included."""

    @property
    def members(self) -> "Mapping[str, Node]":
        """The values of an object by name; none for any other value."""
        return self.value if isinstance(self.value, Mapping) else {}

    @property
    def items(self) -> "tuple[Node, ...]":
        """The values of a list; none for any other value."""
        return self.value if isinstance(self.value, tuple) else ()


class _SyntaxError(Exception):
    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic


def read_json(source: Source) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """The value that a text holds, and what is wrong with its form; None from the first error of syntax on."""
    reader = _Reader(source)
    try:
        return reader.whole(), tuple(reader.found)
    except _SyntaxError as error:
        return None, (*reader.found, error.diagnostic)


def plain(node: Node) -> object:
    """The value as Python's `json` would give it."""
    match node.value:
        case Mapping() as members:
            return {name: plain(member) for name, member in members.items()}
        case tuple() as items:
            return [plain(item) for item in items]
    return node.value


def node_at(root: Node, path: Path) -> Node:
    """The value that a path leads to."""
    for step in path:
        root = root.members[step] if isinstance(step, str) else root.items[step]
    return root


class Paths:
    """The way from a text's whole value to any place in it."""

    def __init__(self, root: Node) -> None:
        # In the order of their starts: the step to a value, where it begins and ends, and the entry that holds it.
        self._entries: list[tuple[str | int, int, int, int]] = []
        self._add(root, -1)
        self._starts = [start for _, start, _, _ in self._entries]

    def to(self, span: Span) -> Path:
        """The path of the innermost value that a span lies in; a name belongs to its value."""
        path: list[str | int] = []
        index = bisect_right(self._starts, span.start) - 1
        while index >= 0:
            step, _, end, holder = self._entries[index]
            if path or span.end <= end:
                path.append(step)
            index = holder
        return tuple(reversed(path))

    def _add(self, node: Node, holder: int) -> None:
        for step, place, value in _parts(node):
            self._entries.append((step, place.start, place.end, holder))
            self._add(value, len(self._entries) - 1)


def written(path: Path) -> str:
    """A path as people write it: model.layers[2].filters."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def _parts(node: Node) -> Iterator[tuple[str | int, Span, Node]]:
    for name, member in node.members.items():
        yield name, node.names[name].to(member.span), member
    for index, item in enumerate(node.items):
        yield index, item.span, item


_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_WORD: Final = re.compile(r"[^\s,:\[\]{}\"']+")
_STRINGS: Final = JSONDecoder()
_CONSTANTS: Final = {"true": True, "false": False, "null": None}
_MEANT: Final = {"True": "true", "False": "false", "None": "null", "on": "true", "off": "false"}


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.at = 0
        self.found: list[Diagnostic] = []

    def whole(self) -> Node:
        node = self.value(0)
        if self.next():
            raise self.error(self.at, "the value is over, and more follows", "not expected here")
        return node

    def value(self, depth: int) -> Node:
        match self.next():
            case "{" | "[" if depth == DEEPEST:
                raise self.error(
                    self.at, f"more than {DEEPEST} lists and objects stand within each other", "one too many"
                )
            case "{":
                return self.object(depth)
            case "[":
                return self.list(depth)
            case '"':
                return self.string()
        return self.number_or_word()

    def object(self, depth: int) -> Node:
        start = self.at
        members: dict[str, Node] = {}
        names: dict[str, Span] = {}
        self.at += 1
        while self.goes_on("}", "a name between double quotes", first=not names):
            name = self.name()
            self.expect(":", f"':' and a value behind {name.span.text}")
            value = self.value(depth + 1)
            text = str(name.value)
            if text in members:
                first = Label(names[text], "first time")
                self.found.append(rules.DUPLICATE.at(name.span, related=[first], name=text))
            members.setdefault(text, value)
            names.setdefault(text, name.span)
        return Node(self.span(start), members, names)

    def list(self, depth: int) -> Node:
        start = self.at
        items: list[Node] = []
        self.at += 1
        while self.goes_on("]", "a value", first=not items):
            items.append(self.value(depth + 1))
        return Node(self.span(start), tuple(items))

    def goes_on(self, closing: str, wanted: str, *, first: bool) -> bool:
        """Whether another member follows: steps over the comma before it, or over the closing bracket."""
        character = self.next()
        if character == closing:
            self.at += 1
            return False
        if first:
            return True
        comma = self.at
        self.expect(",", f"',' or '{closing}'")
        if self.next() == closing:
            raise self.error(comma, f"{wanted} must follow a comma", "remove it")
        return True

    def name(self) -> Node:
        if self.next() == '"':
            return self.string()
        word = _WORD.match(self.text, self.at)
        quoted = f'"{word[0]}"' if word else None
        raise self.error(self.at, "a name stands between double quotes", "no name", suggestion=quoted)

    def string(self) -> Node:
        start = self.at
        try:
            text, self.at = _STRINGS.raw_decode(self.text, start)
        except JSONDecodeError as error:
            if "Unterminated" in error.msg or self.text[error.pos] == "\n":
                raise self.error(start, "a string must end on its line", "this string") from error
            no_escape = self.text[error.pos] == "\\"
            problem = "there is no such escape in JSON" if no_escape else "this character must be escaped in a string"
            raise self.error(error.pos, problem, "here") from error
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise self.error(start, "a string holds half a character", "a surrogate without its partner")
        return Node(self.span(start), text)

    def number_or_word(self) -> Node:
        start = self.at
        word = _WORD.match(self.text, start)
        if word is None:
            raise self.error(
                start, "a value is missing", f"'{self.text[start]}'" if start < len(self.text) else "the end"
            )
        self.at = word.end()
        if word[0] in _CONSTANTS:
            return Node(self.span(start), _CONSTANTS[word[0]])
        number = _NUMBER.fullmatch(word[0])
        if number and len(number[0]) <= LONGEST_FRACTION:
            value = float(number[0]) if number[1] or number[2] else int(number[0])
            if abs(value) < (10**MOST_DIGITS if isinstance(value, int) else float("inf")):
                return Node(self.span(start), value)
        problem = "this number is too long or too large" if number else f"'{word[0]}' is no JSON value"
        raise self.error(start, problem, "here", end=word.end(), suggestion=_MEANT.get(word[0]))

    def next(self) -> str:
        """The next character that is no blank; empty at the end."""
        while self.at < len(self.text) and self.text[self.at] in " \t\n\r":
            self.at += 1
        return self.text[self.at : self.at + 1]

    def expect(self, character: str, wanted: str) -> None:
        if self.next() != character:
            raise self.error(self.at, f"expected {wanted}", "here")
        self.at += 1

    def span(self, start: int) -> Span:
        return Span(self.source, start, self.at)

    def error(
        self,
        start: int,
        problem: str,
        label: str,
        *,
        end: int | None = None,
        suggestion: str | None = None,
    ) -> _SyntaxError:
        span = Span(self.source, start, end if end is not None else min(start + 1, len(self.text)))
        return _SyntaxError(rules.SYNTAX.at(span, problem=problem, what=label, suggestion=suggestion))
