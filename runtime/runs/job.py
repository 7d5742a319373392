"""One run from its first step to its report: what `cnn run` begins and `cnn resume` goes on with."""

import contextlib
import json
import signal
import sys
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console

from compiler import TrainingPlan
from compiler.normalization import Normalization
from runtime.data.naming import data_name
from runtime.data.parts import RunData
from runtime.directory.manifest import DataUsed, diverged_in
from runtime.directory.rundir import CHECKPOINT, PROGRAM, RunWriter
from runtime.directory.weights import weights_npz
from runtime.errors import UserError
from runtime.evaluation.scores import shown_metric
from runtime.machine import without_home
from runtime.runs.commands import begin_gently
from runtime.runs.results import history_csv, metrics_json
from runtime.terminal import printable, show_warning
from runtime.training.diverging import DivergedError
from runtime.training.history import TrainingResult
from runtime.training.interrupts import Interrupts
from runtime.training.logs import Logs, Observer, open_logs
from runtime.training.progress import Progress
from runtime.training.stopping_words import stop_words, stopped_as, weights_words
from runtime.training.trained import devices_of, model_to_keep, model_to_train
from spec_lang import decode
from spec_lang.program import Program
from spec_lang.program_json import to_json

if TYPE_CHECKING:
    import keras
    import numpy as np
    from numpy.typing import NDArray

    from compiler.devices import Devices
    from runtime.evaluation.evaluation import Evaluation
    from runtime.training.checkpoint import State
    from runtime.training.loops import Preparation

INTERRUPTED: Final = 128 + signal.SIGINT
"""The exit code that shells expect after Ctrl-C."""
_SAMPLES: Final = 30
"""Training images shown in the report."""


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """All that a run is made from, settled before its first step."""

    program: Program
    spec: bytes
    """As written."""
    plan: TrainingPlan
    data: RunData

    @property
    def classes(self) -> tuple[str, ...]:
        assert self.program.data is not None
        return self.program.data.classes

    @property
    def validation_images(self) -> int:
        return len(self.data.validation) if self.data.validation else 0


def data_used(job: Job) -> DataUsed:
    """What the manifest says of the data."""
    assert job.program.data is not None
    return DataUsed(
        name=data_name(job.program.data),
        fingerprint=job.data.fingerprint,
        origin=without_home(job.data.origin),
        train_images=len(job.data.training),
        validation_images=job.validation_images,
        test_images=len(job.data.test),
        test_fingerprint=job.data.test_fingerprint,
    )


def carry_out(run: RunWriter, job: Job) -> int:
    """Train, from the run's checkpoint where it has one, evaluate and report; returns the exit code.

    Whatever ends it early, the manifest says so; what ends it before the first step leaves things as they were.
    """
    shown = printable(str(run.home))
    try:
        return _carry_out(run, job)
    except KeyboardInterrupt:
        if not run.begun:
            run.undo()
            print("\ninterrupted before the first step: nothing was changed", file=sys.stderr)
            return INTERRUPTED
        with contextlib.suppress(UserError):
            run.end("interrupted")
        print(f"\ninterrupted: {run.called(shown)} is not finished; cnn resume {shown} goes on", file=sys.stderr)
        return INTERRUPTED
    except DivergedError as error:
        with contextlib.suppress(UserError):
            run.end("failed", stopped=diverged_in(error.epoch))
        raise UserError(error.message, help=begin_gently(job.plan, run.manifest.command)) from error
    except BaseException:
        with contextlib.suppress(UserError):  # the error under way tells more
            if run.begun:
                run.end("failed")
            else:
                run.undo()
        raise


def _carry_out(run: RunWriter, job: Job) -> int:
    from runtime.training.preparing import prepared

    run.write("spec.cnn", job.spec)
    run.write(PROGRAM, json.dumps(to_json(job.program), indent=2, ensure_ascii=False) + "\n")
    used = run.manifest.data
    print(printable(f"run {run.home.name}, in {run.home}"))
    print(
        f"{used.name}: {used.train_images:,} images to train on, {used.validation_images:,} to validate, "
        f"{used.test_images:,} to test",
        flush=True,
    )
    if left_out := len(job.data.skipped):
        print(f"{left_out:,} pictures could not be read and were left out: the report names them", flush=True)
    for note in job.data.notes:
        show_warning(note)
    with run.phase("build"):
        devices = devices_of(job.plan)
        model = model_to_train(job.program, job.plan, devices)
        training_images, preparation = prepared(job.data.training, job.plan, len(job.classes))
        run.manifest = replace(run.manifest, normalization=asdict(preparation.normalization))
        job = replace(job, data=replace(job.data, training=training_images))
    with open_logs(run.home, job.program, job.plan.logs) as logs:
        return _train_and_judge(run, job, model, preparation, devices, logs)


