"""What may be changed of a run that goes on, and what is said where that would train nothing, or another run."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from compiler import training_plan
from runtime.directory.rundir import FinishedRun
from runtime.errors import UserError
from runtime.files import read_regular
from runtime.report.words import counted
from runtime.runs.commands import begin_gently, command_with
from runtime.terminal import printable
from spec_lang.program import Program

_HISTORY: Final = "history.csv"
_LIMIT: Final = 1 << 26
"""Bytes: enough for half a million epochs."""

Settings: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asks for; None where it is to stay as it is."""

    epochs: int | None = None
    """In all."""
    patience: int | None = None
    """Epochs that early stopping waits for a better figure."""


@dataclass(frozen=True, slots=True)
class _Resumed:
    """A run that is to go on."""

    run: FinishedRun
    """What is gone on with: the run, or its extension."""
    finished: FinishedRun
    """The run directory itself."""
    program: Program
    done: int
    """Epochs that are over."""

    @property
    def shown(self) -> str:
        return printable(str(self.finished.path))

    @property
    def epochs(self) -> int:
        return _whole(self.program, "epochs", "count")

    @property
    def patience(self) -> int | None:
        """What early stopping waits for; None where there is none."""
        return max(_whole(self.program, "stop", "patience"), 1) if "stop" in self.program.train else None

    @property
    def is_finished(self) -> bool:
        """Whether it came to the end that it was to come to."""
        manifest = self.run.manifest
        return manifest.state == "finished" and manifest.stopped != "interrupted"

    def anew(self, *settings: tuple[str, str]) -> str:
        return f"begin a new run: {printable(command_with(self.run.manifest.command, settings))}"


def changed(run: FinishedRun, finished: FinishedRun, program: Program, wanted: Wanted) -> tuple[Program, Settings]:
    """The program as if the run had been begun so, and the settings that are not as they were.

    Raises UserError, with what would work, where the run would train nothing more or not go on as itself.
    """
    one = _Resumed(run, finished, program, _epochs_over(run) or _epochs_over(finished))
    if run.manifest.diverged:
        raise UserError(
            f"{one.shown} {run.manifest.stopped}: going on would come to the same",
            help=begin_gently(training_plan(program), run.manifest.command),
        )
    _check_epochs(one, wanted)
    _check_patience(one, wanted)
    if one.is_finished:
        _check_trains(one, wanted)
    train, settings = dict(program.train), []
    if wanted.epochs is not None and wanted.epochs != one.epochs:
        train["epochs"] = {"count": wanted.epochs}
        settings.append(("train.epochs", str(wanted.epochs)))
    if wanted.patience is not None and wanted.patience != one.patience:
        train["stop"] = {**train["stop"], "patience": wanted.patience}
        settings.append(("train.stop.patience", str(wanted.patience)))
    return program._replace(train=train), tuple(settings)


def _check_epochs(one: _Resumed, wanted: Wanted) -> None:
    epochs = wanted.epochs
    if epochs is None or epochs == one.epochs:
        return
    if _is_cosine(one):
        raise UserError(
            "the learning rate falls along a cosine laid out for "
            f"{counted(one.epochs, 'epoch')}: with {epochs}, every epoch would have been another one",
            help=one.anew(("train.epochs", str(epochs))),
        )
    if epochs < one.epochs and (one.run is one.finished or epochs < one.done):
        least = one.epochs if one.run is one.finished else one.done
        were = "was to run" if one.run is one.finished else "has been trained on for"
        raise UserError(f"{one.shown} {were} {counted(least, 'epoch')}", help="--epochs can only add to them")


def _check_patience(one: _Resumed, wanted: Wanted) -> None:
    if wanted.patience is None:
        return
    if one.patience is None:
        raise UserError(
            f"{one.shown} has no early stopping that could be more patient",
            help=_advice(one, Wanted(wanted.epochs)),
        )
    if wanted.patience < one.patience:
        raise UserError(
            f"{one.shown} was to wait for {counted(one.patience, 'epoch')} without a better figure",
            help="--patience can only add to them",
        )


def _check_trains(one: _Resumed, wanted: Wanted) -> None:
    """Refuse to go on with a finished run where no epoch would be trained."""
    stopped = one.run.manifest.stopped
    epochs, patience = wanted.epochs or one.epochs, wanted.patience or one.patience
    if stopped == "time limit":
        limit = training_plan(one.program).time_limit or 60
        raise UserError(
            f"{one.shown} is finished: its time was over after {counted(one.done, 'epoch')}, and more epochs find none",
            help=one.anew(("train.time", f"{max(round(2 * limit), 1)}s")),
        )
    is_impatient = stopped == "early stopping" and patience == one.patience
    if not is_impatient and epochs > one.done:
        return
    if is_impatient:
        why = f"early stopping ended it after {counted(one.done, 'epoch')}, and its patience is spent"
    else:
        why = f"all {counted(one.done, 'epoch')} were run" if one.done > 1 else "its one epoch was run"
    raise UserError(f"{one.shown} is finished: {why}", help=_advice(one, wanted))


def _advice(one: _Resumed, wanted: Wanted) -> str:
    """What would train on."""
    if not one.is_finished:
        return f"to go on: cnn resume {one.shown}"
    if (wanted.epochs or one.epochs) <= one.done and _is_cosine(one):
        return one.anew(("train.epochs", str(one.epochs * 2)))
    return f"to train on: cnn resume {one.shown}{_enough(one, wanted)}"


def _is_cosine(one: _Resumed) -> bool:
    return one.program.train.get("schedule", {}).get("form") == "cosine"


def _enough(one: _Resumed, wanted: Wanted) -> str:
    """The options with which the run would train on."""

    def options() -> Iterator[str]:
        epochs = wanted.epochs or one.epochs
        if epochs <= one.done:
            yield f" --epochs {one.done * 2}"
        elif wanted.epochs:
            yield f" --epochs {wanted.epochs}"
        if one.run.manifest.stopped == "early stopping" and one.patience:
            more = wanted.patience if wanted.patience and wanted.patience > one.patience else max(2 * one.patience, 5)
            yield f" --patience {more}"

    return "".join(options())


def _epochs_over(run: FinishedRun) -> int:
    """How many epochs are over: the rows of the history below its head, 0 where there is none."""
    if not run.has(_HISTORY):
        return 0
    content = run.read(_HISTORY) if run.manifest.state == "finished" else read_regular(run.path / _HISTORY, _LIMIT)
    return max(content.count(b"\n") - 1, 0)


def _whole(program: Program, setting: str, name: str) -> int:
    value = program.train[setting][name]
    assert isinstance(value, int)
    return value
