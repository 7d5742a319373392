"""Somebody's own file or folder that has the name of one of dotcnn's packages, and stands before it."""

import sys
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Final

_PACKAGES: Final = ("spec_lang", "compiler", "runtime", "specs")


def hidden_package() -> str | None:
    """What hides a package of dotcnn, and what to do about it, in one line; None where nothing does."""
    home = Path(__file__).resolve().parent.parent
    for name in _PACKAGES:
        found = PathFinder.find_spec(name, sys.path)
        origin = Path(found.origin).resolve() if found and found.origin else None
        if origin is not None and not origin.is_relative_to(home / name):
            own = origin.parent if origin.name == "__init__.py" else origin
            return f"{own} has the name of a package of dotcnn, which is hidden by it: rename it"
    return None
