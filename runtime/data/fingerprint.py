"""Checksums of arrays: which data a run has seen, said in 64 characters."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ArrayDigest:
    """What identifies the content of one array."""

    shape: tuple[int, ...]
    dtype: str
    sha256: str
    """Hexadecimal, of the array's bytes in C order."""


def digest(array: NDArray[Any]) -> ArrayDigest:
    """The digest of a C-contiguous array, whose bytes are read in place."""
    return ArrayDigest(array.shape, str(array.dtype), hashlib.sha256(array.data).hexdigest())


def fingerprint_in_order(digests: Iterable[str], truths: Iterable[str]) -> str:
    """One SHA-256 for the images that runs are judged by: two runs with the same one can be compared image by image.

    It is taken over a line for each image, in the order of the predictions: the SHA-256 of the image and the name of
    its class. An image is the bytes of its file or, where it comes from an array, its pixels.
    """
    total = hashlib.sha256()
    for image, truth in zip(digests, truths, strict=True):
        total.update(f"{image} {truth}\n".encode(errors="backslashreplace"))
    return total.hexdigest()


def fingerprint(digests: Mapping[str, ArrayDigest]) -> str:
    """One SHA-256 for several named arrays, whatever their order.

    It is taken over one line of text per array, sorted by name and ended by a newline, such as
    `x_test uint8 10000x28x28x1 6d87418d…`, so that it can be computed anew without this program.
    """
    lines = (f"{name} {it.dtype} {'x'.join(map(str, it.shape))} {it.sha256}\n" for name, it in sorted(digests.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()
