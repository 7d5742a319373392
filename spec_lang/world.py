"""What a check may know of the world outside of the text: a small interface that the caller passes in.

The language itself opens no file. The command line and the language server pass a world that reads the disk within
bounds; tests pass a mapping.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


class World(Protocol):
    """The outside, as a check asks for it."""

    def spec_text(self, path: str) -> str | None:
        """The text of another spec, by its path from the folder of the first one; None where it cannot be read."""
        ...

    @property
    def memory(self) -> int | None:
        """Bytes that a run may take; None where the check is not to depend on a machine."""
        ...


@dataclass(frozen=True, slots=True)
class Files:
    """A world of given texts by path; with none, a world where nothing can be read."""

    texts: Mapping[str, str] = field(default_factory=dict)
    memory: int | None = None

    def spec_text(self, path: str) -> str | None:
        return self.texts.get(path)
