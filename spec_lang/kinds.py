"""The kinds of value that a parameter takes: a closed set, each with its description and its reading.

A parameter declares one of these; argument checking, completion, documentation and the JSON Schema follow from it.
"""

import re
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Final, NamedTuple, TypeAlias

from spec_lang.diagnostics import Rule
from spec_lang.program import PlainValue
from spec_lang.rules import names as rules
from spec_lang.suggestions import nearest
from spec_lang.syntax import Call, Invalid, List, Number, Range, Size, String, Value, Word

LARGEST: Final = 1_000_000_000
"""No count in a spec reaches this: larger ones are slips of the keyboard."""


class Whole(NamedTuple):
    """A whole number."""

    low: int = 1
    high: int = LARGEST


class Real(NamedTuple):
    """A number, also as a percentage where it is a share."""

    low: float = 0.0
    high: float = float("inf")
    above_low: bool = False
    below_high: bool = False

    @property
    def is_share(self) -> bool:
        return self.high <= 1.0 and self.low >= 0.0

    def holds(self, number: float) -> bool:
        """Whether a number is finite and lies within the bounds."""
        above = number > self.low if self.above_low else number >= self.low
        below = number < self.high if self.below_high else number <= self.high
        return above and below and isfinite(number)


class Pair(NamedTuple):
    """Height x width; one whole number stands for both."""

    low: int = 1
    high: int = 100_000


class Sides(NamedTuple):
    """So many pixels on each side of an image; the plain value is (top, bottom, left, right).

    One whole number stands for all four, height x width for two and two.
    """

    high: int = 100_000


class Axes(NamedTuple):
    """A shape: height x width x channels, or fewer axes."""

    most: int = 3


class Choice(NamedTuple):
    """One of a fixed list of words, each with its meaning."""

    words: Mapping[str, str]


class Text:
    """Text between quotes, such as a path."""


class Flag:
    """on or off."""


class Either(NamedTuple):
    """A value of one of several kinds."""

    kinds: tuple["Kind", ...]


Kind: TypeAlias = Whole | Real | Pair | Sides | Axes | Choice | Text | Flag | Either

FLAG_WORDS: Final = {"on": True, "off": False}


class Unknown:
    """Stands for a value that an earlier, reported mistake left undetermined."""


UNKNOWN: Final = Unknown()


class Misfit(NamedTuple):
    """Why a value is not of a kind: the rule, and the fields of its wording."""

    rule: Rule
    fields: Mapping[str, object]


def describe(kind: Kind) -> str:
    """The kind in words, fit to follow "must be"."""
    match kind:
        case Whole(low, high):
            return "a whole number" + _bounds(low, high if high < LARGEST else None, "of at least", "from")
        case Real(low, high) if kind.is_share:
            below = "below" if kind.below_high else "at most"
            return (
                f"a share such as 0.25 or 25%, {'above' if kind.above_low else 'at least'} {low:g} and {below} {high:g}"
            )
        case Real(low, high):
            most = high if high < float("inf") else None
            return "a number" + _bounds(low, most, "above" if kind.above_low else "of at least", "from")
        case Pair():
            return "a size, height x width, such as 3x3"
        case Sides():
            return "a border such as 2, 1x2 (height x width) or 0x1x0x1 (top x bottom x left x right)"
        case Axes(3):
            return "a shape, height x width x channels, such as 28x28x1"
        case Axes(most):
            return f"a shape of at most {most} axes, such as {'x'.join(['4'] * most)}"
        case Choice(words):
            return _listed(list(words)) if len(words) <= 8 else f"a word such as {_listed(list(words)[:4])}"
        case Text():
            return "a text between quotes"
        case Flag():
            return "on or off"
        case Either(kinds):
            return ", or ".join(describe(each) for each in kinds)


def is_of(kind: Kind, value: Value) -> bool:
    """Whether a value has the form of a kind, whatever its size or spelling: this decides which parameter it is for."""
    match kind, value:
        case (Whole(), Number(value=int(), unit="")):
            return True
        case (Real(), Number(unit="")):
            return True
        case (Real(), Number(unit="%")):
            return kind.is_share
        case (Pair(), Size(axes=axes)):
            return len(axes) == 2
        case (Sides(), Size(axes=axes)):
            return len(axes) in (2, 4)
        case (Axes(), Size()):
            return True
        case (Choice(words), Word(name=name)):
            return name in words
        case (Text(), String()):
            return True
        case (Flag(), Word(name=name)):
            return name in FLAG_WORDS
        case (Either(kinds), _):
            return any(is_of(each, value) for each in kinds)
    return False


def may_be(kind: Kind, value: Value) -> bool:
    """Whether a value can stand for a kind that is not its own: a whole number for a square size."""
    match kind, value:
        case ((Pair() | Sides() | Axes()), Number(value=int(), unit="")):
            return True
        case (Either(kinds), _):
            return any(may_be(each, value) for each in kinds)
    return False