def _train_and_judge(
    run: RunWriter,
    job: Job,
    model: "keras.Sequential",
    preparation: "Preparation",
    devices: "Devices | None",
    logs: Logs,
) -> int:
    with run.phase("train"):
        training = _train(run, job, model, preparation, devices, logs)
        model = model_to_keep(job.program, job.plan, model, devices)
    with run.phase("save"):
        run.write("weights.npz", weights_npz(model))
        run.write_with("model.keras", model.save)
    if not training.history:
        run.end("interrupted")
        kept = f"the weights so far are kept in {run.home}, not evaluated; cnn resume {run.home} goes on"
        print(f"no epoch was finished: {kept}", file=sys.stderr)
        return INTERRUPTED
    print(f"{stop_words(job.plan, training)} {weights_words(training)}", flush=True)
    if training.stop_reason == "diverged":
        print(f"help: {begin_gently(job.plan, run.manifest.command)}", file=sys.stderr)
    with run.phase("evaluate"):
        evaluation, probabilities = _evaluate(run, job, model, training, preparation.normalization)
        figures = {name: getattr(evaluation, name) for name in ("accuracy", "loss", "cross_entropy")}
        logs.finish({**figures, **evaluation.metrics})
    with run.phase("report"):
        _report(run, job, training, evaluation, probabilities)
    run.end("finished", stopped=stopped_as(training))
    lower, upper = evaluation.accuracy_interval
    print(
        f"test accuracy {evaluation.accuracy:.2%}, 95% interval {lower:.2%} to {upper:.2%} "
        f"({evaluation.correct:,} of {evaluation.images:,} images)"
    )
    if evaluation.metrics:
        named = ((name, value) for name, value in evaluation.metrics.items() if value is not None)
        print(", ".join(f"{name} {shown_metric(name, value)}" for name, value in named))
    print(printable(f"report: {run.home / 'report.html'}"))
    return 0


def _train(
    run: RunWriter,
    job: Job,
    model: "keras.Sequential",
    preparation: "Preparation",
    devices: "Devices | None",
    logs: Logs,
) -> TrainingResult:
    from runtime.training.checkpoint import checkpoint_npz
    from runtime.training.train import train

    def save(state: "State", model: Any, optimizer: Any) -> None:
        if not state.done:
            run.write("history.csv", history_csv(state.history))
        run.keep(CHECKPOINT, checkpoint_npz(state, model, optimizer))

    # Rich takes FORCE_COLOR for a terminal; a live line in a log file helps nobody.
    console = Console(highlight=False, force_terminal=sys.stdout.isatty())
    with (
        Interrupts() as interrupts,
        Progress(console, job.plan.epochs, _shown(job.plan), validation=job.validation_images > 0) as progress,
    ):
        return train(
            model,
            job.plan,
            job.data.training,
            job.data.validation,
            preparation=preparation,
            observer=_Begun(run, logs.beside(progress)),
            interrupted=lambda: interrupts.requested,
            save=save,
            resume=run.checkpoint(),
            devices=devices,
        )


def _shown(plan: TrainingPlan) -> tuple[str, ...]:
    """What progress tells beside loss and accuracy."""
    return plan.metrics if plan.loss_is_cross_entropy else ("cross_entropy", *plan.metrics)


class _Begun:
    """An observer, beside which the run is told of its first step."""

    def __init__(self, run: RunWriter, observer: Observer) -> None:
        self._run = run
        self._observer = observer
        self.settle = observer.settle

    def advance(self, epoch: int, done: float, loss: float, accuracy: float) -> None:
        self._run.begun = True
        self._observer.advance(epoch, done, loss, accuracy)


def _evaluate(
    run: RunWriter, job: Job, model: "keras.Sequential", training: TrainingResult, line: Normalization
) -> tuple["Evaluation", "NDArray[np.floating]"]:
    """The figures, and the probabilities of each test image that they are of, (n, classes)."""
    from runtime.evaluation.inference import judged
    from runtime.evaluation.predictions import predictions_csv

    labels = job.data.test.labels
    evaluation, probabilities = judged(model, job.plan, job.data.test, job.classes, line)
    run.write("metrics.json", metrics_json(evaluation, training))
    run.write("predictions.csv", predictions_csv(labels, probabilities, job.classes, job.data.test.file_names()))
    return evaluation, probabilities


def _report(
    run: RunWriter, job: Job, training: TrainingResult, evaluation: "Evaluation", probabilities: "NDArray[np.floating]"
) -> None:
    from runtime.look.contact_sheet import IN_REPORT, VARIANTS, sheet_png
    from runtime.report import render_report
    from runtime.report.figures import confusion_heat_map, sample_grid, sample_indices, training_curve
    from runtime.report.mistakes import described, telling_mistakes
    from runtime.report.reporting import Outcome, majority_share, report_content

    learnt = job.data.training
    shown = replace(learnt, indices=learnt.indices[sample_indices(learnt.labels, _SAMPLES)], ids=None)
    images, labels = shown.images(), shown.labels
    places = telling_mistakes(job.data.test.labels, probabilities)
    mistakes = described(job.data.test, probabilities, places, job.classes)
    epochs = min(len(training.history), VARIANTS) if job.plan.augmentation else 0
    outcome = Outcome(
        program=job.program,
        spec_text=decode(job.spec),
        plan=job.plan,
        training=training,
        evaluation=evaluation,
        sample_images=images,
        sample_labels=labels,
        mistakes=mistakes,
        scored_before=run.path != run.home,  # an extension of what was finished
        training_majority=None if job.plan.balance == "weights" else majority_share(learnt.labels),
        varied=sheet_png(learnt, job.plan, job.classes, IN_REPORT, epochs) if epochs else b"",
        varied_epochs=epochs,
        left_out=job.data.skipped,
    )
    history, best = training.history, training.best_epoch
    for name, png in (
        ("loss", training_curve(history, "loss", best)),
        ("accuracy", training_curve(history, "accuracy", best)),
        ("confusion", confusion_heat_map(evaluation)),
        ("samples", sample_grid(images, labels, job.classes, columns=10)),
        ("varied", outcome.varied),
    ):
        if not png:
            continue
        run.write(f"figures/{name}.png", png)
    finished = f"{datetime.now(UTC):%Y-%m-%d at %H:%M} UTC"
    run.write("report.html", render_report(report_content(outcome, run.manifest, finished)))
