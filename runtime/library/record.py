"""One run directory, read for a person: nothing in it is trusted, nothing of it is executed."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from runtime.directory.extension import begun_extension
from runtime.directory.locking import in_use
from runtime.directory.manifest import Manifest
from runtime.directory.rundir import FinishedRun, read_manifest
from runtime.errors import UserError
from runtime.files import read_regular
from runtime.library.history_file import LIMIT, history_from
from runtime.library.metrics import Metrics, metrics_from
from runtime.training.history import EpochRecord

if TYPE_CHECKING:
    from spec_lang.program import Program

State: TypeAlias = Literal["training", "cut off", "interrupted", "failed", "finished"]
"""As in the manifest; where that says "training" and no process is at it, the run was "cut off"."""

SPEC: Final = "spec.cnn"
PROGRAM: Final = "program.json"
HISTORY: Final = "history.csv"
METRICS: Final = "metrics.json"
_NEEDED: Final = (SPEC, PROGRAM, HISTORY, METRICS)


@dataclass(frozen=True, slots=True)
class Extension:
    """How far the training on of a finished run has come."""

    state: State | Literal["damaged"]
    epochs: int = 0
    """In all that are over, those of the finished run among them."""
    planned_epochs: int | None = None

    @property
    def words(self) -> str:
        match self.state:
            case "training":
                return "is under way"
            case "damaged":
                return "is damaged"
            case "interrupted" | "cut off":
                return f"was {self.state}"
            case state:
                return state


@dataclass(frozen=True, slots=True)
class Record:
    """What a run directory says."""

    path: Path
    manifest: Manifest
    state: State
    spec: str | None
    """As written; None where the run was cut off before it was."""
    program: "Program | None"
    history: tuple[EpochRecord, ...] = ()
    metrics: Metrics | None = None
    """Of a finished run."""
    missing: frozenset[str] = field(default_factory=frozenset)
    """Files that the run wrote and that are no longer there."""
    extension: "Extension | None" = None
    """Of a finished run that is, or was to be, trained on."""

    @property
    def run(self) -> FinishedRun:
        return FinishedRun(self.path, self.manifest)

    @property
    def name(self) -> str:
        return self.path.absolute().name

    @property
    def planned_epochs(self) -> int | None:
        return _planned(self.program.train["epochs"]["count"]) if self.program else None


def open_record(path: Path) -> Record:
    """Read a run in any state, after the checksums of all its files.

    A finished run may lack what can be done without, such as its figures. Of one that is not finished, files may be
    newer than what the manifest says of them: its history counts as it stands.

    Raises UserError for what is no run directory, for files that were changed, and for ones that are not sound.
    """
    from spec_lang import decode  # with the parser and all tables; a list of runs does without

    manifest = read_manifest(path)
    run = FinishedRun(path, manifest)
    finished = manifest.state == "finished"
    missing = frozenset(name for name in manifest.artefacts if not run.has(name))
    for name in manifest.artefacts if finished else ():
        if name not in missing or name in _NEEDED:
            run.verify(name)
    try:
        return Record(
            path,
            manifest,
            state_of(path, manifest),
            decode(run.read(SPEC)) if finished or SPEC in manifest.artefacts else None,
            _program(run) if finished or PROGRAM in manifest.artefacts else None,
            history_of(run),
            metrics_from(run.read(METRICS)) if finished else None,
            missing,
            extension_of(run),
        )
    except UserError as error:
        if str(path) in error.message:
            raise
        raise UserError(f"{path} cannot be used: {error.message}", help=error.help) from error


def extension_of(run: FinishedRun) -> Extension | None:
    """The extension of a finished run that has none of its own yet; None where there is none."""
    if run.manifest.state != "finished" or run.manifest.moving:
        return None
    try:
        begun = begun_extension(run.path)
        if begun is None:
            return None
        state = "cut off" if begun.manifest.state == "training" and not in_use(run.path) else begun.manifest.state
        return Extension(state, len(history_of(begun) or history_of(run)), planned_epochs(begun))
    except UserError:
        return Extension("damaged")


def state_of(path: Path, manifest: Manifest) -> State:
    """The state of a run, as far as can be told from outside."""
    return "cut off" if manifest.state == "training" and not in_use(path) else manifest.state


def history_of(run: FinishedRun) -> tuple[EpochRecord, ...]:
    """The finished epochs, none where there is no file yet. Raises UserError where it is not sound."""
    if run.manifest.state == "finished":
        return history_from(run.read(HISTORY))
    if not run.has(HISTORY):
        return ()
    return history_from(read_regular(run.path / HISTORY, LIMIT))


def planned_epochs(run: FinishedRun) -> int | None:
    """How many epochs there are to be; None where the program does not tell. Raises UserError where it was changed."""
    if PROGRAM not in run.manifest.artefacts:
        return None
    try:
        return _planned(json.loads(run.read(PROGRAM))["train"]["epochs"]["count"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _planned(count: object) -> int | None:
    return count if type(count) is int else None


def _program(run: FinishedRun) -> "Program":
    from spec_lang.program_json import from_json

    try:
        return from_json(json.loads(run.read(PROGRAM)))
    except (ValueError, RecursionError) as error:
        raise UserError(f"{run.path} cannot be used: its program.json is not sound: {error}") from error
