"""The verb `cnn run`: from a spec to a finished run directory."""

import contextlib
import json
import shlex
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console

from compiler import TrainingPlan, build_model, training_plan
from runtime.datasets import LoadedData, load_dataset
from runtime.errors import UserError
from runtime.history import EpochRecord, TrainingResult
from runtime.interrupts import Interrupts
from runtime.machine import machine, memory_bytes, versions, without_home
from runtime.manifest import DataUsed, Manifest
from runtime.progress import Progress
from runtime.results import history_csv, metrics_json
from runtime.rundir import RunWriter, create_run_directory, utc_now
from runtime.spec_file import check_content, read_spec, show_findings, will_not_fit
from runtime.splits import Indices, stratified_holdout
from runtime.stopping_words import stop_words, weights_words
from runtime.weights import weights_npz
from spec_lang import decode
from spec_lang.program import Program
from spec_lang.program_json import to_json

if TYPE_CHECKING:
    import keras

    from runtime.evaluation import Evaluation

_EVALUATION_BATCH = 256
_SAMPLES = 30
"""Training images shown in the report."""
_INTERRUPTED = 128 + signal.SIGINT
"""The exit code that shells expect after Ctrl-C."""


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    """All that a run is made from, settled before its directory is."""

    program: Program
    spec: bytes
    """As written."""
    plan: TrainingPlan
    data: LoadedData
    kept: Indices
    """The training images to learn from."""
    held_out: Indices
    """The training images to validate on; none where there is no validation or the test images serve for it."""

    @property
    def classes(self) -> tuple[str, ...]:
        assert self.program.data is not None
        return self.program.data.classes

    @property
    def validation_images(self) -> int:
        return len(self.data.y_test) if self.plan.validation == "test" else len(self.held_out)


def run_file(path: str, overrides: Sequence[str], runs: str) -> int:
    """Train, evaluate and report what a spec describes, in a new run directory below `runs`.

    The exit code is 1 where the spec has errors or the run needs more memory than there is, 130 where Ctrl-C left
    nothing to evaluate, else 0.

    Raises UserError where the data, the run directory or the training fails.
    """
    started, start = utc_now(), time.perf_counter()
    spec = read_spec(path)
    checked = check_content(spec, path, overrides, memory=memory_bytes())
    show_findings(checked, sys.stderr)
    if checked.program is None:
        return 1
    if will_not_fit(checked):
        print(f"the run was not begun; `cnn plan {path}` shows what takes the memory", file=sys.stderr)
        return 1
    job = _job(checked.program, spec)
    words = ["cnn", "run", path, *(word for text in overrides for word in ("--set", text))]
    words += ["--runs", runs] if runs != "runs" else []
    manifest = Manifest(
        spec=job.program.name,
        command=without_home(shlex.join(words)),
        seed=job.plan.seed,
        data=_data_used(job),
        versions=versions(),
        machine=machine(),
        started=started,
        seconds={"data": round(time.perf_counter() - start, 3)},
    )
    run = RunWriter(create_run_directory(Path(runs), job.program.name), manifest)
    try:
        return _execute(run, job)
    except KeyboardInterrupt:
        with contextlib.suppress(UserError):
            run.end("interrupted")
        print(f"\ninterrupted: the run in {run.path} is not finished", file=sys.stderr)
        return _INTERRUPTED
    except BaseException:
        with contextlib.suppress(UserError):  # the error under way tells more
            run.end("failed")
        raise


def _job(program: Program, spec: bytes) -> _Job:
    if program.data is None:
        raise UserError(f"{program.name} has no data to train on", help="name a data set, e.g. `data mnist`")
    plan = training_plan(program)
    data = load_dataset(program.data.source)
    share = 0.0 if isinstance(plan.validation, str) else plan.validation
    return _Job(program, spec, plan, data, *stratified_holdout(data.y_train, share, plan.seed))


def _data_used(job: _Job) -> DataUsed:
    assert job.program.data is not None
    return DataUsed(
        name=job.program.data.source,
        fingerprint=job.data.fingerprint,
        origin=without_home(job.data.origin),
        train_images=len(job.kept),
        validation_images=job.validation_images,
        test_images=len(job.data.y_test),
    )


