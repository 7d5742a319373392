"""What stands at a place of a spec: the statement, what it is there, and the part of it."""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

from spec_lang.check.blocks import Definition
from spec_lang.forms import Form, Parameter, parameters_for
from spec_lang.language_server.analysis import Analysis
from spec_lang.layers import LAYERS
from spec_lang.sections import MODEL, SECTIONS
from spec_lang.source import Span
from spec_lang.structure import STRUCTURES
from spec_lang.syntax import Option, Statement, Value

SETTINGS_IN: Final = frozenset(keyword for keyword in SECTIONS if keyword != MODEL.keyword)
"""Sections that hold settings; all other braces hold layers."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place within a statement."""

    chain: tuple[Statement, ...]
    """The statement, with those around it from the outermost on."""
    value: Value | None = None
    """The value of the statement that the place lies in."""
    option: Option | None = None
    """The option that the place lies in."""

    @property
    def statement(self) -> Statement:
        return self.chain[-1]

    @property
    def on_keyword(self) -> bool:
        return self.value is None and self.option is None


def spot_at(analysis: Analysis, offset: int) -> Spot | None:
    """What stands at an offset; None between statements and where the text cannot be read."""
    file = analysis.checked.file
    chain: list[Statement] = []
    statements = file.statements if file else ()
    while True:
        place = bisect_right(statements, offset, key=lambda each: each.span.start) - 1
        if place < 0 or offset > statements[place].span.end or statements[place].span.source is not analysis.source:
            return None
        statement = statements[place]
        chain.append(statement)
        if statement.block is None or offset <= statement.block.span.start:
            break
        statements = statement.block.statements
    if offset <= statement.keyword.span.end:
        return Spot(tuple(chain))
    for option in statement.options:
        if _holds(option.span, offset):
            return Spot(tuple(chain), option=option)
    for value in statement.values:
        if _holds(value.span, offset):
            return Spot(tuple(chain), value=value)
    return None


def form_of(chain: tuple[Statement, ...]) -> Form | None:
    """What a statement is where it stands: a layer, a setting, a section; None for a block's use and the unknown."""
    name = chain[-1].keyword.name
    owner = chain[-2].keyword.name if len(chain) > 1 else None
    if owner in SETTINGS_IN:
        return SECTIONS[owner].by_keyword.get(name)
    if owner is None and name in SECTIONS:
        return SECTIONS[name].form
    return LAYERS.get(name) or STRUCTURES.get(name)


def definition_of(analysis: Analysis, statement: Statement) -> Definition | None:
    """The block that a statement uses."""
    return analysis.checked.blocks.definitions.get(statement.keyword.name)


def parameter_of(form: Form, spot: Spot) -> Parameter | None:
    """The parameter that a value or an option of a statement is for."""
    parameters = parameters_for(form, _chooser(form, spot.statement))
    if spot.option:
        return next((each for each in parameters if each.name == spot.option.name.name), None)
    if spot.value:
        from spec_lang.arguments import bind

        bound, _ = bind(spot.statement, form)
        return next((each for each in parameters if bound.spans.get(each.name) == spot.value.span), None)
    return None


def _chooser(form: Form, statement: Statement) -> object:
    """The word that chooses among the variants of a form."""
    words = [value.span.text for value in statement.values]
    chosen = next((word for word in words if word in form.variants), None)
    return chosen or (form.parameters[0].default if form.parameters else None)


def _holds(span: Span, offset: int) -> bool:
    return span.start <= offset <= span.end
