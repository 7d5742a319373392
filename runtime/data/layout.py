"""How a folder of pictures is laid out: which folders are classes, which keep images apart, and what is left out.

A split is a folder called train, validation or test, in one of the words for these, in any case, and with something
before or behind that all splits of a folder share, as in `seg_train` and `seg_test`; it may hold one folder of its own
name, and the classes in that. What cannot be told for certain is refused: a classifier of "Train" against "Test" looks
like any other. The standard library alone.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from runtime.data.class_folders import ClassFolders, folder_names, holds_picture, in_words
from runtime.data.nesting import Inner, inner_folders, nested
from runtime.data.split_names import EVALUATION, TEST, TRAIN, VALIDATION, Split, split_of
from runtime.data.unusable import UnusableError
from spec_lang.world import LeftOut, Nested

MOST_CLASSES: Final = 100_000
_NO_CLASSES: Final = frozenset(
    "images image imgs img jpegimages labels label masks mask annotations annotation".split()
)
"""Folders of data sets for detection and segmentation."""
_TRIED: Final = 20
"""Folders that are looked into for pictures, before it is said that there are classes."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders of the classes, by the part that they stand in and by their names."""

    classes: Mapping[str, Mapping[str, Path]]
    """By "train", "validation" and "test"; by "" for one whole tree."""
    left_out: tuple[LeftOut, ...] = ()
    empty: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By part, the classes that have a folder there and no picture in it."""
    like_splits: tuple[str, ...] = ()
    """Classes that are called like a split."""
    nested: tuple[Nested, ...] = ()
    pictures: tuple[str, ...] = ()
    """Those that stand beside the folders."""
    archives: tuple[str, ...] = ()

    def names(self) -> set[str]:
        """Of all classes."""
        return {name for folders in self.classes.values() for name in folders}

    def place(self, name: str) -> str:
        """Where a class was found first, in words."""
        part = next(part for part, folders in self.classes.items() if name in folders)
        folder = self.classes[part][name]
        return f"the folder {folder.parent.name}/{folder.name}" if part else f"the folder {folder.name}"


def layout(root: Path, known: Collection[str] = (), *, judging: bool = False) -> Layout:
    """How a folder is laid out.

    Args:
        root: The folder.
        known: Names that are classes, whatever they look like.
        judging: Whether it is to score a run on: images to train on are then not needed.

    Raises UnusableError where that cannot be told, and OSError where the folder cannot be read.
    """
    top = ClassFolders(root)
    splits = _splits(top.folders, known, judging=judging)
    left_out = [*top.left_out]
    if splits.chosen:
        beside = f"beside the splits {in_words(path.name for path in splits.chosen.values())}"
        taken = {*splits.chosen.values(), *splits.flat}
        left_out += [LeftOut(name, beside) for name, path in top.folders.items() if path not in taken]
        left_out += [LeftOut(path.name, "a split without folders of classes") for path in splits.flat]
        left_out += [LeftOut(name, beside) for name in top.pictures]
        parts = {part: ClassFolders(_within(path)) for part, path in splits.chosen.items()}
        for each in parts.values():
            left_out += [out._replace(name=_below(root, each.root / out.name)) for out in each.left_out]
    else:
        parts = {"": top}
    inner = {part: inner_folders(each.folders) for part, each in parts.items()}
    for part, each in parts.items():
        _need_classes(each.folders, inner[part])
        left_out += [
            LeftOut(_below(root, each.root / name), "beside the folders of the classes") for name in each.pictures
        ]
    classes = {part: each.folders for part, each in parts.items()}
    if sum(map(len, classes.values())) > 3 * MOST_CLASSES:
        raise UnusableError(f"it has more than {MOST_CLASSES:,} folders", "each folder in it is a class")
    empty = {
        part: tuple(name for name, path in folders.items() if not holds_picture(path))
        for part, folders in classes.items()
    }
    if not judging:
        for part, folders in classes.items():
            _need_no_deeper(folders, empty[part], inner[part])
    first = next(iter(classes))
    # A train is a thing that there are pictures of.
    doubtful = (TEST, ""), (VALIDATION, ""), (EVALUATION, "")
    return Layout(
        classes,
        tuple(left_out),
        {part: names for part, names in empty.items() if names},
        () if splits.chosen else tuple(name for name in top.folders if split_of(name) in doubtful),
        tuple(nested(classes[first], inner[first])),
        tuple(top.pictures),
        tuple(top.archives),
    )


def _need_classes(folders: Mapping[str, Path], inner: Mapping[str, Inner]) -> None:
    """Raise UnusableError where the folders of one whole tree are no classes."""
    if len(folders) > 1 and all(name.casefold() in _NO_CLASSES for name in folders):
        raise UnusableError(
            f"its folders {in_words(folders)} hold one kind of file each, not one class each",
            _deeper(inner) or "put the pictures of each class into a folder of its name",
        )
    for name, (_, names, path) in inner.items():
        splits = {split.part: each for each in names if (split := split_of(each)) and not split.rest}
        if TRAIN not in splits or len(splits) < 2:
            continue
        if len(folders) == 1:
            why = f"its one folder {name} holds the splits {in_words(splits.values())}"
            raise UnusableError(why, f"name that folder, behind a slash: …/{path}")
        raise UnusableError(
            f"the folders {in_words(splits.values())} stand within the class {name}, and would be mixed",
            f"turn them round: {splits[TRAIN]}/{name} instead of {name}/{splits[TRAIN]}; or, if {name} is no class, "
            f"name that folder, behind a slash: …/{path}",
        )


def _need_no_deeper(folders: Mapping[str, Path], empty: Collection[str], inner: Mapping[str, Inner]) -> None:
    """Raise UnusableError where all pictures lie in the folders of one folder, beside some without pictures."""
    filled = [name for name in folders if name not in empty]
    if empty and len(filled) == 1 and filled[0] in inner and len(inner[filled[0]].names) > 1:
        raise UnusableError(
            f"only its folder {filled[0]} holds pictures, in the folders {in_words(inner[filled[0]].names)}",
            _deeper({filled[0]: inner[filled[0]]}),
        )


def _deeper(inner: Mapping[str, Inner]) -> str:
    """Which folder to name, where one of these has folders of pictures in it."""
    for folder, names, path in inner.values():
        if sum(holds_picture(folder / each) for each in names[:_TRIED]) > 1:
            return f"name the folder that holds the classes, behind a slash: …/{path}"
    return ""


class _Splits(NamedTuple):
    chosen: dict[str, Path]
    """By part."""
    flat: tuple[Path, ...] = ()
    """Splits for validation or test whose pictures have no labels."""


def _splits(folders: Mapping[str, Path], known: Collection[str], *, judging: bool) -> _Splits:
    """The folders that keep images apart; none in one whole tree."""
    named = _settled({name: split for name in folders if name not in known and (split := split_of(name))})
    holding = {
        name
        for name in named
        if any(each.casefold() not in _NO_CLASSES for each in folder_names(_within(folders[name])))
    }
    sets: defaultdict[str, list[str]] = defaultdict(list)
    for name, split in named.items():
        sets[split.rest].append(name)
    several = [names for names in sets.values() if len({named[name].part for name in names}) > 1]
    whole = [names for names in several if holding.intersection(names)]
    if len(whole) > 1:
        raise UnusableError(
            f"it has several sets of splits: {'; '.join(in_words(names) for names in whole)}",
            "name the folder of one set, or move the others elsewhere",
        )
    if whole:
        return _chosen(folders, named, whole[0], holding, judging=judging)
    alone = [name for name in named if not named[name].rest and name in holding]
    others = [name for name in folders if name not in alone]
    if alone and not others:
        return _chosen(folders, named, alone, holding, judging=judging)
    if alone:
        raise UnusableError(
            f"its folder {in_words(alone)} looks like a split that holds classes, beside {in_words(others)}",
            "move the others elsewhere, or into it; or, if it is a class, give it another name",
        )
    if several or (len({split.part for split in named.values()}) > 1 and (holding or len(named) == len(folders))):
        names = [name for names in several for name in names] or list(named)
        what = "are named in different ways" if holding else "hold no folders of classes"
        raise UnusableError(
            f"its folders {in_words(names)} look like splits, and {what}",
            "name them train, validation and test, and in each put the pictures of a class into a folder of its name",
        )
    return _Splits({})


def _settled(named: Mapping[str, Split]) -> dict[str, Split]:
    """The splits with "evaluation" for the test where there are images for validation and none for the test."""
    parts: defaultdict[str, set[str]] = defaultdict(set)
    for split in named.values():
        parts[split.rest].add(split.part)
    settled = dict(named)
    for name, split in named.items():
        if split.part == EVALUATION:
            beside = parts[split.rest]
            settled[name] = split._replace(part=TEST if VALIDATION in beside and TEST not in beside else VALIDATION)
    return settled


def _chosen(
    folders: Mapping[str, Path], named: Mapping[str, Split], names: list[str], holding: set[str], *, judging: bool
) -> _Splits:
    """The splits among folders of which two at least look like such."""
    by_part: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        if name in holding:
            by_part[named[name].part].append(name)
    for part, same in by_part.items():
        if len(same) > 1:
            raise UnusableError(
                f"its folders {in_words(same)} both look like the images for {part}",
                "merge them, or move one of them elsewhere",
            )
    if TRAIN not in by_part and not judging:
        flat = [name for name in names if named[name].part == TRAIN]
        there = in_words(name for same in by_part.values() for name in same)
        raise UnusableError(
            f"its folder {in_words(flat)} holds no folders of classes, unlike {there}"
            if flat
            else f"there is no folder of images to train on beside {there}",
            "put the pictures of each class into a folder of its name, in a folder train",
        )
    chosen = {part: folders[by_part[part][0]] for part in (TRAIN, VALIDATION, TEST) if part in by_part}
    return _Splits(chosen, tuple(folders[name] for name in names if name not in holding))


def _within(folder: Path) -> Path:
    """A split's folder, or the one in it of the same part, where it holds nothing else: seg_train/seg_train."""
    inner = folder_names(folder)
    split, own = (split_of(inner[0]) if len(inner) == 1 else None), split_of(folder.name)
    return folder / inner[0] if split and own and split.part == own.part else folder


def _below(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()
