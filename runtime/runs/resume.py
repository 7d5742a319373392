"""The verb `cnn resume`: goes on with a run that was cut off, or extends a finished one."""

import json
import shlex
from dataclasses import replace
from pathlib import Path

from runtime.directory.locking import locked
from runtime.directory.manifest import Manifest
from runtime.directory.rundir import MANIFEST, FinishedRun, RunWriter, read_manifest
from runtime.errors import UserError, first_line
from runtime.files import read_regular
from runtime.machine import command_line
from runtime.report.words import counted
from runtime.runs.job import CHECKPOINT, Job, carry_out
from runtime.runs.readers import readers_may_leave
from runtime.runs.run import make_job, write_program
from runtime.terminal import printable
from spec_lang.program import Program
from spec_lang.program_json import from_json

_PROGRAM = "program.json"
_SPEC = "spec.cnn"
_PROGRAM_LIMIT = 50_000_000
_SPEC_LIMIT = 1_000_000


def resume(path: str, epochs: int | None) -> int:
    """Go on from the last checkpoint to the end that the run would have come to; returns the exit code.

    Args:
        path: The run directory.
        epochs: How many epochs there are to be in all, instead of those of the spec.

    Raises UserError for what is no run directory, a finished run without `epochs`, a schedule that more epochs would
    have changed from the first one on, a run that another process is at, and data that is not what the run began with.
    """
    folder = Path(path)
    manifest = read_manifest(folder)
    with readers_may_leave(), locked(folder):
        manifest = read_manifest(folder)  # again: until now another process may have been at it
        _check_unchanged(folder, manifest)
        program = _program(folder, manifest)
        planned = _planned(program)
        if epochs is not None and epochs < planned:
            raise UserError(f"{folder} was to run {planned} epochs", help="--epochs can only add to them")
        if epochs is not None and epochs > planned:
            program, manifest = _extended(program, manifest, epochs)
        elif manifest.state == "finished" and manifest.stopped != "interrupted":
            raise UserError(f"{folder} is finished", help=f"to train on: cnn resume {path} --epochs {planned * 2}")
        job = make_job(program, read_regular(folder / _SPEC, _SPEC_LIMIT), Path(manifest.folder))
        _check_data(folder, manifest, job)
        if not (folder / CHECKPOINT).exists():
            print(f"{folder} has no checkpoint yet: beginning at the first epoch")
        run = RunWriter(folder, replace(manifest, state="training", ended=None, stopped=None))
        write_program(run, program)
        return carry_out(run, job)


def _check_unchanged(folder: Path, manifest: Manifest) -> None:
    """Refuse files that are not what the run wrote.

    Of a run that was cut off, the other files may be newer than what the manifest says of them.
    """
    run = FinishedRun(folder, manifest)
    for name in manifest.artefacts if manifest.state == "finished" else (_SPEC, _PROGRAM):
        if name in manifest.artefacts and (name in (_SPEC, _PROGRAM) or run.has(name)):
            run.verify(name)


def _program(folder: Path, manifest: Manifest) -> Program:
    if not (folder / _PROGRAM).exists() and _PROGRAM not in manifest.artefacts:
        raise UserError(
            f"{folder} was cut off before anything was begun: there is nothing to go on from",
            help=f"to begin anew: {printable(manifest.command)}",
        )
    try:
        program = from_json(json.loads(read_regular(folder / _PROGRAM, _PROGRAM_LIMIT)))
    except (ValueError, RecursionError) as error:
        raise UserError(f"{folder} cannot be resumed: its program.json is not sound: {error}") from error
    if program.data is None:
        raise UserError(f"{folder} cannot be resumed: its program.json has no data")
    return program


def _planned(program: Program) -> int:
    epochs = program.train["epochs"]["count"]
    assert isinstance(epochs, int)
    return epochs


def _extended(program: Program, manifest: Manifest, epochs: int) -> tuple[Program, Manifest]:
    """As if the run had been begun with so many epochs.

    Raises UserError where the epochs that were trained would have been other ones.
    """
    if program.train.get("schedule", {}).get("form") == "cosine":
        raise UserError(
            "the learning rate has fallen along a cosine laid out for "
            f"{counted(_planned(program), 'epoch')}: with {epochs}, every epoch would have been another one",
            help=f"begin a new run with --set train.epochs={epochs}",
        )
    longer = program._replace(train={**program.train, "epochs": {"count": epochs}})
    try:
        words = shlex.split(manifest.command)
    except ValueError as error:
        raise UserError(f"the command in {MANIFEST} is none that a shell takes: {first_line(error)}") from error
    kept = [
        word
        for place, word in enumerate(words)
        if not word.startswith("train.epochs=")
        and not (word == "--set" and words[place + 1 : place + 2] and words[place + 1].startswith("train.epochs="))
    ]
    # Its checksum is noted when it is written: a run that is killed in between names none.
    artefacts = {name: each for name, each in manifest.artefacts.items() if name != _PROGRAM}
    command = command_line([*kept, "--set", f"train.epochs={epochs}"])
    return longer, replace(manifest, command=command, artefacts=artefacts)


def _check_data(folder: Path, manifest: Manifest, job: Job) -> None:
    if job.data.fingerprint != manifest.data.fingerprint:
        raise UserError(
            f"{folder} cannot be resumed: {job.data.origin} is not the data that it began with",
            help="its images, their labels or their order have changed since; begin a new run",
        )
