"""Matching the values and options of a statement to the parameters of its form.

A value without a name goes to the first free parameter of its kind: order matters only among values of one kind, and
`conv 32 4x4 relu` and `conv relu 4x4 32` are the same.
"""

from typing import Final, NamedTuple

from spec_lang.binder import Binder
from spec_lang.bound import Bound, Environment, evaluate, in_place, replacement
from spec_lang.diagnostics import Diagnostic
from spec_lang.forms import Form
from spec_lang.kinds import Unknown
from spec_lang.program import Cost, PlainValue, Shape
from spec_lang.source import Span
from spec_lang.syntax import Number, Size, Statement, Word

__all__ = ["Bound", "Environment", "bind", "evaluate", "in_place", "replacement"]

_COMPARED: Final = (Word, Number, Size)
"""Values that hold no others: all but their first field, the span, says what they are."""
_MOST_REMEMBERED: Final = 4096


class _Remembered(NamedTuple):
    """What a statement without mistakes came to."""

    form: Form
    """Held, so that no other form can get its id."""
    values: dict[str, PlainValue | Unknown]
    plain: dict[str, PlainValue] | None
    places: tuple[tuple[str, int], ...]
    """Which value or option gave each argument, counted through both."""
    fits: dict[Shape, tuple[Shape, Cost]]


_REMEMBERED: Final[dict[tuple[object, ...] | None, _Remembered]] = {}


def bind(
    statement: Statement, form: Form, environment: Environment | None = None
) -> tuple[Bound, tuple[Diagnostic, ...]]:
    """Every parameter of the form with its value: as given, by default, or unknown after a reported mistake.

    Networks repeat themselves, and a text being edited is that of a moment ago but for a line: what a statement without
    mistakes came to is remembered by what it says. Values may be shared and are not to be changed.
    """
    key = _key(statement, form, environment or {})
    if key in _REMEMBERED:
        _, values, plain, places, fits = _REMEMBERED[key]
        given = _given(statement)
        return Bound(form, values, {name: given[place] for name, place in places}, plain, fits), ()
    binder = Binder(statement, form, environment or {})
    binder.bind()
    if key and not binder.found:
        if len(_REMEMBERED) >= _MOST_REMEMBERED:
            _REMEMBERED.clear()
        given = _given(statement)
        places = tuple((name, given.index(span)) for name, span in binder.bound.spans.items())
        bound = binder.bound
        _REMEMBERED[key] = _Remembered(form, bound.values, bound.arguments() if bound.complete else None, places, {})
    return binder.bound, tuple(binder.found)


def _given(statement: Statement) -> list[Span]:
    """The place of each value and option."""
    return [each.span for each in (*statement.values, *statement.options)]


def _key(statement: Statement, form: Form, environment: Environment) -> tuple[object, ...] | None:
    """All that the binding of a statement depends on; None where that is too much to compare."""
    if environment.keys() - {"classes"}:
        return None
    classes = environment.get("classes")
    if not isinstance(classes, Number | None):
        return None
    key: list[object] = [id(form), classes and classes.value]
    # With the type of what a value holds: 32 and 32.0 are equal, and not the same.
    for value in statement.values:
        if not isinstance(value, _COMPARED):
            return None
        key += (type(value), type(value[1]), value[1:])
    for option in statement.options:
        if not isinstance(option.value, _COMPARED):
            return None
        key += (option.name.name, type(option.value), type(option.value[1]), option.value[1:])
    return tuple(key)
