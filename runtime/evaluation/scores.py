"""The metrics beside the accuracy, from counts or from probabilities; plain NumPy, quick to load."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from spec_lang.sections import top_count

Counts = Mapping[str, NDArray[np.int64]]
"""By the names of `compiler.counts`."""
_NUMBERS: Final = ("loss", "cross_entropy", "auc")
"""Figures whose names end so are no shares."""


def scores_from_counts(metrics: Sequence[str], counts: Counts, images: int) -> dict[str, float]:
    """The metrics that follow from counts over so many images; the accuracy and the AUC are none of them."""
    scores: dict[str, float] = {}
    for name in metrics:
        if top_count(name):
            scores[name] = int(counts[name]) / images
        elif name in ("precision", "recall", "f1"):
            scores[name] = _of_classes(name, counts["confusion"])
    return scores


def scores_from_probabilities(
    metrics: Sequence[str], labels: NDArray[np.integer], probabilities: NDArray[np.floating]
) -> dict[str, float | None]:
    """The metrics but for the accuracy, from a probability for each class, (n, classes); None where one has no value.

    A class as probable as the true one does not push it out of the most probable ones, as in TensorFlow's `in_top_k`.
    """
    classes = probabilities.shape[1]
    confusion = np.zeros((classes, classes), np.int64)
    np.add.at(confusion, (labels, probabilities.argmax(axis=1)), 1)
    above = (probabilities > probabilities[np.arange(len(labels)), labels][:, None]).sum(axis=1)
    tops = {name: np.array((above < count).sum()) for name in metrics if (count := top_count(name))}
    scores: dict[str, float | None] = {**scores_from_counts(metrics, {**tops, "confusion": confusion}, len(labels))}
    if "auc" in metrics:
        scores["auc"] = auc(labels, probabilities)
    return {name: scores[name] for name in metrics if name in scores}


def auc(labels: NDArray[np.integer], probabilities: NDArray[np.floating]) -> float | None:
    """The area under the ROC curve of each class against all others, mean of the classes; None where no class has both.

    It is the share of pairs of an image of the class and another one in which the former is given the higher
    probability, ties counting half (Mann and Whitney's U): exact, where Keras's sums over 200 thresholds.
    """
    areas = []
    for label in range(probabilities.shape[1]):
        positive = labels == label
        ours = int(positive.sum())
        others = len(labels) - ours
        if ours and others:
            _, places, sizes = np.unique(probabilities[:, label], return_inverse=True, return_counts=True)
            last = sizes.cumsum()
            ranks = (last - (sizes - 1) / 2)[places]  # equal values share the mean of their ranks
            areas.append((float(ranks[positive].sum()) - ours * (ours + 1) / 2) / (ours * others))
    return float(np.mean(areas)) if areas else None


def shown_metric(name: str, value: float) -> str:
    """A value as a person reads it: shares as percentages, others as numbers."""
    return f"{value:.2%}" if is_share(name) else f"{value:.4f}"


def is_share(name: str) -> bool:
    """Whether a figure is a share of images, or a mean of such."""
    return not name.endswith(_NUMBERS)


def both_classes(answers: NDArray[np.floating]) -> NDArray[np.floating]:
    """What a model answers as a probability for each class: one sigmoid unit tells that of the second of two."""
    return answers if answers.shape[1] > 1 else np.hstack([1 - answers, answers])


def _of_classes(name: str, confusion: NDArray[np.int64]) -> float:
    """The mean over the classes that have images; of a class never predicted the precision counts as 0."""
    right, given, present = confusion.diagonal(), confusion.sum(axis=0), confusion.sum(axis=1)
    part, whole = {"precision": (right, given), "recall": (right, present), "f1": (2 * right, given + present)}[name]
    scores = part / np.maximum(whole, 1)
    return float(scores[present > 0].mean())
