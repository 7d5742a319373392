"""The command that repeats a run, with other settings."""

import shlex
from collections.abc import Iterable

from compiler import TrainingPlan
from runtime.directory.rundir import MANIFEST
from runtime.errors import UserError, first_line
from runtime.machine import command_line
from runtime.training.diverging import remedies


def command_with(command: str, settings: Iterable[tuple[str, str]]) -> str:
    """A command of `cnn run` with `--set NAME=VALUE` for each setting, in the place of what it set them to.

    Raises UserError for a command that no shell takes.
    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise UserError(f"the command in {MANIFEST} is none that a shell takes: {first_line(error)}") from error
    for name, value in settings:
        begin = f"{name}="
        words = [
            word
            for place, word in enumerate(words)
            if not word.startswith(begin) and not (word == "--set" and _at(words, place + 1).startswith(begin))
        ]
        words += ["--set", f"{begin}{value}"]
    return command_line(words)


def begin_gently(plan: TrainingPlan, command: str) -> str:
    """The advice after a training that diverged."""
    return f"begin a new run whose steps are smaller: {command_with(command, remedies(plan))}"


def _at(words: list[str], place: int) -> str:
    return words[place] if place < len(words) else ""
