"""Charts as inline SVG, coloured by the style sheet: no picture files, sharp at any size, light and dark."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from runtime.report.markup import Content, Markup, element

WIDTH, HEIGHT = 440, 270
_MOST_POINTS = 600
"""Of one line: more than a chart has room for."""


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a chart."""

    label: Content
    points: Sequence[tuple[float, float]]
    """(x, y), from left to right; the line is broken where y is not finite."""
    css_class: str
    """One of "series-1" to "series-6": each has a colour and a way of being dashed."""


@dataclass(frozen=True, slots=True)
class Axes:
    """The frame of a chart: where values lie, in the units of its viewBox."""

    x: tuple[float, float]
    """The values at the left and the right edge."""
    y: tuple[float, float]
    """The values at the lower and the upper edge."""
    left: float = 48
    right: float = WIDTH - 12
    top: float = 20
    bottom: float = HEIGHT - 40

    def across(self, value: float) -> float:
        return self.left + (self.right - self.left) * (value - self.x[0]) / (self.x[1] - self.x[0])

    def up(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * (value - self.y[0]) / (self.y[1] - self.y[0])


def line_chart(
    title: str,
    series: Sequence[Series],
    alt: str,
    x_title: str = "epoch",
    mark: tuple[float, str] | None = None,
    in_percent: bool = False,
) -> Markup:
    """Lines over whole numbers, such as epochs, with a legend.

    Args:
        title: Above it.
        series: At least one, with at least one point.
        alt: What it shows, in words.
        x_title: Of the numbers along.
        mark: A value of x to draw a line at, and its name.
        in_percent: Whether the values are shares from 0 to 1.
    """
    across = [x for one in series for x, _ in one.points]
    values = [y for one in series for _, y in one.points if math.isfinite(y)]
    axes = Axes((min(across) - 0.5, max(across) + 0.5), _range(values, ceiling=1.0 if in_percent else math.inf))
    return element(
        "figure",
        element("figcaption", title, class_="title"),
        drawing(
            alt,
            frame(
                axes,
                [(x, f"{x:g}") for x in ticks(*axes.x, whole=True)],
                [(y, f"{100 * y:.6g}%" if in_percent else f"{y:.6g}") for y in ticks(*axes.y)],
                x_title,
            ),
            [] if mark is None else _mark(axes, *mark),
            [_line(axes, one) for one in series],
        ),
        legend((one.label, one.css_class) for one in series),
        class_="chart",
    )


def drawing(alt: str, *content: Content, width: int = WIDTH, height: int = HEIGHT) -> Markup:
    """An SVG as wide as there is room for."""
    return element("svg", *content, viewBox=f"0 0 {width} {height}", role="img", aria_label=alt, class_="drawing")


def legend(entries: Iterable[tuple[Content, str]]) -> Markup:
    """Which line is which: names with the classes of their lines."""

    def key(css_class: str) -> Markup:
        line = element("path", d="M0 6H28", class_=f"line {css_class}")
        return element("svg", line, width=28, height=12, aria_hidden="true")

    return element("ul", [element("li", key(css_class), label) for label, css_class in entries], class_="legend")


def frame(
    axes: Axes, along: Iterable[tuple[float, str]], up: Iterable[tuple[float, str]], x_title: str, y_title: str = ""
) -> Content:
    """Grid lines with their labels, for (value, label) along both axes, and the titles of the axes."""
    middle = (axes.left + axes.right) / 2
    return [
        [
            [
                element("path", d=f"M{at(axes.left)} {at(axes.up(y))}H{at(axes.right)}", class_="grid"),
                element("text", label, x=at(axes.left - 7), y=at(axes.up(y) + 4), text_anchor="end"),
            ]
            for y, label in up
        ],
        [
            element("text", label, x=at(axes.across(x)), y=at(axes.bottom + 17), text_anchor="middle")
            for x, label in along
        ],
        element("text", x_title, x=at(middle), y=at(axes.bottom + 34), text_anchor="middle"),
        element("text", y_title, x=2, y=at(axes.top - 16)) if y_title else [],
    ]


def ticks(low: float, high: float, most: int = 6, whole: bool = False) -> list[float]:
    """Round values from `low` to `high`, at most `most`: multiples of 1, 2 or 5 times a power of ten."""
    least = (high - low) / most
    power = 10.0 ** math.floor(math.log10(least))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least)
    step = max(1.0, math.ceil(step)) if whole else step
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [place * step for place in range(first, last + 1)]


def at(value: float) -> str:
    """A coordinate, to a tenth."""
    return f"{value:.1f}".removesuffix(".0")


def _range(values: Sequence[float], ceiling: float) -> tuple[float, float]:
    """What the y-axis spans: all values, with some air."""
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    air = (high - low) * 0.06 or abs(high) * 0.1 or 1.0
    return (max(0.0, low - air) if low >= 0 else low - air), min(max(ceiling, high), high + air)


def _mark(axes: Axes, value: float, name: str) -> Content:
    x, beside = axes.across(value), 5
    to_the_left = x > (axes.left + axes.right) / 2
    return [
        element("path", d=f"M{at(x)} {at(axes.top - 14)}V{at(axes.bottom)}", class_="guide"),
        element(
            "text",
            name,
            x=at(x - beside if to_the_left else x + beside),
            y=at(axes.top - 5),
            text_anchor="end" if to_the_left else "start",
        ),
    ]


def _line(axes: Axes, series: Series) -> Markup:
    step = -(-len(series.points) // _MOST_POINTS)
    chosen = [*series.points[::step], *([series.points[-1]] if (len(series.points) - 1) % step else [])]
    path, drawn = [], False
    for x, y in chosen:
        if math.isfinite(y):
            path.append(f"{'L' if drawn else 'M'}{at(axes.across(x))} {at(axes.up(y))}")
        drawn = math.isfinite(y)
    dots = len(chosen) <= 30
    return element(
        "g",
        element("path", d="".join(path), class_="line"),
        [
            element("circle", cx=at(axes.across(x)), cy=at(axes.up(y)), r=3)
            for x, y in chosen
            if dots and math.isfinite(y)
        ],
        class_=series.css_class,
    )
