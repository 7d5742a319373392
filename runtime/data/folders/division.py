"""Which pictures are held out: by their content, so that a file that is added moves no other.

Each file has a rank from 0 up to 1, a hash of the seed and its bytes. Those below the share are held out: on average
that share of each class, not to the picture. Copies of a file have one rank, so that they never stand on both sides.
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
    """Which pictures are held out. A class of two contents or more keeps at least one, and gives at least one."""
    held = rank < share
    if share <= 0:
        return held
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        own = rank[members]
        if len(np.unique(own)) < 2:
            held[members] = False
        elif not held[members].any():
            held[members[own == own.min()]] = True
        elif held[members].all():
            held[members[own == own.max()]] = False
    if len(held) and not held.any():
        raise UserError(
            "too few pictures to hold any out: each class has but one", help="give more pictures, or hold out 0%"
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
