"""Reading `predictions.csv`, which anybody may have written: what was answered for each test image."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from runtime.directory.rundir import FinishedRun
from runtime.errors import UserError

_COLUMNS: Final = ["index", "label", "predicted", "correct", "confidence"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model answered for one image."""

    truth: str
    predicted: str
    confidence: float
    """The probability of the prediction."""
    file: str = ""
    """The name of the file of the image, where it has one."""

    @property
    def correct(self) -> bool:
        return self.truth == self.predicted


def answers_of(run: FinishedRun, classes: Sequence[str], images: int) -> tuple[Answer, ...]:
    """The answers for the test images in order.

    Raises UserError where the file is not what the run wrote, or is no such table of so many images.
    """
    try:
        with run.opened("predictions.csv") as file, io.TextIOWrapper(file, encoding="utf-8", newline="") as text:
            found = tuple(islice(_answers(text, classes), images + 1))
    except (ValueError, csv.Error) as error:
        raise UserError(f"{run.path} cannot be used: its predictions.csv is not sound: {error}") from error
    if len(found) != images:
        raise UserError(f"{run.path} cannot be used: its predictions.csv is not of its {images:,} test images")
    return found


def _answers(text: io.TextIOWrapper, classes: Sequence[str]) -> Iterator[Answer]:
    # A name that a spreadsheet would run as a formula stands there with an apostrophe before it.
    written = {name: name.encode(errors="replace").decode() for name in classes}
    names = {**{f"'{text}": name for name, text in written.items()}, **{text: name for name, text in written.items()}}
    rows = csv.reader(text)
    head = next(rows, [])
    named = head[1:2] == ["file"]
    if [*head[:1], *head[1 + named :]][: len(_COLUMNS)] != _COLUMNS:
        raise ValueError("it has other columns")
    for place, (index, *cells) in enumerate(rows):
        file = cells.pop(0) if named and cells else ""
        if len(cells) < len(_COLUMNS) - 1 or index != str(place) or cells[0] not in names or cells[1] not in names:
            raise ValueError(f"row {place + 1} is of another table")
        truth, predicted, _, sure = cells[: len(_COLUMNS) - 1]
        if not 0 <= float(sure) <= 1:
            raise ValueError(f"row {place + 1} has a probability of {sure:.20}")
        yield Answer(names[truth], names[predicted], float(sure), file)
