"""A comparison of runs as one self-contained page, in the look of the report."""

from collections.abc import Iterator, Sequence
from importlib import resources
from typing import Final

from runtime.labels import shown_name
from runtime.library.chart import chart, swatch
from runtime.library.comparison import Comparison, Difference, Flip, Pair, SpecDiff
from runtime.library.plot import common_quantity, compared_quantities, curve_of, letter_of
from runtime.library.record import Record
from runtime.library.verdict import loss_words, verdict
from runtime.report.markup import (
    NAME_LIMIT,
    Column,
    Content,
    Markup,
    definitions,
    element,
    markup,
    scrolling,
    shown,
    table,
)
from runtime.report.shell import document
from runtime.report.words import counted
from runtime.terminal import printable

_LINES: Final = 1_000
"""Lines of differences of a spec that are shown."""
_FLIPS: Final = 200
"""Images that are shown of each direction."""


def compare_page(comparison: Comparison) -> str:
    """The comparison as one HTML document that asks for nothing from anywhere and reads the same without JavaScript."""
    title = f"{' against '.join(shown_name(name, NAME_LIMIT) for name in comparison.names)}"
    style = resources.files("runtime.library").joinpath("compare.css").read_text(encoding="utf-8")
    header = element(
        "header",
        element("p", "dotcnn comparison of runs", class_="kicker"),
        element("h1", _title(comparison)),
        element("p", "Each run is compared with A, the first.", class_="muted"),
    )
    return document(title, [header, element("main", _sections(comparison))], style)


def _title(comparison: Comparison) -> Content:
    if len(comparison.names) > 3:
        return f"{len(comparison.names)} runs compared"
    first, *others = comparison.names
    return [shown(first), [[" and ", shown(name)] for name in others]]


def _sections(comparison: Comparison) -> Iterator[Markup]:
    for anchor, title, content in (
        ("better", "Which is better?", _which_is_better(comparison)),
        ("curves", "How did they learn?", _how_they_learned(comparison)),
        ("different", "What differs?", _what_differs(comparison)),
        ("flipped", "Which images flipped?", _what_flipped(comparison)),
        ("repeat", "How to repeat them?", _how_to_repeat(comparison)),
    ):
        heading = element("h2", title, id=anchor)
        yield element("section", heading, element("div", content, class_="answer"), aria_labelledby=anchor)


def _which_is_better(comparison: Comparison) -> Content:
    columns = [
        Column("run"),
        Column("state"),
        Column("test accuracy", numeric=True),
        Column("95% interval", numeric=True),
        Column("loss", numeric=True),
        Column("cross-entropy", numeric=True),
        Column("epochs", numeric=True),
    ]
    rows = [
        ([swatch(place), f"{letter_of(place)} ", shown(name)], *_figures(record))
        for place, (name, record) in enumerate(zip(comparison.names, comparison.records, strict=True))
    ]
    verdicts = []
    for place, pair in enumerate(comparison.pairs, start=1):
        sentences = verdict(comparison, pair, letter_of(0), letter_of(place))
        verdicts.append(element("h3", f"{letter_of(0)} against {letter_of(place)}"))
        verdicts.extend(element("p", printable(sentence), class_=_weight(sentence)) for sentence in sentences)
    return [scrolling("Runs", table("Runs", columns, rows)), verdicts]


def _weight(sentence: str) -> str | None:
    return "verdict" if sentence.startswith("The difference ") else None


def _figures(record: Record) -> tuple[str, ...]:
    epochs = f"{len(record.history)} of {'?' if record.planned_epochs is None else record.planned_epochs}"
    if record.metrics is None:
        return record.state, "–", "–", "–", "–", epochs
    low, high = record.metrics.accuracy_interval
    return (
        record.state,
        f"{record.metrics.accuracy:.2%}",
        f"{low:.2%} to {high:.2%}",
        *loss_words(record.metrics),
        epochs,
    )


def _how_they_learned(comparison: Comparison) -> Content:
    histories = [record.history for record in comparison.records]
    letters = [letter_of(place) for place in range(len(histories))]
    figures = []
    for quantity in compared_quantities(histories):
        name = common_quantity(histories, quantity)
        part = "Validation" if name.startswith("val_") else "Running mean of training"
        words = f"{part} {quantity.replace('_', '-')}"
        curves = [curve_of(history, name) for history in histories]
        ends = "; ".join(
            f"{letter} from {curve[0][1]:.4g} to {curve[-1][1]:.4g} in epoch {curve[-1][0]}"
            for letter, curve in zip(letters, curves, strict=True)
            if curve
        )
        drawn = chart(curves, letters, f"{words} by epoch: {ends}.")
        if drawn is not None:
            figures.append(element("figure", drawn, element("figcaption", f"{words} by epoch")))
    if not figures:
        return element("p", "No epoch was finished.")
    return [element("div", figures, class_="pair"), element("p", _legend(comparison), class_="muted")]


