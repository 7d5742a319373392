"""From the use of a block to its definition and back, renaming one, and links to other files."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from spec_lang.check.blocks import RESERVED
from spec_lang.diagnostics import Edit
from spec_lang.language_server.analysis import Analysis
from spec_lang.language_server.neighbours import files_of
from spec_lang.language_server.spots import spot_at
from spec_lang.layers import LAYERS
from spec_lang.sections import DATA, SECTIONS, SOURCES
from spec_lang.source import Span
from spec_lang.structure import BLOCK, INCLUDE, STRUCTURES
from spec_lang.syntax import Arithmetic, Call, File, List, Option, Statement, String, Value, Word


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
    files: Sequence[File]
    """Where it may stand, the document first."""
    block: Statement | None = None
    """The definition of the block, for a parameter."""


def definition(analysis: Analysis, offset: int) -> Span | None:
    """Where the name at an offset was defined, perhaps in an included file."""
    target = _name_at(analysis, offset)
    return _defined(analysis, target) if target else None


def references(analysis: Analysis, offset: int, *, declaration: bool = True) -> list[Span]:
    """Every place where the name at an offset stands: in the document, then in the files that share it by `include`."""
    target = _name_at(analysis, offset)
    if target is None:
        return []
    declared = _defined(analysis, target)
    spans = {_place(span): span for span in _occurrences(target)}
    if declared and _place(declared) not in spans:
        spans = {_place(declared): declared, **spans}
    if declared and not declaration:
        del spans[_place(declared)]
    return list(spans.values())


def renamed_span(analysis: Analysis, offset: int) -> Span | None:
    """The name at an offset that can be renamed: one that was defined."""
    target = _name_at(analysis, offset)
    return target.span if target and _defined(analysis, target) else None


def rename(analysis: Analysis, offset: int, name: str) -> list[Edit]:
    """The edits, in the document and in other files, that give another name to what stands at an offset.

    Raises RenameError, saying why, for what cannot be renamed and for a name that cannot be given.
    """
    target = _name_at(analysis, offset)
    if target is None or _defined(analysis, target) is None:
        raise RenameError("only blocks and their parameters can be renamed")
    if not re.fullmatch(r"[^\W\d]\w*", name):
        raise RenameError(f"'{name}' is no name: letters, digits and underscores, a letter first")
    taken = {*LAYERS, *SECTIONS, *STRUCTURES, *_block_names(target.files)}
    if target.block:
        taken = set(_parameters(target.block))
    if name != target.name and (name in taken or name == RESERVED):
        raise RenameError(f"'{name}' is taken already")
    return [Edit(span, name) for span in references(analysis, offset)]


def _place(span: Span) -> tuple[str, int, int]:
    """A span by the name of its source: a file may have been read twice."""
    return span.source.name, span.start, span.end


def _defined(analysis: Analysis, target: _Name) -> Span | None:
    if target.block:
        return next((span for span in _declared(target.block, target.name)), None)
    found = analysis.checked.blocks.definitions.get(target.name)
    return found.name.span if found else None


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
    definitions = analysis.checked.blocks.definitions
    if spot.on_keyword:
        word = statement.keyword
        return _block_at(analysis, word) if word.name in definitions else None
    if spot.option and statement.keyword.name in definitions and _holds(spot.option.name.span, offset):
        block, option = _block_at(analysis, statement.keyword), spot.option.name
        defining = _definition_of(block)
        is_known = defining is not None and option.name in _parameters(defining)
        return _Name(option.name, option.span, block.files, defining) if is_known else None
    found = next((each for each in _words_of(statement) if _holds(each.span, offset)), None)
    if found is None:
        return None
    if statement.keyword.name == BLOCK.keyword and found.span == _block_name(statement):
        return _block_at(analysis, found)
    for each in reversed(spot.chain):
        if each.keyword.name == BLOCK.keyword and found.name in _parameters(each):
            return _Name(found.name, found.span, files_of(analysis, analysis.source.name), each)
    return None


def _block_at(analysis: Analysis, word: Word) -> _Name:
    definition = analysis.checked.blocks.definitions.get(word.name)
    defining = definition.name.span.source if definition else analysis.source
    return _Name(word.name, word.span, files_of(analysis, defining.name))


def _definition_of(target: _Name) -> Statement | None:
    """The statement that defines a block."""
    return next((each for each in _blocks(target.files) if _is_named(each, target.name)), None)


def _holds(span: Span, offset: int) -> bool:
    return span.start <= offset <= span.end


def _blocks(files: Iterable[File]) -> Iterator[Statement]:
    for file in files:
        yield from (each for each in file.statements if each.keyword.name == BLOCK.keyword)


def _block_names(files: Iterable[File]) -> Iterator[str]:
    yield from (span.text for each in _blocks(files) if (span := _block_name(each)))


def _is_named(statement: Statement, name: str) -> bool:
    span = _block_name(statement)
    return span is not None and span.text == name


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


def _occurrences(target: _Name) -> Iterator[Span]:
    if target.block:
        yield from _declared(target.block, target.name)
        for statement in _inside(target.block):
            yield from (word.span for word in _words_of(statement) if word.name == target.name)
    block = _block_name(target.block) if target.block else None
    for statement in _all_of(target.files):
        if target.block:
            if block and statement.keyword.name == block.text:
                yield from (each.name.span for each in statement.options if each.name.name == target.name)
        elif statement.keyword.name == target.name:
            yield statement.keyword.span
        elif statement.keyword.name == BLOCK.keyword and _is_named(statement, target.name):
            yield from (span for span in [_block_name(statement)] if span)


def _all_of(files: Iterable[File]) -> Iterator[Statement]:
    for file in files:
        for statement in file.statements:
            yield statement
            yield from _inside(statement)


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
