"""Whether two classifiers, judged on the same images, differ by more than chance."""

import math
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist
from typing import Final, Literal

_EXACT_UP_TO: Final = 10_000
"""Images that flipped, from where on the binomial distribution and its approximation agree to many digits."""


@dataclass(frozen=True, slots=True)
class PairedTest:
    """McNemar's test of two classifiers on the same images."""

    images: int
    only_first: int
    """Images that the first alone has right."""
    only_second: int
    p: float
    """Two-sided: how often chance alone would make so large a difference, were both equally good."""
    method: Literal["exact binomial", "chi-square with continuity correction"]
    interval: tuple[float, float]
    """95%, of the accuracy of the second less that of the first."""

    @property
    def difference(self) -> float:
        return (self.only_second - self.only_first) / self.images


def mcnemar(images: int, only_first: int, only_second: int) -> PairedTest:
    """Compare by the images that one classifier has right and the other wrong; all others tell nothing.

    Were both equally good, each of these would be as likely to favour one as the other: their number follows a
    binomial distribution, of which p is twice the tail. For very many, chi-square with continuity correction.

    Sources: Q. McNemar, "Note on the sampling error of the difference between correlated proportions or percentages",
    Psychometrika 12 (1947), 153-157; A. L. Edwards, "Note on the correction for continuity in testing the significance
    of the difference between correlated proportions", Psychometrika 13 (1948), 185-187; recommended for classifiers
    that are trained once by T. G. Dietterich, "Approximate statistical tests for comparing supervised classification
    learning algorithms", Neural Computation 10 (1998), 1895-1923.

    Raises ValueError where there are fewer images than flipped.
    """
    flipped = only_first + only_second
    if images < max(flipped, 1):
        raise ValueError(f"{flipped} of {images} images cannot have flipped")
    interval = difference_interval(images, only_first, only_second)
    if flipped <= _EXACT_UP_TO:
        p = _two_sided(min(only_first, only_second), flipped)
        return PairedTest(images, only_first, only_second, p, "exact binomial", interval)
    chi_square = (abs(only_first - only_second) - 1) ** 2 / flipped if only_first != only_second else 0.0
    # The upper tail of chi-square with one degree of freedom.
    p = math.erfc(math.sqrt(chi_square / 2))
    return PairedTest(images, only_first, only_second, p, "chi-square with continuity correction", interval)


def _two_sided(fewer: int, flipped: int) -> float:
    """Twice the probability of at most `fewer` heads in so many throws of a fair coin, at most 1."""
    ways, term = 0, 1
    for heads in range(fewer + 1):
        ways += term
        term = term * (flipped - heads) // (heads + 1)
    return float(min(Fraction(2 * ways, 2**flipped), Fraction(1)))


def difference_interval(images: int, only_first: int, only_second: int) -> tuple[float, float]:
    """95% interval of the accuracy of the second less that of the first, within -1 and 1.

    Source: D. G. Bonett and R. M. Price, "Adjusted Wald confidence interval for a difference of binomial proportions
    based on paired data", Journal of Educational and Behavioral Statistics 37 (2012), 479-488.
    """
    first, second = (only_first + 1) / (images + 2), (only_second + 1) / (images + 2)
    centre = second - first
    half_width = NormalDist().inv_cdf(0.975) * math.sqrt((first + second - centre**2) / (images + 2))
    return max(centre - half_width, -1.0), min(centre + half_width, 1.0)
