"""The verb `cnn evaluate`: how good a finished run is, on its own test images or on others."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from compiler import training_plan
from runtime.data.evaluation_data import Judged, images_from
from runtime.data.naming import data_name
from runtime.data.parts import named
from runtime.data.run_data import load_run_data
from runtime.directory.rundir import FinishedRun, open_run
from runtime.errors import UserError
from runtime.evaluation.inference import judged
from runtime.evaluation.predict import load_model, normalization_of, program_of
from runtime.evaluation.scores import shown_metric
from runtime.output import put_out
from runtime.table import Column, Look, table
from runtime.terminal import printable, show_warning
from spec_lang.program import Program

if TYPE_CHECKING:
    from runtime.evaluation.evaluation import ClassScore, Evaluation


def evaluate_run(path: str, data: str | None, format_: Literal["table", "json"]) -> int:
    """Print how good a run is; the exit code is 0.

    Args:
        path: The run directory.
        data: A .npz or .csv file or a folder; None for the run's own test images.
        format_: Of the output.

    Raises UserError where the run or the data cannot be used, or do not fit each other.
    """
    run = open_run(Path(path))
    program = program_of(run)
    images = _own_test_images(run, program) if data is None else images_from(Path(data), program)
    if images.left_out:
        show_warning(f"{images.left_out_words} and were left out: {named(images.left_out, '; ')}")
    for note in images.notes:
        show_warning(note)
    assert program.data is not None
    model, normalization = load_model(run)[1], normalization_of(run.manifest)
    evaluation, _ = judged(model, training_plan(program), images.examples, program.data.classes, normalization)
    if format_ == "json":
        about = {"run": path, "data": images.of, "left_out": list(images.left_out), **evaluation.to_json()}
        put_out(f"{json.dumps(about, indent=2, ensure_ascii=False)}\n")
    else:
        for line in _lines(evaluation, images.of):
            print(line)
    return 0


def _own_test_images(run: FinishedRun, program: Program) -> Judged:
    assert program.data is not None
    try:
        data = load_run_data(program.data, training_plan(program), Path(run.manifest.folder))
    except UserError as error:
        raise UserError(error.message, help=error.help or "name other images with --data") from error
    if data.fingerprint != run.manifest.data.fingerprint:
        raise UserError(
            f"{data.origin} is not the data that {run.path} learnt from: its images or labels have changed since",
            help="which of them the run never saw is unknown; name images to score it on with --data",
        )
    words = f"{len(data.skipped):,} pictures and folders cannot be read"
    return Judged(data.test, f"the test images of {data_name(program.data)}", data.skipped, words, data.notes)


def _lines(evaluation: "Evaluation", of: str) -> Iterator[str]:
    lower, upper = evaluation.accuracy_interval
    yield f"{printable(of)}: {evaluation.images:,}"
    yield (
        f"accuracy {evaluation.accuracy:.2%}, 95% interval {lower:.2%} to {upper:.2%} "
        f"({evaluation.correct:,} of {evaluation.images:,} images)"
    )
    yield f"loss {evaluation.loss:.4f}"
    yield f"cross-entropy {evaluation.cross_entropy:.4f}"
    for name, value in evaluation.metrics.items():
        yield f"{name} {'has no value for these images' if value is None else shown_metric(name, value)}"
    common = printable(evaluation.majority_class)
    yield f"always answering {common} would reach {evaluation.majority_accuracy:.2%}"
    yield ""
    yield from table(list(_columns(evaluation)), [], Look(width=120))


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    precision: float | None
    recall: float | None
    f1: float | None
    support: int


def _columns(evaluation: "Evaluation") -> Iterator[Column]:
    rows: list[ClassScore | _Row] = list(evaluation.classes)
    mean = evaluation.macro
    rows.append(_Row("mean of the classes", mean.precision, mean.recall, mean.f1, evaluation.images))
    yield Column("class", [printable(row.name) for row in rows])
    yield Column("precision", [_share(row.precision) for row in rows], right=True)
    yield Column("recall", [_share(row.recall) for row in rows], right=True)
    yield Column("F1", [_share(row.f1) for row in rows], right=True)
    yield Column("images", [f"{row.support:,}" for row in rows], right=True)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2%}"
