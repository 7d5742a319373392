"""Holding out a share of labelled images so that every class keeps its proportion."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from runtime.errors import UserError

Indices: TypeAlias = NDArray[np.int64]

_STREAM = 1
"""Keeps these draws apart from others that start from the same seed."""


def stratified_holdout(labels: NDArray[Any], amount: float, seed: int) -> tuple[Indices, Indices]:
    """Divide the images into those kept for training and those held out.

    Args:
        labels: the class of each image, integers of shape (n,).
        amount: a fraction of the images if a float, below 1; a number of images if an int; 0 holds none out.
        seed: not negative. The same labels, amount and seed give the same division on every machine, and with every
            version of NumPy: the draws are PCG64's raw stream, which NumPy keeps fixed (NEP 19), as it does not with
            `permutation` and `choice`.

    Returns:
        The indices (kept, held out), each sorted, together all of `range(n)`.

    The number held out is `round(amount * n)`, shared out among the classes by largest remainders: each gives its exact
    share, rounded down or up. Every class keeps at least one image, so that fewer are held out where so many classes
    have a single one that the others cannot make up for them.

    Raises UserError where `amount` is not below all images, or is more than 0 and yet holds out none.
    """
    n = len(labels)
    total = amount if isinstance(amount, int) else round(amount * n)
    if amount < 0 or total >= max(n, 1):
        raise UserError(f"cannot hold out {_words(amount)} of {n:,} images", help="some must be left to train on")

    _, class_of, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    held = _shares(sizes, total)
    if amount > 0 and not held.any():
        raise UserError(
            f"holding out {_words(amount)} of {n:,} images in {len(sizes)} classes leaves none to judge by",
            help="hold out a larger share, or give more images",
        )

    draws = np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(_STREAM,))).random_raw(n)
    by_class = np.lexsort((draws, class_of))
    rank_in_class = np.arange(n) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    is_held = rank_in_class < np.repeat(held, sizes)
    return np.sort(by_class[~is_held]), np.sort(by_class[is_held])


def _shares(sizes: NDArray[np.int64], total: int) -> NDArray[np.int64]:
    """How many images each class gives, by the method of largest remainders; equal remainders go by class order."""
    shares, remainders = np.divmod(sizes * total, max(sizes.sum(), 1))
    can_give = np.flatnonzero(shares < sizes - 1)
    largest_first = can_give[np.argsort(-remainders[can_give], kind="stable")]
    shares[largest_first[: total - shares.sum()]] += 1
    return shares


def _words(amount: float) -> str:
    return f"{amount:,}" if isinstance(amount, int) else f"{100 * amount:g}%"
