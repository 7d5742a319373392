"""The kinds of value that a parameter takes: a closed set, each with its description.

A parameter declares one of these; argument checking, completion, documentation and the JSON Schema follow from it.
`spec_lang.reading` reads values of each kind.
"""

from collections.abc import Mapping
from math import isfinite
from typing import Final, NamedTuple, TypeAlias

from spec_lang.synonyms import Role

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


class Angle(NamedTuple):
    """A number of degrees, written `10deg`; the plain value is the number."""

    high: float = 180.0


class Duration(NamedTuple):
    """A time, written `30min`, `2h` or `90s`; the plain value is in seconds."""


class Extent(NamedTuple):
    """A length across an image, in pixels or as a share of its size; the plain value is as written: "4px" or "10%"."""

    high: int = 100_000
    """Pixels."""
    share: bool = True
    """Whether it may be a share, below 100%."""


class Interval(NamedTuple):
    """From a number to another, written `0.9..1.1` or `90%..110%`; the plain value is (low, high)."""

    low: float = 0.0
    high: float = float("inf")
    above_low: bool = False

    def holds(self, first: float, last: float) -> bool:
        """Whether both ends lie within the bounds, the smaller one first."""
        above = first > self.low if self.above_low else first >= self.low
        return above and first <= last <= self.high and isfinite(last)


class Names(NamedTuple):
    """Some names in brackets, each once; quotes are needed where a name is no word."""

    least: int = 1


class Choice(NamedTuple):
    """One of a fixed list of words, each with its meaning."""

    words: Mapping[str, str]
    role: Role = Role.WORD
    """What the words are the names of."""


class Text(NamedTuple):
    """Text between quotes, such as a path."""

    bare: bool = False
    """Whether the quotes may be left out of a single word."""


class Flag:
    """on or off."""


class Either(NamedTuple):
    """A value of one of several kinds."""

    kinds: tuple["Kind", ...]


Kind: TypeAlias = (
    Whole | Real | Pair | Sides | Axes | Angle | Duration | Extent | Interval | Names | Choice | Text | Flag | Either
)

FLAG_WORDS: Final = {"on": True, "off": False}


class Unknown:
    """Stands for a value that an earlier, reported mistake left undetermined."""


UNKNOWN: Final = Unknown()


def describe(kind: Kind) -> str:  # noqa: C901 - one flat case for each kind
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
        case Angle(high):
            return f"an angle such as 10deg, from 0deg to {high:g}deg"
        case Duration():
            return "a time such as 90s, 30min or 2h"
        case Extent(share=True):
            return "pixels such as 4px, or a share of the size such as 10%"
        case Extent():
            return "pixels such as 4px"
        case Interval(low, high):
            most = high if high < float("inf") else None
            return "a range such as 0.8..1.2" + _bounds(low, most, "above" if kind.above_low else "of at least", "from")
        case Names(least):
            return "names in brackets such as [cat, dog]" + (f", at least {least}" if least > 1 else "")
        case Choice(words):
            return _listed(list(words)) if len(words) <= 8 else f"a word such as {_listed(list(words)[:4])}"
        case Text(bare):
            return "a name" if bare else "a text between quotes"
        case Flag():
            return "on or off"
        case Either(kinds):
            return ", or ".join(describe(each) for each in kinds)


def _bounds(low: float, high: float | None, at_least: str, start: str) -> str:
    if high is not None:
        return f" {start} {low:.10g} to {high:.10g}" if low != high else f" {low:.10g}"
    return f" {at_least} {low:.10g}" if low > float("-inf") else ""


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
