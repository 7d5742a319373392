"""Where a verb may write: never over a run, a folder, a pipe, or what it was made from."""

import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from runtime.directory.rundir import MANIFEST
from runtime.errors import UserError

_OF_A_RUN: Final = re.compile(rb'\s*\{\s*"format":\s*\d+,\s*"spec":|.*"artefacts":', re.DOTALL)
"""How the manifest of a run begins, or what stands in it, and hardly in another file of that name."""
_MANIFEST_LIMIT: Final = 1_000_000


def check_target(path: str | Path, *, force: bool, inputs: Iterable[str | Path] = ()) -> None:
    """Refuse what a new file must not take the place of, before any work is done for it.

    Raises UserError for a folder, a pipe, a device, a file of a run, one of the `inputs`, and without `force` for any
    file that is there.
    """
    refuse_to_write(path)
    if not os.path.lexists(path):
        return
    if any(_is_same(path, each) for each in inputs):
        raise UserError(f"{path} is what the result is made from, and would be lost", help="name another file")
    if not force:
        raise UserError(f"{path} exists already", help="name another file, or replace this one with --force")


def refuse_to_write(path: str | Path) -> None:
    """Raises UserError for what no verb may write, whatever its user says: no file, or one of a run."""
    target = Path(path)
    try:
        mode = target.stat().st_mode
    except (OSError, ValueError):
        mode = 0
    if stat.S_ISDIR(mode):
        raise UserError(f"{path} is a folder", help="name a file in it")
    if mode and not stat.S_ISREG(mode):
        raise UserError(f"{path} is a pipe or a device, not a file", help="name a file")
    if run := run_around(target):
        raise UserError(
            f"{path} is part of the run {run}, whose files stay as they were written", help="name a file outside of it"
        )


def run_around(path: Path) -> Path | None:
    """The run directory that a file lies in, or would; None for one that lies in none."""
    try:
        return next((folder for folder in path.resolve().parents if is_run(folder)), None)
    except (OSError, ValueError, RuntimeError):  # RuntimeError: links in a circle, before Python 3.13
        return None


def is_run(folder: Path) -> bool:
    """Whether a folder is a run directory."""
    manifest = folder / MANIFEST
    try:
        if not stat.S_ISREG(manifest.lstat().st_mode):
            return False
        with manifest.open("rb") as file:
            return _OF_A_RUN.match(file.read(_MANIFEST_LIMIT)) is not None
    except OSError:
        return False


def _is_same(path: str | Path, other: str | Path) -> bool:
    try:
        return Path(path).samefile(other)
    except (OSError, ValueError):
        return False
