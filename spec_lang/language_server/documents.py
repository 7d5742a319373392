"""The documents that are open in the editor, each with one analysis for as long as nothing that it rests on changes.

An analysis rests on the text, on the files that it includes (which may be open and unsaved), on what there is of a
person's own pictures, and on the warnings that the project selects. Before it is used again, the same questions are
asked again, and their answers compared: so nothing needs to know who includes whom.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from os.path import normpath
from pathlib import Path
from typing import NamedTuple, Protocol

from spec_lang.language_server.analysis import Analysis, analyse
from spec_lang.language_server.positions import BYTE_ORDER_MARK, Place, Positions, line_end, normalised, replaced
from spec_lang.lint.selection import USUAL, Selection
from spec_lang.world import Files, Pictures, PictureSource, Unread, Unusable, World


class Chosen(NamedTuple):
    """Which warnings a project wants to see."""

    selection: Selection
    complaint: str = ""
    """Why its settings cannot be used; empty where they can."""


class Outside(Protocol):
    """What the server must know of the disk. Answers may be cached, but follow the disk when it changes."""

    def world(self, folder: str) -> World:
        """The outside as the specs of a folder see it."""
        ...

    def chosen(self, path: str) -> Chosen:
        """Which warnings are shown for the spec at a path."""
        ...

    def allow(self, folders: Sequence[str]) -> list[str]:
        """Let specs read in these folders too; returns those that are none."""
        ...

    def is_alive(self, process: int) -> bool:
        """Whether there is a process with a number."""
        ...


class Change(NamedTuple):
    """One edit of a client: a range, or the whole text."""

    text: str
    start: Place | None = None
    end: Place | None = None


OpenText = Callable[[str], str | None]
"""The text of the open document at a path, None where there is none."""


@dataclass(slots=True)
class _Overlay:
    """A world in which open documents stand in the place of their files, and that remembers what it was asked."""

    outside: World
    folder: str
    open_text: OpenText
    texts: dict[str, str | Unread] = field(default_factory=dict)
    sources: dict[PictureSource, Pictures | Unusable] = field(default_factory=dict)

    @property
    def memory(self) -> int | None:
        return self.outside.memory

    def spec_text(self, path: str) -> str | Unread:
        self.texts[path] = text = self._spec_text(path)
        return text

    def pictures(self, source: PictureSource) -> Pictures | Unusable:
        self.sources[source] = found = self.outside.pictures(source)
        return found

    def neighbor_text(self, path: str) -> str | Unread:
        return self._open_or(path, self.outside.neighbor_text(path))

    def entries(self, folder: str) -> Sequence[str] | None:
        return self.outside.entries(folder)

    def holds(self) -> bool:
        """Whether every answer that was given would be given again."""
        return all(self._spec_text(path) == text for path, text in self.texts.items()) and all(
            self.outside.pictures(source) == found for source, found in self.sources.items()
        )

    def _spec_text(self, path: str) -> str | Unread:
        return self._open_or(path, self.outside.spec_text(path))

    def _open_or(self, path: str, on_disk: str | Unread) -> str | Unread:
        """The text of a document that is open, else what is on disk, where it may be read at all."""
        if on_disk is Unread.OUTSIDE:
            return on_disk
        text = self.open_text(normpath(Path(self.folder, path)))
        return on_disk if text is None else text


@dataclass(slots=True)
class Document:
    """A document as the client has it."""

    uri: str
    path: str | None
    """Where its file lies, absolute; None for one that has none."""
    text: str
    """With the client's line ends."""
    version: int | None = None

    @property
    def name(self) -> str:
        """What diagnostics call it."""
        return self.path or self.uri.rsplit("/", 1)[-1] or "spec.cnn"

    @property
    def line_end(self) -> str:
        """What ends the lines that the server writes into it."""
        return line_end(self.text)


class _Known(NamedTuple):
    """An analysis with what it rests on."""

    text: str
    name: str
    selection: Selection
    overlay: _Overlay
    analysis: Analysis


class Documents:
    """All open documents."""

    def __init__(self, outside: Outside) -> None:
        self.encoding = "utf-16"
        """Of the positions that client and server exchange, as they agreed."""
        self._outside = outside
        self._open: dict[str, Document] = {}
        self._known: dict[str, _Known] = {}
        self._complaints: dict[str, str] = {}
        self._untold: list[str] = []

    def __iter__(self) -> Iterator[Document]:
        return iter(tuple(self._open.values()))

    def open(self, uri: str, path: str | None, text: str, version: int | None) -> Document:
        """Take in a document; one that was open already is replaced."""
        self._open[uri] = document = Document(uri, path, text, version)
        return document

    def change(self, uri: str, changes: Sequence[Change], version: int | None) -> None:
        """Take over what the client changed; nothing for a document that is not open."""
        document = self._open.get(uri)
        if document is None:
            return
        for change in changes:
            if change.start is None or change.end is None:
                document.text = change.text
            else:
                document.text = replaced(document.text, change.start, change.end, change.text, self.encoding)
        document.version = version

    def close(self, uri: str) -> None:
        """Forget a document; its file takes its place."""
        self._open.pop(uri, None)
        self._known.pop(uri, None)

    def get(self, uri: str) -> Document | None:
        """The open document, None where there is none."""
        return self._open.get(uri)

    def analysis(self, document: Document) -> Analysis:
        """The analysis of a document as it is now; the same object as before while nothing has changed."""
        selection = self._selection(document)
        known = self._known.get(document.uri)
        if known and self._holds(known, document, selection):
            return known.analysis
        folder = str(Path(document.path).parent) if document.path else None
        outside = Files() if folder is None else self._outside.world(folder)
        overlay = _Overlay(outside, folder or "", self._text_at)
        analysis = analyse(normalised(document.text), document.name, overlay, selection, document.path)
        self._known[document.uri] = _Known(document.text, document.name, selection, overlay, analysis)
        return analysis

    def outdated(self) -> list[Document]:
        """The documents that did not change, but whose last analysis no longer holds; each is named once."""
        found = []
        for document in self:
            known = self._known.get(document.uri)
            if known and known.text == document.text and not self._holds(known, document, self._selection(document)):
                del self._known[document.uri]
                found.append(document)
        return found

    def positions(self, document: Document, analysis: Analysis) -> Positions:
        """Turns the offsets of an analysis into the client's positions, and back."""
        return Positions(analysis.source, self.encoding, marked=document.text.startswith(BYTE_ORDER_MARK))

    def complaints(self) -> list[str]:
        """What is wrong with the settings of projects, each told once until it changes."""
        told, self._untold = self._untold, []
        return told

    def _holds(self, known: _Known, document: Document, selection: Selection) -> bool:
        given = (known.text, known.name, known.selection)
        return given == (document.text, document.name, selection) and known.overlay.holds()

    def _selection(self, document: Document) -> Selection:
        if document.path is None:
            return USUAL
        chosen, folder = self._outside.chosen(document.path), str(Path(document.path).parent)
        if chosen.complaint and chosen.complaint not in self._complaints.values():
            self._untold.append(chosen.complaint)
        self._complaints[folder] = chosen.complaint
        return chosen.selection

    def _text_at(self, path: str) -> str | None:
        found = next((each for each in self._open.values() if each.path and normpath(each.path) == path), None)
        return normalised(found.text) if found else None
