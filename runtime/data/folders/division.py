"""Which pictures are held out: by their content, so that a file that is added moves no other.

Each file has a rank from 0 up to 1, a hash of the seed and its bytes. Those below the share are held out: on average
that share of each class, not to the picture. Copies of a file have one rank, so that they never stand on both sides,
even where they are filed under different classes.
"""

import hashlib

import numpy as np
from numpy.typing import NDArray

from runtime.errors import UserError

Ranks = NDArray[np.float64]
Indices = NDArray[np.int64]


def ranks(digests: list[str], seed: int, purpose: str) -> Ranks:
    """The rank of each file by its SHA-256; what it is for keeps the draws of two divisions apart."""
    key = f"{seed} {purpose} ".encode()
    found = [int.from_bytes(hashlib.sha256(key + digest.encode()).digest()[:7], "big") for digest in digests]
    return np.array(found, np.float64) / 2.0**56


def held_out(labels: NDArray[np.int64], rank: Ranks, share: float) -> NDArray[np.bool_]:
    """Which pictures are held out. A class of two contents or more gives at least one, and every class keeps one.

    So in a class that is too small to have one below the share, an added file may take the place of another. What a
    class must keep stays out of every class's part, which may leave another one without any.
    """
    held = rank < share
    if share <= 0:
        return held
    ranks_of = [np.unique(rank[labels == label]) for label in np.unique(labels)]
    given = [own[0] for own in ranks_of if len(own) > 1 and own[0] >= share]
    held |= np.isin(rank, given)
    kept = [own[-1] for own in ranks_of if np.isin(own, rank[held]).all()]
    held &= ~np.isin(rank, kept)
    if len(held) and not held.any():
        raise UserError(
            "too few pictures to hold any out: each class has but one left", help="give more pictures, or hold out 0%"
        )
    return held


def limited(labels: NDArray[np.int64], rank: Ranks, limit: int) -> Indices:
    """A fair share of each class, in all so many: those of the lowest ranks."""
    if limit >= len(labels):
        return np.arange(len(labels))
    # Within each class by rank; across classes by the share of the class that stands before.
    order = np.lexsort((rank, labels))
    counts = np.bincount(labels)
    place = np.arange(len(labels)) - np.repeat(np.cumsum(counts) - counts, counts)
    shares = (place + 0.5) / counts[labels[order]]
    chosen = order[np.argsort(shares, kind="stable")[:limit]]
    return np.sort(chosen)
