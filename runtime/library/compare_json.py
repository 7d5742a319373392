"""A comparison of runs as plain data."""

from collections.abc import Iterable
from typing import Any

from runtime.library.comparison import Comparison, Difference, Pair
from runtime.library.record import Record
from runtime.library.show import history_json


def as_json(comparison: Comparison) -> dict[str, Any]:
    """Everything that the text tells, with all flipped images and all epochs; figures that are no numbers are null."""
    return {
        "runs": [_run(record) for record in comparison.records],
        "settings": _rows(comparison.settings),
        "data": _rows(comparison.data),
        "versions": _rows(comparison.versions),
        "level": comparison.level,
        "against_first": [
            _pair(comparison, pair, record)
            for pair, record in zip(comparison.pairs, comparison.records[1:], strict=True)
        ],
    }


def _run(record: Record) -> dict[str, Any]:
    metrics = record.metrics
    return {
        "run": str(record.path),
        "state": record.state,
        "accuracy": metrics.accuracy if metrics else None,
        "accuracy_interval": list(metrics.accuracy_interval) if metrics else None,
        "loss": metrics.loss if metrics else None,
        "cross_entropy": metrics.cross_entropy if metrics else None,
        "best_epoch": metrics.best_epoch if metrics else None,
        "history": history_json(record.history),
    }


def _rows(differences: Iterable[Difference]) -> dict[str, list[str | None]]:
    return {each.name: [value or None for value in each.values] for each in differences}


def _pair(comparison: Comparison, pair: Pair, record: Record) -> dict[str, Any]:
    test = pair.test
    return {
        "run": str(record.path),
        "spec_diff": {"of": pair.spec.of, "lines": list(pair.spec.lines), "left_out": pair.spec.left_out},
        "why_not": pair.why_not or None,
        "test": {
            "name": "McNemar",
            "method": test.method,
            "images": test.images,
            "only_first_right": test.only_first,
            "only_second_right": test.only_second,
            "difference": test.difference,
            "interval": list(test.interval),
            "p": test.p,
            "exceeds_chance": test.p < comparison.level,
        }
        if test
        else None,
        "flipped": [
            {
                "index": flip.index,
                "file": flip.first.file or None,
                "truth": flip.first.truth,
                **{
                    name: {"predicted": answer.predicted, "confidence": answer.confidence, "correct": answer.correct}
                    for name, answer in (("first", flip.first), ("second", flip.second))
                },
            }
            for flip in pair.flips
        ],
    }
