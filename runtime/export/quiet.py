"""Converters that talk while they work: what they print would drown what a person is to read."""

import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet() -> Iterator[None]:
    """Drop what is written to standard output and standard error, by native code too, and all logging and warnings.

    What goes wrong inside is an exception, whose text the caller shows.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    kept = {number: os.dup(number) for number in (1, 2)}
    disabled = logging.root.manager.disable
    with open(os.devnull, "wb") as nowhere, warnings.catch_warnings(action="ignore"):
        logging.disable(logging.CRITICAL)
        for number in kept:
            os.dup2(nowhere.fileno(), number)
        try:
            yield
        finally:
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
            logging.disable(disabled)
            for number, copy in kept.items():
                os.dup2(copy, number)
                os.close(copy)
