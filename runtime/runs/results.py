"""The results of a run as plain data: `history.csv` and `metrics.json`."""

import csv
import io
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from runtime.training.history import FIGURES, EpochRecord, TrainingResult, further_names

if TYPE_CHECKING:
    from runtime.evaluation.evaluation import Evaluation


def history_csv(history: Sequence[EpochRecord]) -> str:
    """A header and a row for each finished epoch, by the names of `EpochRecord`; what was not measured is blank.

    Figures have as many digits as reading them back exactly needs.
    """
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    further = further_names(history)
    writer.writerow(("epoch", *FIGURES, *further, "seconds"))
    for record in history:
        figures = (getattr(record, name) for name in FIGURES)
        writer.writerow((record.epoch, *figures, *(record.metrics.get(name) for name in further), record.seconds))
    return table.getvalue()


def metrics_json(evaluation: "Evaluation", training: TrainingResult) -> str:
    """How good the model is on the test images, and which of its weights were judged."""
    metrics = {
        "test": evaluation.to_json(),
        "training": {
            "epochs": len(training.history),
            "stop_reason": training.stop_reason,
            "weights": training.weights,
            "best_epoch": training.best_epoch,
        },
    }
    return json.dumps(metrics, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
