"""Whether probabilities can be believed: of the answers given with 80%, are 80 of 100 right?"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 15
"""Of equal width from 0 to 1, as in Guo et al. (2017)."""


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """The images whose answer had a probability above `lower`, up to and with `upper`."""

    lower: float
    upper: float
    images: int
    correct: int
    confidence: float | None
    """Mean probability of the answers; None for a bin without images."""

    @property
    def accuracy(self) -> float | None:
        return self.correct / self.images if self.images else None


@dataclass(frozen=True, slots=True)
class Calibration:
    """How the probability of the answer, the confidence, stands to the share of answers that are right."""

    expected_error: float
    """Expected calibration error, 0..1: the mean of |accuracy - confidence| over the bins, weighted by their images."""
    confidence: float
    """Mean over all images."""
    confidence_deviation: float
    """Standard error of the accuracy, if every answer were right with the probability that it states."""
    bins: tuple[ReliabilityBin, ...]


def calibration(confidences: NDArray[np.floating], right: NDArray[np.bool_], bins: int = BINS) -> Calibration:
    """Compare what was stated with what came true.

    Sources: C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On calibration of modern neural networks", ICML 2017,
    section 2, for the bins and the diagram; M. P. Naeini, G. F. Cooper and M. Hauskrecht, "Obtaining well calibrated
    probabilities using Bayesian binning", AAAI 2015, for the expected calibration error.

    Args:
        confidences: The probability of each answer, (n,), n at least 1.
        right: Whether it was the true class, (n,).
        bins: How many of equal width.
    """
    stated = confidences.astype(np.float64).clip(0, 1)
    edges = np.arange(1, bins) / bins
    places = np.searchsorted(edges, stated, side="left")
    images = np.bincount(places, minlength=bins)
    correct = np.bincount(places, weights=right, minlength=bins)
    totals = np.bincount(places, weights=stated, minlength=bins)
    return Calibration(
        expected_error=float(np.abs(correct - totals).sum() / len(stated)),
        confidence=float(stated.mean()),
        confidence_deviation=math.sqrt(float((stated * (1 - stated)).sum())) / len(stated),
        bins=tuple(_bins(images.tolist(), correct.tolist(), totals.tolist())),
    )


def _bins(images: Sequence[int], correct: Sequence[float], totals: Sequence[float]) -> list[ReliabilityBin]:
    count = len(images)
    return [
        ReliabilityBin(place / count, (place + 1) / count, held, int(true), total / held if held else None)
        for place, (held, true, total) in enumerate(zip(images, correct, totals, strict=True))
    ]
