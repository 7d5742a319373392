"""One process at a time on a run directory."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runtime.errors import UserError
from runtime.files import cannot_write

_WINDOWS = os.name == "nt"


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
            _lock(descriptor)
        except OSError as error:
            raise UserError(
                f"{folder} is in use: another process trains or resumes it", help="wait until that one has ended"
            ) from error
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    """Raises OSError where another process has the lock."""
    if _WINDOWS:
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
