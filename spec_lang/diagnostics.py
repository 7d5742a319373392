"""What is said about a spec: rules, and the diagnostics that they yield.

A rule holds the wording of every diagnostic that it yields; the checks only fill in its fields. So `cnn explain`, the
reference page and the terminal cannot disagree.
"""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from string import Formatter
from typing import Final, NamedTuple

from spec_lang.source import Span

MOST_FOUND: Final = 1_000
"""A check that has found so many mistakes ends with them."""
MOST_PLACES: Final = 10
"""Related to one finding."""
LONGEST_TEXT: Final = 1_000
"""Of a message or a help."""
LONGEST_FIX: Final = 4_000
"""Characters; what would write more of a spec anew is not offered."""
LONGEST_WORD: Final = 60
"""In a message; more of a misspelt name or of a broken number tells nobody anything."""


class Severity(StrEnum):
    """How much a finding weighs: an error stops every later stage, a warning none."""

    ERROR = "error"
    WARNING = "warning"


class Label(NamedTuple):
    """A place that has to do with a finding, and what is to be seen there."""

    span: Span
    text: str


class Edit(NamedTuple):
    """Replace the text of a span."""

    span: Span
    replacement: str


class Fix(NamedTuple):
    """Edits that together remove a finding and keep what the author meant."""

    title: str
    edits: tuple[Edit, ...]


class Diagnostic(NamedTuple):
    """One finding: what, where, why and how to fix it."""

    rule: "Rule"
    message: str
    primary: Label
    related: tuple[Label, ...] = ()
    help: str = ""
    fix: Fix | None = None

    @property
    def code(self) -> str:
        return self.rule.code

    @property
    def severity(self) -> Severity:
        return self.rule.severity

    @property
    def span(self) -> Span:
        return self.primary.span


class Rule(NamedTuple):
    """One kind of mistake: its stable code, its wording and its documentation.

    `message`, `label` and each of `helps` are templates in the syntax of `str.format`. Of `helps`, the first whose
    fields were all given is shown, so that a suggestion appears only where there is one.
    """

    code: str
    name: str
    title: str
    """One line for lists: what is wrong, in general."""
    message: str
    why: str
    bad: str
    """A spec that yields this rule and no other."""
    good: str
    """The same spec, fixed."""
    files: Mapping[str, str] = {}
    """Other files that the two examples include."""
    label: str = ""
    helps: tuple[str, ...] = ()
    fixable: bool = False
    opt_in: bool = False
    """Whether it is only shown where it is selected by code."""

    of_data: bool = False
    """Whether it is found by a look at the images, not by a check of the text."""
    of_surroundings: bool = False
    """Whether the same text yields it on one machine, or beside some files, and not elsewhere."""

    @property
    def severity(self) -> Severity:
        return Severity.WARNING if self.code.startswith("W") else Severity.ERROR

    def at(
        self, span: Span, /, *, related: Sequence[Label] = (), fix: Fix | None = None, **fields: object
    ) -> Diagnostic:
        """The diagnostic of this rule at a place, its templates filled with `fields`."""
        return self.fill(span, fields, related, fix)

    def fill(
        self, span: Span, fields: Mapping[str, object], related: Sequence[Label] = (), fix: Fix | None = None
    ) -> Diagnostic:
        """As `at`, for fields that come as a mapping."""
        given = {name: value for name, value in fields.items() if value not in ("", None)}
        return Diagnostic(
            rule=self,
            message=_filled(self.message, fields),
            primary=Label(span, _filled(self.label, fields)),
            related=tuple(related[:MOST_PLACES]),
            help=next((_filled(text, given) for text in self.helps if _fields_of(text) <= given.keys()), ""),
            fix=None if fix and sum(len(edit.replacement) for edit in fix.edits) > LONGEST_FIX else fix,
        )


def cut(text: str) -> str:
    """A text of a spec as a message quotes it: of a long one, its beginning."""
    return text if len(text) <= LONGEST_WORD else f"{text[: LONGEST_WORD - 1]}…"


def _filled(template: str, fields: Mapping[str, object]) -> str:
    """The template with its fields; words that would drown it are cut."""
    given = {name: value[:LONGEST_TEXT] if isinstance(value, str) else value for name, value in fields.items()}
    text = re.sub(rf"\S{{{LONGEST_WORD},}}", lambda word: cut(word[0]), template.format_map(given))
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


def _fields_of(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def in_order(diagnostics: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sorted by place, errors before warnings at the same place; the same finding at the same place only once."""
    unique = {(d.span.source.name, d.span.start, d.code, d.message): d for d in reversed(diagnostics)}
    return tuple(sorted(unique.values(), key=lambda d: (d.span.source.name, d.span.start, d.severity, d.code)))
