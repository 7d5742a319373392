"""Curves of several runs in one frame, as inline SVG that the style sheet colours."""

import math
from collections.abc import Iterator, Sequence
from typing import Final

from runtime.library.plot import Curve
from runtime.report.charts import WIDTH, Axes, at, drawing, frame, ticks
from runtime.report.markup import Content, Markup, element

_ROOM = 40
"""For the letters behind the curves."""
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
    air = (high - low) / 20 or 0.5
    last = max(epoch for curve in curves for epoch, _ in curve)
    axes = Axes((1, last if last > 1 else 2), (low - air, high + air), right=WIDTH - _ROOM)
    along = [(epoch, f"{epoch:g}") for epoch in ticks(*axes.x, whole=True) if epoch <= last]
    drawn: list[Content] = [frame(axes, along, [(value, f"{value:g}") for value in ticks(*axes.y)], "epoch")]
    ends: list[tuple[float, float]] = []
    for place, (curve, letter) in enumerate(zip(curves, letters, strict=True)):
        points = [(axes.across(epoch), axes.up(value)) for epoch, value in _thinned(curve)]
        if points:
            beside = sum(math.dist(points[-1], end) < _STEP for end in ends)
            ends.append(points[-1])
            drawn.extend(_line(points, place, letter, 7 + _STEP * min(beside, _BESIDE)))
    return drawing(alt, drawn)


def _line(points: Sequence[tuple[float, float]], place: int, letter: str, aside: float) -> Iterator[Markup]:
    if len(points) > 1:
        path = " ".join(f"{at(across)},{at(down)}" for across, down in points)
        yield element("polyline", points=path, class_=style_of(place))
    across, down = points[-1]
    yield element("circle", cx=at(across), cy=at(down), r=3, class_=f"{style_of(place)} end")
    yield element("text", letter, x=at(across + aside), y=at(down + 4), class_="letter")


def _thinned(curve: Curve) -> Curve:
    """Not more points than a screen can show, the first and the last among them."""
    step = -(-len(curve) // _MOST)
    return curve if step <= 1 else [*curve[:-1:step], curve[-1]]
