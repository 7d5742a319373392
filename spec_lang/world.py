"""What a check may know of the world outside of the text: a small interface that the caller passes in.

The language itself opens no file. The command line and the language server pass a world that reads the disk within
bounds; tests pass a mapping.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import NamedTuple, Protocol


class Unread(Enum):
    """Why the text of another spec is not to be had."""

    MISSING = "there is none, or it cannot be read as text"
    OUTSIDE = "it lies where the reader did not say that a spec may read"


class PictureSource(NamedTuple):
    """Pictures of a person's own, as a data section names them."""

    kind: str
    """A key of `spec_lang.sections.SOURCES`: "folder", "npz" or "csv"."""
    path: str
    """As written: from the folder of the spec, or absolute."""
    image: str = ""
    """Of a table: the column that holds the paths of the pictures."""
    label: str = ""
    """Of a table: the column that holds the classes."""


class LeftOut(NamedTuple):
    """A file or folder among a person's own pictures that nothing is learnt from."""

    name: str
    """Its path from the folder of all of them."""
    why: str
    """What it is, as in "a hidden folder"."""
    cure: str = ""
    """What to do about it; empty for files and folders, which are to be moved."""


class Nested(NamedTuple):
    """Folders that are taken for classes, and whose own folders look like the classes."""

    outer: tuple[str, ...]
    """The classes."""
    inner: tuple[str, ...]
    """The folders within them."""
    path: str = ""
    """From the folder of all pictures to one that holds such folders."""
    beside: bool = False
    """Whether the inner ones are called like classes beside the outer one."""


class Pictures(NamedTuple):
    """What a check needs to know of a person's own pictures."""

    classes: tuple[str, ...]
    """Names in label order."""
    parts: frozenset[str] = frozenset()
    """Which of "validation" and "test" stand apart from the training images already."""
    image_shape: tuple[int, int, int] | None = None
    """(height, width, channels) of an array; None for picture files, which have sizes of their own."""
    places: Mapping[str, str] = {}
    """Where each class was found first, as in "line 7"."""
    left_out: tuple[LeftOut, ...] = ()
    empty: Mapping[str, tuple[str, ...]] = {}
    """The classes without pictures in a part, by "train", "validation" and "test"."""
    cure: str = ""
    """What to do about those, or about there being no classes; empty where it goes without saying."""
    like_splits: tuple[str, ...] = ()
    """Classes that are called like a part, as "test" is."""
    doubled: tuple[str, ...] = ()
    """Pictures that a table lists more than once, with the lines that do."""
    inner: str = ""
    """Where there is one folder alone, and it holds folders: its name."""
    nested: tuple[Nested, ...] = ()


class Unusable(NamedTuple):
    """Pictures that cannot be used."""

    reason: str
    """Why, as in "there is no such folder"."""
    remedy: str = ""
    """What to do about something that is there, and is not what it should be; empty where nothing is there."""


class World(Protocol):
    """The outside, as a check asks for it."""

    def spec_text(self, path: str) -> str | Unread:
        """The text of another spec, by its path from the folder of the first one; else why there is none.

        A spec may read what lies in its own folder. What it may read beyond is for the reader to say, never for the
        spec: whoever passes the world knows, and looks at the place where the file really lies.
        """
        ...

    def pictures(self, source: PictureSource) -> Pictures | Unusable:
        """What there is of a person's own pictures; where they cannot be used, why."""
        ...

    def neighbor_text(self, path: str) -> str | Unread:
        """As `spec_text`, in the folder above too. No check asks for it; an editor does, to find uses of a block."""
        ...

    def entries(self, folder: str) -> Sequence[str] | None:
        """The names in a folder, by its path from the folder of the spec, those of folders with a slash behind them.

        None where there is no such folder. No check asks for it; an editor does, to complete paths.
        """
        ...

    @property
    def memory(self) -> int | None:
        """Bytes that a run may take; None where the check is not to depend on a machine."""
        ...


class Files(NamedTuple):
    """A world of given texts by path; with none, a world where nothing can be read."""

    texts: Mapping[str, str] = {}
    memory: int | None = None
    sources: Mapping[str, Pictures | Unusable] = {}
    """A person's own pictures by path."""

    def spec_text(self, path: str) -> str | Unread:
        return Unread.OUTSIDE if path.startswith(("../", "/")) else self.texts.get(path, Unread.MISSING)

    def pictures(self, source: PictureSource) -> Pictures | Unusable:
        missing = Unusable(f"there is no such {'folder' if source.kind == 'folder' else 'file'}")
        return self.sources.get(source.path, missing)

    def neighbor_text(self, path: str) -> str | Unread:
        return self.texts.get(path, Unread.MISSING)

    def entries(self, folder: str) -> Sequence[str] | None:
        prefix = "" if folder == "." else f"{folder}/"
        inside = [path[len(prefix) :] for path in (*self.texts, *self.sources) if path.startswith(prefix)]
        return sorted({first + slash for first, slash, _ in (path.partition("/") for path in inside)}) or None
