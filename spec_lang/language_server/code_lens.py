"""Above a model: what it costs in all, and the commands to run and to plan it."""

from typing import NamedTuple

from spec_lang.diagnostics import Severity
from spec_lang.language_server.analysis import Analysis
from spec_lang.language_server.shapes import totals
from spec_lang.sections import MODEL
from spec_lang.source import Span
from spec_lang.units import short

RUN, PLAN = "cnn.run", "cnn.plan"
"""Commands of the editor's extension."""


class CodeLens(NamedTuple):
    """A line above the code; without a command it only tells."""

    span: Span
    title: str
    command: str = ""


def code_lenses(analysis: Analysis) -> list[CodeLens]:
    """Totals and commands, or how many errors: over the section `model`, or the first layer where there is none."""
    place = _place(analysis)
    if place is None:
        return []
    known = totals(analysis)
    if known is None:  # A line stays above the model: the text is not to jump while it is being typed.
        return _errors(analysis, place)
    program = analysis.checked.program
    layers = len(known.layers)
    title = (
        f"{layers} layer{'s' * (layers != 1)}, {known.cost.parameters:,} parameters, "
        f"{short(known.cost.macs)} multiply-adds, {short(known.weights_file_bytes, 'B')} of weights"
    )
    lenses = [CodeLens(place, title), CodeLens(place, "Plan", PLAN)]
    return [*lenses, CodeLens(place, "Run", RUN)] if program and program.data else lenses


def _errors(analysis: Analysis, place: Span) -> list[CodeLens]:
    errors = sum(each.severity is Severity.ERROR for each in analysis.checked.diagnostics)
    return [CodeLens(place, f"{errors} error{'s' * (errors > 1)}")] if errors else []


def _place(analysis: Analysis) -> Span | None:
    if section := analysis.checked.sections.get(MODEL.keyword):
        return section.keyword.span
    places = [each.statement.keyword.span for each in analysis.checked.placed]
    return next((span for span in places if span.source is analysis.source), None)
