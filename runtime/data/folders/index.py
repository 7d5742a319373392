"""Finding picture files: in folders named after their classes, or in a table."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from runtime.data.class_folders import in_words
from runtime.data.layout import Layout, layout
from runtime.data.table_paths import need_files
from runtime.data.tables import Row, rows
from runtime.data.unusable import UnusableError
from runtime.data.walk import Kind, walk
from runtime.errors import UserError
from runtime.files import reason


@dataclass(frozen=True, slots=True)
class Picture:
    """One file that may be a picture."""

    path: Path
    label: int
    """Place of its class in the list of classes."""
    part: str = ""
    """"train", "validation" or "test" where the data keeps them apart; empty in one whole tree."""


@dataclass(slots=True)
class Index:
    """What was found, in an order that depends on names alone."""

    root: Path
    classes: tuple[str, ...]
    pictures: list[Picture] = field(default_factory=list)
    left_out: list[tuple[Path, str]] = field(default_factory=list)
    """What nothing is learnt from, and what it is: files that are no pictures, folders that are no classes."""
    unread: list[tuple[Path, str]] = field(default_factory=list)
    """What could not be looked into, and why."""
    layout: Layout | None = None
    """Of a folder."""

    @property
    def others(self) -> list[Path]:
        """What nothing is learnt from."""
        return [path for path, _ in self.left_out]

    def left_out_lines(self, *, within_classes: bool = False) -> Iterator[str]:
        """What nothing is learnt from, in a line for each kind of it; only files `within_classes`, if so asked."""
        kinds: defaultdict[str, list[str]] = defaultdict(list)
        known = len(self.layout.left_out) if within_classes and self.layout else 0
        for path, why in self.left_out[known:]:
            kinds[why].append(path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path))
        for why, names in kinds.items():
            yield f"left out, {len(names):,} in all ({why}): {in_words(names)}"


def index_folder(root: Path, classes: Sequence[str], *, judging: bool = False) -> Index:
    """The pictures of some classes in a tree, as it is laid out: see `runtime.data.layout`.

    Folders within a class are gone through: see `runtime.data.walk`. A class without a folder has no pictures. Where it
    is to score a run on (`judging`), and keeps images for the test apart, only those are found.

    Raises UserError where the tree cannot be read, or it cannot be told how it is laid out.
    """
    try:
        found = layout(root, classes if judging else (), judging=judging)
    except OSError as error:
        raise UserError(f"cannot read {root}: {reason(error)}") from error
    except UnusableError as error:
        raise UserError(f"cannot use {root}: {error}", help=error.remedy) from error
    index = Index(root, tuple(classes), layout=found)
    index.left_out += [(root / each.name, each.why) for each in found.left_out]
    for part, folders in _looked_into(found, judging=judging):
        for label, name in enumerate(classes):
            if name in folders:
                _gather(folders[name], label, part, index)
    return index


def _looked_into(found: Layout, *, judging: bool) -> list[tuple[str, Mapping[str, Path]]]:
    parts = found.classes
    return [("test", parts["test"])] if judging and "test" in parts else list(parts.items())


def _gather(folder: Path, label: int, part: str, index: Index) -> None:
    for path, kind, why in walk(str(folder)):
        match kind:
            case Kind.PICTURE:
                index.pictures.append(Picture(Path(path), label, part))
            case Kind.OTHER:
                index.left_out.append((Path(path), why))
            case Kind.UNREAD:
                index.unread.append((Path(path), why))


def index_table(file: Path, image: str, label: str, classes: Sequence[str]) -> Index:
    """The pictures of some classes in a CSV file with a header; paths begin at the folder of the file.

    Raises UserError, naming the line, for a table that cannot be read strictly, and for files that are missing.
    """
    index = Index(file.parent, tuple(classes))
    places = {name: place for place, name in enumerate(classes)}
    missing: list[Row] = []
    try:
        for row in rows(file, image, label):
            picture = file.parent / row.image
            if row.label not in places:
                continue
            if picture.is_file():
                index.pictures.append(Picture(picture, places[row.label]))
            else:
                missing.append(row)
        need_files(missing, file.parent)
    except UnusableError as error:
        raise UserError(f"cannot use {file}: {error}", help=error.remedy) from error
    except OSError as error:
        raise UserError(f"cannot read {file}: {reason(error)}") from error
    return index
