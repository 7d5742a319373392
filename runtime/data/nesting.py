"""Folders that are taken for classes, and whose own folders look like the classes. The standard library alone."""

import os
from collections.abc import Iterator, Mapping
from itertools import combinations, islice
from pathlib import Path
from typing import Final, NamedTuple

from runtime.data.class_folders import folder_names
from runtime.data.walk import is_picture_name
from spec_lang.world import Nested

_LOOKED_INTO: Final = 100
"""Folders of classes that are looked through: where one is laid out so, all are."""


class Inner(NamedTuple):
    """What a folder of a class holds."""

    folder: Path
    """The folder, or the one of its own name that is all there is in it: flowers/flowers."""
    names: list[str]
    """Of the folders in it."""
    path: str
    """From the folder of all classes."""


def inner_folders(classes: Mapping[str, Path]) -> dict[str, Inner]:
    """The folders within the first of some classes."""
    return {name: _inner(folder) for name, folder in islice(classes.items(), _LOOKED_INTO)}


def _inner(folder: Path) -> Inner:
    names = folder_names(folder)
    own = folder / names[0] if len(names) == 1 and names[0].casefold() == folder.name.casefold() else None
    return Inner(own, folder_names(own), f"{folder.name}/{own.name}") if own else Inner(folder, names, folder.name)


def nested(classes: Mapping[str, Path], inner: Mapping[str, Inner]) -> Iterator[Nested]:
    """Classes whose folders hold those beside them once more, and classes whose folders hold the same ones.

    Two names at least have to be the same, and beside these folders no picture: then the outer ones may be copies, ways
    of taking the pictures or parts of them, such as color/apple and gray/apple.
    """
    copies = []
    for name, (folder, names, _) in inner.items():
        same = tuple(each for each in names if each in classes and each != name)
        if len(same) > 1 and not _holds_picture_itself(folder):
            copies.append(name)
            yield Nested((name,), same, beside=True)
    rest = {name: {*each.names} for name, each in inner.items() if name not in copies and len(each.names) > 1}
    for (one, first), (other, second) in combinations(islice(rest.items(), 10), 2):
        if len(same_names := first & second) > 1 and not any(
            _holds_picture_itself(inner[each].folder) for each in (one, other)
        ):
            outer = tuple(name for name, names in rest.items() if len(names & same_names) > 1)
            yield Nested(outer, tuple(sorted(same_names)), inner[one].path)
            return


def _holds_picture_itself(folder: Path) -> bool:
    with os.scandir(folder) as entries:
        return any(is_picture_name(entry.name) for entry in entries)
