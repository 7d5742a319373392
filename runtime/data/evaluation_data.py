"""Labelled images to score a run on that it was not made from: arrays, folders of classes, tables."""

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from runtime.data import darkness
from runtime.data.array_headers import image_shape
from runtime.data.examples import ArraySource, Examples
from runtime.data.folders.facts import facts_of
from runtime.data.folders.index import Index, index_folder, index_table
from runtime.data.folders.load import broken_words, picture_source, sound, unreadable
from runtime.data.npz import ArrayForm, read_arrays
from runtime.data.opening import FORMATS
from runtime.data.own_pictures import look
from runtime.data.parts import named
from runtime.data.split_names import TEST
from runtime.data.unusable import UnusableError
from runtime.data.walk import is_picture_name
from runtime.errors import UserError
from runtime.files import reason
from runtime.terminal import printable
from spec_lang.program import Data, Program
from spec_lang.world import PictureSource, Unusable

_MOST_NAMED: Final = 5
"""Names in one message."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What a run is scored on."""

    examples: Examples
    """Labelled by the classes of the run."""
    of: str
    """What they are, in words."""
    left_out: tuple[str, ...] = ()
    """Pictures that cannot be read, each with the reason: only where the run's own data may have such."""
    left_out_words: str = ""
    """How many of how many these are."""
    notes: tuple[str, ...] = ()
    """What is to be said besides: what else was left out, and pictures that are nearly black."""


def images_from(path: Path, program: Program) -> Judged:
    """The labelled images of an .npz file, a .csv file or a folder; classes are matched by their names.

    - An .npz file has x_test and y_test, or x and y: uint8 images of the model's size, and labels from 0 on in the
      order of the run's classes.
    - A folder has a folder for each class, or a folder `test` that has them.
    - A .csv file has the columns that the run's own table had, or else `image` and `label`; paths begin at its folder.

    Raises UserError where there is nothing of the kind, for a class that the run does not know, and for pictures that
    cannot be read, unless the run's own data has `corrupt skip`.
    """
    assert program.data is not None
    try:
        if path.is_dir():
            return _pictures(path, _folder(path, program.data.classes), program)
        if not path.exists():
            raise UserError(f"there is no file or folder {path}")
        match path.suffix.lower():
            case ".npz":
                return _arrays(path, program)
            case ".csv":
                return _table(path, program)
    except OSError as error:
        raise UserError(f"cannot read {path}: {reason(error)}") from error
    raise UserError(
        f"{path} is no data to score a run on", help="give an .npz file, a .csv file, or a folder of classes"
    )


def _folder(path: Path, classes: Sequence[str]) -> Index:
    """The pictures of a folder. Raises UserError where they have no labels, or others than the run knows."""
    index = index_folder(path, classes, judging=True)
    found = index.layout
    assert found is not None
    if not found.classes.keys() & {"", TEST}:
        folder = next(each.parent for folders in found.classes.values() for each in folders.values())
        raise UserError(
            f"{path} keeps images apart and has no folder test", help=f"to score on others: --data {folder}"
        )
    there = found.classes[TEST if TEST in found.classes else ""]
    if not there and any(is_picture_name(each.name) for each in found.left_out):
        raise UserError(
            f"the pictures of {path} have no labels", help="put those of each class into a folder of its name"
        )
    _check_classes(path, list(there), classes)
    return index


def _arrays(path: Path, program: Program) -> Judged:
    assert program.data is not None
    height, width, channels = program.input_shape
    try:
        with zipfile.ZipFile(path) as archive:
            there = {name.removesuffix(".npy") for name in archive.namelist()}
            pairs = [pair for pair in (("x_test", "y_test"), ("x", "y")) if there.issuperset(pair)]
            if not pairs:
                without = " has no labels: it" if there & {"x", "x_test"} else ""
                raise UserError(f"{path}{without} has neither x_test and y_test nor x and y")
            x, y = pairs[0]
            count = image_shape(archive, x, y)[0]
    except zipfile.BadZipFile as error:
        raise UserError(f"{path} is no NumPy file of arrays (.npz): {error}") from error
    except UnusableError as error:
        raise UserError(f"cannot use {path}: {error}", help=error.remedy) from error
    sizes: tuple[tuple[int, ...], ...] = ((count, height, width, channels),)
    if channels == 1:
        sizes = (*sizes, (count, height, width))
    forms = {x: ArrayForm(np.uint8, sizes), y: ArrayForm(np.integer, ((count,), (count, 1)))}
    arrays = read_arrays(path, forms)
    labels = arrays[y].reshape(-1).astype(np.int64)
    if not count:
        raise UserError(f"{path} has no images")
    most = len(program.data.classes) - 1
    if labels.min() < 0 or labels.max() > most:
        wrong = labels.min() if labels.min() < 0 else labels.max()
        raise UserError(f"{path}: the label {wrong} is none of the run's classes, which are 0 to {most}")
    images = arrays[x].reshape(count, height, width, channels)
    return Judged(Examples(ArraySource(images, labels), np.arange(count)), f"images of {path}")


def _table(path: Path, program: Program) -> Judged:
    assert program.data is not None
    given: dict[str, Any] = dict(program.data.arguments) if program.data.source == "csv" else {}
    own = str(given.get("image") or "image"), str(given.get("label") or "label")
    looks = {
        columns: look(PictureSource("csv", str(path.absolute()), *columns), path.parent)
        for columns in (own, ("image", "label"))
    }
    image, label = next((each for each, there in looks.items() if not isinstance(there, Unusable)), own)
    there = looks[image, label]
    if isinstance(there, Unusable):
        raise UserError(f"{path} cannot be used: {there.reason}", help=there.remedy)
    _check_classes(path, there.classes, program.data.classes)
    return _pictures(path, index_table(path, image, label, program.data.classes), program)


def _pictures(path: Path, index: Index, program: Program) -> Judged:
    data: Data | None = program.data
    assert data is not None
    facts = facts_of([picture.path for picture in index.pictures])
    broken = unreadable(index, facts)
    words = broken_words(index, broken)
    if broken and data.settings.get("corrupt", {}).get("what") != "skip":
        raise UserError(
            f"{words}: {named(broken, '; ')}",
            help="repair or remove them; only a run with `corrupt skip` in its data section leaves such out",
        )
    pictures, looked = sound(index, facts)
    if not pictures:
        raise UserError(
            f"{path} has no pictures of the run's classes" + (" that can be read" if broken else ""),
            help=f"the formats that are read are {', '.join(FORMATS)}",
        )
    resize: Any = data.settings.get("resize", {}).get("how", "stretch")
    source = picture_source(pictures, looked, program.input_shape, resize)
    left_out = tuple(map(printable, broken))
    notes = tuple(map(printable, index.left_out_lines()))
    if dark := darkness.warning([(each.look.greatest, each.look.white) for each in looked if each.look]):
        notes = (*notes, dark)
    return Judged(Examples(source, np.arange(len(pictures))), f"pictures of {path}", left_out, words, notes)


def _check_classes(path: Path, there: Sequence[str], known: Iterable[str]) -> None:
    names = list(known)
    if strangers := [name for name in there if name not in set(names)]:
        more = f" and {len(strangers) - _MOST_NAMED} more" if len(strangers) > _MOST_NAMED else ""
        shown = ", ".join(names[:20]) + (", …" if len(names) > 20 else "")
        raise UserError(
            f"{path} has classes that the run does not know: {', '.join(strangers[:_MOST_NAMED])}{more}",
            help=f"the run knows {shown}",
        )
