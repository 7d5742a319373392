"""Whether probabilities can be believed: of the answers given with 80%, are 80 of 100 right?"""

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
    p: float
    """How often chance alone sets the number of right answers at least so far off, were each right with the probability
    that it states: two-sided, twice the smaller tail."""
    bins: tuple[ReliabilityBin, ...]


def calibration(confidences: NDArray[np.floating], right: NDArray[np.bool_], bins: int = BINS) -> Calibration:
    """Compare what was stated with what came true.

    Sources: C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On calibration of modern neural networks", ICML 2017,
    section 2, for the bins and the diagram; M. P. Naeini, G. F. Cooper and M. Hauskrecht, "Obtaining well calibrated
    probabilities using Bayesian binning", AAAI 2015, for the expected calibration error; Y. Hong, "On computing the
    distribution function for the Poisson binomial distribution", Computational Statistics and Data Analysis 59 (2013),
    41-51, for the distribution behind p.

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
        p=_two_sided_p(stated, int(right.sum())),
        bins=tuple(_bins(images.tolist(), correct.tolist(), totals.tolist())),
    )


def _two_sided_p(chances: NDArray[np.float64], successes: int) -> float:
    counts = poisson_binomial(chances)
    fewer, more = counts[:successes].sum(), counts[successes + 1 :].sum()
    return float(min(1.0, 2 * (min(fewer, more) + counts[successes])))


def poisson_binomial(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """The probability of each number of successes, (n + 1,), where each of n trials has a chance of its own.

    Two trials at a time, then two pairs, and so on, by fast Fourier transforms: O(n log² n), to about 1e-15.
    """
    rounds = max(len(chances) - 1, 0).bit_length()
    padded = np.zeros(1 << rounds)  # by trials that cannot succeed
    padded[: len(chances)] = chances
    counts = np.stack([1 - padded, padded], axis=1)
    while len(counts) > 1:
        length = 2 * counts.shape[1]
        transformed = np.fft.rfft(counts, length)
        counts = np.fft.irfft(transformed[::2] * transformed[1::2], length)[:, :-1]
    return counts[0, : len(chances) + 1].clip(0, 1)


def _bins(images: Sequence[int], correct: Sequence[float], totals: Sequence[float]) -> list[ReliabilityBin]:
    count = len(images)
    return [
        ReliabilityBin(place / count, (place + 1) / count, held, int(true), total / held if held else None)
        for place, (held, true, total) in enumerate(zip(images, correct, totals, strict=True))
    ]
