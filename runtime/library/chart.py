"""Curves of several runs in one frame, as inline SVG that the style sheet colours."""

import math
from collections.abc import Iterator, Sequence
from typing import Final

from runtime.library.plot import Curve
from runtime.report.markup import Markup, element

_WIDTH, _HEIGHT = 480, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 12, 12, 40
_LETTER = 36
"""Room for the letters behind the curves."""
_STEP, _BESIDE = 10, 2
"""Letters of curves that end in one place stand beside each other, so many at most."""
_STYLES: Final = 8
"""Colours and dashes in the style sheet; the ninth curve looks as the first."""
_MOST: Final = 400
"""Points of a curve that are drawn."""


def style_of(place: int) -> str:
    """The class of the n-th curve, from 0."""
    return f"curve curve-{place % _STYLES}"


def swatch(place: int) -> Markup:
    """A short piece of the n-th curve, for a legend."""
    line = element("line", x1=0, x2=28, y1=5, y2=5, class_=style_of(place))
    return element("svg", line, class_="swatch", width=28, height=10, aria_hidden="true")


def chart(curves: Sequence[Curve], letters: Sequence[str], alt: str) -> Markup | None:
    """The curves by epoch, the n-th in the n-th style with its letter at its end; None where there is no value."""
    values = [value for curve in curves for _, value in curve]
    if not values:
        return None
    low, high = min(values), max(values)
    if high == low:
        low, high = low - 0.5, high + 0.5
    last = max(epoch for curve in curves for epoch, _ in curve)

    def x(epoch: int) -> float:
        return _LEFT + (epoch - 1) / max(last - 1, 1) * (_WIDTH - _LEFT - _RIGHT - _LETTER)

    def y(value: float) -> float:
        return _TOP + (high - value) / (high - low) * (_HEIGHT - _TOP - _BOTTOM)

    drawn: list[Markup] = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        value = low + share * (high - low)
        height = _number(y(value))
        drawn.append(element("line", x1=_LEFT, x2=_WIDTH - _RIGHT, y1=height, y2=height, class_="grid"))
        drawn.append(element("text", f"{value:.3g}", x=_LEFT - 8, y=_number(y(value) + 4), text_anchor="end"))
    drawn.extend(
        element("text", str(epoch), x=_number(x(epoch)), y=_HEIGHT - _BOTTOM + 20, text_anchor="middle")
        for epoch in _ticks(last)
    )
    drawn.append(element("text", "epoch", x=(_LEFT + _WIDTH) // 2, y=_HEIGHT - 4, text_anchor="middle"))
    ends: list[tuple[float, float]] = []
    for place, (curve, letter) in enumerate(zip(curves, letters, strict=True)):
        points = [(x(epoch), y(value)) for epoch, value in _thinned(curve)]
        if points:
            beside = sum(math.dist(points[-1], end) < _STEP for end in ends)
            ends.append(points[-1])
            drawn.extend(_line(points, place, letter, 7 + _STEP * min(beside, _BESIDE)))
    return element("svg", drawn, class_="chart", viewBox=f"0 0 {_WIDTH} {_HEIGHT}", role="img", aria_label=alt)


def _line(points: Sequence[tuple[float, float]], place: int, letter: str, aside: float) -> Iterator[Markup]:
    if len(points) > 1:
        path = " ".join(f"{_number(across)},{_number(down)}" for across, down in points)
        yield element("polyline", points=path, class_=style_of(place))
    across, down = points[-1]
    yield element("circle", cx=_number(across), cy=_number(down), r=3, class_=f"{style_of(place)} end")
    yield element("text", letter, x=_number(across + aside), y=_number(down + 4), class_="letter")


def _number(place: float) -> str:
    return f"{place:.1f}"


def _thinned(curve: Curve) -> Curve:
    """Not more points than a screen can show, the first and the last among them."""
    step = -(-len(curve) // _MOST)
    return curve if step <= 1 else [*curve[:-1:step], curve[-1]]


def _ticks(last: int) -> list[int]:
    """Epochs to name below the frame: the first, the last, and some between."""
    return sorted({1 + round((last - 1) * share / 4) for share in range(5)})
