"""A look at all images of a spec before anything is learnt: what there is, and what is doubled, damaged or missing."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from compiler import TrainingPlan
from runtime.data.examples import ArraySource, Examples, ImageSource
from runtime.data.folders.facts import Facts, facts_of
from runtime.data.folders.index import Index
from runtime.data.folders.load import divide, find_pictures, picture_source, sound
from runtime.data.folders.similar import nearly_equal
from runtime.data.images import Resize
from runtime.data.run_data import load_run_data
from runtime.errors import UserError
from spec_lang.program import Data

PARTS: Final = ("train", "validation", "test")


class ValueRange(NamedTuple):
    """Which samples there are."""

    least: int
    greatest: int
    white: int = 255
    """The sample that stands for white: 65,535 in gray files of 16 bits."""

    def __str__(self) -> str:
        return f"{self.least:,} to {self.greatest:,}, {self.white:,} being white"


@dataclass(frozen=True, slots=True)
class Item:
    """One image that can be read."""

    name: str
    """Its path, or its place in its array."""
    part: str
    """One of PARTS."""
    label: int
    pixels: str
    """A hash of its pixels: equal for equal pictures, however they are encoded."""
    size: tuple[int, int]
    """(height, width)."""
    source: ImageSource = field(repr=False, compare=False)
    """Where it lies, as the network gets it."""
    index: int
    """Its place there."""
    values: ValueRange


@dataclass(frozen=True, slots=True)
class DataReport:
    """What was seen."""

    classes: tuple[str, ...]
    target: tuple[int, int]
    """(height, width) of what the network sees."""
    items: tuple[Item, ...]
    formats: Counter[str] = field(default_factory=Counter)
    modes: Counter[str] = field(default_factory=Counter)
    broken: tuple[str, ...] = ()
    """Files that cannot be read, each with what is wrong."""
    misnamed: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    """Files that are no pictures, and folders that are no classes."""
    left_out: tuple[str, ...] = ()
    """The same in a line for each kind, but for what a check names."""
    unread: tuple[str, ...] = ()
    """Folders that cannot be looked into, and links that lead nowhere, each with the reason."""
    similar: tuple[tuple[Item, Item], ...] = ()
    """Nearly equal pictures of two parts; only where asked for."""

    @property
    def lost(self) -> tuple[str, ...]:
        """Everything that cannot be read, each with the reason."""
        return (*self.broken, *self.unread)

    def counts(self) -> dict[str, list[int]]:
        """How many images each part has of each class."""
        table = {part: [0] * len(self.classes) for part in PARTS}
        for item in self.items:
            table[item.part][item.label] += 1
        return table

    def values(self) -> list[tuple[ValueRange, int]]:
        """The least and the greatest sample of all images, and of how many, for each sample that stands for white."""
        ranges: defaultdict[int, list[ValueRange]] = defaultdict(list)
        for item in self.items:
            ranges[item.values.white].append(item.values)
        return [
            (ValueRange(min(each.least for each in seen), max(each.greatest for each in seen), white), len(seen))
            for white, seen in sorted(ranges.items())
        ]

    def groups(self) -> list[tuple[Item, ...]]:
        """Images that are equal, pixel by pixel, two or more together."""
        equal: defaultdict[str, list[Item]] = defaultdict(list)
        for item in self.items:
            equal[item.pixels].append(item)
        return [tuple(group) for group in equal.values() if len(group) > 1]


def look_over(data: Data, plan: TrainingPlan, folder: Path, *, similar: bool = False) -> DataReport:
    """Look at every image that a spec in `folder` learns from or is judged by.

    Raises UserError where there are none, and for `similar` on images too small for it.
    """
    height, width = data.image_shape[:2]
    if data.source in ("folder", "csv"):
        index = find_pictures(data, folder)
        return _of_files(index, facts_of([each.path for each in index.pictures]), data, plan, similar=similar)
    if similar:
        raise UserError(
            "--similar is for picture files", help="small images of arrays are alike by chance; equal ones are found"
        )
    loaded = load_run_data(data, plan, folder)
    parts = {"train": loaded.training, "validation": loaded.validation, "test": loaded.test}
    if plan.validation == "test":
        parts["validation"] = None
    items = [item for part, examples in parts.items() if examples for item in _of_arrays(part, examples)]
    return DataReport(data.classes, (height, width), tuple(items))


def _of_arrays(part: str, examples: Examples) -> list[Item]:
    source = examples.source
    assert isinstance(source, ArraySource)
    size = source.image_shape[:2]
    values = source.images.reshape(len(source.images), -1)
    lows, highs = values.min(axis=1).tolist(), values.max(axis=1).tolist()
    return [
        Item(
            f"image {index} of {'the test set' if part == 'test' else 'the training set'}",
            part,
            int(source.labels[index]),
            hashlib.sha256(source.images[index].tobytes()).hexdigest(),
            size,
            source,
            index,
            ValueRange(lows[index], highs[index]),
        )
        for index in examples.indices.tolist()
    ]


def _of_files(index: Index, facts: list[Facts], data: Data, plan: TrainingPlan, *, similar: bool) -> DataReport:
    def name(path: Path) -> str:
        return str(path.relative_to(index.root)) if path.is_relative_to(index.root) else str(path)

    pictures, looked = sound(index, facts)
    labels = np.array([picture.label for picture in pictures], np.int64)
    divided = divide(labels, np.array([picture.part for picture in pictures]), looked, data, plan)
    resize: Resize = str(data.settings["resize"]["how"])  # type: ignore[assignment]
    source = picture_source(pictures, looked, data.image_shape, resize, index.root)
    items: list[Item] = []
    paths: list[Path] = []
    for part, indices in zip(PARTS, divided, strict=True):
        for place in indices.tolist():
            look = looked[place].look
            assert look is not None
            values = ValueRange(look.least, look.greatest, look.white)
            label = pictures[place].label
            items.append(Item(name(pictures[place].path), part, label, look.pixels, look.size, source, place, values))
            paths.append(pictures[place].path)
    height, width = data.image_shape[:2]
    return DataReport(
        classes=data.classes,
        target=(height, width),
        items=tuple(items),
        formats=Counter(each.look.format for each in looked if each.look),
        modes=Counter(each.look.mode for each in looked if each.look),
        broken=tuple(f"{name(each.path)} {each.problem}" for each in facts if each.look is None),
        misnamed=tuple(f"{name(each.path)} is {each.look.format}" for each in looked if each.misnamed and each.look),
        others=tuple(map(name, index.others)),
        left_out=tuple(index.left_out_lines(within_classes=True)),
        unread=tuple(f"{name(path)} cannot be looked into: {why}" for path, why in index.unread),
        similar=tuple(_similar(items, paths)) if similar else (),
    )


def _similar(items: Sequence[Item], paths: Sequence[Path]) -> list[tuple[Item, Item]]:
    pairs = nearly_equal(paths, [item.size for item in items])
    return [
        (items[one], items[other])
        for one, other in pairs
        if items[one].part != items[other].part and items[one].pixels != items[other].pixels
    ]
