"""The data sets as they were published: `digits` always, the others where CNN_DATA_HOME has them."""

import os
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from runtime.data.datasets import LoadedData, load_dataset
from runtime.data.recognition import IdxMd5, difference
from runtime.errors import UserError

DATA_HOME = os.environ.get("CNN_DATA_HOME", "")


def test_digits_are_the_published_ones_in_their_fixed_division() -> None:
    from sklearn.datasets import load_digits

    data = load_dataset("digits")
    assert data.x_train.shape == (1437, 8, 8, 1)
    assert data.x_test.shape == (360, 8, 8, 1)
    assert data.x_train.dtype == np.uint8
    assert data.y_train.dtype == np.int64
    assert (data.x_train.min(), data.x_train.max()) == (0, 255)
    published = load_digits()
    stretched = np.floor(published.images / 16 * 255 + 0.5).astype(np.uint8)
    together = np.concatenate([data.x_train, data.x_test])[..., 0]
    assert sorted(map(bytes, together)) == sorted(map(bytes, stretched))
    counts, test_counts = np.bincount(published.target), np.bincount(data.y_test)
    assert np.abs(test_counts - counts * 360 / 1797).max() < 1
    assert data.fingerprint == "4d7ced446c666ca62f693ce647c6fab94946fe940e0d6ed47dcc7b0dacfede62"
    assert data.origin == "scikit-learn's load_digits"


def test_other_digits_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scikit-learn with other digits would quietly change every result that was published with them."""
    import sklearn.datasets

    monkeypatch.setattr(sklearn.datasets, "load_digits", lambda **_: (np.zeros((1797, 64)), np.arange(1797) % 10))
    with pytest.raises(UserError, match="scikit-learn's load_digits is not the published digits"):
        load_dataset("digits")


def real(name: str) -> LoadedData:
    if not (DATA_HOME and (Path(DATA_HOME) / f"{name}.npz").exists()):
        pytest.skip(f"needs the published data: set CNN_DATA_HOME to a folder with {name}.npz")
    return load_dataset(name)


def test_the_real_mnist_is_recognised_twice() -> None:
    data = real("mnist")
    assert data.x_train.shape == (60_000, 28, 28, 1)
    assert data.y_train[:5].tolist() == [5, 0, 4, 1, 9]
    # The MD5 of the IDX files, as many have published it, proves the way that Fashion-MNIST is recognised.
    arrays = {"x_train": data.x_train, "x_test": data.x_test}
    labels = {"y_train": data.y_train.astype(np.uint8), "y_test": data.y_test.astype(np.uint8)}
    files = {
        "x_train": "6bbc9ace898e44ae57da46a324031adb",
        "y_train": "a25bea736e30d166cdddb491f175f624",
        "x_test": "2646ac647ad5339dbf082846283269ea",
        "y_test": "27ae3e4e09519cfbb04c329615203637",
    }
    assert difference(IdxMd5(files), arrays | labels, {}) is None


def test_the_real_cifar10_is_recognised() -> None:
    data = real("cifar10")
    assert data.x_test.shape == (10_000, 32, 32, 3)
    assert np.bincount(data.y_train).tolist() == [5000] * 10


def test_reading_takes_little_more_memory_than_the_arrays() -> None:
    real("mnist")
    tracemalloc.start()
    data = load_dataset("mnist")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    arrays = data.x_train.nbytes + data.x_test.nbytes + data.y_train.nbytes + data.y_test.nbytes
    assert peak < arrays + 4_000_000


def test_the_real_mnist_truncated_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real("mnist")
    whole = (Path(DATA_HOME) / "mnist.npz").read_bytes()
    monkeypatch.setenv("CNN_DATA_HOME", str(tmp_path))
    for length in (len(whole) // 2, len(whole) - 1):
        (tmp_path / "mnist.npz").write_bytes(whole[:length])
        with pytest.raises(UserError, match=r"mnist\.npz is damaged"):
            load_dataset("mnist")
