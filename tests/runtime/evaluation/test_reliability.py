import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from runtime.evaluation.reliability import BINS, calibration, poisson_binomial


def judged(*answers):
    """Of (confidence, right) each."""
    confidences, right = zip(*answers, strict=True)
    return calibration(np.array(confidences), np.array(right))


def test_the_error_is_the_mean_gap_of_the_bins_by_their_images():
    # Two bins: 3 answers with 0.9, one right (gap 0.5667); 2 answers with 0.5, one right (no gap).
    found = judged((0.9, True), (0.9, False), (0.9, False), (0.5, True), (0.5, False))
    assert found.expected_error == pytest.approx(3 / 5 * (0.9 - 1 / 3))
    assert found.confidence == pytest.approx((3 * 0.9 + 2 * 0.5) / 5)


def test_opposite_errors_in_one_bin_cancel_and_in_two_do_not():
    assert judged((0.96, True), (0.94, False)).expected_error == pytest.approx(0.45)
    assert judged((0.95, False), (0.55, True)).expected_error == pytest.approx((0.95 + 0.45) / 2)


def test_a_bin_ends_with_its_upper_edge():
    found = judged((0.0, True), (1 / BINS, True), (1 / BINS + 1e-9, True), (1.0, True))
    assert [each.images for each in found.bins] == [2, 1, *[0] * (BINS - 3), 1]
    assert (found.bins[0].lower, found.bins[-1].upper) == (0, 1)
    assert found.bins[5].confidence is None
    assert found.bins[5].accuracy is None


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=50))
def test_agrees_with_the_definition_written_out(answers):
    found = judged(*answers)
    expected = 0.0
    for each in found.bins:
        inside = [(p, right) for p, right in answers if each.lower < p <= each.upper or (p == 0 and each.lower == 0)]
        assert each.images == len(inside)
        if inside:
            accuracy, confidence = np.mean([right for _, right in inside]), np.mean([p for p, _ in inside])
            assert each.accuracy == pytest.approx(accuracy)
            assert each.confidence == pytest.approx(confidence)
            expected += len(inside) / len(answers) * abs(accuracy - confidence)
    assert found.expected_error == pytest.approx(expected)


def test_honest_probabilities_have_a_small_error():
    rng = np.random.default_rng(0)
    stated = rng.uniform(0.3, 1, 50_000)
    honest = calibration(stated, rng.uniform(size=50_000) < stated)
    boasting = calibration(stated, rng.uniform(size=50_000) < stated - 0.2)
    assert honest.expected_error < 0.01
    assert boasting.expected_error == pytest.approx(0.2, abs=0.01)


def test_the_distribution_of_right_answers_is_the_convolution_of_all():
    rng = np.random.default_rng(1)
    for trials in (0, 1, 2, 3, 7, 64, 65, 200):
        chances = rng.uniform(size=trials)
        expected = np.ones(1)
        for chance in chances:
            expected = np.convolve(expected, [1 - chance, chance])
        assert poisson_binomial(chances) == pytest.approx(expected, abs=1e-12)


def test_p_is_that_of_the_binomial_where_all_answers_are_equally_sure():
    found = calibration(np.full(50, 0.8), np.arange(50) < 33)
    assert found.p == pytest.approx(min(1, 2 * binom.cdf(33, 50, 0.8)))
