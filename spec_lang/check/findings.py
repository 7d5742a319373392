"""What all checks of one spec share: the findings so far."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from spec_lang.diagnostics import MOST_FOUND, MOST_PLACES, Diagnostic, Label, Severity


class EnoughError(Exception):
    """So many mistakes were found that the check ends with them."""


class Findings:
    """Collects diagnostics; the one mutable thing that the checks pass on."""

    def __init__(self) -> None:
        self._found: list[Diagnostic] = []
        self._trail: list[Label] = []

    def add(self, *diagnostics: Diagnostic) -> None:
        self.extend(diagnostics)

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Take in what was found. Raises EnoughError where there is too much of it to go on."""
        trail = tuple(self._trail[-MOST_PLACES:])
        self._found.extend(each._replace(related=(*each.related, *trail)) if trail else each for each in diagnostics)
        if len(self._found) >= MOST_FOUND:
            raise EnoughError

    @contextmanager
    def within(self, label: Label) -> Iterator[None]:
        """Everything found meanwhile also names this place: the use of the block that a mistake lies in."""
        self._trail.append(label)
        try:
            yield
        finally:
            self._trail.pop()

    @property
    def all(self) -> tuple[Diagnostic, ...]:
        return tuple(self._found)

    @property
    def has_errors(self) -> bool:
        return any(diagnostic.severity is Severity.ERROR for diagnostic in self._found)
