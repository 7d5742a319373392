"""Nearly equal pictures: by a hash of the gradients of a small gray picture (dHash), 64 bits each."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from runtime.data.folders.facts import in_parallel
from runtime.data.images import read_image

LEAST_SIDE: Final = 64
"""Pixels; smaller pictures are alike by chance."""
_MOST_BITS: Final = 3
"""In which the hashes of nearly equal pictures differ."""
_LEAST_BITS: Final = 8
"""Of the 64, that are set and that are not: where fewer, a picture is all sky or wall, and alike by chance."""
_BLOCK: Final = 512


def nearly_equal(paths: Sequence[Path], sizes: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Pairs of places of nearly equal pictures, of those that are large enough to tell."""
    places = np.array([place for place, size in enumerate(sizes) if min(size) >= LEAST_SIDE], np.int64)
    hashes = np.array(list(in_parallel(_dhash, [paths[place] for place in places.tolist()])), np.uint64)
    bits = np.bitwise_count(hashes)
    telling = (bits >= _LEAST_BITS) & (bits <= 64 - _LEAST_BITS)
    places, hashes = places[telling], hashes[telling]
    for start in range(0, len(hashes), _BLOCK):
        for across in range(start, len(hashes), _BLOCK):
            distance = np.bitwise_count(hashes[start : start + _BLOCK, None] ^ hashes[None, across : across + _BLOCK])
            for one, other in np.argwhere(distance <= _MOST_BITS):
                if across + other > start + one:
                    yield int(places[start + one]), int(places[across + other])


def _dhash(path: Path) -> int:
    pixels: NDArray[np.int16] = read_image(path, (8, 9, 1))[..., 0].astype(np.int16)
    bits = (pixels[:, 1:] > pixels[:, :-1]).ravel()
    return int(np.packbits(bits).view(">u8")[0])
