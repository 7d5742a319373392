"""One image of a spec's data, chosen by its number or its file: what it is, and the pixels that the network gets."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from compiler import TrainingPlan
from runtime.data.examples import Examples, ImageSource
from runtime.data.folders.source import PictureFiles
from runtime.data.images import look_at
from runtime.data.parts import RunData
from runtime.data.run_data import load_run_data
from runtime.errors import UserError
from runtime.look.data_report import ValueRange
from runtime.terminal import printable
from spec_lang.program import Data
from spec_lang.units import short


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """An image and where it lies."""

    source: ImageSource
    index: int
    """Its place in the source."""
    number: int
    """Its place among all images, from 0."""
    total: int
    """How many images there are."""
    part: str
    """"train", "validation" or "test"; empty for one that the spec does not use, as beyond a limit."""
    name: str
    class_name: str

    @property
    def label(self) -> int:
        return int(self.source.labels[self.index])

    @property
    def file(self) -> Path | None:
        return self.source.paths[self.index] if isinstance(self.source, PictureFiles) else None

    def image(self) -> NDArray[np.uint8]:
        """(height, width, channels), as the network gets it but for the normalization."""
        return next(self.source.batches(np.array([self.index]), 1))[0]

    def example(self) -> Examples:
        """The image as examples of one."""
        return Examples(self.source, np.array([self.index]))

    def facts(self) -> dict[str, Any]:
        """What is known of it, as plain data."""
        image = self.image()
        return {
            "name": self.name,
            "number": self.number,
            "of": self.total,
            "class": self.class_name,
            "class_number": self.label,
            "part": self.part or None,
            "shape": list(image.shape),
            "least": int(image.min()),
            "greatest": int(image.max()),
            "mean": round(float(image.mean()), 4),
            "file": self._file_facts(),
        }

    def _file_facts(self) -> dict[str, Any] | None:
        if self.file is None:
            return None
        look, _, size = look_at(self.file)
        return {
            "path": str(self.file),
            "bytes": size,
            "format": look.format,
            "mode": look.mode,
            "shape": list(look.size),
            "least": look.least,
            "greatest": look.greatest,
            "white": look.white,
        }


def described(facts: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The facts of an image in words, each under its name."""
    yield "image", facts["name"]
    yield "number", f"{facts['number']:,} of {facts['of']:,}, from 0"
    yield "class", f"{facts['class']}, number {facts['class_number']}"
    yield "part", facts["part"] or "none: the spec leaves it out"
    if file := facts["file"]:
        values = ValueRange(file["least"], file["greatest"], file["white"])
        kind = f"{_by(file['shape'])} {file['format']} {file['mode']}, {short(file['bytes'], 'B')}"
        yield "file", f"{kind}, values {values}"
    yield "shape", f"{_by(facts['shape'])}, as the network gets it before “normalize”"
    yield "values", f"{facts['least']} to {facts['greatest']}, 255 being white; mean {facts['mean']:.2f}"


def _by(shape: list[int]) -> str:
    return "x".join(map(str, shape))


def choose(data: Data, plan: TrainingPlan, folder: Path, wanted: str) -> Chosen:
    """The image that is called `wanted`: its number from 0 among all images as they lie, or its file.

    Files lie in the order of their paths, arrays in their own, those to train on before those to test on.

    Raises UserError where there is none, or it cannot be read.
    """
    # One picture can be looked at, whatever is wrong with others.
    lenient = data._replace(settings={**data.settings, "corrupt": {"what": "skip"}})
    loaded = load_run_data(lenient, plan, folder)
    sources = _sources(loaded)
    total = sum(len(source.labels) for source in sources)
    number = int(wanted) if wanted.isascii() and wanted.isdigit() else _number_of(wanted, sources)
    if number is None or number >= total:
        _refuse(wanted, total, loaded)
    index = number
    for source in sources:
        if index < len(source.labels):
            break
        index -= len(source.labels)
    part = _part(loaded, source, index)
    name = source.file_name(index) or f"image {index} of the {_set_of(loaded, source)} set"
    return Chosen(source, index, number, total, part, name, data.classes[int(source.labels[index])])


def _parts(loaded: RunData) -> dict[str, Examples]:
    validation = loaded.validation
    parts = {"train": loaded.training, "validation": validation, "test": loaded.test}
    return {part: examples for part, examples in parts.items() if examples is not None}


def _sources(loaded: RunData) -> list[ImageSource]:
    """Every source once, in the order of the parts."""
    return list({id(examples.source): examples.source for examples in _parts(loaded).values()}.values())


def _set_of(loaded: RunData, source: ImageSource) -> str:
    words = {"train": "training", "test": "test", "validation": "validation"}
    return next(words[part] for part in words if part in _parts(loaded) and _parts(loaded)[part].source is source)


def _part(loaded: RunData, source: ImageSource, index: int) -> str:
    parts = _parts(loaded)
    order = ("train", "test", "validation")  # validated on the test images, they are test images still
    return next(
        (part for part in order if part in parts and parts[part].source is source and index in parts[part].indices), ""
    )


def _number_of(wanted: str, sources: list[ImageSource]) -> int | None:
    """The number of a file: by its path below the folder of the images, or from where the command was given."""
    number, path = 0, Path(wanted).absolute()
    for source in sources:
        if isinstance(source, PictureFiles):
            for index, there in enumerate(source.paths):
                if source.file_name(index) == wanted or there.absolute() == path:
                    return number + index
        number += len(source.labels)
    return None


def _refuse(wanted: str, total: int, loaded: RunData) -> NoReturn:
    for line in loaded.skipped:
        if Path(wanted).name in line:
            raise UserError(line)
    files = isinstance(loaded.training.source, PictureFiles)
    paths = f", or a path below {printable(loaded.origin)}" if files else ""
    raise UserError(f"'{wanted}' is none of the images", help=f"give a number from 0 to {total - 1:,}{paths}")
