"""An export held against `cnn predict` on the same images."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from compiler import training_plan
from runtime.data.examples import Images
from runtime.data.naming import data_name
from runtime.data.run_data import load_run_data
from runtime.errors import UserError, first_line
from runtime.evaluation.inference import predict_probabilities
from runtime.export.trained import Trained

Run: TypeAlias = Callable[[Path, Images], tuple[NDArray[np.float32], str]]
"""What opens the export in a folder: its probabilities (n, classes) for images, and the name of what computed them."""

LARGEST_ALLOWED: Final = 1e-4
"""Between two probabilities: what rounding in another order of operations leaves is a hundredth of it."""
_MOST: Final = 1_000
_RANDOM: Final = 200
_BATCH: Final = 256


@dataclass(frozen=True, slots=True, eq=False)
class ComparedImages:
    """What to compare on."""

    images: Images
    of: str
    """Where they come from, in words."""
    real: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far an export is from `cnn predict`."""

    largest_difference: float
    """Between two probabilities of the same class of the same image; infinite where the answers do not fit."""
    images: int
    of: str
    runtime: str
    """What ran the export."""

    @property
    def holds(self) -> bool:
        # So written, a NaN does not hold either.
        return self.largest_difference <= LARGEST_ALLOWED


def images_to_compare(trained: Trained) -> ComparedImages:
    """Up to 1,000 test images of the run, spread evenly; where they cannot be had, random ones."""
    try:
        data = load_run_data(trained.data, training_plan(trained.program), Path(trained.run.manifest.folder))
        test = data.test
        chosen = np.unique(np.linspace(0, len(test) - 1, min(_MOST, len(test))).round().astype(np.int64))
        images = np.concatenate([images for images, _, _ in test.batches(chosen, _BATCH)])
        if images.shape[1:] == tuple(trained.program.input_shape):
            return ComparedImages(images, f"test images of {data_name(trained.data)}", real=True)
        why = "its images have another size now"
    except UserError as error:
        why = error.message
    random = np.random.default_rng(0).integers(0, 256, (_RANDOM, *trained.program.input_shape), np.uint8)
    return ComparedImages(random, f"random pixels, since the test images cannot be had: {why}", real=False)


def compare(trained: Trained, given: ComparedImages, run: Run, folder: Path) -> Comparison:
    """Run the export in a folder on the images. Raises UserError where it cannot be run."""
    expected = predict_probabilities(trained.model, given.images, _BATCH, trained.normalization)
    if not np.isfinite(expected).all():
        raise UserError(f"{trained.run.path} answers nothing but NaN to some images: there is nothing to export")
    try:
        answers, runtime = run(folder, given.images)
    except (UserError, OSError):
        raise
    except Exception as error:  # each runtime fails in its own ways
        raise UserError(f"the export was not kept: it cannot be run: {first_line(error)}") from error
    fits = answers.shape == expected.shape
    largest = float(np.abs(answers - expected).max()) if fits else float("inf")
    return Comparison(largest, len(given.images), given.of, runtime)
