"""Predictions as a table, as JSON and as CSV, line by line as they come."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Final, Literal, TypeAlias

from runtime.evaluation.predictions import as_text, runs_as_formula
from runtime.terminal import printable

Format: TypeAlias = Literal["table", "json", "csv"]

_SEEN_AHEAD: Final = 256
"""Predictions that the width of a table is taken from: all would have to be waited for."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A class and the probability that the model gives it."""

    name: str
    probability: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """The most probable classes of one image file, the most probable first."""

    image: str
    guesses: tuple[Guess, ...]


def plain(prediction: Prediction) -> dict[str, Any]:
    """A prediction as the values of JSON."""
    guesses = [{"class": guess.name, "probability": guess.probability} for guess in prediction.guesses]
    return {"image": prediction.image, "predictions": guesses}


def _table(predictions: Iterable[Prediction]) -> Iterator[str]:
    rest = iter(predictions)
    first = list(islice(rest, _SEEN_AHEAD))
    if not first:
        return
    width = max(len("image"), *(len(printable(each.image)) for each in first))
    yield f"{'image':<{width}}  probability  class"
    for prediction in chain(first, rest):
        for rank, guess in enumerate(prediction.guesses):
            image = "" if rank else printable(prediction.image)
            yield f"{image:<{width}}  {guess.probability:>11.2%}  {printable(guess.name)}"


def _json(predictions: Iterable[Prediction]) -> Iterator[str]:
    """One array, an image a line."""
    before = "["
    for prediction in predictions:
        yield before + json.dumps(plain(prediction), ensure_ascii=False)
        before = ","
    yield "[]" if before == "[" else "]"


def _csv(predictions: Iterable[Prediction]) -> Iterator[str]:
    yield _csv_line("image", "rank", "class", "probability")
    for prediction in predictions:
        for rank, guess in enumerate(prediction.guesses, start=1):
            # A name that a spreadsheet would run: that of a file stays the same file's, that of a class is text.
            image = f"./{prediction.image}" if runs_as_formula(prediction.image) else prediction.image
            yield _csv_line(image, rank, as_text(guess.name), guess.probability)


def _csv_line(*cells: str | float) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue().removesuffix("\n")


WRITERS: Final[dict[Format, Callable[[Iterable[Prediction]], Iterator[str]]]] = {
    "table": _table,
    "json": _json,
    "csv": _csv,
}
