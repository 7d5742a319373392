"""Whether counts and series of figures differ by more than chance, each by an exact test.

Free of NumPy, so that those who only compare finished runs need not load it.
"""

import math
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

LEVEL: Final = 0.05
"""What would happen by chance alone with a smaller probability is called significant."""
LEAST_IN_TREND: Final = 4
"""Figures in a series: of fewer, even the rarest order is no rarer than one in six."""
_NEGLIGIBLE: Final = 1e-20
_MOST_IN_TREND: Final = 40
"""Figures of a longer series that are looked at, at even distances."""


class Proportion(NamedTuple):
    """So many of so many."""

    successes: int
    trials: int

    @property
    def share(self) -> float:
        return self.successes / self.trials


def proportion(share: float, trials: int) -> Proportion:
    """The count behind a share of so many."""
    return Proportion(min(max(round(share * trials), 0), trials), trials)


def difference_p(first: Proportion, second: Proportion) -> float:
    """How often chance alone sets two proportions at least so far apart, in either direction, were both the same.

    To about 1e-15, below which it is 0.

    Fisher's exact test, with mid-p: of all tables with the same margins, twice the smaller tail, the observed table
    counted by half. Without that half the test claims too little where counts are small; the score test claims too
    much there, in up to 8% of the cases instead of 5%.

    Sources: R. A. Fisher, "The logic of inductive inference", Journal of the Royal Statistical Society 98 (1935),
    39-82; H. O. Lancaster, "Significance tests in discrete distributions", Journal of the American Statistical
    Association 56 (1961), 223-234; recommended by S. Lydersen, M. W. Fagerland and P. Laake, "Recommended tests for
    association in 2x2 tables", Statistics in Medicine 28 (2009), 1159-1175.
    """
    failures, others = (each.trials - each.successes for each in (first, second))
    drawn = _hypergeometric(first.trials, second.trials, failures + others)
    below = sum(weight for count, weight in drawn.items() if count < failures)
    above = sum(weight for count, weight in drawn.items() if count > failures)
    at = drawn.get(failures, 0.0)
    return min(1.0, (2 * min(below, above) + at) / (below + at + above))


def _hypergeometric(taken: int, left: int, marked: int) -> dict[int, float]:
    """How many of so many marked things fall among those that are taken: counts with their weights, the likeliest 1.

    From the likeliest count outwards, by the ratio of neighbors, as far as they change a sum: some ten standard
    deviations.
    """
    least, most = max(0, marked - left), min(marked, taken)
    mode = min(max((marked + 1) * (taken + 1) // (taken + left + 2), least), most)
    weights = {mode: 1.0}
    for count in range(mode, most):
        ratio = (marked - count) * (taken - count) / ((count + 1) * (left - marked + count + 1))
        weights[count + 1] = weights[count] * ratio
        if weights[count + 1] < _NEGLIGIBLE:
            break
    for count in range(mode, least, -1):
        ratio = count * (left - marked + count) / ((marked - count + 1) * (taken - count + 1))
        weights[count - 1] = weights[count] * ratio
        if weights[count - 1] < _NEGLIGIBLE:
            break
    return weights


def exceeds_p(found: Proportion, share: float) -> float:
    """How often chance alone gives at least so many successes, were each as likely as `share`: the binomial tail."""
    successes, trials = found
    if successes == 0 or share >= 1:
        return 1.0
    if share <= 0:
        return 0.0
    if successes <= trials * share:  # the tail holds the middle: what is left of it is the smaller sum
        return 1.0 - exceeds_p(Proportion(trials - successes + 1, trials), 1 - share)
    ways = math.lgamma(trials + 1) - math.lgamma(successes + 1) - math.lgamma(trials - successes + 1)
    weight = math.exp(ways + successes * math.log(share) + (trials - successes) * math.log1p(-share))
    total = 0.0
    for count in range(successes, trials + 1):
        total += weight
        weight *= (trials - count) / (count + 1) * share / (1 - share)
    return min(total, 1.0)


def rises(figures: Sequence[float]) -> bool:
    """Whether a series rises by more than chance: see `rise_p`."""
    return rise_p(figures) < LEVEL


def falls(figures: Sequence[float]) -> bool:
    """Whether a series falls by more than chance."""
    return rise_p([-figure for figure in figures]) < LEVEL


def rise_p(figures: Sequence[float]) -> float:
    """How often a random order of so many figures has at least so many pairs of which the later one is larger.

    The one-sided test of Mann and Kendall, by the exact distribution of the number of inversions of a permutation.
    Pairs of equal figures speak for neither side.

    Sources: M. G. Kendall, "A new measure of rank correlation", Biometrika 30 (1938), 81-93; H. B. Mann,
    "Nonparametric tests against trend", Econometrica 13 (1945), 245-259.
    """
    step = max(1, -(-len(figures) // _MOST_IN_TREND))
    seen = figures[::-1][::step]  # from the last one back, which is always among them
    pairs = [(earlier, later) for place, later in enumerate(seen) for earlier in seen[place + 1 :]]
    score = sum((later > earlier) - (later < earlier) for earlier, later in pairs)
    most_inversions = -(-(len(pairs) - score) // 2)
    return sum(_orders(len(seen))[: most_inversions + 1]) / math.factorial(len(seen))


@cache
def _orders(length: int) -> tuple[int, ...]:
    """How many orders of so many things have 0, 1, 2, … inversions."""
    if length < 2:
        return (1,)
    shorter = _orders(length - 1)
    orders = [0] * (len(shorter) + length - 1)
    for inversions, ways in enumerate(shorter):
        for added in range(length):  # the last thing comes before so many others
            orders[inversions + added] += ways
    return tuple(orders)


def p_value(p: float) -> str:
    """The p of a test, with its sign: "p = 0.032"."""
    if p < 0.0001:
        return "p < 0.0001"
    return f"p = {p:.4f}" if p < 0.1 else f"p = {p:.2f}"
