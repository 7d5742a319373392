"""Logging for other programs, by one word of the spec: `log tensorboard`, `log mlflow`.

What is logged can be had from the run directory as well: `history.csv` and `metrics.json` stand there in any case.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Protocol

from runtime.errors import UserError
from runtime.extras import not_installed
from runtime.specs.as_written import setting_as_written, settings_of
from runtime.training.history import EpochRecord
from spec_lang.program import Program

PACKAGES: Final = {"tensorboard": "tensorboard", "mlflow": "mlflow"}
"""The module that each word needs; the extra that brings it has the name of the word."""


class Log(Protocol):
    """Who writes figures down elsewhere."""

    def settle(self, record: EpochRecord) -> None:
        """Once an epoch. One that is done again after a cut is written again, with the same figures."""

    def finish(self, figures: Mapping[str, float]) -> None:
        """Once, with the scores on the test images."""

    def fail(self) -> None:
        """Say that the run ended before that."""


class Observer(Protocol):
    """As `runtime.training.train` has it."""

    def advance(self, epoch: int, done: float, loss: float, accuracy: float) -> None: ...

    def settle(self, record: EpochRecord, *, best: bool) -> None: ...


@dataclass(frozen=True, slots=True)
class Logs:
    """All logs of a run."""

    each: tuple[Log, ...] = ()

    def beside(self, observer: Observer) -> Observer:
        """The observer, and the logs told with it."""
        return _Both(observer, self.each) if self.each else observer

    def finish(self, figures: Mapping[str, float | None]) -> None:
        for log in self.each:
            with _without_end():
                log.finish({name: value for name, value in figures.items() if value is not None})


class _Both:
    def __init__(self, observer: Observer, logs: tuple[Log, ...]) -> None:
        self.advance = observer.advance
        self._observer = observer
        self._logs = logs

    def settle(self, record: EpochRecord, *, best: bool) -> None:
        self._observer.settle(record, best=best)
        for log in self._logs:
            with _without_end():
                log.settle(record)


@contextmanager
def _without_end() -> Iterator[None]:
    """A log that can no longer be written is worth a warning, not the end of a training."""
    try:
        yield
    except UserError as error:
        print(f"warning: {error.message}", file=sys.stderr)


def need_logging_packages(names: Iterable[str]) -> None:
    """Raises UserError, with the command that installs it, where a package for one of the logs is missing."""
    for name in names:
        if find_spec(PACKAGES[name]) is None:
            raise UserError(not_installed(f"`log {name}`", PACKAGES[name], name))


@contextmanager
def open_logs(run: Path, program: Program, names: Sequence[str]) -> Iterator[Logs]:
    """The logs of a run directory; where what happens inside fails, they say so."""
    logs = Logs(tuple(_log(name, run, program) for name in names))
    try:
        yield logs
    except BaseException:
        for log in logs.each:
            with suppress(UserError):  # the error under way tells more
                log.fail()
        raise


def _log(name: str, run: Path, program: Program) -> Log:
    if name == "tensorboard":
        from runtime.training.logs.tensorboard_log import TensorBoardLog

        return TensorBoardLog(run)
    from runtime.training.logs.mlflow_log import MlflowLog

    settings = {
        f"{section.keyword}.{keyword}": setting_as_written(section.by_keyword[keyword], arguments)
        for section, values in settings_of(program)
        for keyword, arguments in values.items()
    }
    return MlflowLog(run, {"spec": program.name, "parameters": str(program.parameters), **settings})
