"""The exact tests, against scipy's and against their own promise."""

from itertools import permutations
from math import factorial

import numpy as np
import pytest
from scipy.stats import binom, binomtest, hypergeom, kendalltau

from runtime.evaluation.significance import (
    Proportion,
    difference_p,
    exceeds_p,
    falls,
    p_value,
    proportion,
    rise_p,
    rises,
)


def mid_p(first: Proportion, second: Proportion) -> float:
    """By scipy's hypergeometric distribution."""
    failures = first.trials - first.successes
    marked = failures + second.trials - second.successes
    table = hypergeom(first.trials + second.trials, marked, first.trials)
    tail = min(table.cdf(failures - 1), table.sf(failures))
    return min(1.0, 2 * tail + table.pmf(failures))


def test_the_difference_of_proportions_is_that_of_the_hypergeometric_distribution() -> None:
    rng = np.random.default_rng(1)
    for _ in range(500):
        first, second = (Proportion(int(rng.integers(trials + 1)), int(trials)) for trials in rng.integers(1, 200, 2))
        assert difference_p(first, second) == pytest.approx(mid_p(first, second), abs=1e-9)
        assert difference_p(second, first) == pytest.approx(difference_p(first, second), abs=1e-9)


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [
        ((0, 5), (0, 50), 1.0),
        ((5, 5), (50, 50), 1.0),
        ((1, 1), (0, 1), 0.5),
        ((50, 50), (0, 50), 0.0),
        ((54_000, 54_000), (5_990, 6_000), 1e-10),
    ],
)
def test_all_and_nothing(first: tuple[int, int], second: tuple[int, int], p: float) -> None:
    assert difference_p(Proportion(*first), Proportion(*second)) == pytest.approx(p, abs=1e-9)


@pytest.mark.parametrize(("trials", "others"), [(20, 5), (90, 10), (300, 30), (50, 50), (100, 100), (450, 50)])
def test_without_a_difference_none_is_claimed_in_more_than_six_of_a_hundred(trials: int, others: int) -> None:
    """Over all tables and accuracies, exactly: the score test would claim one in up to 9% here."""
    claimed = np.array(
        [[difference_p(Proportion(one, trials), Proportion(other, others)) < 0.05 for other in range(others + 1)]
         for one in range(trials + 1)]
    )  # fmt: skip
    for share in (0.02, 0.1, 0.3, 0.5, 0.8, 0.9, 0.97, 0.99):
        rows = binom.pmf(np.arange(trials + 1), trials, share)
        columns = binom.pmf(np.arange(others + 1), others, share)
        assert rows @ claimed @ columns <= 0.06


def test_the_tail_of_the_binomial_is_that_of_scipy() -> None:
    rng = np.random.default_rng(2)
    for _ in range(300):
        trials = int(rng.integers(1, 3000))
        found, share = Proportion(int(rng.integers(trials + 1)), trials), float(rng.random())
        expected = binomtest(found.successes, trials, share, "greater").pvalue
        assert exceeds_p(found, share) == pytest.approx(expected, abs=1e-9)
    assert exceeds_p(Proportion(3, 5), 0.0) == 0
    assert exceeds_p(Proportion(3, 5), 1.0) == 1
    assert exceeds_p(Proportion(0, 5), 0.0) == 1


def test_a_count_is_found_behind_its_share() -> None:
    for successes in range(1798):
        assert proportion(successes / 1797, 1797) == (successes, 1797)


def test_a_trend_is_that_of_scipy_where_no_two_figures_are_equal() -> None:
    for length in range(2, 8):
        for order in list(permutations(range(length)))[:: max(1, factorial(length) // 100)]:
            expected = kendalltau(range(length), order, alternative="greater", method="exact").pvalue
            assert rise_p(order) == pytest.approx(expected)


def test_in_random_orders_a_trend_is_seen_in_no_more_than_one_of_twenty() -> None:
    rng = np.random.default_rng(3)
    for length in (4, 5, 9, 60):
        assert np.mean([rises(rng.normal(size=length).tolist()) for _ in range(2000)]) < 0.065


def test_what_rises_and_what_does_not() -> None:
    assert rises([1, 2, 3, 4])
    assert not rises([1, 2, 3])
    assert not rises([1, 2, 2, 3])
    assert not rises([1, 1, 1, 1, 1, 1])
    assert not rises([])
    assert falls([5, 3, 4, 2, 1])
    assert not falls([5, 3, 4, 2, 6])
    assert rises(range(100_000))


@pytest.mark.parametrize(
    ("p", "text"),
    [(1.0, "p = 1.00"), (0.25, "p = 0.25"), (0.05, "p = 0.0500"), (1e-9, "p < 0.0001"), (0, "p < 0.0001")],
)
def test_a_p_has_as_many_digits_as_mean_something(p: float, text: str) -> None:
    assert p_value(p) == text
