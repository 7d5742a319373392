"""The verb `cnn run`: from a spec to a finished run directory."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from compiler import training_plan
from runtime.data.run_data import load_run_data
from runtime.directory.locking import locked
from runtime.directory.manifest import Manifest
from runtime.directory.rundir import NewRunWriter, utc_now
from runtime.errors import UserError
from runtime.machine import command_line, machine, memory_bytes, versions
from runtime.runs.job import Job, carry_out, data_used
from runtime.specs.spec_file import check_content, read_spec, show_findings, will_not_fit
from runtime.training.logs import need_logging_packages
from runtime.training.trained import devices_of
from spec_lang.program import Program


def run_file(path: str, overrides: Sequence[str], runs: str, *, outside: Sequence[Path] = ()) -> int:
    """Train, evaluate and report what a spec describes, in a new run directory below `runs`.

    The exit code is 1 where the spec has errors or the run needs more memory than there is, 130 where Ctrl-C left
    nothing to evaluate, else 0.

    Raises UserError where the data, the run directory or the training fails.
    """
    started, start = utc_now(), time.perf_counter()
    spec = read_spec(path)
    checked = check_content(spec, path, overrides, outside=outside, memory=memory_bytes())
    show_findings(checked, sys.stderr)
    if checked.program is None:
        return 1
    if will_not_fit(checked):
        print(f"the run was not begun; `cnn plan {path}` shows what takes the memory", file=sys.stderr)
        return 1
    folder = Path(path).absolute().parent
    job = make_job(checked.program, spec, folder)
    words = ["cnn", "run", path, *(word for text in overrides for word in ("--set", text))]
    words += [word for allowed in outside for word in ("--outside", str(allowed))]
    words += ["--runs", runs] if runs != "runs" else []
    manifest = Manifest(
        spec=job.program.name,
        command=command_line(words),
        seed=job.plan.seed,
        data=data_used(job),
        versions=versions(),
        machine=machine(),
        started=started,
        folder=str(folder),
        seconds={"data": round(time.perf_counter() - start, 3)},
    )
    devices_of(job.plan)  # before there is anything to be left behind
    run = NewRunWriter(Path(runs), manifest)
    with locked(run.path):
        return carry_out(run, job)


def make_job(program: Program, spec: bytes, folder: Path) -> Job:
    """The job of a program whose spec stands in a folder. Raises UserError where there is nothing to learn from."""
    if program.data is None:
        raise UserError(f"{program.name} has no data to train on", help="name a data set, e.g. `data mnist`")
    plan = training_plan(program)
    need_logging_packages(plan.logs)
    return Job(program, spec, plan, load_run_data(program.data, plan, folder))
