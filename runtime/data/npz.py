"""Arrays out of an .npz file from anywhere: forms are checked before anything is read, and nothing is unpickled."""

import io
import math
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from runtime.errors import UserError, first_line
from runtime.files import reason
from runtime.machine import memory_bytes

Arrays: TypeAlias = dict[str, NDArray[Any]]

_READ_HEADER: Final = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
_LONGEST_HEADER: Final = 1 << 14
"""Bytes: more than those of any array without fields."""
_COMPRESSIONS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What NumPy writes; others may claim memory without bounds to be unpacked."""


@dataclass(frozen=True, slots=True)
class ArrayForm:
    """What an array must look like to be read at all."""

    dtype: type[Any]
    """A type of NumPy's, or a family of them such as `np.integer`."""
    shapes: tuple[tuple[int, ...], ...]
    """Every shape that will do."""

    def mismatch(self, dtype: np.dtype[Any], shape: tuple[int, ...]) -> str | None:
        """What an array of that type and shape is instead, in words; None where it fits."""
        if np.issubdtype(dtype, self.dtype) and shape in self.shapes:
            return None
        return f"{dtype} {_sizes(shape)}, not {self.dtype.__name__} {' or '.join(map(_sizes, self.shapes))}"


def read_arrays(path: Path, forms: Mapping[str, ArrayForm], opened: BinaryIO | None = None) -> Arrays:
    """Read the named arrays; others in the file stay unread.

    Memory is bounded by the forms and the size of the file, whatever it claims or unpacks to. `opened` is the file
    where it was looked at and opened before, and may be read from any place.

    Raises FileNotFoundError where there is no such file, and UserError for one that cannot be read, is damaged, is no
    .npz file, or lacks an array of such a form.
    """
    try:
        with zipfile.ZipFile(opened or path) as archive:
            return {name: _read(archive, path, name, form) for name, form in forms.items()}
    except (FileNotFoundError, UserError):
        raise
    except NotADirectoryError as error:
        raise FileNotFoundError(path) from error
    except OSError as error:
        raise UserError(f"cannot read {path}: {reason(error)}") from error
    except Exception as error:  # damage shows in zipfile, zlib, struct, NumPy and Python's parser, in many ways
        raise UserError(f"{path} is damaged, or is no .npz file: {first_line(error)}") from error


def _read(archive: zipfile.ZipFile, path: Path, name: str, form: ArrayForm) -> NDArray[Any]:
    member = f"{name}.npy"
    entry = archive.NameToInfo.get(member)
    if entry is None:
        raise UserError(f"{path} has no array {name}")
    if entry.compress_type not in _COMPRESSIONS:
        raise UserError(f"{path} cannot be read: {member} is packed in another way than NumPy's")
    with archive.open(member) as file:
        head = io.BytesIO(file.read(_LONGEST_HEADER))
    shape, _, dtype = _READ_HEADER[npy.read_magic(head)](head)
    if mismatch := form.mismatch(dtype, shape):
        raise UserError(f"{path} holds other data: {name} is {mismatch}")
    needed = dtype.itemsize * math.prod(shape)
    # Never more than this is unpacked, however small the file is.
    if needed > entry.file_size:
        raise UserError(f"{path} is damaged: there is less in {member} than an array of {_sizes(shape)}")
    if needed > (memory_bytes() or needed):
        raise UserError(f"{path} is too large: {name} alone takes more than this machine's memory")
    with archive.open(member) as file:
        array: NDArray[Any] = npy.read_array(file, allow_pickle=False)
        if file.read(1):  # one byte past the end also has zipfile compare its checksum
            raise UserError(f"{path} is damaged: there is more in {member} than an array")
    return np.ascontiguousarray(array).reshape(array.shape)  # which would make a list of one of a number


def _sizes(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape)) or "scalar"
