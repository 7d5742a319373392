"""A trained network with all that an export carries along."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.normalization import Normalization
from runtime.directory.rundir import FinishedRun, open_run
from runtime.evaluation.predict import load_model, normalization_of
from spec_lang.program import Data, Program

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A finished run, rebuilt from its program and its weights."""

    run: FinishedRun
    program: Program
    model: "keras.Sequential"
    """Of images scaled and normalized, as in training."""
    normalization: Normalization

    @property
    def data(self) -> Data:
        assert self.program.data is not None
        return self.program.data

    @property
    def classes(self) -> tuple[str, ...]:
        return self.data.classes


def load_trained(path: Path) -> Trained:
    """Open a finished run, a stranger's perhaps: nothing of it is executed. Raises UserError as `open_run`."""
    run = open_run(path)
    program, model = load_model(run)
    return Trained(run, program, model, normalization_of(run.manifest))
