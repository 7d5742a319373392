"""The division of images into those to train on and those to judge by."""

import hashlib

import numpy as np
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from runtime.data.splits import stratified_holdout
from runtime.errors import UserError

seeds = st.integers(0, 2**32 - 1)
fractions = st.floats(0.01, 0.99)


@st.composite
def label_arrays(draw: st.DrawFn) -> np.ndarray:
    """Labels in any order, with classes of one image and gaps between the class numbers among them."""
    sizes = draw(st.dictionaries(st.integers(0, 120), st.integers(1, 40), min_size=1, max_size=8))
    labels = np.repeat(list(sizes), list(sizes.values()))
    return np.random.default_rng(draw(seeds)).permutation(labels)


def split(labels: np.ndarray, amount: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The division, where there is one: too few images for an amount are left to the examples below."""
    try:
        return stratified_holdout(labels, amount, seed)
    except UserError:
        reject()


@given(label_arrays(), fractions, seeds)
def test_parts_are_sorted_disjoint_and_complete(labels: np.ndarray, fraction: float, seed: int) -> None:
    kept, held = split(labels, fraction, seed)
    assert kept.dtype == held.dtype == np.int64
    assert (np.diff(kept) > 0).all()
    assert (np.diff(held) > 0).all()
    assert sorted([*kept, *held]) == list(range(len(labels)))


@given(label_arrays(), fractions, seeds)
def test_each_class_gives_its_share_and_keeps_an_image(labels: np.ndarray, fraction: float, seed: int) -> None:
    kept, held = split(labels, fraction, seed)
    share = round(fraction * len(labels)) / len(labels)
    for label in np.unique(labels):
        size = np.count_nonzero(labels == label)
        assert abs(np.count_nonzero(labels[held] == label) - share * size) <= 1
        assert np.count_nonzero(labels[kept] == label) >= 1


@given(st.lists(st.integers(2, 40), min_size=1, max_size=8), st.floats(0.01, 0.5), seeds)
def test_total_is_exact_where_no_class_is_tiny(sizes: list[int], fraction: float, seed: int) -> None:
    labels = np.repeat(np.arange(len(sizes)), sizes)
    _, held = split(labels, fraction, seed)
    assert len(held) == round(fraction * len(labels))


@given(label_arrays(), st.data(), seeds)
def test_a_fraction_and_its_count_divide_alike(labels: np.ndarray, data: st.DataObject, seed: int) -> None:
    count = data.draw(st.integers(0, len(labels) - 1))
    np.testing.assert_array_equal(split(labels, count, seed)[1], split(labels, count / len(labels), seed)[1])


@given(label_arrays(), fractions, seeds)
def test_same_seed_same_split(labels: np.ndarray, fraction: float, seed: int) -> None:
    np.testing.assert_array_equal(split(labels, fraction, seed)[1], split(labels, fraction, seed)[1])


@given(label_arrays(), fractions, seeds)
def test_only_the_grouping_into_classes_matters(labels: np.ndarray, fraction: float, seed: int) -> None:
    """Neither the labels' type nor their values, only which images share a class and how the classes are ordered."""
    renamed = (2 * labels + 3).astype(np.uint8)
    np.testing.assert_array_equal(split(labels, fraction, seed)[1], split(renamed, fraction, seed)[1])


def test_split_is_the_same_on_every_machine() -> None:
    """Frozen: another answer here means that nobody's results can be repeated with this version."""
    labels = np.arange(1000) * 7919 % 10
    _, held = stratified_holdout(labels, 0.1, seed=7)
    assert held[:10].tolist() == [1, 18, 21, 29, 69, 82, 94, 102, 111, 118]
    assert hashlib.sha256(held.astype("<i8").tobytes()).hexdigest()[:16] == "100e7e97645c0a3c"


def test_seeds_differ_and_places_are_spread() -> None:
    labels = np.zeros(1000, np.int64)
    first, second = (stratified_holdout(labels, 0.3, seed)[1] for seed in (1, 2))
    assert first.tolist() != second.tolist()
    assert 60 < np.intersect1d(first, second).size < 120  # 90 expected
    assert 110 < np.count_nonzero(first < 500) < 190  # 150 expected


def test_held_out_class_proportions_of_uneven_classes() -> None:
    labels = np.repeat([0, 1, 2], [900, 90, 10])
    _, held = stratified_holdout(labels, 0.1, seed=0)
    assert np.bincount(labels[held]).tolist() == [90, 9, 1]


def test_the_largest_remainder_is_rounded_up() -> None:
    labels = np.repeat([0, 1, 2], [13, 4, 3])  # exact shares of 5: 3.25, 1 and 0.75
    _, held = stratified_holdout(labels, 5, seed=0)
    assert np.bincount(labels[held]).tolist() == [3, 1, 1]


def test_equal_remainders_go_by_class_order() -> None:
    labels = np.repeat([0, 1, 2, 3], 5)
    _, held = stratified_holdout(labels, 6, seed=0)
    assert np.bincount(labels[held], minlength=4).tolist() == [2, 2, 1, 1]


def test_a_single_image_of_a_class_stays_in_training() -> None:
    labels = np.array([0] * 8 + [1])
    for seed in range(20):
        kept, held = stratified_holdout(labels, 0.5, seed)
        assert 8 in kept
        assert len(held) == 4


def test_fewer_are_held_out_where_single_images_cannot_be_made_up_for() -> None:
    labels = np.array([*range(10), *[10] * 10])
    _, held = stratified_holdout(labels, 0.5, seed=0)
    assert (labels[held] == 10).all()
    assert len(held) == 6  # its share is 5; one more is as far from it as a class may be


def test_zero_holds_none_out() -> None:
    kept, held = stratified_holdout(np.array([3, 1, 3]), 0, seed=0)
    assert (kept.tolist(), held.tolist()) == ([0, 1, 2], [])
    assert [part.tolist() for part in stratified_holdout(np.array([], np.int64), 0, seed=0)] == [[], []]


@pytest.mark.parametrize(
    ("amount", "words"), [(1.0, "100% of 20 images"), (0.99, "99%"), (20, "20 of 20"), (-0.01, "-1%"), (-1, "-1 of")]
)
def test_all_or_less_than_none_is_refused(amount: float, words: str) -> None:
    with pytest.raises(UserError, match=words) as caught:
        stratified_holdout(np.zeros(20, np.int64), amount, seed=0)
    assert caught.value.help


@pytest.mark.parametrize(("labels", "amount"), [([0, 0, 1, 1], 0.1), ([0, 1, 2], 2)])
def test_holding_out_nothing_unasked_is_refused(labels: list[int], amount: float) -> None:
    with pytest.raises(UserError, match="leaves none to judge by"):
        stratified_holdout(np.array(labels), amount, seed=0)
