"""What each published data set is recognised by, so that no other data goes by its name.

`digits`, `mnist` and `cifar10`: the SHA-256 of each array's bytes.

`fashion_mnist`: the MD5 of the four uncompressed IDX files in which it was published. An IDX file is a header, which
follows from the array's shape, and then the array's bytes (http://yann.lecun.com/exdb/mnist, "the IDX file format"), so
that its checksum is computed from the array. MD5 is sound against accidents, if not against forgers.

`cifar100`: no checksum of its arrays is published. It is recognised by the number of images in each class and by the
sum of the training pixels in each channel, which gives the channel means that are in wide use (0.50707516, 0.48654887,
0.44091784) to the last digit. That tells it from other data, but would not notice two labels exchanged.
"""

import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from runtime.data.fingerprint import ArrayDigest


@dataclass(frozen=True, slots=True)
class Sha256:
    """Recognised by the SHA-256 of each array's bytes."""

    of_array: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class IdxMd5:
    """Recognised by the MD5 of each array's uncompressed IDX file."""

    of_array: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Census:
    """Recognised by equally large classes and by the pixel sum of each channel of the training images."""

    classes: int
    channel_sums: tuple[int, ...]


Mark: TypeAlias = Sha256 | IdxMd5 | Census

MARKS: dict[str, Mark] = {
    "digits": Sha256(
        {
            "x_train": "9d4e432a5face23285a69d53e7fa273b9c7cfbcd68af64770f0b18837c9707d0",
            "y_train": "0e43ed33a6141f2e5e6c72ea10f6a4daad0d0963675afc59d90ab608a7c6e482",
            "x_test": "6fd32601372a603f39b485a7953f66f544f8c2aa954a2b8043daff4474a56adb",
            "y_test": "94f97968667b9006e27aa47dcff597ecb83174892b3414472c4d1ab3d9edee51",
        }
    ),
    "mnist": Sha256(
        {
            "x_train": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
            "y_train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
            "x_test": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
            "y_test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
        }
    ),
    "fashion_mnist": IdxMd5(
        {
            "x_train": "f4a8712d7a061bf5bd6d2ca38dc4d50a",
            "y_train": "9018921c3c673c538a1fc5bad174d6f9",
            "x_test": "8181f5470baa50b63fa0f6fddb340f0a",
            "y_test": "15d484375f8d13e6eb1aabb0c3f46965",
        }
    ),
    "cifar10": Sha256(
        {
            "x_train": "47af8b02cfcfb6cdf3dbbd1969ad7f1b70f4413f6f80f437b020ee4e5bc8304a",
            "y_train": "2b7cd2f24487317614016b72ffd53071c3062f592f0eb300c18a770d41ae1253",
            "x_test": "f9b1e2130bab680db56eb06d886f7f1ad0f1183907ceff4659d1735c890f5b04",
            "y_test": "cec8a24a1e92aa2ecaa0bbd3dbfa86bf6cd8759fbd209a832824c8cf0afca9d5",
        }
    ),
    "cifar100": Census(100, (6_620_373_279, 6_352_382_090, 5_756_623_363)),
}
"""The mark of every data set known by name."""


def difference(mark: Mark, arrays: Mapping[str, NDArray[np.uint8]], digests: Mapping[str, ArrayDigest]) -> str | None:
    """Where the arrays are not those of the mark, in words; None where they are.

    Args:
        mark: what the data set is recognised by.
        arrays: x_train and x_test of shape (n, h, w, c), y_train and y_test of shape (n,), in C order.
        digests: their digests.
    """
    match mark:
        case Sha256(of_array):
            found = {name: digests[name].sha256 for name in of_array}
            return _first_difference("SHA-256", found, of_array)
        case IdxMd5(of_array):
            found = {name: _idx_md5(arrays[name]) for name in of_array}
            return _first_difference("MD5 as an IDX file", found, of_array)
        case Census(classes, channel_sums):
            for name in ("y_train", "y_test"):
                if np.ptp(np.bincount(arrays[name], minlength=classes)) != 0:
                    return f"the {classes} classes in {name} are not equally large"
            sums = tuple(arrays["x_train"].sum(axis=(0, 1, 2), dtype=np.int64).tolist())
            if sums != channel_sums:
                return f"the pixels of x_train add up to {sums} in its channels, not to {channel_sums}"
            return None


def _first_difference(what: str, found: Mapping[str, str], published: Mapping[str, str]) -> str | None:
    for name, checksum in published.items():
        if found[name] != checksum:
            return f"the {what} of {name} is {found[name][:16]}…, not {checksum[:16]}…"
    return None


def _idx_md5(array: NDArray[Any]) -> str:
    shape = array.shape[:3]  # the files know no channel axis
    md5 = hashlib.md5(struct.pack(f">HBB{len(shape)}I", 0, 8, len(shape), *shape), usedforsecurity=False)
    md5.update(array.data)
    return md5.hexdigest()
