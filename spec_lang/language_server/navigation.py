"""From the use of a block to its definition and back, renaming one, and links to other files."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from spec_lang.check.blocks import RESERVED
from spec_lang.diagnostics import Edit
from spec_lang.language_server.analysis import Analysis
from spec_lang.language_server.spots import spot_at
from spec_lang.layers import LAYERS
from spec_lang.sections import DATA, SECTIONS, SOURCES
from spec_lang.source import Span
from spec_lang.structure import BLOCK, INCLUDE, STRUCTURES
from spec_lang.syntax import Arithmetic, Call, List, Option, Statement, String, Value, Word


class RenameError(ValueError):
    """A name that cannot be given, in words."""


class Link(NamedTuple):
    """A path in the text that leads to a file."""

    span: Span
    """Without its quotes."""
    path: str
    """From the folder of the spec, or absolute."""


class _Name(NamedTuple):
    """What has a name: a block, or a parameter of one."""

    name: str
    span: Span
    """Of the occurrence that was asked for."""
    block: Statement | None = None
    """The definition around, for a parameter."""


def definition(analysis: Analysis, offset: int) -> Span | None:
    """Where the name at an offset was defined, perhaps in an included file."""
    target = _name_at(analysis, offset)
    if target is None:
        return None
    if target.block:
        return next((span for span in _declared(target.block, target.name)), None)
    found = analysis.checked.blocks.definitions.get(target.name)
    return found.name.span if found else None


def references(analysis: Analysis, offset: int, *, declaration: bool = True) -> list[Span]:
    """Every place of the document where the name at an offset stands, and its declaration, wherever that is."""
    target = _name_at(analysis, offset)
    if target is None:
        return []
    declared = definition(analysis, offset)
    spans = list(_occurrences(analysis, target))
    if declared and declared not in spans:
        spans.insert(0, declared)
    return spans if declaration else [span for span in spans if span != declared]


def renamed_span(analysis: Analysis, offset: int) -> Span | None:
    """The name at an offset that can be renamed: one that this document defines."""
    target, declared = _name_at(analysis, offset), definition(analysis, offset)
    return target.span if target and declared and declared.source is analysis.source else None


def rename(analysis: Analysis, offset: int, name: str) -> list[Edit]:
    """The edits that give another name to what stands at an offset.

    Raises RenameError, saying why, for what cannot be renamed and for a name that cannot be given.
    """
    target = _name_at(analysis, offset)
    if target is None or renamed_span(analysis, offset) is None:
        raise RenameError("only blocks and their parameters can be renamed, in the file that defines them")
    if not re.fullmatch(r"[^\W\d]\w*", name):
        raise RenameError(f"'{name}' is no name: letters, digits and underscores, a letter first")
    taken = {*LAYERS, *SECTIONS, *STRUCTURES, *analysis.checked.blocks.definitions}
    if target.block:
        taken = set(_parameters(target.block))
    if name != target.name and (name in taken or name == RESERVED):
        raise RenameError(f"'{name}' is taken already")
    return [Edit(span, name) for span in references(analysis, offset) if span.source is analysis.source]


def links(analysis: Analysis) -> list[Link]:
    """The files that are included, and where the data is."""
    found = []
    for statement in () if analysis.is_json else analysis.statements:
        is_data = statement.keyword.name == DATA.keyword and any(each.span.text in SOURCES for each in statement.values)
        if statement.keyword.name == INCLUDE.keyword or is_data:
            for value in statement.values:
                if isinstance(value, String):
                    span = value.span
                    found.append(Link(Span(span.source, span.start + 1, span.end - 1), value.text))
    return found


def _name_at(analysis: Analysis, offset: int) -> _Name | None:
    spot = None if analysis.is_json else spot_at(analysis, offset)
    if spot is None:
        return None
    statement = spot.statement
    if spot.on_keyword:
        name = statement.keyword.name
        is_use = name in analysis.checked.blocks.definitions
        return _Name(name, statement.keyword.span) if is_use else None
    word = next((each for each in _words_of(statement) if each.span.start <= offset <= each.span.end), None)
    if word is None:
        return None
    if statement.keyword.name == BLOCK.keyword and word.span == _block_name(statement):
        return _Name(word.name, word.span)
    for each in reversed(spot.chain):
        if each.keyword.name == BLOCK.keyword and word.name in _parameters(each):
            return _Name(word.name, word.span, each)
    return None


def _block_name(statement: Statement) -> Span | None:
    match statement.values:
        case [Call(name=name), *_] | [Word() as name, *_]:
            return name.span
    return None


def _parameters(statement: Statement) -> list[str]:
    return [span.text for span in _parameter_spans(statement)]


def _parameter_spans(statement: Statement) -> Iterator[Span]:
    match statement.values:
        case [Call(values=values, options=options), *_]:
            yield from (value.span for value in values if isinstance(value, Word))
            yield from (option.name.span for option in options)


def _declared(statement: Statement, name: str) -> Iterator[Span]:
    yield from (span for span in _parameter_spans(statement) if span.text == name)


def _occurrences(analysis: Analysis, target: _Name) -> Iterator[Span]:
    if target.block:
        yield from _declared(target.block, target.name)
        for statement in _inside(target.block):
            yield from (word.span for word in _words_of(statement) if word.name == target.name)
        block = _block_name(target.block)
        for statement in analysis.statements:
            if block and statement.keyword.name == block.text:
                yield from (each.name.span for each in statement.options if each.name.name == target.name)
        return
    for statement in analysis.statements:
        if statement.keyword.name == target.name:
            yield statement.keyword.span
        elif statement.keyword.name == BLOCK.keyword:
            name = _block_name(statement)
            if name and name.text == target.name:
                yield name


def _inside(statement: Statement) -> Iterator[Statement]:
    for each in statement.block.statements if statement.block else ():
        yield each
        yield from _inside(each)


def _words_of(statement: Statement) -> Iterator[Word]:
    for part in (*statement.values, *statement.options):
        yield from _words_in(part)


def _words_in(part: Value | Option) -> Iterator[Word]:
    match part:
        case Word():
            yield part
        case Option(value=value):
            yield from _words_in(value)
        case Arithmetic(left=left, right=right):
            yield from _words_in(left)
            yield from _words_in(right)
        case List(items=items):
            for item in items:
                yield from _words_in(item)
        case Call(name=name, values=values, options=options):
            yield name
            for each in (*values, *options):
                if isinstance(each, Option):
                    yield each.name
                yield from _words_in(each)