def read(kind: Kind, value: Value) -> PlainValue | Misfit:
    """The plain value of a syntax value of this kind, or what is wrong with it."""
    match kind, value:
        case (Whole(low, high), Number(value=int(number), unit="")):
            return number if low <= number <= high else _out_of_range(kind, value, (number,))
        case (Real(), Number(value=number, unit="%")) if kind.is_share:
            return _within(kind, number / 100, value)
        case (Real(), Number(value=number, unit="")):
            return _within(kind, float(number), value)
        case (Pair(low, high), Size(axes=axes)) if len(axes) == 2:
            return axes if all(low <= axis <= high for axis in axes) else _out_of_range(kind, value, axes)
        case (Pair(low, high), Number(value=int(number), unit="")):
            return (number, number) if low <= number <= high else _out_of_range(kind, value, (number,))
        case (Sides(high), _) if sides := _sides(value):
            return sides if min(sides) >= 0 and max(sides) <= high else _out_of_range(kind, value, sides)
        case (Axes(most), Size(axes=axes)) if len(axes) <= most:
            return axes if all(axis >= 1 for axis in axes) else _out_of_range(kind, value, axes)
        case (Axes(), Number(value=int(number), unit="")):
            return (number,) if number >= 1 else _out_of_range(kind, value, (number,))
        case (Choice(words), Word(name=name)):
            return (
                name
                if name in words
                else Misfit(rules.UNKNOWN_WORD, {"name": name, "suggestion": nearest(name, words)})
            )
        case (Text(), String(text=text)):
            return text
        case (Flag(), Word(name=name)) if name in FLAG_WORDS:
            return FLAG_WORDS[name]
        case (Either(kinds), _):
            fitting = [each for each in kinds if is_of(each, value) or may_be(each, value)]
            if fitting:
                return read(fitting[0], value)
            choices = {word: text for each in kinds if isinstance(each, Choice) for word, text in each.words.items()}
            if isinstance(value, Word) and choices:
                return read(Choice(choices), value)
    return Misfit(
        rules.WRONG_KIND, {"wanted": describe(kind), "found": name_of(value), "suggestion": _meant(kind, value)}
    )


def name_of(value: Value) -> str:
    """What a value is, in words: "the string "10"", "the size 4x4"."""
    text = value.span.text
    text = text if len(text) <= 40 else f"{text[:37]}..."
    match value:
        case Number(unit="%"):
            return f"the percentage {text}"
        case Number(unit=""):
            return f"the number {text}"
        case Number():
            return f"the quantity {text}"
        case Size():
            return f"the size {text}"
        case Range():
            return f"the range {text}"
        case String():
            return f"the string {text}"
        case Word():
            return f"the word '{text}'"
        case List():
            return "a list"
        case Call():
            return f"the call {text}"
    return f"'{text}'"


def _sides(value: Value) -> tuple[int, int, int, int] | None:
    match value:
        case Number(value=int(all_four), unit=""):
            return all_four, all_four, all_four, all_four
        case Size(axes=(vertical, horizontal)):
            return vertical, vertical, horizontal, horizontal
        case Size(axes=(top, bottom, left, right)):
            return top, bottom, left, right
    return None


def _within(kind: Real, number: float, value: Value) -> float | Misfit:
    if kind.holds(number):
        return number
    meant_percent = kind.is_share and isinstance(value, Number) and value.unit == "" and 5 <= number < 100
    suggestion = f"{value.span.text}%" if meant_percent else None
    return Misfit(rules.OUT_OF_RANGE, {"wanted": describe(kind), "value": value.span.text, "suggestion": suggestion})


def _out_of_range(kind: Whole | Pair | Sides | Axes, value: Value, numbers: Sequence[int]) -> Misfit:
    wanted = describe(kind)
    match kind:
        case Whole(low, high) | Pair(low, high):
            pass
        case Sides(high):
            low = 0
        case Axes():
            low, high = 1, LARGEST
    too_low = min(numbers) < low
    if not isinstance(kind, Whole) or (not too_low and high == LARGEST):
        limit = f"at least {low}" if too_low else f"at most {high}"
        wanted = f"{wanted}, {'each ' if len(numbers) > 1 else ''}{limit}"
    return Misfit(rules.OUT_OF_RANGE, {"wanted": wanted, "value": value.span.text})


def _meant(kind: Kind, value: Value) -> str | None:
    """The value without its quotes, where that would fit; the flag for true and false; the share without its sign."""
    match kind, value:
        case (Flag(), Number(value=0 | 1 as number, unit="")):
            return "on" if number else "off"
        case (Flag(), Word(name=name)):
            return {"true": "on", "yes": "on", "false": "off", "no": "off"}.get(name.lower())
        case (Choice(words), String(text=name) | Call(name=Word(name=name))):
            return nearest(name, words)
        case (Text(), Word(name=name)):
            return f'"{name}"'
        case (Whole(), String(text=text)) if text.strip().isdecimal():
            return text.strip()
        case (Real(), String(text=text)) if re.fullmatch(r"\d+(\.\d+)?%?", text.strip()):
            return text.strip()
        case (Pair(), String(text=text)) if re.fullmatch(r"\d+(x\d+)?", text.strip()):
            return text.strip()
        case (Pair(), List(items=(Number(value=int(height), unit=""), Number(value=int(width), unit="")))):
            return f"{height}x{width}"
        case (Whole(), Number(value=float(number), unit="")) if number.is_integer():
            return str(int(number))
        case (Pair(), Size(axes=axes)) if len(axes) == 3:
            return f"{axes[0]}x{axes[1]}"
        case (Either(kinds), _):
            return next((meant for each in kinds if (meant := _meant(each, value))), None)
        case (_, Invalid()):
            return None
    return None


def _bounds(low: float, high: float | None, at_least: str, start: str) -> str:
    if high is not None:
        return f" {start} {low:.10g} to {high:.10g}" if low != high else f" {low:.10g}"
    return f" {at_least} {low:.10g}" if low > float("-inf") else ""


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
