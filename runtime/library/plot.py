"""Curves of several runs, laid over each other in a terminal."""

import math
from collections.abc import Iterator, Sequence
from typing import Final

from runtime.training.history import EpochRecord

_HEIGHT: Final = 10
"""Lines."""
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LEAST: Final = 40
"""Columns of few epochs."""
_SEVERAL: Final = "*"
"""Where several curves meet."""

Curve = Sequence[tuple[int, float]]
"""(epoch, value), the epochs rising."""


def curve_of(history: Sequence[EpochRecord], quantity: str) -> Curve:
    """What was measured of a quantity, such as "val_loss"; values that are no numbers are left out."""
    values = ((record.epoch, getattr(record, quantity)) for record in history)
    return [(epoch, value) for epoch, value in values if value is not None and math.isfinite(value)]


def common_quantity(histories: Sequence[Sequence[EpochRecord]], quantity: str) -> str:
    """The quantity on the validation images where every run has it, else on the training images."""
    name = f"val_{quantity}"
    return name if all(curve_of(history, name) for history in histories if history) else quantity


def compared_quantities(histories: Sequence[Sequence[EpochRecord]]) -> tuple[str, str]:
    """What to draw of several runs: the cross-entropy, for the loss of each may be another function.

    Runs of earlier versions have none in their histories; where one is among them, the loss.
    """
    known = all(curve_of(history, "cross_entropy") for history in histories if history)
    return "cross_entropy" if known else "loss", "accuracy"


def plot(curves: Sequence[Curve], width: int) -> Iterator[str]:
    """The curves on one scale, the n-th drawn with the n-th letter. Nothing where there is no value."""
    values = [value for curve in curves for _, value in curve]
    if not values:
        return
    low, high = min(values), max(values)
    last = max(epoch for curve in curves for epoch, _ in curve)
    labels = [f"{value:.4g}" for value in (high, low)]
    margin = max(map(len, labels))
    columns = max(min(width - margin - 5, max(2 * last - 1, _LEAST)), 1)
    grid = [[" "] * columns for _ in range(_HEIGHT)]
    for letter, curve in zip(_letters(len(curves)), curves, strict=True):
        for epoch, value in curve:
            column = round((epoch - 1) / max(last - 1, 1) * (columns - 1))
            line = round((high - value) / (high - low) * (_HEIGHT - 1)) if high > low else _HEIGHT // 2
            there = grid[line][column]
            grid[line][column] = letter if there in (" ", letter) else _SEVERAL
    for place, row in enumerate(grid):
        label = {0: labels[0], _HEIGHT - 1: labels[1]}.get(place, "")
        yield f"{label:>{margin}} | {''.join(row)}".rstrip()
    yield f"{'':>{margin}} +{'-' * (columns + 1)}"
    ends = f"1{str(last).rjust(max(columns - 1, 1))}" if last > 1 else "1"
    yield f"{'':>{margin}}   {ends}  epoch"


def _letters(count: int) -> list[str]:
    return [letter_of(place) for place in range(count)]


def letter_of(place: int) -> str:
    return LETTERS[place % len(LETTERS)]
