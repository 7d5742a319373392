"""Parses a document anew after each change of a few characters, at a fraction of the cost of `parser.parse`.

Most lines hold whole statements, and are the same as in the version before. Such a line is parsed once, by itself.
In the document a run of them is replaced by one word that stands for them, of the rest of the text every character
keeps its place, and what the parser makes of that is completed with the statements of the lines. The result is that of
`parser.parse`, to the last span and the last word; where anything is too unusual, it is simply that.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from spec_lang.diagnostics import Diagnostic
from spec_lang.parser import parse, unreadable
from spec_lang.rules.syntax import UNCLOSED_BRACE
from spec_lang.source import Source, Span
from spec_lang.syntax import File, Number, Option, Range, Size, Statement, Value, Word

_UNUSUAL: Final = re.compile(r"[^#]*[(){}\[\]\"'+*/-]")
"""What may reach beyond its line, or nests: such a line is left to the parser."""
_STRING_OR_COMMENT: Final = re.compile(r""""[^"\n]*"?|'[^'\n]*'?|#[^\n]*""")
_DEEPEST: Final = 40
"""Braces within braces, well below what the parser allows."""
_MOST_UNCLOSED: Final = 20
"""Brackets; for each, the lines behind it are looked through."""
_ENDS_BRACKETS: Final = re.compile(r"[{};]")
_PLACEHOLDER: Final = "x"


class _Line(NamedTuple):
    """A line that holds whole statements."""

    start: int
    """Its offset in the document."""
    statements: tuple[Statement, ...]
    """With offsets in the line."""


class _Skeleton(NamedTuple):
    """A text in which words stand for runs of lines."""

    text: str
    runs: dict[int, list[_Line]]
    """By the place of the word that stands for them."""


def parse_by_line(source: Source) -> tuple[File | None, tuple[Diagnostic, ...]]:
    """What `parser.parse` gives for a source."""
    if unreadable(source):
        return parse(source)
    lines = source.text.split("\n")
    skeleton = _skeleton(lines, frozenset())
    parsed = _parsed(source, skeleton)
    if parsed and any(problem.code == UNCLOSED_BRACE.code for problem in parsed[1]):
        return parse(source)  # where a brace is missing is told by how all lines are indented
    if parsed and parsed[1]:
        # What is said of an error depends on the lines around it, and on every semicolon: those the parser must see.
        near = _near(parsed[1])
        apart = near | {number for number, line in enumerate(lines) if ";" in line}
        skeleton = _skeleton(lines, frozenset(apart))
        parsed = _parsed(source, skeleton)
        if parsed and not _near(parsed[1]) <= near:
            parsed = None
    if parsed is None or skeleton is None:
        return parse(source)
    file, problems = parsed
    return file._replace(statements=tuple(_completed(file.statements, source, skeleton.runs))), problems


def _bare(statements: tuple[Statement, ...], runs: Mapping[int, object]) -> int:
    """How many of the words that stand for runs of lines are statements by themselves, as they are meant to be."""
    found = 0
    for statement in statements:
        if statement.span.start in runs:
            found += not (statement.values or statement.options or statement.block)
        elif statement.block:
            found += _bare(statement.block.statements, runs)
    return found


def _near(problems: Iterable[Diagnostic]) -> set[int]:
    """The lines, counted from 0, that problems lie on, and those beside them."""
    found: set[int] = set()
    for problem in problems:
        first, last = (problem.span.source.position(offset)[0] - 1 for offset in problem.span[1:])
        found.update(range(first - 2, last + 3))
    return found


def _parsed(source: Source, skeleton: "_Skeleton | None") -> tuple[File, tuple[Diagnostic, ...]] | None:
    """The tree of a skeleton and the problems in it; None where there is none."""
    if skeleton is None or not skeleton.runs:
        return None
    text, source.text = source.text, skeleton.text  # All spans are to name the source itself.
    try:
        file, problems = parse(source)
    finally:
        source.text = text
    if file is None or _bare(file.statements, skeleton.runs) < len(skeleton.runs):
        return None
    return file, problems


