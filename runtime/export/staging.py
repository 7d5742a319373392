"""Where an export is written until it is known to hold: a hidden folder beside the one that is to be."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Final

from runtime.directory.locking import in_use, locked
from runtime.export.formats import FORMATS

_OLD: Final = ".old"
_NAME: Final = re.compile(rf"\.({'|'.join(map(re.escape, FORMATS))})\.[0-9a-f]{{8}}({re.escape(_OLD)})?")
_WINDOWS: Final = os.name == "nt"
"""It renames no folder that somebody has locked."""


@contextmanager
def staging_beside(folder: Path) -> Iterator[Path]:
    """A new folder beside the one that is to be; it is gone afterwards, as are folders above it that stayed empty."""
    place = folder.absolute()
    staging = place.with_name(f".{place.name}.{os.urandom(4).hex()}")
    made = [parent for parent in staging.parents if not parent.exists()]
    try:
        staging.mkdir(parents=True)
        with nullcontext() if _WINDOWS else locked(staging):
            yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        with suppress(OSError):
            for parent in made:
                parent.rmdir()


def put_in_place(staging: Path, folder: Path) -> None:
    """Give the finished export its name; what stood there is put aside first and removed last."""
    if not folder.exists():
        staging.rename(folder)
        return
    aside = staging.with_name(f"{staging.name}{_OLD}")
    folder.rename(aside)
    try:
        staging.rename(folder)
    except BaseException:
        aside.rename(folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def clear_killed(exports: Path) -> None:
    """Remove what killed exports left in the folder for exports of a run; those under way stay.

    An export that was put aside and has no successor gets its name back. What cannot be removed is in nobody's way.
    """
    if _WINDOWS or not exports.is_dir():
        return
    with suppress(OSError):
        for path in list(exports.iterdir()):
            match = _NAME.fullmatch(path.name)
            if not match or path.is_symlink() or not path.is_dir() or in_use(path):
                continue
            if match[2] and not os.path.lexists(exports / match[1]):
                path.rename(exports / match[1])
            else:
                shutil.rmtree(path, ignore_errors=True)
