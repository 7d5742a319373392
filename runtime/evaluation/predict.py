"""The verb `cnn predict`: what new images show, by a finished run."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from compiler import build_model
from compiler.normalization import UNCHANGED, Normalization
from runtime.data.folders.facts import in_parallel
from runtime.data.image_paths import image_paths
from runtime.data.images import Resize, read_image
from runtime.data.native import decode_native, plain_content
from runtime.directory.manifest import Manifest
from runtime.directory.rundir import FinishedRun, open_run
from runtime.directory.weights import load_weights
from runtime.errors import UserError
from runtime.evaluation.inference import predict_probabilities
from runtime.evaluation.prediction_output import WRITERS, Format, Guess, Prediction
from runtime.standard_input import STANDARD_STREAM, standard_input
from runtime.terminal import printable_lines, show_error, show_warning
from spec_lang.program import Program
from spec_lang.program_json import from_json

if TYPE_CHECKING:
    import keras

_BATCH: Final = 256
"""Images that the model is given at a time."""
_TASK: Final = 64
"""Images that a thread decodes at a time: fewer cost more to hand out."""
_BYTES_OF_A_WEIGHT: Final = 4
"""Of a float32."""

_LIGHT_ON_DARK: Final = {
    "mnist": "mnist's digits are light on dark: invert it, or let `cnn serve` prepare it like a drawing",
    "fashion_mnist": "fashion_mnist's clothes are light on dark: invert it",
}
"""Data sets whose background is black: a model of one is sure of itself, and wrong, where it is white."""

_Item = TypeVar("_Item")


def predict(run: str, words: Sequence[str], format_: Format, top: int, *, null: bool = False) -> int:
    """Print the `top` most probable classes of each image that the words stand for: see `image_paths`.

    Results come in order, as they are known; whatever their number, a few batches of images are in memory. A file that
    is no image is named on standard error. The exit code is 1 where there was one, else 0.

    Args:
        run: The run directory.
        words: Files, folders, patterns, or "-" for a list on standard input.
        format_: Of the output.
        top: How many classes.
        null: Whether the files of the list end with a null character rather than a line end.

    Raises UserError where the run cannot be used, and where there is no standard input to read a list from.
    """
    if STANDARD_STREAM in words:
        standard_input()  # complains before anything is done
    finished = open_run(Path(run))
    program = program_of(finished)
    normalization = normalization_of(finished.manifest)
    # Not before there is a picture to predict: that takes seconds.
    model = cache(lambda: load_model(finished)[1])
    unread: list[UserError] = []
    paths = image_paths(words, b"\0" if null else b"\n")
    predictions = _predictions(program, model, normalization, paths, top, unread)
    # Byte for byte where a program reads it; file names must not steer a terminal.
    shown = printable_lines if sys.stdout.isatty() else str
    for line in WRITERS[format_](predictions):
        print(shown(line), flush=True)
    return 1 if unread else 0


def program_of(run: FinishedRun) -> Program:
    """The program of a run whose model can be rebuilt, as far as can be told without TensorFlow.

    Raises UserError where the run lacks its program or its weights, or they do not fit each other.
    """
    program = _program_of(run)
    with _weights(run, program):
        return program


def load_model(run: FinishedRun) -> tuple[Program, "keras.Sequential"]:
    """The program of a run and its trained model, both rebuilt from plain data; raises as `program_of`."""
    program = _program_of(run)
    with _weights(run, program) as weights:
        model = build_model(program)
        load_weights(model, run.path / "weights.npz", weights)
    return program, model


def _program_of(run: FinishedRun) -> Program:
    try:
        program = from_json(json.loads(run.read("program.json")))
    except (ValueError, RecursionError) as error:
        raise UserError(f"{run.path} cannot be used: its program.json is not sound: {error}") from error
    if program.data is None:
        raise UserError(f"{run.path} cannot be used: its program.json has no data")
    line, channels = normalization_of(run.manifest), program.input_shape[-1]
    if {len(line.scale), len(line.offset)} - {1, channels}:
        raise UserError(f"{run.path} cannot be used: its normalization does not fit the images of its program")
    return program


@contextmanager
def _weights(run: FinishedRun, program: Program) -> Iterator[BinaryIO]:
    with run.opened("weights.npz") as weights:
        # Before the model takes memory for its weights, which a stranger's program could claim without bounds.
        if os.fstat(weights.fileno()).st_size < _BYTES_OF_A_WEIGHT * program.parameters:
            raise UserError(f"{run.path} cannot be used: its weights.npz is too small for its program.json")
        yield weights


def normalization_of(manifest: Manifest) -> Normalization:
    """What the run turned pixel values into."""
    if manifest.normalization is None:
        return UNCHANGED
    given = manifest.normalization
    return Normalization(tuple(map(float, given["scale"])), tuple(map(float, given["offset"])))


def _predictions(
    program: Program,
    model: "Callable[[], keras.Sequential]",
    line: Normalization,
    paths: Iterable[str | UserError],
    top: int,
    unread: list[UserError],
) -> Iterator[Prediction]:
    """Predict batch by batch, in order; a file that cannot be read is named and its error added to `unread`."""
    assert program.data is not None
    advice = _LIGHT_ON_DARK.get(program.data.source, "")  # given once
    names: list[str] = []
    pixels: list[NDArray[np.uint8]] = []

    def batch() -> Iterator[Prediction]:
        nonlocal advice
        assert program.data is not None
        if not names:
            return
        images = np.stack(pixels)
        if advice and (dark := dark_on_light(images)).any():
            show_warning(f"{names[int(dark.argmax())]} is dark on light; {advice}")
            advice = ""
        rows = predict_probabilities(model(), images, _BATCH, line)
        for name, row in zip(names, rows, strict=True):
            yield Prediction(name, guesses(program.data.classes, row, top))
        names.clear()
        pixels.clear()

    for path, image in _decoded(program, paths):
        if isinstance(image, UserError):
            show_error(image)
            unread.append(image)
            continue
        names.append(path)
        pixels.append(image)
        if len(names) == _BATCH:
            yield from batch()
    yield from batch()


def dark_on_light(images: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Of images (n, height, width, channels), whether what surrounds each is more white than black."""
    edges = (images[:, 0], images[:, -1], images[:, 1:-1, 0], images[:, 1:-1, -1])
    border: NDArray[np.uint8] = np.concatenate([edge.reshape(len(images), -1) for edge in edges], axis=1)
    light: NDArray[np.bool_] = border.mean(axis=1) > 127.5
    return light


