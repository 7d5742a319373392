"""A finished run as it is served: its model, ready to be called, and what the page tells of it."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runtime.data.images import Resize, decode_image, need_gray_or_rgb
from runtime.data.opening import pictured
from runtime.directory.rundir import FinishedRun, open_run
from runtime.errors import UserError
from runtime.evaluation.inference import predict_probabilities
from runtime.evaluation.predict import load_model, normalization_of, resize_of
from runtime.library.metrics import metrics_from
from runtime.serve.batching import Predict
from runtime.serve.drawing import drawing_for
from spec_lang.datasets import DATASETS
from spec_lang.program import Program


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """What the server knows of a run."""

    classes: tuple[str, ...]
    image_shape: tuple[int, ...]
    resize: Resize
    predict: Predict
    facts: dict[str, Any]
    """What `GET /model` answers."""

    def decode(self, content: bytes, name: str, pixels: int) -> NDArray[np.uint8]:
        """A picture file of at most `pixels` pixels as the model takes it. Raises UserError as `decode_image`."""
        return decode_image(content, name, self.image_shape, self.resize, pixels)

    def pixels(self, content: bytes, name: str, most: int) -> int:
        """How many pixels a picture file has, by its header. Raises UserError as `decode`."""
        with pictured(io.BytesIO(content), name, most) as image:
            return image.width * image.height


def load_served(path: Path, batch: int) -> Served:
    """Open a finished run, as for `cnn predict`, and call its model once, so that nobody waits for its first call.

    Raises UserError where the run cannot be used.
    """
    run = open_run(path)
    program, model = load_model(run)
    assert program.data is not None
    need_gray_or_rgb(program.data.image_shape)
    line = normalization_of(run.manifest)

    def predict(images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return predict_probabilities(model, images, batch, line)

    for count in (1, 2):  # after two numbers of images, Keras's graph takes any number
        predict(np.zeros((count, *program.data.image_shape), np.uint8))
    return Served(
        program.data.classes, program.data.image_shape, resize_of(program), predict, _facts(path, run, program)
    )


def _facts(path: Path, run: FinishedRun, program: Program) -> dict[str, Any]:
    assert program.data is not None
    height, width, channels = program.data.image_shape
    return {
        "run": path.resolve().name,
        "spec": program.name,
        "data": program.data.source if program.data.source in DATASETS else None,
        "classes": list(program.data.classes),
        "input": {"height": height, "width": width, "channels": channels},
        "parameters": program.parameters,
        **_accuracy(run),
        "drawing": drawing_for(program.data).to_json(),
    }


def _accuracy(run: FinishedRun) -> dict[str, Any]:
    """How good the run was on its test images."""
    try:
        test = metrics_from(run.read("metrics.json"))
    except UserError as error:
        where = "" if str(run.path) in error.message else f"{run.path} cannot be used: "
        raise UserError(f"{where}{error.message}", help=error.help) from error
    return {"accuracy": test.accuracy, "accuracy_interval": list(test.accuracy_interval), "images": test.images}
