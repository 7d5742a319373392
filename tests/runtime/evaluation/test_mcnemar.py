import math
import random

import pytest
from scipy.stats import binomtest, chi2

from runtime.evaluation.mcnemar import difference_interval, mcnemar


@pytest.mark.parametrize(
    ("only_first", "only_second"),
    [(0, 0), (0, 1), (1, 0), (5, 5), (3, 9), (0, 20), (12, 13), (40, 71), (400, 500), (4000, 4200)],
)
def test_the_exact_p_is_that_of_scipy(only_first: int, only_second: int) -> None:
    flipped = only_first + only_second
    expected = binomtest(only_first, flipped).pvalue if flipped else 1.0
    test = mcnemar(10_000, only_first, only_second)
    assert test.method == "exact binomial"
    assert test.p == pytest.approx(expected, rel=1e-9)


def test_the_exact_p_is_that_of_scipy_for_any_counts() -> None:
    rng = random.Random(0)
    for _ in range(300):
        first, second = rng.randrange(200), rng.randrange(200)
        expected = binomtest(first, first + second).pvalue if first + second else 1.0
        assert mcnemar(500, first, second).p == pytest.approx(expected, rel=1e-9)


def test_an_example_computed_by_hand() -> None:
    """Of 12 flipped images 2 favour the first: 2 (1 + 12 + 66) / 4096."""
    test = mcnemar(200, 2, 10)
    assert test.p == 158 / 4096
    assert test.difference == 0.04


def test_very_many_are_judged_by_chi_square() -> None:
    test = mcnemar(100_000, 10_000, 10_300)
    assert test.method == "chi-square with continuity correction"
    assert test.p == pytest.approx(chi2.sf(299**2 / 20_300, 1), rel=1e-9)
    # Both agree where one takes over from the other.
    assert test.p == pytest.approx(binomtest(10_000, 20_300).pvalue, rel=1e-3)
    assert mcnemar(100_000, 9_000, 9_000).p == 1.0


def test_it_does_not_matter_which_run_is_first() -> None:
    one, other = mcnemar(500, 7, 19), mcnemar(500, 19, 7)
    assert one.p == other.p
    assert one.difference == -other.difference
    assert one.interval == pytest.approx((-other.interval[1], -other.interval[0]))


def test_the_interval_is_that_of_bonett_and_price() -> None:
    """With 10 and 3 of 98: (11 - 4) / 100, and 1.96 standard errors of sqrt((0.15 - 0.0049) / 100)."""
    low, high = difference_interval(98, 3, 10)
    half_width = 1.959964 * math.sqrt(0.001451)
    assert (low, high) == pytest.approx((0.07 - half_width, 0.07 + half_width), abs=1e-6)
    assert difference_interval(1, 0, 1)[1] == 1.0


def test_the_interval_keeps_its_promise() -> None:
    """Of many pairs of classifiers that differ by 4 points, about 95% have it within."""
    rng = random.Random(1)
    held = 0
    for _ in range(1000):
        draws = [rng.random() for _ in range(200)]
        first, second = sum(draw < 0.06 for draw in draws), sum(0.06 <= draw < 0.16 for draw in draws)
        low, high = difference_interval(200, first, second)
        held += low <= 0.04 <= high
    assert 930 <= held <= 975


def test_equally_good_classifiers_seldom_seem_different() -> None:
    rng = random.Random(2)
    alarms = sum(mcnemar(100, heads, 30 - heads).p < 0.05 for heads in (_heads(rng) for _ in range(1000)))
    assert alarms <= 65


def _heads(rng: random.Random) -> int:
    return sum(rng.random() < 0.5 for _ in range(30))


def test_more_flipped_than_there_are_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot have flipped"):
        mcnemar(10, 6, 5)
    with pytest.raises(ValueError, match="cannot have flipped"):
        mcnemar(0, 0, 0)
