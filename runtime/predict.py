"""The verb `cnn predict`: what new images show, by a finished run."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from compiler import build_model
from compiler.normalization import UNCHANGED, Normalization
from runtime.errors import UserError
from runtime.images import read_image
from runtime.inference import predict_probabilities
from runtime.manifest import Manifest
from runtime.rundir import FinishedRun, open_run
from runtime.terminal import printable, show_error
from runtime.weights import load_weights
from spec_lang.program import Program
from spec_lang.program_json import from_json

if TYPE_CHECKING:
    import keras

Format: TypeAlias = Literal["table", "json", "csv"]

_BATCH = 256
"""Images in memory at a time."""
_BYTES_OF_A_WEIGHT = 4
"""Of a float32."""


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


def predict(run: str, images: Sequence[str], format_: Format, top: int) -> int:
    """Print the `top` most probable classes of each image.

    A file that is no image is named on standard error. The exit code is 1 where there was one, else 0.

    Raises UserError where the run cannot be used.
    """
    finished = open_run(Path(run))
    program, model = load_model(finished)
    normalization = normalization_of(finished.manifest)
    unread: list[str] = []
    predictions = _predictions(program, model, normalization, images, top, unread)
    for line in _WRITERS[format_](predictions, images):
        print(line, flush=True)
    return 1 if unread else 0


def load_model(run: FinishedRun) -> tuple[Program, "keras.Sequential"]:
    """The program of a run and its trained model, both rebuilt from plain data.

    Raises UserError where the run lacks them or they do not fit each other.
    """
    try:
        program = from_json(json.loads(run.read("program.json")))
    except (ValueError, RecursionError) as error:
        raise UserError(f"{run.path} cannot be used: its program.json is not sound: {error}") from error
    if program.data is None:
        raise UserError(f"{run.path} cannot be used: its program.json has no data")
    weights = run.verified("weights.npz")
    # Before the model takes memory for its weights, which a stranger's program could claim without bounds.
    if weights.stat().st_size < _BYTES_OF_A_WEIGHT * program.parameters:
        raise UserError(f"{run.path} cannot be used: its weights.npz is too small for its program.json")
    model = build_model(program)
    load_weights(model, weights)
    return program, model


def normalization_of(manifest: Manifest) -> Normalization:
    """What the run turned pixel values into."""
    if manifest.normalization is None:
        return UNCHANGED
    given = manifest.normalization
    return Normalization(tuple(map(float, given["scale"])), tuple(map(float, given["offset"])))


def _predictions(
    program: Program,
    model: "keras.Sequential",
    line: Normalization,
    images: Sequence[str],
    top: int,
    unread: list[str],
) -> Iterator[Prediction]:
    """Predict batch by batch, in order; a file that cannot be read is named and added to `unread`."""
    assert program.data is not None
    resize: Any = program.data.settings.get("resize", {}).get("how", "stretch")
    for start in range(0, len(images), _BATCH):
        names: list[str] = []
        pixels: list[NDArray[np.uint8]] = []
        for name in images[start : start + _BATCH]:
            try:
                pixels.append(read_image(name, program.input_shape, resize))
                names.append(name)
            except UserError as error:
                show_error(error)
                unread.append(name)
        if names:
            rows = predict_probabilities(model, np.stack(pixels), _BATCH, line)
            for name, row in zip(names, rows, strict=True):
                # A stable sort: of equal probabilities the first class comes first, as in every report.
                order = np.argsort(-row, kind="stable")[:top]
                guesses = (Guess(program.data.classes[label], float(str(row[label]))) for label in order)
                yield Prediction(name, tuple(guesses))


def _table(predictions: Iterable[Prediction], images: Sequence[str]) -> Iterator[str]:
    width = max(len("image"), *(len(printable(name)) for name in images))
    yield f"{'image':<{width}}  probability  class"
    for prediction in predictions:
        for rank, guess in enumerate(prediction.guesses):
            image = "" if rank else printable(prediction.image)
            yield f"{image:<{width}}  {guess.probability:>11.2%}  {printable(guess.name)}"


def _json(predictions: Iterable[Prediction], _: Sequence[str]) -> Iterator[str]:
    """One array, an image a line."""
    before = "["
    for prediction in predictions:
        guesses = [{"class": guess.name, "probability": guess.probability} for guess in prediction.guesses]
        yield before + json.dumps({"image": prediction.image, "predictions": guesses}, ensure_ascii=False)
        before = ","
    yield "[]" if before == "[" else "]"


def _csv(predictions: Iterable[Prediction], _: Sequence[str]) -> Iterator[str]:
    yield _csv_line("image", "rank", "class", "probability")
    for prediction in predictions:
        for rank, guess in enumerate(prediction.guesses, start=1):
            yield _csv_line(prediction.image, rank, guess.name, guess.probability)


def _csv_line(*cells: str | float) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue().removesuffix("\n")


_WRITERS: dict[Format, Callable[[Iterable[Prediction], Sequence[str]], Iterator[str]]] = {
    "table": _table,
    "json": _json,
    "csv": _csv,
}
