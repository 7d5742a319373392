"""The files in which a block of a spec may stand: those that it includes, and those that include its definition.

A block is used where it was defined, in a spec that includes that file, and in whatever else such a spec includes. The
specs that could include a file lie in its folder or above it: those in the folder of the document and in the one above
are looked through.
"""

from collections.abc import Iterator
from posixpath import dirname, join, normpath
from typing import Final

from spec_lang.language_server.analysis import Analysis
from spec_lang.parser import parse
from spec_lang.source import Source
from spec_lang.structure import INCLUDE
from spec_lang.syntax import File, Statement, String

MOST_FILES: Final = 200
"""That are read for one request."""


def files_of(analysis: Analysis, defining: str) -> list[File]:
    """The document itself, then every other file that may use the blocks of a file, by its source's name."""
    around = _Around(analysis)
    own = around.own
    found = around.closure(own)
    for path in around.specs():
        closure = around.closure(path)
        if defining in closure:
            found.update(closure)
    first = found.pop(own, None)
    return [*([first] if first else []), *found.values()]


class _Around:
    """The files around a document, each read once. A file is known by its source's name."""

    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis
        self._files: dict[str, File | None] = {}
        self._paths: dict[str, str] = {}
        self.own = self._name(analysis.source.name.rsplit("/", 1)[-1])
        self._files[self.own] = analysis.checked.file

    def specs(self) -> Iterator[str]:
        """The specs that lie beside the document or above it."""
        for folder in (".", ".."):
            for entry in self._analysis.world.entries(folder) or ():
                if entry.endswith(".cnn"):
                    yield self._name(join(folder, entry))

    def closure(self, name: str) -> dict[str, File]:
        """A file and everything that it includes."""
        found: dict[str, File] = {}
        waiting = [name]
        while waiting:
            here = waiting.pop()
            file = None if here in found else self._file(here)
            if file is not None:
                found[here] = file
                waiting += [self._name(join(dirname(self._paths[here]), path)) for path in _included(file.statements)]
        return found

    def _name(self, path: str) -> str:
        """The name of the source at a path from the folder of the document, as a check gives it."""
        path = normpath(path.replace("\\", "/"))
        name = normpath(join(dirname(self._analysis.source.name), path))
        self._paths.setdefault(name, path)
        return name

    def _file(self, name: str) -> File | None:
        if name not in self._files and len(self._files) < MOST_FILES:
            text = self._analysis.world.neighbor_text(self._paths[name])
            self._files[name] = parse(Source(name, text))[0] if isinstance(text, str) else None
        return self._files.get(name)


def _included(statements: tuple[Statement, ...]) -> Iterator[str]:
    for statement in statements:
        if statement.keyword.name == INCLUDE.keyword:
            yield from (value.text for value in statement.values if isinstance(value, String))
