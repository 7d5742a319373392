"""Reading what begins like a number: integers, floats, sizes, quantities with units, ranges."""

import re
from typing import Final

from spec_lang.diagnostics import Diagnostic, Edit, Fix
from spec_lang.rules import syntax as rules
from spec_lang.source import Span
from spec_lang.syntax import Invalid, Number, Range, Size

UNITS: Final = ("%", "deg", "px", "s", "min", "h")
MOST_DIGITS: Final = 15
"""Longer whole numbers are slips of the keyboard, and would not survive the way through a float."""
LONGEST_FRACTION: Final = 24
"""Characters; as many as it takes to write any float with all its digits: -1.7976931348623157e+308."""

_NUMBER = r"-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
_QUANTITY = re.compile(rf"({_NUMBER})({'|'.join(UNITS)})?", re.ASCII)
_RANGE = re.compile(rf"({_NUMBER}(?:%|[a-z]+)?)\.\.({_NUMBER}(?:%|[a-z]+)?)", re.ASCII)
_SIZE = re.compile(r"\d+(?:x\d+)+", re.ASCII)


def read_number(span: Span) -> tuple[Number | Size | Range | Invalid, Diagnostic | None]:
    """The value that the text of a span stands for, or Invalid and the reason."""
    text = span.text
    if _SIZE.fullmatch(text) and all(len(axis) <= MOST_DIGITS for axis in text.split("x")):
        return Size(span, tuple(int(axis) for axis in text.split("x"))), None
    if number := _quantity(span):
        return number, None
    if match := _RANGE.fullmatch(text):
        low = _quantity(Span(span.source, span.start + match.start(1), span.start + match.end(1)))
        high = _quantity(Span(span.source, span.start + match.start(2), span.start + match.end(2)))
        if low and high:
            return Range(span, low, high), None
    digits = MOST_DIGITS if text.isascii() and text.isdecimal() else None
    meant, letters = _meant(text), _letters(text)
    fix = Fix(f"replace by '{meant}'", (Edit(span, meant),)) if meant else None
    return Invalid(span), rules.BAD_NUMBER.at(
        span, fix=fix, text=text, suggestion=meant, digits=digits, letters=letters
    )


def _quantity(span: Span) -> Number | None:
    match = _QUANTITY.fullmatch(span.text)
    if not match or len(match[1]) > LONGEST_FRACTION:
        return None
    digits, unit = match[1], match[2] or ""
    if digits.lstrip("-").isdecimal():
        return Number(span, int(digits), unit) if len(digits.lstrip("-")) <= MOST_DIGITS else None
    value = float(digits)
    return Number(span, value, unit) if abs(value) < float("inf") else None


def _meant(text: str) -> str | None:
    """The value that a frequent slip stands for: 4*4, 4X4, 3×3, 1O, 1_000, 10degrees."""
    if not text.isascii():
        from spec_lang.scripts import in_latin

        text = in_latin(text.replace("\u00d7", "x"))
        if _SIZE.fullmatch(text) or _QUANTITY.fullmatch(text) or _RANGE.fullmatch(text):
            return text
    candidate = text.replace("X", "x").replace("O", "0").replace("o", "0").replace("_", "")
    candidate = re.sub(r"(?<=\d)deg(ree)?s?$", "deg", candidate).removesuffix(".")
    if (
        candidate != text
        and len(candidate) <= MOST_DIGITS
        and (_SIZE.fullmatch(candidate) or _QUANTITY.fullmatch(candidate))
    ):
        return candidate
    return None


def _letters(text: str) -> str | None:
    """Which of the digits are of another script, where there are such."""
    if text.isascii():
        return None
    from spec_lang.scripts import strange_letters

    return strange_letters(text) or None
