"""Images put to a foreign runtime in batches of different sizes."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from runtime.data.examples import Images

_BATCH: Final = 256


def in_batches(predict: Callable[[Images], Any], images: Images) -> NDArray[np.float32]:
    """The answers (n, classes), first for one image alone, so that an export of a fixed batch size is found out."""
    starts = [0, *range(1, len(images), _BATCH), len(images)]
    parts = [predict(images[start:end]) for start, end in pairwise(starts)]
    return np.concatenate(parts).astype(np.float32, copy=False)
