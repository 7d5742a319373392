"""Data sets by name: where they are looked for, what is recognised, and what is refused."""

import os
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from runtime.data.datasets import LoadedData, load_dataset
from runtime.data.fingerprint import digest
from runtime.data.recognition import MARKS, Sha256
from runtime.errors import UserError
from spec_lang.datasets import DATASETS

TRAIN, TEST = 40, 20
Arrays = dict[str, Any]


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """The three places to look in, all empty, and none of the person's own."""
    places = {"home": tmp_path / "home", "cache": tmp_path / "cache/dotcnn", "keras": tmp_path / "keras/datasets"}
    for place in places.values():
        place.mkdir(parents=True)
    monkeypatch.setenv("CNN_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return places


@pytest.fixture
def mnist(monkeypatch: pytest.MonkeyPatch) -> Arrays:
    """A `mnist` of 60 images, recognised as the real one is."""
    random = np.random.default_rng(0)
    arrays = {
        "x_train": random.integers(0, 256, (TRAIN, 28, 28), dtype=np.uint8),
        "y_train": np.resize(np.arange(10, dtype=np.uint8), TRAIN),
        "x_test": random.integers(0, 256, (TEST, 28, 28), dtype=np.uint8),
        "y_test": np.resize(np.arange(10, dtype=np.uint8), TEST),
    }
    monkeypatch.setitem(DATASETS, "mnist", DATASETS["mnist"]._replace(train_images=TRAIN, test_images=TEST))
    monkeypatch.setitem(MARKS, "mnist", Sha256({name: digest(array).sha256 for name, array in arrays.items()}))
    return arrays


@pytest.fixture(autouse=True)
def keras(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """In Keras's place, a module that serves the given arrays, or fails; the names asked for are noted."""

    def serve(arrays: Arrays | None = None, error: Exception | None = None) -> list[str]:
        asked: list[str] = []

        def load_data(name: str) -> Any:
            asked.append(name)
            print("Downloading data from https://example.org/")
            if error or arrays is None:
                raise error or AssertionError("nothing was to be downloaded")
            return (arrays["x_train"], arrays["y_train"]), (arrays["x_test"], arrays["y_test"])

        sets = {name: types.SimpleNamespace(load_data=lambda name=name: load_data(name)) for name in DATASETS}
        keras = types.SimpleNamespace(datasets=types.SimpleNamespace(**sets))
        monkeypatch.setitem(sys.modules, "compiler.backend", types.SimpleNamespace(keras=keras))
        return asked

    serve()
    return serve


def assert_holds(data: LoadedData, arrays: Arrays) -> None:
    for name in ("x_train", "x_test"):
        found, expected = getattr(data, name), arrays[name]
        assert found.dtype == np.uint8
        assert found.shape == (*expected.shape[:3], expected.size // np.prod(expected.shape[:3]))
        np.testing.assert_array_equal(found.ravel(), expected.ravel())
    for name in ("y_train", "y_test"):
        assert getattr(data, name).dtype == np.int64
        np.testing.assert_array_equal(getattr(data, name), arrays[name])


@pytest.mark.parametrize("place", ["home", "cache", "keras"])
def test_a_copy_is_found_in_each_place(place: str, folders: dict[str, Path], mnist: Arrays) -> None:
    np.savez(folders[place] / "mnist.npz", **mnist)
    data = load_dataset("mnist")
    assert_holds(data, mnist)
    assert data.origin == str(folders[place] / "mnist.npz")


def test_the_first_place_counts(folders: dict[str, Path], mnist: Arrays) -> None:
    for place in ("keras", "cache", "home"):
        np.savez(folders[place] / "mnist.npz", **mnist)
        assert load_dataset("mnist").origin == str(folders[place] / "mnist.npz")


def test_a_wrong_copy_is_refused_though_a_right_one_follows(folders: dict[str, Path], mnist: Arrays) -> None:
    np.savez(folders["cache"] / "mnist.npz", **mnist)
    (folders["home"] / "mnist.npz").write_bytes(b"nonsense")
    with pytest.raises(UserError, match="home"):
        load_dataset("mnist")


def test_the_cache_is_in_the_home_folder_without_xdg(
    folders: dict[str, Path], mnist: Arrays, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folders["home"])
    monkeypatch.setenv("HOME", str(folders["home"]))
    for relative_or_unset in ("not/absolute", None):
        if relative_or_unset is None:
            monkeypatch.delenv("XDG_CACHE_HOME")
        else:
            monkeypatch.setenv("XDG_CACHE_HOME", relative_or_unset)
        cache = folders["home"] / ".cache/dotcnn"
        cache.mkdir(parents=True, exist_ok=True)
        np.savez(cache / "mnist.npz", **mnist)
        assert load_dataset("mnist").origin == str(cache / "mnist.npz")


def test_a_home_that_is_a_file_or_missing_holds_nothing(
    folders: dict[str, Path], mnist: Arrays, monkeypatch: pytest.MonkeyPatch
) -> None:
    np.savez(folders["cache"] / "mnist.npz", **mnist)
    for home in (folders["home"] / "missing", folders["cache"] / "mnist.npz"):
        monkeypatch.setenv("CNN_DATA_HOME", str(home))
        assert_holds(load_dataset("mnist"), mnist)


def rewritten(name: str, change: Callable[[np.ndarray], np.ndarray], arrays: Arrays) -> Arrays:
    return {**arrays, name: change(arrays[name])}


@pytest.mark.parametrize(
    "forms",
    [
        lambda a: {name: array[..., None] for name, array in a.items()},  # a channel axis, a column of labels
        lambda a: {**a, "y_train": a["y_train"].astype(np.int64), "y_test": a["y_test"].astype(">i4")},
        lambda a: {**a, "x_train": np.asfortranarray(a["x_train"])},
    ],
)
def test_the_same_content_is_recognised_in_other_clothes(
    forms: Callable[[Arrays], Arrays], folders: dict[str, Path], mnist: Arrays
) -> None:
    np.savez(folders["cache"] / "mnist.npz", **mnist)
    plain = load_dataset("mnist")
    np.savez(folders["home"] / "mnist.npz", **forms(mnist))
    data = load_dataset("mnist")
    assert data.origin == str(folders["home"] / "mnist.npz")
    assert_holds(data, mnist)
    assert data.fingerprint == plain.fingerprint


def one_pixel(array: np.ndarray) -> np.ndarray:
    array = array.copy()
    array[3, 2, 1] ^= 1
    return array


@pytest.mark.parametrize("place", ["home", "cache", "keras"])
@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("x_train", one_pixel, "is not the published mnist: the SHA-256 of x_train is"),
        ("x_test", one_pixel, "SHA-256 of x_test"),
        ("y_train", np.flip, "SHA-256 of y_train"),
        ("y_test", lambda y: y + 1, "y_test has labels outside 0 to 9"),
        ("y_test", lambda y: y.astype(np.int64) + 256, "y_test has labels outside 0 to 9"),
        ("y_test", lambda y: y.astype(np.int64) - 256, "y_test has labels outside 0 to 9"),
        ("x_test", lambda x: x[:-1], "x_test is uint8 19x28x28, not uint8 20x28x28 or 20x28x28x1"),
        ("x_train", lambda x: x / np.float32(255), "x_train is float32 40x28x28, not uint8"),
        ("y_train", lambda y: y.astype(np.float64), "y_train is float64 40, not integer 40 or 40x1"),
    ],
)
def test_other_content_is_refused_and_left_alone(
    name: str, change: Any, words: str, place: str, folders: dict[str, Path], mnist: Arrays, keras: Any
) -> None:
    asked = keras(mnist)
    path = folders[place] / "mnist.npz"
    np.savez(path, **rewritten(name, change, mnist))
    before = path.read_bytes()
    with pytest.raises(UserError, match=words) as caught:
        load_dataset("mnist")
    assert caught.value.message.startswith(str(path))
    assert "left as it is" in (caught.value.help or "")
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
    assert asked == []


def test_a_download_is_kept_in_the_cache_alone(
    folders: dict[str, Path], mnist: Arrays, keras: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = keras({**mnist, "y_train": mnist["y_train"].astype(np.int64)[:, None]})
    data = load_dataset("mnist")
    assert_holds(data, mnist)
    assert data.origin == "keras.datasets.mnist"
    assert [path.name for path in folders["cache"].iterdir()] == ["mnist.npz"]
    assert not any((*folders["home"].iterdir(), *folders["keras"].iterdir()))
    again = load_dataset("mnist")
    assert_holds(again, mnist)
    assert again.fingerprint == data.fingerprint
    assert asked == ["mnist"]
    assert capsys.readouterr() == ("", "")


def test_a_download_makes_the_cache(folders: dict[str, Path], mnist: Arrays, keras: Any) -> None:
    keras(mnist)
    folders["cache"].rmdir()
    folders["cache"].parent.rmdir()
    load_dataset("mnist")
    assert (folders["cache"] / "mnist.npz").exists()


@pytest.mark.parametrize(
    "error",
    [
        Exception("URL fetch failure on https://example.org/mnist.npz: None -- no route to host\nsecond line"),
        ValueError("Incomplete or corrupted file detected."),
        TimeoutError(),
        EOFError("Compressed file ended before the end-of-stream marker was reached"),
    ],
)
def test_no_network_and_no_copy_is_one_line_that_names_every_place(
    error: Exception, folders: dict[str, Path], keras: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    keras(error=error)
    with pytest.raises(UserError) as caught:
        load_dataset("mnist")
    message = caught.value.message
    for place in folders.values():
        assert str(place) in message
    assert "mnist.npz" in message
    assert message.endswith(str(error).partition("\n")[0] or "TimeoutError")
    assert "\n" not in message
    assert "CNN_DATA_HOME" in (caught.value.help or "")
    assert capsys.readouterr() == ("", "")
    assert not any(folders["cache"].iterdir())


def test_the_message_tells_an_unset_data_home(keras: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    keras(error=Exception("no network"))
    for value in ("", None):
        if value is None:
            monkeypatch.delenv("CNN_DATA_HOME")
        else:
            monkeypatch.setenv("CNN_DATA_HOME", value)
        with pytest.raises(UserError, match="CNN_DATA_HOME is not set"):
            load_dataset("mnist")


@pytest.mark.parametrize(
    ("change", "words"),
    [(one_pixel, "keras.datasets.mnist is not the published mnist"), (lambda x: x[1:], "x_train is uint8 39x28x28")],
)
def test_a_wrong_download_is_refused_and_not_kept(
    change: Any, words: str, folders: dict[str, Path], mnist: Arrays, keras: Any
) -> None:
    keras(rewritten("x_train", change, mnist))
    with pytest.raises(UserError, match=words):
        load_dataset("mnist")
    assert not any(folders["cache"].iterdir())


def test_a_cache_that_cannot_be_made_is_told_before_the_download(
    folders: dict[str, Path], mnist: Arrays, keras: Any
) -> None:
    asked = keras(mnist)
    folders["cache"].rmdir()
    folders["cache"].parent.rmdir()
    folders["cache"].parent.write_text("a file in the way")
    with pytest.raises(UserError, match="cannot write"):
        load_dataset("mnist")
    assert asked == []


@pytest.mark.heavy
@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "cifar10", "cifar100"])
def test_the_real_keras_without_a_network(name: str) -> None:
    program = f"""
from runtime.data.datasets import load_dataset
from runtime.errors import UserError
try:
    load_dataset({name!r})
except UserError as error:
    print(error.message)
"""
    nowhere = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9", "no_proxy": ""}
    run = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | nowhere, capture_output=True, text=True, check=True
    )
    assert run.stdout.startswith(f"found no {name}.npz")
    assert "URL fetch failure" in run.stdout
    assert run.stdout.count("\n") == 1
    assert "Traceback" not in run.stderr
    assert "Downloading" not in run.stderr
