"""How good a classifier is on images with known labels: every figure of the report, computed once."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import NormalDist
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from runtime.errors import UserError
from runtime.evaluation.reliability import Calibration, calibration
from runtime.evaluation.scores import scores_from_probabilities

Interval: TypeAlias = tuple[float, float]
"""(lower bound, upper bound)."""

_SMALLEST_PROBABILITY = 1e-7
"""Keras's `epsilon()`: bounds what a mistake made with certainty costs, as it does while training."""


@dataclass(frozen=True, slots=True)
class ClassScore:
    """The scores of one class; None where the ratio is 0/0."""

    name: str
    precision: float | None
    """Of the images given this class, the share that belongs to it; None for a class never predicted."""
    recall: float | None
    """Of the images that belong to this class, the share given it; None for a class without images."""
    f1: float | None
    """Harmonic mean of the two; None for a class neither present nor predicted."""
    support: int
    """Images that belong to this class."""


@dataclass(frozen=True, slots=True)
class AverageScore:
    """Scores averaged over the classes that have images; the precision of one never predicted counts as 0."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Confusion:
    """One way of going wrong: images of one class taken for another."""

    truth: int
    predicted: int
    images: int
    share: float
    """Of the images of the true class."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What one pass over a test set showed."""

    images: int
    accuracy: float
    accuracy_interval: Interval
    """95% Wilson score interval."""
    majority_class: str
    majority_accuracy: float
    """Accuracy on these images of always answering their most common class."""
    loss: float
    """What training made small, on these images: `compiler.objective`."""
    cross_entropy: float
    """Mean over the images, in nats, each probability taken as at least 1e-7: without smoothed labels and penalties."""
    classes: tuple[ClassScore, ...]
    """In label order."""
    macro: AverageScore
    """Every class counts alike."""
    weighted: AverageScore
    """Every image counts alike."""
    confusion: tuple[tuple[int, ...], ...]
    """Images by truth (row) and prediction (column)."""
    calibration: Calibration
    """Whether the probabilities of the answers can be believed."""
    metrics: Mapping[str, float | None] = field(default_factory=dict)
    """The metrics that the spec asks for beside the accuracy; None for one that these images give no value."""

    @property
    def class_names(self) -> tuple[str, ...]:
        return tuple(score.name for score in self.classes)

    @property
    def correct(self) -> int:
        return sum(row[label] for label, row in enumerate(self.confusion))

    def confusions(self) -> list[Confusion]:
        """Every mistake that occurred, the most frequent first; of equally frequent ones, the larger share first."""
        found = [
            Confusion(truth, predicted, images, images / sum(row))
            for truth, row in enumerate(self.confusion)
            for predicted, images in enumerate(row)
            if images and truth != predicted
        ]
        return sorted(found, key=lambda one: (-one.images, -one.share, one.truth, one.predicted))

    def to_json(self) -> dict[str, Any]:
        """Plain data, ready for `json.dumps`."""
        return asdict(self)


def evaluate(
    labels: NDArray[np.integer],
    probabilities: NDArray[np.floating],
    class_names: Sequence[str],
    metrics: Sequence[str] = (),
    loss: float | None = None,
) -> Evaluation:
    """Score predictions against the truth.

    Args:
        labels: The true class of each image, (n,).
        probabilities: What the model answered, (n, classes); the largest is the prediction, the first of equals.
        class_names: In label order.
        metrics: What to measure besides, keys of `spec_lang.sections.METRICS`.
        loss: What `compiler.objective` makes of these images; None where that is the bare cross-entropy.

    Raises:
        ValueError: The shapes do not fit each other, or there is no image.
        UserError: A probability or the loss is not a finite number, as after a diverged training.
    """
    labels = np.asarray(labels)
    expected = (len(labels), len(class_names))
    if probabilities.shape != expected or not len(labels):
        raise ValueError(
            f"probabilities have shape {probabilities.shape}; {expected} and at least one image are needed"
        )
    if not np.isfinite(probabilities).all() or not math.isfinite(loss or 0):
        what = (
            "the loss of the model is" if np.isfinite(probabilities).all() else "the model answers with values that are"
        )
        raise UserError(
            f"{what} not numbers (NaN or infinity): its training diverged",
            help="lower the learning rate, e.g. `optimizer adam lr=0.0001`",
        )

    predictions = probabilities.argmax(axis=1)
    right = predictions == labels
    correct = int(right.sum())
    counts = np.bincount(labels, minlength=len(class_names))
    cross_entropy = _cross_entropy(labels, probabilities)
    return Evaluation(
        images=len(labels),
        accuracy=correct / len(labels),
        accuracy_interval=wilson_interval(correct, len(labels)),
        majority_class=class_names[int(counts.argmax())],
        majority_accuracy=float(counts.max() / len(labels)),
        loss=cross_entropy if loss is None else loss,
        cross_entropy=cross_entropy,
        classes=_class_scores(labels, predictions, class_names),
        macro=_average_score(labels, predictions, "macro"),
        weighted=_average_score(labels, predictions, "weighted"),
        confusion=tuple(
            map(tuple, confusion_matrix(labels, predictions, labels=range(len(class_names))).tolist()),
        ),
        calibration=calibration(probabilities.max(axis=1), right),
        metrics=scores_from_probabilities(metrics, labels, probabilities),
    )


def wilson_interval(successes: int, trials: int, confidence: float = 0.95) -> Interval:
    """The score interval of a proportion, without continuity correction.

    Unlike the textbook interval it never leaves 0..1 and keeps its promise near both ends, where classifiers live.

    Sources: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the
    American Statistical Association 22 (1927), 209-212; recommended by L. D. Brown, T. T. Cai and A. DasGupta,
    "Interval estimation for a binomial proportion", Statistical Science 16 (2001), 101-133.
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = successes / trials
    shrink = 1 + z**2 / trials
    centre = (share + z**2 / (2 * trials)) / shrink
    half_width = z / shrink * math.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2))
    # At 0 and at `trials` the bound is exact, which rounding would miss.
    lower = centre - half_width if successes else 0.0
    upper = centre + half_width if successes < trials else 1.0
    return lower, upper


def _cross_entropy(labels: NDArray[np.integer], probabilities: NDArray[np.floating]) -> float:
    of_truth = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(of_truth.clip(_SMALLEST_PROBABILITY, 1)).mean())


def _class_scores(
    labels: NDArray[np.integer], predictions: NDArray[np.integer], class_names: Sequence[str]
) -> tuple[ClassScore, ...]:
    # All labels are named, so that a class absent from the test set shifts no other.
    scores = precision_recall_fscore_support(
        labels, predictions, labels=range(len(class_names)), average=None, zero_division=np.nan
    )
    return tuple(
        ClassScore(name, _defined(precision), _defined(recall), _defined(f1), int(support))
        for name, precision, recall, f1, support in zip(class_names, *scores, strict=True)
    )


def _average_score(labels: NDArray[np.integer], predictions: NDArray[np.integer], average: str) -> AverageScore:
    precision, recall, f1, _ = precision_recall_fscore_support(
        labels, predictions, labels=np.unique(labels), average=average, zero_division=0
    )
    return AverageScore(float(precision), float(recall), float(f1))


def _defined(score: float) -> float | None:
    return None if math.isnan(score) else float(score)
