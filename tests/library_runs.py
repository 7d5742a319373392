"""Finished runs as `cnn run` leaves them, made in a moment: nothing is trained."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from programs import program

from runtime.directory.manifest import DataUsed, Manifest, State
from runtime.directory.rundir import RunWriter
from runtime.evaluation.evaluation import evaluate
from runtime.evaluation.predictions import predictions_csv
from runtime.machine import machine, versions
from runtime.runs.results import history_csv, metrics_json
from runtime.training.history import EpochRecord, TrainingResult
from spec_lang.program import Program
from spec_lang.program_json import to_json

SPEC = "data digits\nconv 4 3x3 relu; pool 2x2; flatten; dense 8 relu; dense 10 softmax\ntrain { epochs 3; seed 7 }\n"
LABELS = np.arange(100) % 10


def manifest(**changes: Any) -> Manifest:
    data = DataUsed("digits", "a" * 64, "scikit-learn's load_digits", 1293, 144, len(LABELS), "b" * 64)
    given: dict[str, Any] = {
        "spec": "tiny",
        "command": "cnn run tiny.cnn",
        "seed": 7,
        "data": data,
        "versions": versions(),
        "machine": machine(),
        "started": "2026-11-25T10:00:00Z",
        "folder": "/home/ada",
    }
    return Manifest(**{**given, **changes})


def history(losses: Sequence[float] = (1.5, 0.9, 0.7)) -> tuple[EpochRecord, ...]:
    return tuple(
        EpochRecord(epoch, loss, 1 - loss / 4, loss + 0.1, 0.95 - loss / 4, 1.5)
        for epoch, loss in enumerate(losses, start=1)
    )


def probabilities(wrong: Sequence[int], classes: int = 10) -> np.ndarray:
    """Sure answers for LABELS, but for some images, which are taken for the next class."""
    labels = LABELS % classes
    answers = labels.copy()
    answers[list(wrong)] = (answers[list(wrong)] + 1) % classes
    rows = np.full((len(labels), classes), 0.1 / (classes - 1), np.float32)
    rows[np.arange(len(labels)), answers] = 0.9
    return rows


def begun(path: Path, spec: str = SPEC, name: str = "", checked: Program | None = None, **changes: Any) -> RunWriter:
    """A run that has only begun, its manifest changed as said."""
    path.mkdir(parents=True)
    run = RunWriter(path, manifest(**changes))
    run.write("spec.cnn", spec)
    run.write("program.json", json.dumps(to_json(checked or program(spec))))
    return run


def finished(
    path: Path,
    wrong: Sequence[int] = (1, 2, 3),
    spec: str = SPEC,
    epochs: Sequence[EpochRecord] = (),
    state: State = "finished",
    checked: Program | None = None,
    names: Sequence[str] = (),
    weights: bytes = b"weights",
    **changes: Any,
) -> Path:
    """A finished run that has these test images wrong; `names` are others of its classes."""
    run = begun(path, spec, checked=checked, **changes)
    of = checked or program(spec)
    assert of.data is not None
    names = names or of.data.classes
    epochs = tuple(epochs) or history()
    labels, rows = LABELS % len(names), probabilities(wrong, len(names))
    with run.phase("train"):
        run.write("history.csv", history_csv(epochs))
    run.write("weights.npz", weights)
    training = TrainingResult(epochs, "completed", "last epoch", len(epochs))
    run.write("metrics.json", metrics_json(evaluate(labels, rows, names), training))
    run.write("predictions.csv", predictions_csv(labels, rows, names))
    run.write("figures/loss.png", b"\x89PNG")
    run.end(state)
    return path
