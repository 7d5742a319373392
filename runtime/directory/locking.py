"""One process at a time on a run directory."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runtime.errors import UserError
from runtime.files import cannot_write

_WINDOWS = os.name == "nt"
_TRIES = 5
_PAUSE = 0.02
"""Seconds."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a run directory for this process; the lock ends with the process, however that ends.

    Raises UserError where another process holds it.
    """
    # Windows locks no folders.
    path = folder / ".lock" if _WINDOWS else folder
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT if _WINDOWS else os.O_RDONLY)
    except OSError as error:
        raise cannot_write(path, error) from error
    try:
        try:
            _lock_soon(descriptor)
        except OSError as error:
            raise UserError(
                f"{folder} is in use: another process trains or resumes it", help="wait until that one has ended"
            ) from error
        yield
    finally:
        os.close(descriptor)


def in_use(folder: Path) -> bool:
    """Whether a process holds a run directory, as far as this one can tell; nothing is written for it."""
    try:
        descriptor = os.open(folder / ".lock" if _WINDOWS else folder, os.O_RDWR if _WINDOWS else os.O_RDONLY)
    except OSError:  # never held, or not ours to see
        return False
    try:
        _lock(descriptor)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def _lock_soon(descriptor: int) -> None:
    """As `_lock`, after a few tries: `in_use` holds a lock too, for a moment."""
    for _ in range(_TRIES - 1):
        try:
            return _lock(descriptor)
        except OSError:
            time.sleep(_PAUSE)
    return _lock(descriptor)


def _lock(descriptor: int) -> None:
    """Raises OSError where another process has the lock."""
    if _WINDOWS:
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
