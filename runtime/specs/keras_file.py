"""The config of a saved Keras model, read as data: within bounds, and without Keras, so that nothing in it can run."""

import json
import zipfile
from pathlib import Path
from typing import Final

from runtime.errors import UserError, first_line
from runtime.files import given_file, missing_file, reason

_LIMIT: Final = 16 << 20
"""Bytes of a config. Those of the largest published networks have two million."""
_MEMBER: Final = "config.json"
_HELP: Final = "save the model anew: model.save('model.keras')"


def read_keras_config(path: str) -> object:
    """The config in a `.keras` file, or the JSON that `model.to_json()` gave.

    Raises UserError for anything else, and for a config of unusual size.
    """
    if Path(path).is_dir():
        raise UserError(f"{path} is a folder: a saved model, perhaps, but not in Keras's own format", help=_HELP)
    try:
        with given_file(path) as file:
            beginning = file.read(8)
            text = _member(path) if beginning.startswith(b"PK") else beginning + file.read(_LIMIT)
    except FileNotFoundError as error:
        raise UserError(missing_file(path)) from error
    except OSError as error:
        raise UserError(f"cannot read {path}: {reason(error)}") from error
    if beginning.startswith(b"\x89HDF"):
        raise UserError(f"{path} is an HDF5 file, which may hold Python code and is not read", help=_HELP)
    if len(text) > _LIMIT:
        raise UserError(f"the config in {path} is larger than {_LIMIT >> 20} MiB: that is no model of layers alone")
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path} holds no config of a Keras model: {first_line(error)}", help=_HELP) from error


def _member(path: str) -> bytes:
    """The config of an archive; no more of it is unpacked than may be read."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(_MEMBER) as file:
            return file.read(_LIMIT + 1)
    except KeyError as error:
        raise UserError(f"{path} is an archive without a {_MEMBER}, not a saved Keras model", help=_HELP) from error
    except OSError:
        raise
    except Exception as error:  # damage shows in zipfile, zlib and struct, in as many ways as it has
        raise UserError(f"{path} is damaged, or no .keras file: {first_line(error)}", help=_HELP) from error


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON number")
