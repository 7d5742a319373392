"""What is to be said of a document, each finding at a place of the document itself.

A finding in an included file is shown where the file is included, and names the true place among the related ones.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from spec_lang.diagnostics import Diagnostic, Label, Rule, Severity
from spec_lang.language_server.analysis import Analysis
from spec_lang.rules import practice
from spec_lang.source import Source, Span

RULES_PAGE: Final = "https://dotcnn.readthedocs.io/en/latest/reference/rules.html"
"""The page that `docs/reference/rules.md` is published as."""

UNNECESSARY: Final = frozenset({practice.UNUSED_BLOCK.code, practice.DROPOUT_AFTER_HEAD.code})
"""Rules whose place is text that does nothing: editors fade it."""


class Finding(NamedTuple):
    """One diagnostic as an editor shows it."""

    span: Span
    """In the document."""
    severity: Severity
    code: str
    href: str
    message: str
    related: tuple[Label, ...]
    """Other places, also in other files."""
    unnecessary: bool
    diagnostic: Diagnostic


def findings(analysis: Analysis) -> tuple[Finding, ...]:
    """Every diagnostic of a document, in the order of their places."""
    return tuple(_finding(each, analysis.source) for each in analysis.checked.diagnostics)


def documentation(rule: Rule) -> str:
    """Where a rule is explained: its heading on the page of all rules."""
    return f"{RULES_PAGE}#{rule.code.lower()}-{rule.name}"


def _finding(diagnostic: Diagnostic, source: Source) -> Finding:
    here = diagnostic.span.source is source
    message = diagnostic.message if here else f"in {diagnostic.span.source.name}: {diagnostic.message}"
    return Finding(
        span=diagnostic.span if here else _own_place(diagnostic, source),
        severity=diagnostic.severity,
        code=diagnostic.code,
        href=documentation(diagnostic.rule),
        message="\n".join(_told(message, diagnostic)),
        related=tuple(_related(diagnostic, here=here)),
        unnecessary=diagnostic.code in UNNECESSARY,
        diagnostic=diagnostic,
    )


def _told(message: str, diagnostic: Diagnostic) -> Iterator[str]:
    yield message
    if diagnostic.primary.text:
        yield diagnostic.primary.text
    if diagnostic.help:
        yield f"help: {diagnostic.help}"


def _related(diagnostic: Diagnostic, *, here: bool) -> Iterator[Label]:
    if not here:
        yield Label(diagnostic.span, diagnostic.primary.text or diagnostic.message)
    yield from (label for label in diagnostic.related if label.span.source.text)


def _own_place(diagnostic: Diagnostic, source: Source) -> Span:
    """The statement of the document that led to a finding elsewhere: the outermost of its trail."""
    own = (label.span for label in reversed(diagnostic.related) if label.span.source is source)
    return next(own, Span(source, 0, len(source.line(1))))
