"""A person's own images in one NumPy file: x_train, y_train and, where there are any, x_val, y_val, x_test, y_test."""

from pathlib import Path

import numpy as np

from runtime.data.array_headers import ARRAYS, look_at_arrays
from runtime.data.examples import ArraySource
from runtime.data.fingerprint import ArrayDigest, digest, fingerprint
from runtime.data.npz import ArrayForm, read_arrays
from runtime.data.own_pictures import resolved
from runtime.data.unusable import UnusableError
from runtime.errors import UserError
from runtime.files import reason


def load_arrays(path: str, folder: Path) -> tuple[dict[str, ArraySource], str, str]:
    """The parts of a file that a spec in `folder` names, by "train", "validation", "test"; fingerprint; where it was.

    Images are uint8, (n, height, width) or (n, height, width, 1 or 3), all parts of one size; labels are whole
    numbers, (n,) or (n, 1). Nothing is unpickled.

    Raises UserError where there is no such file, and where it holds anything else.
    """
    try:
        file = resolved(path, folder)
    except UnusableError as error:
        raise UserError(str(error), help="paths begin at the folder of the spec, or at CNN_DATA_HOME") from error
    try:
        shapes, _, _ = look_at_arrays(file)
    except UnusableError as error:
        raise UserError(f"cannot use {file}: {error}", help=error.remedy) from error
    except OSError as error:
        raise UserError(f"cannot read {file}: {reason(error)}") from error
    parts: dict[str, ArraySource] = {}
    digests: dict[str, ArrayDigest] = {}
    for part, (count, *size) in shapes.items():
        x, y = ARRAYS[part]
        forms = {
            x: ArrayForm(np.uint8, ((count, *size),)),
            y: ArrayForm(np.integer, ((count,), (count, 1))),
        }
        arrays = read_arrays(file, forms)
        images = arrays[x] if len(size) == 3 else arrays[x][..., None]
        labels = arrays[y].reshape(-1).astype(np.int64)
        parts[part] = ArraySource(images, labels)
        digests |= {x: digest(images), y: digest(labels)}
    return parts, fingerprint(digests), str(file)
