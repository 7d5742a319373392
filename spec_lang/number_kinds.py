"""Which kind of number a statement wants next, for the comma in a number that is none here."""

from collections.abc import Sequence

from spec_lang.kinds import Either, Interval, Kind, Pair, Real, Whole
from spec_lang.layers import LAYERS
from spec_lang.sections import SECTIONS


def kind_of_number(statement: Sequence[str]) -> str:
    """Whether the last token of a statement is for a "whole" number or for a "real" one; empty where that is open."""
    keyword = str(statement[0])
    forms = [each.by_keyword[keyword] for each in SECTIONS.values() if keyword in each.by_keyword]
    own = [parameter for form in forms for each in (form.parameters, *form.variants.values()) for parameter in each]
    parameters = [*(LAYERS[keyword].parameters if keyword in LAYERS else ()), *own]
    if len(statement) > 2 and statement[-2] == "=":
        wanted = [each for each in parameters if each.name == statement[-3]]
    else:
        wanted = [each for each in parameters if each.positional]
    found = {kind for each in wanted for kind in _kinds(each.kind)}
    return found.pop() if len(found) == 1 else ""


def _kinds(kind: Kind) -> set[str]:
    match kind:
        case Either(inside):
            return set().union(*map(_kinds, inside))
        case Whole() | Pair():
            return {"whole"}
        case Real() | Interval():
            return {"real"}
    return set()
