"""A person's own images in one NumPy file: x_train, y_train and, where there are any, x_val, y_val, x_test, y_test."""

import zipfile
from pathlib import Path

import numpy as np

from runtime.data.examples import ArraySource
from runtime.data.fingerprint import ArrayDigest, digest, fingerprint
from runtime.data.npz import ArrayForm, read_arrays
from runtime.data.own_pictures import UnusableError, array_shape, resolved
from runtime.errors import UserError

_PARTS = {"train": "train", "validation": "val", "test": "test"}


def load_arrays(path: str, folder: Path) -> tuple[dict[str, ArraySource], str, str]:
    """The parts of a file that a spec in `folder` names, by "train", "validation", "test"; fingerprint; where it was.

    Images are uint8, (n, height, width) or (n, height, width, channels), all parts of one size; labels are whole
    numbers, (n,) or (n, 1). Nothing is unpickled.

    Raises UserError where there is no such file, and where it holds anything else.
    """
    try:
        file = resolved(path, folder)
    except UnusableError as error:
        raise UserError(str(error), help="paths begin at the folder of the spec, or at CNN_DATA_HOME") from error
    try:
        with zipfile.ZipFile(file) as archive:
            there = {name.removesuffix(".npy") for name in archive.namelist()}
            shapes = {name: array_shape(archive, name) for name in there if name.startswith(("x_", "y_"))}
    except (zipfile.BadZipFile, UnusableError) as error:
        raise UserError(f"{file} is no NumPy file of arrays (.npz): {error}") from error
    parts: dict[str, ArraySource] = {}
    digests: dict[str, ArrayDigest] = {}
    for part, suffix in _PARTS.items():
        x, y = f"x_{suffix}", f"y_{suffix}"
        if x not in shapes or y not in shapes:
            continue
        if len(shapes[x]) not in (3, 4):
            raise UserError(f"{file}: {x} has no images: they are (n, height, width) or (n, height, width, channels)")
        count, *size = shapes[x]
        forms = {
            x: ArrayForm(np.uint8, ((count, *size),)),
            y: ArrayForm(np.integer, ((count,), (count, 1))),
        }
        arrays = read_arrays(file, forms)
        images = arrays[x] if len(size) == 3 else arrays[x][..., None]
        labels = arrays[y].reshape(-1).astype(np.int64)
        if parts and images.shape[1:] != parts["train"].images.shape[1:]:
            raise UserError(f"{file}: {x} has images of {images.shape[1:]}, x_train of other ones")
        parts[part] = ArraySource(images, labels)
        digests |= {x: digest(images), y: digest(labels)}
    if "train" not in parts:
        raise UserError(f"{file} has no arrays x_train and y_train")
    most = int(parts["train"].labels.max(initial=-1))
    for part, source in parts.items():
        if len(source.labels) and (source.labels.min() < 0 or source.labels.max() > most):
            raise UserError(f"{file}: the labels for {part} go beyond those to train on, 0 to {most}")
    return parts, fingerprint(digests), str(file)
