"""Reading values: whether a syntax value is of a kind, the plain value that it stands for, or what is wrong with it."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from spec_lang.diagnostics import Rule
from spec_lang.kinds import (
    FLAG_WORDS,
    LARGEST,
    Angle,
    Axes,
    Choice,
    Duration,
    Either,
    Extent,
    Flag,
    Interval,
    Kind,
    Names,
    Pair,
    Real,
    Sides,
    Text,
    Whole,
    describe,
)
from spec_lang.program import PlainValue
from spec_lang.rules import names as rules
from spec_lang.suggestions import suggest
from spec_lang.syntax import Call, Invalid, List, Number, Range, Size, String, Value, Word

SECONDS: Final = {"s": 1, "min": 60, "h": 3600}
"""In each unit of time."""


class Misfit(NamedTuple):
    """Why a value is not of a kind: the rule, and the fields of its wording."""

    rule: Rule
    fields: Mapping[str, object]


def is_of(kind: Kind, value: Value) -> bool:  # noqa: C901 - one flat case for each kind
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
        case (Text(bare=True), Word()):
            return True
        case (Flag(), Word(name=name)):
            return name in FLAG_WORDS
        case (Angle(), Number(unit="deg")):
            return True
        case (Duration(), Number(unit=("s" | "min" | "h"))):
            return True
        case (Extent(), Number(unit=unit)):
            return unit == "px" or (unit == "%" and kind.share)
        case (Interval(), Range()):
            return True
        case (Names(), List()):
            return True
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


def read(kind: Kind, value: Value) -> PlainValue | Misfit:  # noqa: C901 - one flat case for each kind
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
        case (Angle(high), Number(value=number, unit="deg")):
            return float(number) if 0 <= number <= high else _outside(kind, value)
        case (Duration(), Number(value=number, unit=("s" | "min" | "h") as unit)):
            return float(number * SECONDS[unit]) if number > 0 else _outside(kind, value)
        case (Extent(), Number(value=number, unit=("px" | "%") as unit)):
            return _extent(kind, value, number, unit)
        case (Interval(), Range(low=low, high=high)):
            return _interval(kind, value, low, high)
        case (Names(), List(items=items)):
            return _names(kind, items)
        case (Choice(words), Word(name=name)):
            return name if name in words else Misfit(rules.UNKNOWN_WORD, {"name": name, **_suggested(name, kind)})
        case (Text(), String(text=text)):
            return text if can_be_written(text) else Misfit(rules.WRONG_KIND, _unwritable(kind))
        case (Text(bare=True), Word(name=name)):
            return name
        case (Flag(), Word(name=name)) if name in FLAG_WORDS:
            return FLAG_WORDS[name]
        case (Either(kinds), _):
            fitting = [each for each in kinds if is_of(each, value) or may_be(each, value)]
            if fitting:
                return read(fitting[0], value)
            choices = [each for each in kinds if isinstance(each, Choice)]
            if isinstance(value, Word) and choices:
                words = {word: text for each in choices for word, text in each.words.items()}
                return read(Choice(words, choices[0].role), value)
    return Misfit(
        rules.WRONG_KIND, {"wanted": describe(kind), "found": name_of(value), "suggestion": _meant(kind, value)}
    )


def _suggested(name: str, kind: Choice) -> Mapping[str, object]:
    """What is suggested in place of a word that a choice does not know."""
    found = suggest(name, kind.words, kind.role)
    return {"suggestion": found.word, "advice": found.advice, "letters": found.letters}


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


def _outside(kind: Angle | Duration | Extent | Interval, value: Value) -> Misfit:
    return Misfit(rules.OUT_OF_RANGE, {"wanted": describe(kind), "value": value.span.text})


def plain_extent(kind: Extent, text: str) -> str | None:
    """A length as its plain value, such as "4px" or "12.5%"; None for what is none of the kind."""
    if match := re.fullmatch(r"([0-9]{1,6})px", text):
        return f"{int(match[1])}px" if int(match[1]) <= kind.high else None
    if kind.share and (match := re.fullmatch(r"([0-9]{1,2}(?:\.[0-9]{1,10})?)%", text)):
        return f"{float(match[1]):.12g}%"
    return None


def extent_parts(text: str) -> tuple[float, str]:
    """The number and the unit, "px" or "%", of a length's plain value."""
    unit = "%" if text.endswith("%") else "px"
    return float(text.removesuffix(unit)), unit


def _extent(kind: Extent, value: Value, number: float, unit: str) -> str | Misfit:
    if unit == "px" and not isinstance(number, int):
        return Misfit(rules.WRONG_KIND, {"wanted": describe(kind), "found": "a part of a pixel"})
    if unit == "px" or kind.share:
        return plain_extent(kind, f"{number:.12g}{unit}") or _outside(kind, value)
    return Misfit(rules.WRONG_KIND, {"wanted": describe(kind), "found": name_of(value)})