def _execute(run: RunWriter, job: _Job) -> int:
    used = run.manifest.data
    print(f"run {run.path.name}, in {run.path}")
    print(
        f"{used.name}: {used.train_images:,} images to train on, {used.validation_images:,} to validate, "
        f"{used.test_images:,} to test",
        flush=True,
    )
    run.write("spec.cnn", job.spec)
    run.write("program.json", json.dumps(to_json(job.program), indent=2, ensure_ascii=False) + "\n")
    with run.phase("build"):
        model = build_model(job.program)
    with run.phase("train"):
        training = _train(run, job, model)
    with run.phase("save"):
        run.write("weights.npz", weights_npz(model))
        run.write_with("model.keras", model.save)
    if not training.history:
        run.end("interrupted")
        print(f"no epoch was finished: the weights so far are kept in {run.path}, not evaluated", file=sys.stderr)
        return _INTERRUPTED
    print(f"{stop_words(job.plan, training)} {weights_words(training)}", flush=True)
    with run.phase("evaluate"):
        evaluation = _evaluate(run, job, model, training)
    with run.phase("report"):
        _report(run, job, training, evaluation)
    run.end("finished", stopped=None if training.stop_reason == "completed" else training.stop_reason)
    lower, upper = evaluation.accuracy_interval
    print(
        f"test accuracy {evaluation.accuracy:.2%}, 95% interval {lower:.2%} to {upper:.2%} "
        f"({evaluation.correct:,} of {evaluation.images:,} images)"
    )
    print(f"report: {run.path / 'report.html'}")
    return 0


def _train(run: RunWriter, job: _Job, model: "keras.Sequential") -> TrainingResult:
    from runtime.training import Examples, train

    x, y = job.data.x_train, job.data.y_train
    x_test, y_test = job.data.x_test, job.data.y_test
    validation = (
        Examples(x_test, y_test, np.arange(len(y_test)))
        if job.plan.validation == "test"
        else Examples(x, y, job.held_out)
    )
    # Rich takes FORCE_COLOR for a terminal; a live line in a log file helps nobody.
    console = Console(highlight=False, force_terminal=sys.stdout.isatty())
    with (
        Interrupts() as interrupts,
        Progress(console, job.plan.epochs, validation=job.validation_images > 0) as progress,
    ):
        return train(
            model,
            job.plan,
            Examples(x, y, job.kept),
            validation if job.validation_images else None,
            observer=_Observer(run, progress),
            interrupted=lambda: interrupts.requested,
        )


class _Observer:
    """Shows the progress of a training and keeps its history on disk."""

    def __init__(self, run: RunWriter, progress: Progress) -> None:
        self._run = run
        self._history: list[EpochRecord] = []
        self.advance = progress.advance
        self._settle = progress.settle

    def settle(self, record: EpochRecord, *, best: bool) -> None:
        self._settle(record, best=best)
        self._history.append(record)
        self._run.write("history.csv", history_csv(self._history))


def _evaluate(run: RunWriter, job: _Job, model: "keras.Sequential", training: TrainingResult) -> "Evaluation":
    from runtime.evaluation import evaluate  # scikit-learn is slow to load, and not needed before
    from runtime.inference import predict_probabilities
    from runtime.predictions import predictions_csv

    probabilities = predict_probabilities(model, job.data.x_test, _EVALUATION_BATCH)
    evaluation = evaluate(job.data.y_test, probabilities, job.classes)
    run.write("metrics.json", metrics_json(evaluation, training))
    run.write("predictions.csv", predictions_csv(job.data.y_test, probabilities, job.classes))
    return evaluation


def _report(run: RunWriter, job: _Job, training: TrainingResult, evaluation: "Evaluation") -> None:
    from runtime.figures import sample_grid, sample_indices
    from runtime.report import render_report
    from runtime.reporting import Outcome, figures_of, report_content

    shown = job.kept[sample_indices(job.data.y_train[job.kept], _SAMPLES)]
    images, labels = job.data.x_train[shown], job.data.y_train[shown]
    outcome = Outcome(job.program, decode(job.spec), job.plan, training, evaluation, images, labels)
    figures = figures_of(outcome)
    finished = f"{datetime.now(UTC):%Y-%m-%d at %H:%M} UTC"
    for name, png in (
        ("loss", figures.loss),
        ("accuracy", figures.accuracy),
        ("confusion", figures.confusion),
        ("samples", sample_grid(images, labels, job.classes, columns=10)),
    ):
        run.write(f"figures/{name}.png", png)
    run.write("report.html", render_report(report_content(outcome, figures, run.manifest, finished)))
