"""What is known of one version of a document: the base of every feature of the language server.

A feature is a function of an analysis and an offset, or of an analysis alone. Offsets count code points of `text`;
`positions.py` turns them into what an editor counts. Nothing here or in a feature knows the protocol.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any, TypeVar

from spec_lang import Checked, Selection, Source, World, check_text, is_json, with_warnings
from spec_lang.check import check_tree
from spec_lang.language_server.by_line import parse_by_line
from spec_lang.lint.selection import USUAL
from spec_lang.syntax import Statement

_Fact = TypeVar("_Fact")


@dataclass(frozen=True, eq=False)
class Analysis:
    """A text, checked; made once for each version of a document and shared by all requests.

    Facts that several features need, or that cost more than a moment, are cached properties here.
    """

    checked: Checked
    """Of the text as it is in the editor, without overrides."""
    world: World
    """What the check saw of the outside: included files, also those that are open and not saved."""
    path: str | None = None
    """Where the document lies; None for one that was never saved."""
    selection: Selection = USUAL
    """Which warnings the project wants to see."""
    facts: dict[object, Any] = field(default_factory=dict, repr=False)
    """What features have found out about it: see `remembered`."""

    @property
    def source(self) -> Source:
        return self.checked.source

    @property
    def text(self) -> str:
        r"""The document with `\n` for each line's end."""
        return self.checked.source.text

    def check(self, text: str) -> Checked:
        """Check another text as this one was."""
        return _check(text, self.source.name, self.world, self.selection)

    @cached_property
    def is_json(self) -> bool:
        """Whether the document is a program as JSON: its syntax tree is none that was written in the language."""
        return is_json(self.source)

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """Every statement of this document, also those inside others, in the order of their places."""
        file = self.checked.file
        return tuple(_all_of(file.statements)) if file else ()


def _all_of(statements: tuple[Statement, ...]) -> Iterator[Statement]:
    for statement in statements:
        yield statement
        if statement.block:
            yield from _all_of(statement.block.statements)


def analyse(text: str, name: str, world: World, selection: Selection = USUAL, path: str | None = None) -> Analysis:
    r"""Check a text as the editor has it, with `\n` for each line's end; never raises for the text.

    `name` is what diagnostics call it: its path, where it has one, so that included files are named by theirs.
    """
    return Analysis(_check(text, name, world, selection), world, path, selection)


def _check(text: str, name: str, world: World, selection: Selection) -> Checked:
    """As `check_text`, faster where most lines were seen before."""
    source = Source(name, text)
    if is_json(source):
        return check_text(text, name, world=world, selection=selection)
    return with_warnings(check_tree(source, *parse_by_line(source), (), world), selection)


def remembered(function: Callable[[Analysis], _Fact]) -> Callable[[Analysis], _Fact]:
    """A function of an analysis that is computed once for each, and forgotten with it."""

    @wraps(function)
    def answer(analysis: Analysis) -> _Fact:
        if function not in analysis.facts:
            analysis.facts[function] = function(analysis)
        fact: _Fact = analysis.facts[function]
        return fact

    return answer
