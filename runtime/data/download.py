"""Data sets as Keras downloads them; it keeps its own copies, in its own folder."""

import contextlib
import io
import socket
import sys
from collections.abc import Iterator

import numpy as np

from runtime.data.npz import Arrays

_SILENCE_SECONDS = 30.0
"""How long the network may bring nothing; without a limit, one that swallows packets holds a download for minutes."""


def download(name: str) -> Arrays:
    """The arrays x_train, y_train, x_test, y_test of `keras.datasets.NAME`, in C order.

    The progress is shown on standard error if that is a terminal. Raises whatever Keras does, above all bare
    `Exception` where the network or the server fails.
    """
    from compiler.backend import keras

    progress = sys.stderr if sys.stderr.isatty() else io.StringIO()
    with contextlib.redirect_stdout(progress), _silence_limit():
        (x_train, y_train), (x_test, y_test) = getattr(keras.datasets, name).load_data()
    arrays = {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}
    return {name: np.ascontiguousarray(array) for name, array in arrays.items()}


@contextlib.contextmanager
def _silence_limit() -> Iterator[None]:
    """Keras's downloads take no time limit of their own."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_SILENCE_SECONDS)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
