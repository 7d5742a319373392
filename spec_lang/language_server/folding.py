"""What can be folded: braces and lists over several lines, and comments one under the other."""

from itertools import pairwise
from typing import Literal, NamedTuple

from spec_lang.comments import find_comments
from spec_lang.language_server.analysis import Analysis
from spec_lang.source import Span
from spec_lang.syntax import Call, List


class Fold(NamedTuple):
    """Lines from 1 on, both of them shown or hidden together with those between."""

    first: int
    last: int
    kind: Literal["region", "comment"] = "region"


def folds(analysis: Analysis) -> list[Fold]:
    """Everything of more than one line, in the order of the first lines."""
    source = analysis.source
    spans: list[Span] = [each.block.span for each in analysis.statements if each.block]
    for statement in () if analysis.is_json else analysis.statements:
        values = (*statement.values, *(option.value for option in statement.options))
        spans += [value.span for value in values if isinstance(value, (List, Call))]
    found = {Fold(source.position(span.start)[0], source.position(span.end)[0]) for span in spans}
    return sorted({*(fold for fold in found if fold.last > fold.first), *_comments(analysis)})


def _comments(analysis: Analysis) -> list[Fold]:
    """Groups of lines that are nothing but comments."""
    source = analysis.source
    lines = []
    for comment in () if analysis.is_json else find_comments(source):
        line, column = source.position(comment.span.start)
        if not source.line(line)[: column - 1].strip():
            lines.append(line)
    groups: list[Fold] = []
    start = lines[0] if lines else 0
    for line, following in pairwise([*lines, 0]):
        if following != line + 1:
            if line > start:
                groups.append(Fold(start, line, "comment"))
            start = following
    return groups
