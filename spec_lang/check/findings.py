"""What all checks of one spec share: the findings so far."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from spec_lang.diagnostics import Diagnostic, Label, Severity


class Findings:
    """Collects diagnostics; the one mutable thing that the checks pass on."""

    def __init__(self) -> None:
        self._found: list[Diagnostic] = []
        self._trail: list[Label] = []

    def add(self, *diagnostics: Diagnostic) -> None:
        self.extend(diagnostics)

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        trail = tuple(self._trail)
        self._found.extend(each._replace(related=(*each.related, *trail)) if trail else each for each in diagnostics)

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