def _legend(comparison: Comparison) -> Content:
    return [
        element("span", swatch(place), f"{letter_of(place)} ", shown(name), class_="key")
        for place, name in enumerate(comparison.names)
    ]


def _what_differs(comparison: Comparison) -> Content:
    parts: list[Content] = []
    for title, differences in (
        ("Settings in force", comparison.settings),
        ("Data", comparison.data),
        ("Versions", comparison.versions),
    ):
        parts.append(element("h3", title))
        parts.append(_difference_table(title, differences, len(comparison.records)))
    for place, pair in enumerate(comparison.pairs, start=1):
        parts.append(element("h3", f"Spec, from {letter_of(0)} to {letter_of(place)}"))
        parts.append(_diff(pair.spec))
    return parts


def _difference_table(title: str, differences: Sequence[Difference], runs: int) -> Markup:
    if not differences:
        return element("p", "The same.")
    columns = [Column(""), *(Column(letter_of(place)) for place in range(runs))]
    rows = [(shown(each.name), *(shown(value) if value else "–" for value in each.abridged())) for each in differences]
    return scrolling(title, table(title, columns, rows))


def _diff(spec: SpecDiff) -> Markup:
    if not spec.lines and not spec.left_out:
        return element("p", "The same.")
    kinds = {"+": "added", "-": "removed"}
    lines: list[Content] = []
    for place, line in enumerate(spec.lines[:_LINES]):
        kind = kinds.get(line[:1]) if place > 1 else None
        text = printable(line)
        lines.append([element("span", text, class_=kind) if kind else text, "\n"])
    if more := max(len(spec.lines) - _LINES, 0) + spec.left_out:
        lines.append(f"and {counted(more, 'more line')}, left out here\n")
    return scrolling(f"Differences of {spec.of}", element("pre", element("code", lines)))


def _what_flipped(comparison: Comparison) -> Content:
    parts: list[Content] = []
    for place, pair in enumerate(comparison.pairs, start=1):
        parts.extend(_flips_of(pair, letter_of(0), letter_of(place)))
    return parts


def _flips_of(pair: Pair, first: str, second: str) -> Iterator[Content]:
    if pair.test is None:
        yield element("p", f"{first} and {second}: {printable(pair.why_not)}.")
        return
    if not pair.flips:
        yield element("p", f"{first} and {second} have the same test images right.")
    for gained, title in (
        (False, f"Right in {first}, wrong in {second}"),
        (True, f"Right in {second}, wrong in {first}"),
    ):
        flips = [flip for flip in pair.flips if flip.second.correct is gained]
        if not flips:
            continue
        yield element("h3", f"{title}: {len(flips):,}")
        yield _flip_table(title, flips[:_FLIPS], first, second)
        if len(flips) > _FLIPS:
            yield element("p", f"{len(flips) - _FLIPS:,} more are in predictions.csv of both runs.", class_="muted")


def _flip_table(title: str, flips: Sequence[Flip], first: str, second: str) -> Markup:
    columns = [
        Column("test image"),
        Column("truth"),
        *(column for run in (first, second) for column in (Column(f"{run} says"), Column("sure", numeric=True))),
    ]
    rows = [
        (
            shown(flip.image),
            shown(flip.first.truth),
            *(
                cell
                for answer in (flip.first, flip.second)
                for cell in (shown(answer.predicted), f"{answer.confidence:.1%}")
            ),
        )
        for flip in flips
    ]
    return scrolling(title, table(title, columns, rows), css_class="long flips")


def _how_to_repeat(comparison: Comparison) -> Content:
    return markup(
        [
            scrolling("Commands", element("pre", element("code", _commands(comparison)))),
            definitions(
                (letter_of(place), printable(str(record.path))) for place, record in enumerate(comparison.records)
            ),
        ]
    )


def _commands(comparison: Comparison) -> Content:
    return [
        f"{letter_of(place)}: {printable(record.manifest.command)}\n" for place, record in enumerate(comparison.records)
    ]
