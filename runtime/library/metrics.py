"""Reading `metrics.json`, which anybody may have written."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from runtime.directory.records import NotSoundError, value_from
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


@dataclass(frozen=True, slots=True)
class _ClassEntry:
    """A class as the file has it."""

    name: str
    precision: float | None
    recall: float | None
    f1: float | None
    support: int


def metrics_from(content: bytes) -> Metrics:
    """Raises UserError for what `runtime.runs.results` does not write, and for figures that contradict each other."""
    try:
        return _metrics(json.loads(content))
    except NotSoundError as error:
        raise UserError(f"its metrics.json is not sound: {error}") from error
    except (ValueError, RecursionError) as error:
        raise UserError("its metrics.json is not JSON") from error


def _metrics(entries: Any) -> Metrics:
    test, training = _entry(entries, "test"), _entry(entries, "training")

    def of_test(name: str, kind: Any) -> Any:
        return value_from(kind, _entry(test, name, "test"), f"test.{name}")

    def of_training(name: str, kind: Any) -> Any:
        return value_from(kind, _entry(training, name, "training"), f"training.{name}")

    confusion = of_test("confusion", tuple[tuple[int, ...], ...])
    classes = of_test("classes", tuple[_ClassEntry, ...])
    interval = of_test("accuracy_interval", tuple[float, ...])
    if len(interval) != 2:
        raise NotSoundError("test.accuracy_interval is not of two numbers")
    has_both = "cross_entropy" in test
    metrics = Metrics(
        images=of_test("images", int),
        correct=sum(row[label] for label, row in enumerate(confusion) if label < len(row)),
        accuracy_interval=interval,
        majority_class=of_test("majority_class", str),
        majority_accuracy=of_test("majority_accuracy", float),
        loss=of_test("loss", float) if has_both else None,
        cross_entropy=of_test("cross_entropy" if has_both else "loss", float),
        classes=tuple(ClassFigures(each.name, each.precision, each.recall, each.f1, each.support) for each in classes),
        confusion=confusion,
        epochs=of_training("epochs", int),
        best_epoch=of_training("best_epoch", int | None),
        further=of_test("metrics", Mapping[str, float | None]) if "metrics" in test else {},
    )
    if contradiction := next(_contradictions(metrics, of_test("accuracy", float)), None):
        raise NotSoundError(contradiction)
    return metrics


def _contradictions(metrics: Metrics, accuracy: float) -> Iterator[str]:
    """What the figures of a file cannot be, beside each other."""
    if not metrics.images:
        yield "test.images is 0"
    size = len(metrics.classes)
    if len(metrics.confusion) != size or any(len(row) != size for row in metrics.confusion):
        yield "test.confusion is not of its classes"
    if [sum(row) for row in metrics.confusion] != [each.images for each in metrics.classes]:
        yield "the rows of test.confusion do not add up to the images of its classes"
    if sum(each.images for each in metrics.classes) != metrics.images:
        yield "test.images is not the sum over its classes"
    for name, share in _shares(metrics):
        if share is not None and not 0 <= share <= 1:
            yield f"{name} is {share:g}, not a number from 0 to 1"
    if abs(metrics.accuracy - accuracy) > _CLOSE:
        yield "test.accuracy is not that of test.confusion"
    lower, upper = metrics.accuracy_interval
    if not lower <= metrics.accuracy <= upper:
        yield "test.accuracy is not in its interval"


def _shares(metrics: Metrics) -> Iterator[tuple[str, float | None]]:
    yield "test.majority_accuracy", metrics.majority_accuracy
    for each in metrics.classes:
        yield from (
            (f"test.classes.{name}", share)
            for name, share in (("precision", each.precision), ("recall", each.recall), ("f1", each.f1))
        )
    for bound in metrics.accuracy_interval:
        yield "test.accuracy_interval", bound
    yield from ((f"test.metrics.{name}", share) for name, share in metrics.further.items())


def _entry(entries: Any, name: str, within: str = "") -> Any:
    place = f"{within}.{name}" if within else name
    if not isinstance(entries, dict):
        raise NotSoundError(f"{within or 'it'} is not an object")
    if name not in entries:
        raise NotSoundError(f"{place} is missing")
    return entries[name]
