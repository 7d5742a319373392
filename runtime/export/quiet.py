"""Converters that talk while they work: what they print is shown only where they fail."""

import logging
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet() -> Iterator[None]:
    """Hold back what is written to standard output and standard error, by native code too, and all logging.

    Where the block fails, standard error gets all of it.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    kept = {number: os.dup(number) for number in (1, 2)}
    disabled = logging.root.manager.disable
    with tempfile.TemporaryFile() as held_back, warnings.catch_warnings(action="ignore"):
        logging.disable(logging.CRITICAL)
        for number in kept:
            os.dup2(held_back.fileno(), number)
        failed = True
        try:
            yield
            failed = False
        finally:
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
            logging.disable(disabled)
            for number, copy in kept.items():
                os.dup2(copy, number)
                os.close(copy)
            if failed:
                held_back.seek(0)
                os.write(2, held_back.read())
