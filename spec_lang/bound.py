"""What the binding of a statement comes to: its arguments with their places, and texts in the place of others."""

from collections.abc import Mapping
from typing import NamedTuple

from spec_lang.diagnostics import Edit, Fix
from spec_lang.forms import Form
from spec_lang.kinds import UNKNOWN, Unknown
from spec_lang.numbers import MOST_DIGITS
from spec_lang.program import Cost, PlainValue, Shape
from spec_lang.source import Span
from spec_lang.syntax import Arithmetic, Invalid, Number, Value, Word

Environment = Mapping[str, Value | Unknown]
"""What a word stands for where it is not a word of its own: `classes`, and the parameters of a block."""


class Bound(NamedTuple):
    """The arguments of a statement, with the places they were given at."""

    form: Form
    values: dict[str, PlainValue | Unknown]
    spans: dict[str, Span]
    """Where each argument that was given stands; defaults have no place."""
    plain: dict[str, PlainValue] | None = None
    """`values`, where it was seen before that all of them are known."""
    fits: dict[Shape, tuple[Shape, Cost]] | None = None
    """What a layer with these values made of each shape that it fitted so far, and at which cost."""

    @property
    def complete(self) -> bool:
        return self.plain is not None or not any(isinstance(value, Unknown) for value in self.values.values())

    def arguments(self) -> dict[str, PlainValue]:
        """The plain values; only for a `complete` binding."""
        if self.plain is not None:
            return self.plain
        return {name: value for name, value in self.values.items() if not isinstance(value, Unknown)}


def evaluate(value: Value, environment: Environment) -> Value | Unknown:
    """A value with names replaced by what they stand for and whole-number arithmetic done; itself where it has none."""
    match value:
        case Word(span=span, name=name) if name in environment:
            meant = environment[name]
            return Number(span, meant.value, meant.unit) if isinstance(meant, Number) else meant
        case Arithmetic(span, operator, left, right):
            match evaluate(left, environment), evaluate(right, environment):
                case (Unknown() | Invalid(), _) | (_, Unknown() | Invalid()):
                    return UNKNOWN
                case Number(value=int(first), unit=""), Number(value=int(second), unit=""):
                    result = _calculate(operator, first, second)
                    return value if result is None else Number(span, result)
    return value


def _calculate(operator: str, first: int, second: int) -> int | None:
    """The result; None for one that is no whole number, or larger than a number can be written."""
    match operator:
        case "+":
            result = first + second
        case "-":
            result = first - second
        case "*":
            result = first * second
        case _:
            if not second or first % second:
                return None
            result = first // second
    return result if abs(result) < 10**MOST_DIGITS else None


def in_place(span: Span, value: object) -> str:
    """A value in the place of another: behind its name where that has one."""
    name, equals, _ = span.text.partition("=")
    return f"{name}{equals}{value}" if equals else str(value)


def replacement(span: Span, text: str | None) -> Fix | None:
    """The fix that writes `text` over a span, where there is one."""
    return Fix(f"replace by '{text}'", (Edit(span, text),)) if text else None
