"""The marks by which published data are known."""

import hashlib
from typing import Any

import numpy as np
import pytest

from runtime.data.fingerprint import digest
from runtime.data.recognition import MARKS, Census, IdxMd5, Mark, Sha256, difference
from spec_lang.datasets import DATASETS

ARRAYS: dict[str, Any] = {
    "x_train": np.random.default_rng(0).integers(0, 256, (40, 8, 8, 3), dtype=np.uint8),
    "y_train": np.resize(np.arange(10, dtype=np.uint8), 40),
    "x_test": np.random.default_rng(1).integers(0, 256, (20, 8, 8, 3), dtype=np.uint8),
    "y_test": np.resize(np.arange(10, dtype=np.uint8), 20),
}


def how_different(mark: Mark, **changed: Any) -> str | None:
    arrays = ARRAYS | changed
    return difference(mark, arrays, {name: digest(array) for name, array in arrays.items()})


def with_one_pixel_changed(array: Any) -> Any:
    array = array.copy()
    array[3, 2, 1, 0] ^= 1
    return array


def test_every_named_data_set_has_a_mark() -> None:
    assert MARKS.keys() == DATASETS.keys()


def test_sha256_sees_one_pixel_and_one_label() -> None:
    mark = Sha256({name: hashlib.sha256(array.tobytes()).hexdigest() for name, array in ARRAYS.items()})
    assert how_different(mark) is None
    assert "SHA-256 of x_test is" in (how_different(mark, x_test=with_one_pixel_changed(ARRAYS["x_test"])) or "")
    assert "SHA-256 of y_train is" in (how_different(mark, y_train=np.flip(ARRAYS["y_train"]).copy()) or "")


def test_md5_is_that_of_an_idx_file() -> None:
    """A file written by hand: the magic number (8 for bytes, then how many axes), the sizes, the values."""
    images = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4, 1)
    labels = np.array([5, 6, 7], np.uint8)
    image_file = bytes.fromhex("00000803 00000002 00000003 00000004") + images.tobytes()
    label_file = bytes.fromhex("00000801 00000003 050607")
    mark = IdxMd5({"x_test": hashlib.md5(image_file).hexdigest(), "y_test": hashlib.md5(label_file).hexdigest()})
    assert how_different(mark, x_test=images, y_test=labels) is None
    assert "MD5 as an IDX file of x_test is" in (how_different(mark, x_test=images + 1, y_test=labels) or "")
    assert "of y_test is" in (how_different(mark, x_test=images, y_test=labels + 1) or "")


def test_a_census_sees_other_pixels_and_other_classes() -> None:
    mark = Census(10, tuple(ARRAYS["x_train"].astype(int).sum(axis=(0, 1, 2)).tolist()))
    assert how_different(mark) is None
    assert "x_train add up to" in (how_different(mark, x_train=with_one_pixel_changed(ARRAYS["x_train"])) or "")
    for labels in (np.where(ARRAYS["y_test"] == 3, 4, ARRAYS["y_test"]), ARRAYS["y_test"] // 2):
        words = how_different(mark, y_test=labels)
        assert words == "the 10 classes in y_test are not equally large"


def test_the_census_of_cifar100_gives_the_published_means() -> None:
    """As in pytorch-cifar100 (weiaicunzai) and many others, which normalise with these."""
    mark = MARKS["cifar100"]
    assert isinstance(mark, Census)
    means = np.array(mark.channel_sums) / (50_000 * 32 * 32 * 255)
    assert means.tolist() == pytest.approx([0.5070751592371323, 0.48654887331495095, 0.4409178433670343], rel=1e-15)
