"""What stands in a folder of classes, and whether a class has any picture. The standard library alone."""

import errno
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from runtime.data.walk import LEADS_NOWHERE, Identity, Kind, identity, is_picture_name, passed_by, walk
from runtime.files import reason
from spec_lang.world import LeftOut

_TOOLS: Final = frozenset({".git", ".dvc", ".ipynb_checkpoints", ".idea", ".vscode", ".cache", ".venv"})
"""Hidden folders in which nobody keeps pictures."""
_MOST_NAMED: Final = 5
ARCHIVES: Final = (".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".rar", ".7z")


class ClassFolders:
    """What stands in a folder that holds classes or splits."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folders: dict[str, Path] = {}
        self.left_out: list[LeftOut] = []
        self.pictures: list[str] = []
        """Those that stand in it themselves."""
        self.archives: list[str] = []
        with os.scandir(root) as entries:
            found = sorted(entries, key=lambda entry: (entry.is_symlink(), entry.name))
        above = {identity(path.stat()) for path in (root.resolve(), *root.resolve().parents)}
        seen: dict[Identity, str] = {}
        for entry in found:
            if passed_by(entry.name):
                if entry.name not in _TOOLS and entry.name.startswith(".") and entry.is_dir():
                    self.left_out.append(LeftOut(entry.name, "a hidden folder"))
                continue
            try:
                is_folder = entry.is_dir()
                status = entry.stat()
            except OSError as error:
                self.left_out.append(LeftOut(entry.name, _broken(error)))
                continue
            if is_folder:
                self._add(entry.name, identity(status), above, seen)
            elif is_picture_name(entry.name):
                self.pictures.append(entry.name)
            elif entry.name.lower().endswith(ARCHIVES):
                self.archives.append(entry.name)
        self.folders = dict(sorted(self.folders.items()))

    def _add(self, name: str, same: Identity, above: set[Identity], seen: dict[Identity, str]) -> None:
        if _holds_runs(self.root / name):
            return
        if same in above:
            self.left_out.append(LeftOut(name, "a link to a folder that it lies in"))
        elif same in seen:
            self.left_out.append(LeftOut(name, f"a link to the folder {seen[same]} beside it"))
        else:
            seen[same] = name
            self.folders[name] = self.root / name


def _holds_runs(folder: Path) -> bool:
    """Whether a folder is where runs are kept, when a spec lies among its pictures."""
    return folder.name == "runs" and any(folder.glob("*/manifest.json"))


def _broken(error: OSError) -> str:
    match error.errno:
        case errno.ENOENT:
            return LEADS_NOWHERE
        case errno.ELOOP:
            return "a link that leads back to itself"
        case _:
            return reason(error)


def holds_picture(folder: Path) -> bool:
    """Whether there is a picture in the folder of a class, or what cannot be looked into."""
    try:
        with os.scandir(folder) as entries:
            if any(is_picture_name(entry.name) and not passed_by(entry.name) for entry in entries):
                return True
    except OSError:
        return True
    return any(found.kind is not Kind.OTHER for found in walk(str(folder)))


def folder_names(folder: Path) -> list[str]:
    """The names of the folders in a folder; none where it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if not passed_by(entry.name) and entry.is_dir())
    except OSError:
        return []


def in_words(names: Iterable[str]) -> str:
    """Some names in a sentence, the first ones of many."""
    shown = list(names)
    if len(shown) > _MOST_NAMED:
        shown = [*shown[:_MOST_NAMED], f"{len(shown) - _MOST_NAMED:,} more"]
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
