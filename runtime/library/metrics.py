"""Reading `metrics.json`, which anybody may have written."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from runtime.errors import UserError

_CLOSE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """How well one class is recognised; None where the ratio is 0/0."""

    name: str
    precision: float | None
    recall: float | None
    f1: float | None
    images: int


@dataclass(frozen=True, slots=True)
class Mistake:
    """Images of one class taken for another."""

    truth: str
    predicted: str
    images: int
    share: float
    """Of the images of the true class."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """What a run came to on its test images."""

    images: int
    correct: int
    accuracy_interval: tuple[float, float]
    """95%."""
    majority_class: str
    majority_accuracy: float
    loss: float | None
    """What training made small; None in runs of earlier versions, which wrote the cross-entropy by that name."""
    cross_entropy: float
    classes: tuple[ClassFigures, ...]
    confusion: tuple[tuple[int, ...], ...]
    """Images by truth (row) and prediction (column)."""
    epochs: int
    best_epoch: int | None
    """Whose weights were judged; None for those of an unfinished epoch."""
    further: Mapping[str, float | None]
    """The metrics that the spec asks for beside the accuracy; None for one that the images give no value."""

    @property
    def accuracy(self) -> float:
        return self.correct / self.images

    def mistakes(self) -> list[Mistake]:
        """Every kind of mistake that was made, the most frequent first."""
        names = [each.name for each in self.classes]
        found = [
            Mistake(names[truth], names[predicted], images, images / sum(row))
            for truth, row in enumerate(self.confusion)
            for predicted, images in enumerate(row)
            if images and truth != predicted
        ]
        return sorted(found, key=lambda one: (-one.images, -one.share))

    def worst_classes(self) -> list[ClassFigures]:
        """The classes with test images, the least often recognised first."""
        present = [each for each in self.classes if each.images]
        return sorted(present, key=lambda each: (each.recall or 0.0, each.precision or 0.0))


def metrics_from(content: bytes) -> Metrics:
    """Raises UserError for what `runtime.runs.results` does not write, and for figures that contradict each other."""
    try:
        entries = json.loads(content)
        return _metrics(entries["test"], entries["training"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError) as error:
        raise UserError("its metrics.json is not sound") from error


def _metrics(test: Mapping[str, Any], training: Mapping[str, Any]) -> Metrics:
    confusion = tuple(tuple(_count(each) for each in _list(row)) for row in _list(test["confusion"]))
    classes = tuple(
        ClassFigures(
            _text(each["name"]),
            _ratio(each["precision"]),
            _ratio(each["recall"]),
            _ratio(each["f1"]),
            _count(each["support"]),
        )
        for each in _list(test["classes"])
    )
    images = _count(test["images"])
    lower, upper = map(_share, _list(test["accuracy_interval"]))
    correct = sum(row[label] for label, row in enumerate(confusion) if label < len(row))
    best = training["best_epoch"]
    if (
        any(len(row) != len(classes) for row in confusion)
        or len(confusion) != len(classes)
        or [sum(row) for row in confusion] != [each.images for each in classes]
        or sum(each.images for each in classes) != images
        or not images
        or abs(correct / images - _share(test["accuracy"])) > _CLOSE
        or not lower <= correct / images <= upper
    ):
        raise ValueError("contradictory figures")
    return Metrics(
        images,
        correct,
        (lower, upper),
        _text(test["majority_class"]),
        _share(test["majority_accuracy"]),
        _real(test["loss"]) if "cross_entropy" in test else None,
        _real(test["cross_entropy" if "cross_entropy" in test else "loss"]),
        classes,
        confusion,
        _count(training["epochs"]),
        None if best is None else _count(best),
        {_text(name): _ratio(value) for name, value in test.get("metrics", {}).items()},
    )


def _list(value: Any) -> Sequence[Any]:
    if not isinstance(value, list):
        raise ValueError(f"{value!r:.80} is no list")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r:.80} is no text")
    return value


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**53:
        raise ValueError(f"{value!r:.80} is no count")
    return value


def _share(value: Any) -> float:
    if not 0 <= _real(value) <= 1:
        raise ValueError(f"{value!r:.80} is no share")
    return float(value)


def _ratio(value: Any) -> float | None:
    return None if value is None else _share(value)


def _real(value: Any) -> float:
    """A finite number. Raises ValueError for anything else."""
    if type(value) not in (int, float) or not math.isfinite(value):
        raise ValueError(f"{value!r:.80} is no number")
    return float(value)
