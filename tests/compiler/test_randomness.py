"""Where randomness comes from: the seed, and nothing else."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from compiler.randomness import epoch_order, layer_seed

seeds = st.integers(0, 2**31 - 1)


@given(seeds, st.integers(1, 100_000), st.sets(st.integers(0, 10**9), max_size=200))
def test_an_epoch_goes_through_every_image_once(seed: int, epoch: int, chosen: set[int]) -> None:
    indices = np.array(sorted(chosen), np.int64)
    order = epoch_order(seed, epoch, indices)
    assert np.array_equal(np.sort(order), indices)
    assert np.array_equal(order, epoch_order(seed, epoch, indices))


def test_every_epoch_and_every_seed_has_an_order_of_its_own() -> None:
    indices = np.arange(1000)
    orders = {epoch_order(seed, epoch, indices).tobytes() for seed in range(5) for epoch in range(1, 6)}
    assert len(orders) == 25


def test_orders_and_seeds_never_change() -> None:
    """A finished run can be repeated with a later version of this program and of NumPy."""
    assert epoch_order(7, 3, np.arange(10)).tolist() == [4, 2, 5, 8, 9, 1, 0, 6, 7, 3]
    assert layer_seed(7, 4, 0) == 1_496_546_891


def test_seeds_of_layers_are_distinct_and_fit_into_31_bits() -> None:
    drawn = [layer_seed(seed, layer, part) for seed in range(20) for layer in range(1, 21) for part in range(3)]
    assert len(set(drawn)) == len(drawn)
    assert 0 <= min(drawn) <= max(drawn) < 2**31
