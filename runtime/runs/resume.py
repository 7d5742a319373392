"""The verb `cnn resume`: goes on with a run that was cut off, or extends a finished one."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Final

from runtime.directory.extension import ExtensionWriter, begun_extension, finish_move, take_over
from runtime.directory.leftovers import clear_leftovers
from runtime.directory.locking import locked
from runtime.directory.manifest import Manifest
from runtime.directory.rundir import FOLDERS, PROGRAM, FinishedRun, RunWriter, read_manifest
from runtime.errors import UserError
from runtime.files import inside, read_regular
from runtime.machine import memory_bytes
from runtime.runs.changes import Wanted, changed
from runtime.runs.commands import command_with
from runtime.runs.job import Job, carry_out
from runtime.runs.run import make_job
from runtime.terminal import printable
from runtime.training.trained import devices_of
from spec_lang.program import Program
from spec_lang.program_json import from_json
from spec_lang.rules.practice import WILL_NOT_FIT
from spec_lang.statics import statics
from spec_lang.units import short

_SPEC: Final = "spec.cnn"
_PROGRAM_LIMIT: Final = 50_000_000


def resume(path: str, epochs: int | None = None, patience: int | None = None) -> int:
    """Go on from the last checkpoint to the end that the run would have come to; returns the exit code.

    A finished run stays as it is until what is trained on is finished too.

    Args:
        path: The run directory.
        epochs: How many epochs there are to be in all, instead of those of the spec.
        patience: How many epochs early stopping is to wait, instead of what the spec says.

    Raises UserError, before anything is changed, for what is no run directory, a finished run that is given nothing
    more to do, changes that would have made another run from the first epoch on, a run that another process is at, and
    data that is not what the run began with.
    """
    folder = Path(path)
    read_manifest(folder)
    with locked(folder):
        _complete(folder)
        finished = FinishedRun(folder, read_manifest(folder))  # again: until now another process may have been at it
        extension = begun_extension(folder) if finished.manifest.state == "finished" else None
        run = extension or finished
        for each in (finished, run):
            _check_unchanged(each)
        program, settings = changed(run, finished, _program(run), Wanted(epochs, patience))
        spec = finished.read(_SPEC)
        _check_memory(folder, program, spec)
        job = make_job(program, spec, Path(run.manifest.folder))
        _check_data(folder, run.manifest, job)
        devices_of(job.plan)
        _check_folders(finished.path, run.path)
        writer = _writer(finished, run, command_with(run.manifest.command, settings))
        if not writer.checkpoint():
            print(f"{printable(str(folder))} has no checkpoint yet: beginning at the first epoch")
        clear_leftovers(folder)
        return carry_out(writer, job)


def _check_folders(*runs: Path) -> None:
    """Refuse folders that lead elsewhere now, not when they are written to after hours of training."""
    for run in runs:
        for name in FOLDERS:
            inside(run, f"{name}/x")


def _complete(folder: Path) -> None:
    """Do the rest of what a kill left undone at the end of an extension."""
    finish_move(folder)
    extension = begun_extension(folder) if read_manifest(folder).state == "finished" else None
    if extension and extension.manifest.state == "finished":
        _check_unchanged(extension)
        take_over(folder, extension.manifest)


def _writer(finished: FinishedRun, run: FinishedRun, command: str) -> RunWriter:
    begins = run is finished and finished.manifest.state == "finished"
    # The checksum of the program is noted when it is written: a run that is killed in between names none.
    artefacts = {name: each for name, each in run.manifest.artefacts.items() if name != PROGRAM and not begins}
    manifest = replace(run.manifest, state="training", ended=None, stopped=None, command=command, artefacts=artefacts)
    if finished.manifest.state == "finished":
        return ExtensionWriter(finished.path, manifest)
    return RunWriter(run.path, manifest)


def _check_unchanged(run: FinishedRun) -> None:
    """Refuse files that are not what the run wrote.

    Of a run that was cut off, the other files may be newer than what the manifest says of them.
    """
    artefacts = run.manifest.artefacts
    for name in artefacts if run.manifest.state == "finished" else (_SPEC, PROGRAM):
        if name in artefacts and (name in (_SPEC, PROGRAM) or run.has(name)):
            run.verify(name)


def _program(run: FinishedRun) -> Program:
    if PROGRAM in run.manifest.artefacts:
        content = run.read(PROGRAM)
    elif run.has(PROGRAM):
        content = read_regular(run.path / PROGRAM, _PROGRAM_LIMIT)
    else:
        raise UserError(
            f"{run.path} was cut off before anything was begun: there is nothing to go on from",
            help=f"to begin anew: {printable(run.manifest.command)}",
        )
    try:
        program = from_json(json.loads(content))
    except (ValueError, RecursionError) as error:
        raise UserError(f"{run.path} cannot be resumed: its program.json is not sound: {error}") from error
    if program.data is None:
        raise UserError(f"{run.path} cannot be resumed: its program.json has no data")
    return program


def _check_memory(folder: Path, program: Program, spec: bytes) -> None:
    """Refuse what takes more memory than there is, as `cnn run` does; a spec can say that it is to be tried."""
    needed, memory = statics(program).memory.total, memory_bytes()
    if memory is not None and needed > memory and WILL_NOT_FIT.code.encode() not in spec:
        raise UserError(
            f"{folder} needs about {short(needed, 'B')} of memory, and there are {short(memory, 'B')}",
            help="resume it on a machine that has as much",
        )


def _check_data(folder: Path, manifest: Manifest, job: Job) -> None:
    if job.data.fingerprint != manifest.data.fingerprint:
        raise UserError(
            f"{folder} cannot be resumed: {job.data.origin} is not the data that it began with",
            help=f"its images, their labels or their order have changed since; to begin anew: {manifest.command}",
        )