def _interval(kind: Interval, value: Value, low: Number, high: Number) -> tuple[float, float] | Misfit:
    """The bounds as plain numbers; where one alone has its percent sign, the other is meant to have it too."""
    units = {low.unit, high.unit}
    if units - {"", "%"} or len(units) > 1:
        signed = f"{_percent(low)}..{_percent(high)}" if units == {"", "%"} else None
        found = f"{name_of(value)}, of two units" if len(units) > 1 else name_of(value)
        return Misfit(rules.WRONG_KIND, {"wanted": describe(kind), "found": found, "suggestion": signed})
    scale = 100 if low.unit else 1
    first, last = low.value / scale, high.value / scale
    if first > last:
        swapped = f"{high.span.text}..{low.span.text}"
        fields = {"wanted": f"{describe(kind)}, the smaller number first", "value": value.span.text}
        return Misfit(rules.OUT_OF_RANGE, {**fields, "suggestion": swapped})
    return (first, last) if kind.holds(first, last) else _outside(kind, value)


def _percent(number: Number) -> str:
    """A number as a percentage; one without its sign is meant as a share where it is a small one."""
    return f"{number.value * (100 if number.unit == '' and number.value <= 5 else 1):g}%"


def _names(kind: Names, items: Sequence[Value]) -> tuple[str, ...] | Misfit:
    given = [_name(item) for item in items]
    names = [name for name in given if name]
    if len(names) < len(items):
        stranger = items[next(place for place, name in enumerate(given) if not name)]
        found = f"a list with {name_of(stranger)}"
        quoted = [_quoted_name(item) for item in items]
        meant = f"[{', '.join(each for each in quoted if each)}]" if all(quoted) else None
        reason = "names that are numbers stand between quotes" if meant else None
        return Misfit(rules.WRONG_KIND, {"wanted": describe(kind), "found": found, "suggestion": meant, "why": reason})
    if not all(map(can_be_written, names)):
        return Misfit(rules.WRONG_KIND, _unwritable(kind))
    seen: set[str] = set()
    twice = next((name for name in names if name in seen or seen.add(name)), None)  # type: ignore[func-returns-value]
    if twice or len(names) < kind.least:
        found = f"a list with '{twice}' twice" if twice else f"a list of {len(names)}"
        return Misfit(rules.WRONG_KIND, {"wanted": describe(kind), "found": found})
    return tuple(names)


def can_be_written(text: str) -> bool:
    """Whether a spec, UTF-8 and no binary file, can hold a text between quotes, on one line. A tab is odd, and real."""
    has_both = '"' in text and "'" in text
    return not has_both and not any(each in "\n\0" or "\ud800" <= each <= "\udfff" for each in text)


def _unwritable(kind: Kind) -> dict[str, object]:
    return {"wanted": describe(kind), "found": "a text with both quotes, or more than one line"}


def _quoted_name(item: Value) -> str | None:
    """An item as it stands in a list of names: a number between quotes."""
    return item.span.text if _name(item) else f'"{item.span.text}"' if isinstance(item, Number) else None


def _name(item: Value) -> str | None:
    match item:
        case Word(name=name) | String(text=name):
            return name
    return None


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


def _meant(kind: Kind, value: Value) -> str | None:  # noqa: C901 - one flat case for each slip
    """The value without its quotes, where that would fit; the flag for true and false; the share without its sign."""
    match kind, value:
        case (Flag(), Number(value=0 | 1 as number, unit="")):
            return "on" if number else "off"
        case (Flag(), Word(name=name)):
            return {"true": "on", "yes": "on", "false": "off", "no": "off"}.get(name.lower())
        case (Angle(), Number(value=number, unit="")):
            return f"{number}deg"
        case (Extent(), Number(value=int(number), unit="")) if number >= 1:
            return f"{number}px"
        case (Extent(share=True), Number(value=float(number), unit="")) if 0 < number < 1:
            return f"{100 * number:g}%"
        case (Interval(low=low), Number(value=number, unit=("" | "%") as unit)) if (
            low >= 0 and 0 < number / (100 if unit else 1) < 1
        ):
            share = number if unit else 100 * number
            return f"{100 - share:g}%..{100 + share:g}%"
        case (Names(), Word(name=name)):
            return f"[{name}]"
        case (Names(), String()):
            return f"[{value.span.text}]"
        case (Choice(words, role), String(text=name)):
            return suggest(name, words, role).word or None
        case (Choice(words, role), Call(name=Word(name=name), values=(), options=())):
            return suggest(name, words, role).word or None
        case (Text(), Word(name=name)):
            return f'"{name}"'
        case (Whole(), String(text=text)) if text.isascii() and text.strip().isdecimal():
            return text.strip()
        case (Real(), String(text=text)) if re.fullmatch(r"[0-9]+(\.[0-9]+)?%?", text.strip()):
            return text.strip()
        case (Pair(), String(text=text)) if re.fullmatch(r"[0-9]+(x[0-9]+)?", text.strip()):
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
