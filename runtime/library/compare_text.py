"""A comparison of runs in a terminal."""

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Final

from runtime.library.comparison import Comparison, Difference, Flip, Pair
from runtime.library.plot import common_quantity, compared_quantities, curve_of, letter_of, plot
from runtime.library.record import Record
from runtime.library.show import shown
from runtime.library.verdict import accuracy, loss_words, verdict
from runtime.report.words import counted
from runtime.table import Look
from runtime.terminal import printable

_FLIPS: Final = 5
"""Images that are shown of each direction."""
_LINES: Final = 100
"""Lines of differences of a spec that are shown."""
_LINE: Final = 500
"""Characters of one that are shown."""
_VALUE: Final = 40
"""Characters of a setting that are shown."""

_FEWEST: Final = 2
"""Columns of a grid that always stay."""


def compare_lines(comparison: Comparison, look: Look) -> Iterator[str]:
    """How good each is, whether the difference exceeds chance, then where it may come from."""
    names = [f"{letter_of(place)} ({printable(name)})" for place, name in enumerate(comparison.names)]
    yield look.paint("bold", "test accuracy, with its 95% interval")
    yield from _grid([["", *_figures_head()], *_figures(comparison, names)], look)
    for place, pair in enumerate(comparison.pairs, start=1):
        yield ""
        yield look.paint("bold", f"{names[0]} against {names[place]}")
        yield from _pair(comparison, pair, letter_of(0), letter_of(place), look)
    yield ""
    yield from _curves(comparison, look)
    for title, differences in (
        ("settings in force", comparison.settings),
        ("data", comparison.data),
        ("versions", comparison.versions),
    ):
        yield ""
        yield from _differences(title, differences, len(comparison.records), look)
    for place, pair in enumerate(comparison.pairs, start=1):
        yield ""
        yield from _spec(pair, letter_of(0), letter_of(place), look)


def _figures_head() -> list[str]:
    return ["state", "accuracy", "loss", "cross-entropy", "epochs", "kept"]


def _figures(comparison: Comparison, names: Sequence[str]) -> Iterator[list[str]]:
    for name, record in zip(names, comparison.records, strict=True):
        metrics = record.metrics
        kept = "" if metrics is None or metrics.best_epoch is None else f"epoch {metrics.best_epoch}"
        figures = [accuracy(metrics), *loss_words(metrics)] if metrics else ["", "", ""]
        yield [name, record.state, *figures, _epochs(record), kept]


def _epochs(record: Record) -> str:
    return f"{len(record.history)}/{'?' if record.planned_epochs is None else record.planned_epochs}"


def _pair(comparison: Comparison, pair: Pair, first: str, second: str, look: Look) -> Iterator[str]:
    for sentence in verdict(comparison, pair, first, second):
        yield from wrap(printable(sentence), max(look.prose - 2, 20), initial_indent="  ", subsequent_indent="  ")
    for gained, title in (
        (False, f"right in {first}, wrong in {second}"),
        (True, f"right in {second}, wrong in {first}"),
    ):
        flips = [flip for flip in pair.flips if flip.second.correct is gained]
        if flips:
            yield f"  {title}, test images by place or file:"
            yield from (f"    {_flip(flip, gained=gained)}" for flip in flips[:_FLIPS])
            if len(flips) > _FLIPS:
                yield f"    and {len(flips) - _FLIPS:,} more (--format json has all)"


def _flip(flip: Flip, *, gained: bool) -> str:
    wrong = flip.first if gained else flip.second
    return f"{shown(flip.image)}: {shown(wrong.truth)}, taken for {shown(wrong.predicted)} with {wrong.confidence:.1%}"


def _curves(comparison: Comparison, look: Look) -> Iterator[str]:
    histories = [record.history for record in comparison.records]
    for quantity in compared_quantities(histories):
        name = common_quantity(histories, quantity)
        part = "validation" if name.startswith("val_") else "running mean of training"
        words = f"{part} {quantity.replace('_', '-')}"
        lines = list(plot([curve_of(history, name) for history in histories], look.prose))
        yield look.paint("bold", f"{words} by epoch")
        yield from (f"  {line}" for line in lines or ["no epoch was finished"])


def _differences(title: str, differences: Sequence[Difference], runs: int, look: Look) -> Iterator[str]:
    if not differences:
        yield f"{look.paint('bold', title)}: the same"
        return
    yield look.paint("bold", f"{title} that differ")
    head = ["", *map(letter_of, range(runs))]
    rows = [
        [printable(each.name), *(look.cut(printable(value), _VALUE) or "-" for value in each.abridged())]
        for each in differences
    ]
    yield from _grid([head, *rows], look)


def _spec(pair: Pair, first: str, second: str, look: Look) -> Iterator[str]:
    spec = pair.spec
    if not spec.lines and not spec.left_out:
        yield f"{look.paint('bold', f'spec of {first} and {second}')}: the same"
        return
    yield look.paint("bold", f"{spec.of}, from {first} to {second}")
    for line in spec.lines[:_LINES]:
        yield f"  {look.paint('dim' if line.startswith(' ') else '', look.cut(printable(line[:_LINE]), _LINE - 1))}"
    if len(spec.lines) > _LINES:
        yield f"  and {counted(len(spec.lines) - _LINES, 'more line')} of differences (--format json has all)"
    if spec.left_out:
        yield f"  the last {counted(spec.left_out, 'line')} of the longer one were not compared"


def _grid(rows: Sequence[Sequence[str]], look: Look) -> Iterator[str]:
    """Rows of cells in columns, the first row being the head; the last columns are left out where there is no room."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    while len(widths) > _FEWEST and sum(widths) + 2 * len(widths) > look.width:
        widths.pop()
    for place, row in enumerate(rows):
        line = "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)).rstrip()
        line = look.cut(line, look.width - 2)
        yield f"  {look.paint('dim', line) if place == 0 else line}"
