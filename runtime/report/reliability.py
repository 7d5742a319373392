"""The reliability diagram: how often answers were right, by the probability that they stated."""

from runtime.evaluation.evaluation import wilson_interval
from runtime.evaluation.reliability import Calibration, ReliabilityBin
from runtime.report.charts import WIDTH, Axes, at, drawing, frame
from runtime.report.judgments import calibrated
from runtime.report.markup import Column, Content, Markup, element, folded, scrolling, table
from runtime.report.words import percent

_PLOT = Axes((0, 1), (0, 1), left=58, right=WIDTH - 20, top=32, bottom=250)
_COUNTS = (302.0, 346.0)
"""Top and bottom of the bars that say how many images each bin holds."""
_QUARTERS = [(share / 4, f"{25 * share}%") for share in range(5)]


def reliability_diagram(calibration: Calibration) -> Content:
    """The diagram with its legend in words, and the same as a table."""
    filled = [each for each in calibration.bins if each.images]
    most = max(each.images for each in filled)
    caption = (
        "Each bar is the share of right answers among those of one confidence, with its 95% interval; on the dashed "
        f"line, confidence keeps its word. Below: how many images. {len(calibration.bins)} bins of equal width, of the "
        "probability of the answer; reliability diagram after Guo et al. (2017), expected calibration error after "
        "Naeini et al. (2015)."
    )
    figure = element(
        "figure",
        drawing(
            f"Reliability diagram. {calibrated(calibration)} Its table follows.",
            frame(_PLOT, _QUARTERS, _QUARTERS, "confidence of the answer", "right answers"),
            [_bar(each) for each in filled],
            element(
                "path", d=f"M{at(_PLOT.left)} {at(_PLOT.bottom)}L{at(_PLOT.right)} {at(_PLOT.top)}", class_="guide"
            ),
            element("text", "images", x=at(_PLOT.left - 7), y=at(_COUNTS[1]), text_anchor="end"),
            [_count(each, most) for each in filled],
            width=WIDTH,
            height=350,
        ),
        element("figcaption", caption),
        class_="chart",
    )
    return [figure, folded("The diagram in figures", scrolling("Reliability", _table(filled), css_class="compact"))]


def _bar(one: ReliabilityBin) -> Content:
    left, right = _PLOT.across(one.lower) + 1, _PLOT.across(one.upper) - 1
    lower, upper = (_PLOT.up(bound) for bound in wilson_interval(one.correct, one.images))
    top, middle = _PLOT.up(one.accuracy or 0), (left + right) / 2
    return [
        element("rect", x=at(left), y=at(top), width=at(right - left), height=at(_PLOT.bottom - top), class_="bin"),
        element(
            "path",
            d=f"M{at(middle)} {at(lower)}V{at(upper)}M{at(middle - 4)} {at(lower)}h8M{at(middle - 4)} {at(upper)}h8",
            class_="whisker",
        ),
    ]


def _count(one: ReliabilityBin, most: int) -> Markup:
    left, right = _PLOT.across(one.lower) + 1, _PLOT.across(one.upper) - 1
    height = max(1.0, (_COUNTS[1] - _COUNTS[0]) * one.images / most)
    return element(
        "rect", x=at(left), y=at(_COUNTS[1] - height), width=at(right - left), height=at(height), class_="count"
    )


def _table(filled: list[ReliabilityBin]) -> Markup:
    titles = ("confidence", "images", "mean confidence", "right")
    rows = [
        (
            f"{percent(each.lower)} to {percent(each.upper)}",
            f"{each.images:,}",
            percent(each.confidence or 0, 1),
            percent(each.accuracy or 0, 1),
        )
        for each in filled
    ]
    return table("Reliability", [Column(title, numeric=True) for title in titles], rows)