def guesses(classes: Sequence[str], row: NDArray[np.float32], top: int) -> tuple[Guess, ...]:
    """The `top` most probable classes by the probabilities (classes,) of one image."""
    # A stable sort: of equal probabilities the first class comes first, as in every report.
    order = np.argsort(-row, kind="stable")[:top]
    return tuple(Guess(classes[label], float(str(row[label]))) for label in order)


def resize_of(program: Program) -> Resize:
    """How pictures of other proportions are brought to the size of the program's input."""
    assert program.data is not None
    how: Any = program.data.settings.get("resize", {}).get("how", "stretch")
    return how


def _decoded(program: Program, paths: Iterable[str | UserError]) -> Iterator[tuple[str, NDArray[np.uint8] | UserError]]:
    """Each path with its image, or with what is wrong with it, in order; decoded by threads, ahead of the model."""
    resize = resize_of(program)

    def read(path: str | UserError) -> NDArray[np.uint8] | UserError:
        try:
            return path if isinstance(path, UserError) else read_image(path, program.input_shape, resize)
        except UserError as error:
            return error

    def decode(task: list[str | UserError]) -> list[tuple[str, NDArray[np.uint8] | UserError]]:
        contents = {each: plain_content(each, program.input_shape) for each in task if isinstance(each, str)}
        plain = {each: content for each, content in contents.items() if content is not None}
        together = decode_native(list(plain.values()), program.input_shape) if plain else None
        images = {} if together is None else dict(zip(plain, together, strict=True))
        return [(str(each), images[each] if each in images else read(each)) for each in task]

    # While the model looks at one batch, the next two are decoded.
    for done in in_parallel(decode, _in_groups(paths, _TASK), ahead=2 * _BATCH // _TASK):
        yield from done


def _in_groups(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    rest = iter(items)
    while group := list(islice(rest, size)):
        yield group