def _skeleton(lines: list[str], apart: frozenset[int]) -> _Skeleton | None:
    """The text of a document with words for runs of its lines, but for the lines that are to stay as they are."""
    rewritten: list[str] = []
    runs: dict[int, list[_Line]] = {}
    run: list[_Line] | None = None
    start = brackets = braces = unclosed = 0
    for number, line in enumerate(lines):
        statements = None if brackets or number in apart or _opened(lines, number) else _statements(line)
        if statements is None:
            rewritten.append(line)
            bare = _STRING_OR_COMMENT.sub("", line)
            if bare and not bare.isspace():
                run = None
                brackets += _brackets(bare)
                if brackets > 0 and not _closes(lines, number + 1, brackets):
                    brackets = 0
                    unclosed += 1
                    if unclosed > _MOST_UNCLOSED:
                        return None
                braces += bare.count("{")
                if braces > _DEEPEST:
                    return None
                braces -= bare.count("}")
        else:
            first = statements[0].span.start
            if run is None:
                run = runs[start + first] = []
                rewritten.append(" " * first + _PLACEHOLDER + " " * (len(line) - first - 1))
            else:
                rewritten.append(" " * len(line))
            run.append(_Line(start, statements))
        start += len(line) + 1
    return _Skeleton("\n".join(rewritten), runs)


def _brackets(bare: str) -> int:
    """How many more brackets a line opens than it closes."""
    return bare.count("(") + bare.count("[") - bare.count(")") - bare.count("]")


def _closes(lines: list[str], number: int, brackets: int) -> bool:
    """Whether brackets are closed on the lines from a number on, before anything ends them that is no bracket."""
    for line in lines[number:]:
        bare = _STRING_OR_COMMENT.sub("", line)
        if _ENDS_BRACKETS.search(bare):
            return False
        brackets += _brackets(bare)
        if brackets <= 0:
            return True
    return False


def _opened(lines: list[str], number: int) -> bool:
    """Whether a brace that belongs to a line may stand on a later one."""
    following = number + 1
    while following < len(lines) and (not lines[following] or lines[following].isspace()):
        following += 1
    return following < len(lines) and lines[following].lstrip().startswith("{")


@lru_cache(4096)
def _statements(line: str) -> tuple[Statement, ...] | None:
    """The statements of a line that can be read by itself; None for one that cannot, or that holds none."""
    if len(line) > 1000 or not line or line.isspace() or _UNUSUAL.match(line):
        return None
    file, problems = parse(Source("", line))
    return file.statements if file and file.statements and not problems else None


def _completed(statements: tuple[Statement, ...], source: Source, runs: dict[int, list[_Line]]) -> Iterator[Statement]:
    for statement in statements:
        run = runs.get(statement.span.start)
        if run is not None:
            for start, found in run:
                for each in found:
                    yield _moved(each, source, start)
        elif statement.block is not None:
            inside = tuple(_completed(statement.block.statements, source, runs))
            yield statement._replace(block=statement.block._replace(statements=inside))
        else:
            yield statement


def _moved(statement: Statement, source: Source, by: int) -> Statement:
    (_, start, end), (keyword, name), values, options, _ = statement
    return Statement(
        Span(source, start + by, end + by),
        Word(Span(source, keyword.start + by, keyword.end + by), name),
        tuple([_moved_value(each, source, by) for each in values]),
        tuple([_moved_option(each, source, by) for each in options]) if options else (),
    )


def _moved_option(option: Option, source: Source, by: int) -> Option:
    (_, start, end), (word, name), value = option
    place = Span(source, word.start + by, word.end + by)
    return Option(Span(source, start + by, end + by), Word(place, name), _moved_value(value, source, by))


def _moved_value(value: Value, source: Source, by: int) -> Value:
    _, start, end = value.span
    span = Span(source, start + by, end + by)
    match value:
        case Word(_, name):
            return Word(span, name)
        case Number(_, number, unit):
            return Number(span, number, unit)
        case Size(_, axes):
            return Size(span, axes)
        case Range(_, low, high):
            return Range(span, _moved_number(low, source, by), _moved_number(high, source, by))
    raise AssertionError(f"a line by itself holds {type(value).__name__}")


def _moved_number(number: Number, source: Source, by: int) -> Number:
    (_, start, end), value, unit = number
    return Number(Span(source, start + by, end + by), value, unit)
