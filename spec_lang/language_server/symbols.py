"""The outline of a spec: sections, blocks, layers and settings, one inside the other."""

from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

from spec_lang.language_server.analysis import Analysis
from spec_lang.language_server.spots import SETTINGS_IN
from spec_lang.sections import SECTIONS
from spec_lang.source import Span
from spec_lang.structure import BLOCK
from spec_lang.syntax import Statement

Kind: TypeAlias = Literal["section", "block", "layer", "setting"]


class Symbol(NamedTuple):
    """One entry."""

    name: str
    detail: str
    kind: Kind
    span: Span
    """All of it."""
    selection: Span
    """Its name."""
    children: tuple["Symbol", ...] = ()


def symbols(analysis: Analysis) -> list[Symbol]:
    """The outline, in the order of the text."""
    file = analysis.checked.file
    return [] if file is None or analysis.is_json else [_symbol(each, None) for each in file.statements]


def _symbol(statement: Statement, owner: str | None) -> Symbol:
    keyword = statement.keyword.name
    kind: Kind = "setting" if owner in SETTINGS_IN else "layer"
    if owner is None and keyword in SECTIONS:
        kind = "section"
    elif keyword == BLOCK.keyword:
        kind = "block"
    detail = statement.head.text[len(statement.keyword.span.text) :].split("\n", 1)[0].strip()
    inside: Sequence[Statement] = statement.block.statements if statement.block else ()
    children = tuple(_symbol(each, keyword) for each in inside)
    return Symbol(keyword, detail, kind, statement.span, statement.keyword.span, children)
