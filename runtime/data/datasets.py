"""The data sets known by name, found on this machine or downloaded, and recognised by their content.

A set NAME is looked for as NAME.npz, in this order, in

1. the folder that the environment variable CNN_DATA_HOME names;
2. the project's own cache, `dotcnn` in $XDG_CACHE_HOME or else in ~/.cache;
3. Keras's folder, `datasets` in $KERAS_HOME or else in ~/.keras;

and, where none has it, downloaded through `keras.datasets` and kept in the project's own cache. `digits` needs no file:
it comes from inside scikit-learn. A file is only ever read: one with other content is refused, and stays as it is.
"""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from runtime.data.download import download
from runtime.data.fingerprint import digest, fingerprint
from runtime.data.npz import ArrayForm, Arrays, read_arrays
from runtime.data.recognition import MARKS, difference
from runtime.data.splits import stratified_holdout
from runtime.errors import UserError, first_line
from runtime.files import cannot_write, write_whole_with
from spec_lang.datasets import DATASETS, Dataset


@dataclass(frozen=True, slots=True, eq=False)
class LoadedData:
    """A data set in memory, divided as it was published."""

    x_train: NDArray[np.uint8]
    """(n, height, width, channels), 0 to 255."""
    y_train: NDArray[np.int64]
    """(n,), the label of each image."""
    x_test: NDArray[np.uint8]
    y_test: NDArray[np.int64]
    fingerprint: str
    """SHA-256 of the four arrays, labels as uint8: see `runtime.data.fingerprint`."""
    origin: str
    """Where they were found: a path, or the library that gave them."""


def load_dataset(name: str) -> LoadedData:
    """Find, read and recognise a data set: a key of `spec_lang.datasets.DATASETS`.

    Raises UserError where it is nowhere to be had, and where a file of its name holds anything else.
    """
    dataset = DATASETS[name]
    if name == "digits":
        return _recognised(dataset, _digits(), "scikit-learn's load_digits")
    places = _places(name)
    for path in places.values():
        with contextlib.suppress(FileNotFoundError):
            return _from_file(dataset, path)
    return _downloaded(dataset, places)


def _places(name: str) -> dict[str, Path]:
    """The files that may hold the set, in the order in which they are tried, by what to call their folder."""
    home, xdg = os.environ.get("CNN_DATA_HOME"), Path(os.environ.get("XDG_CACHE_HOME", ""))
    # The XDG base directory specification has a relative path ignored.
    cache = xdg if xdg.is_absolute() else Path.home() / ".cache"
    keras = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
    return {
        **({"CNN_DATA_HOME": Path(home).expanduser() / f"{name}.npz"} if home else {}),
        "the cache": cache / "dotcnn" / f"{name}.npz",
        # Keras itself would delete a file here that is not the very one it published.
        "Keras's folder": keras / "datasets" / f"{name}.npz",
    }


def _from_file(dataset: Dataset, path: Path) -> LoadedData:
    try:
        return _recognised(dataset, read_arrays(path, _forms(dataset)), str(path))
    except UserError as error:
        raise UserError(
            error.message,
            help="the file was left as it is; move it elsewhere to have the data downloaded, "
            f"or set CNN_DATA_HOME to a folder with another {path.name}",
        ) from error


def _forms(dataset: Dataset) -> dict[str, ArrayForm]:
    """What the arrays look like in files: gray images with or without a channel axis, labels flat or in a column."""

    def images(count: int) -> ArrayForm:
        full = (count, *dataset.image_shape)
        return ArrayForm(np.uint8, (full[:3], full) if full[3] == 1 else (full,))

    def labels(count: int) -> ArrayForm:
        return ArrayForm(np.integer, ((count,), (count, 1)))

    return {
        "x_train": images(dataset.train_images),
        "y_train": labels(dataset.train_images),
        "x_test": images(dataset.test_images),
        "y_test": labels(dataset.test_images),
    }


def _recognised(dataset: Dataset, arrays: Arrays, origin: str) -> LoadedData:
    """The arrays in their final form, once they are known to be the published ones.

    Raises UserError where they are not.
    """
    for name in ("y_train", "y_test"):
        if arrays[name].min() < 0 or arrays[name].max() >= len(dataset.classes):
            raise UserError(f"{origin} holds other data: {name} has labels outside 0 to {len(dataset.classes) - 1}")
    published = {
        name: array.reshape(-1, *dataset.image_shape) if name.startswith("x") else array.ravel().astype(np.uint8)
        for name, array in arrays.items()
    }
    digests = {name: digest(array) for name, array in published.items()}
    if wrong := difference(MARKS[dataset.name], published, digests):
        raise UserError(f"{origin} is not the published {dataset.name}: {wrong}")
    return LoadedData(
        x_train=published["x_train"],
        y_train=published["y_train"].astype(np.int64),
        x_test=published["x_test"],
        y_test=published["y_test"].astype(np.int64),
        fingerprint=fingerprint(digests),
        origin=origin,
    )


def _digits() -> Arrays:
    """scikit-learn's digits: 0..16 stretched to 0..255 and rounded, a fixed fifth of each class as the test set."""
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    pixels = ((images.astype(np.uint16) * 255 + 8) // 16).astype(np.uint8)
    train, test = stratified_holdout(labels, DATASETS["digits"].test_images, seed=0)
    return {"x_train": pixels[train], "y_train": labels[train], "x_test": pixels[test], "y_test": labels[test]}


def _downloaded(dataset: Dataset, places: dict[str, Path]) -> LoadedData:
    cache = places["the cache"]
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(cache, error) from error
    try:
        arrays = download(dataset.name)
    except Exception as error:
        looked = ", ".join(f"{name} ({path.parent})" for name, path in places.items())
        unset = "" if "CNN_DATA_HOME" in places else " (CNN_DATA_HOME is not set)"
        raise UserError(
            f"found no {cache.name} in {looked}{unset}, and could not download it: {first_line(error)}",
            help=f"connect to the network, or set CNN_DATA_HOME to a folder that holds {cache.name}",
        ) from error
    origin = f"keras.datasets.{dataset.name}"
    for name, form in _forms(dataset).items():
        if mismatch := form.mismatch(arrays[name].dtype, arrays[name].shape):
            raise UserError(f"{origin} holds other data: {name} is {mismatch}")
    data = _recognised(dataset, arrays, origin)
    write_whole_with(cache, lambda path: _save(path, arrays))
    return data


def _save(path: Path, arrays: Arrays) -> None:
    np.savez(
        path,
        x_train=arrays["x_train"],
        y_train=arrays["y_train"],
        x_test=arrays["x_test"],
        y_test=arrays["y_test"],
    )
