"""The shape and the parameters behind each layer, shown at the end of its line."""

from typing import NamedTuple

from spec_lang.language_server.analysis import Analysis
from spec_lang.language_server.shapes import Effect, effect, placed_by_start, unfolded


class InlayHint(NamedTuple):
    """A text beside the code."""

    offset: int
    label: str


def inlay_hints(analysis: Analysis, start: int = 0, end: int | None = None) -> list[InlayHint]:
    """One hint for each line with layers, at the end of the last of them: what it leaves, the parameters of all."""
    end = len(analysis.text) if end is None else end
    placed = placed_by_start(analysis)
    if analysis.is_json or not placed:
        return []
    lines: dict[int, tuple[int, Effect | str]] = {}
    blocks, line_of = analysis.checked.blocks.definitions, analysis.source.position
    for statement in analysis.statements:
        begin, behind = statement.span.start, statement.head.end
        found = placed.get(begin)
        if found is None or not start <= begin <= end:
            continue
        line = line_of(behind)[0]
        what: Effect | str = unfolded(found) if statement.keyword.name in blocks else effect(found)
        before = lines.get(line)
        if before and isinstance(before[1], Effect) and isinstance(what, Effect):
            what = Effect(what.shape, before[1].parameters + what.parameters)
        lines[line] = (behind, what)
    return [InlayHint(offset, str(what)) for offset, what in lines.values()]
