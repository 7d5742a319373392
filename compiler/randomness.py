"""All randomness of a run derives from its seed, in streams independent of each other and of what ran before."""

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Stream(IntEnum):
    """What is drawn. The numbers keep streams apart and never change; 1 belongs to `runtime.data.splits`."""

    LAYERS = 2
    ORDER = 3


def layer_seed(seed: int, layer: int | tuple[int, ...], part: int) -> int:
    """The seed of one random part of a layer, such as its kernel's initial values: a whole number below 2**31.

    `layer` is its place in the program, from 1; for a layer inside another, the places from the outermost on.
    """
    from numpy.random import SeedSequence

    place = layer if isinstance(layer, tuple) else (layer,)
    (state,) = SeedSequence(seed, spawn_key=(Stream.LAYERS, *place, part)).generate_state(1)
    return int(state) >> 1


def epoch_order(seed: int, epoch: int, indices: "NDArray[np.int64]") -> "NDArray[np.int64]":
    """The indices in the order in which an epoch goes through them: a function of its arguments alone.

    The draws are PCG64's raw stream, which NumPy keeps fixed over its versions (NEP 19), unlike `permutation`.
    """
    from numpy.random import PCG64, SeedSequence

    draws = PCG64(SeedSequence(seed, spawn_key=(Stream.ORDER, epoch))).random_raw(len(indices))
    return indices[draws.argsort(kind="stable")]
