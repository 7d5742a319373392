"""The small drawings of the report: bars as inline SVG, coloured by the style sheet."""

from runtime.evaluation.evaluation import Evaluation
from runtime.report.markup import Markup, element
from runtime.report.words import percent


def interval_bar(evaluation: Evaluation, interval: str) -> Markup:
    """Accuracy, its interval and the majority class on one scale from 0 to 100%."""
    lower, upper = evaluation.accuracy_interval
    majority = percent(evaluation.majority_accuracy, 2)

    def label(share: float, y: int, text: str) -> Markup:
        return element("text", text, x=percent(share, 2), y=y, text_anchor="end" if share > 0.5 else "start")

    return element(
        "svg",
        label(upper if upper > 0.5 else lower, 14, interval),
        element("rect", x="0", y=24, width="100%", height=10, rx=5, class_="track"),
        element("rect", x="0", y=24, width=percent(evaluation.accuracy, 2), height=10, rx=5, class_="fill"),
        element("rect", x=percent(lower, 2), y=19, width=percent(upper - lower, 2), height=20, rx=3, class_="range"),
        element("line", x1=majority, x2=majority, y1=19, y2=42, class_="mark"),
        label(evaluation.majority_accuracy, 56, "majority class"),
        class_="interval",
        width="100%",
        height=62,
        role="img",
        aria_label=f"On a scale from 0 to 100%: accuracy {interval}, majority class {majority}.",
    )


def score_bar(value: float | None) -> Markup:
    """A score from 0 to 1, empty where there is none; it repeats a number beside it."""
    filled = element("rect", width=percent(value or 0, 2), height=6, rx=3, class_="fill")
    track = element("rect", width="100%", height=6, rx=3, class_="track")
    return element("svg", track, filled, class_="bar", width=64, height=6, aria_hidden="true")
