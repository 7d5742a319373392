"""What the editor offers to change: fixes of findings, suppressing one, and rewriting a fixed head."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from spec_lang.check.model import Placed
from spec_lang.comments import find_comments
from spec_lang.diagnostics import Diagnostic, Edit, Severity
from spec_lang.fixes import fix_all
from spec_lang.language_server.analysis import Analysis
from spec_lang.language_server.diagnostics import Finding, findings
from spec_lang.language_server.edits import difference
from spec_lang.lint.suppression import SUPPRESSION
from spec_lang.source import Span

QUICK_FIX: Final = "quickfix"
REWRITE: Final = "refactor.rewrite"
FIX_ALL: Final = "source.fixAll.cnn"
KINDS: Final = (QUICK_FIX, REWRITE, FIX_ALL)


class Action(NamedTuple):
    """One thing that the editor offers."""

    title: str
    kind: str
    edits: tuple[Edit, ...]
    """In the document."""
    finding: Finding | None = None
    """What it fixes."""
    preferred: bool = False


def actions(analysis: Analysis, start: int, end: int, only: Sequence[str] = ()) -> tuple[Action, ...]:
    """What is offered for a range of offsets; `only` names the kinds that are wanted, all but the whole file's if none.

    A kind that is wanted stands for all that begin with it: "source" for "source.fixAll.cnn".
    """
    found: list[Action] = []
    if _wanted(QUICK_FIX, only):
        touched = [each for each in findings(analysis) if _touches(each.span, start, end)]
        found += _fixes(analysis, touched)
        found += _suppressions(analysis, touched)
    if _wanted(REWRITE, only):
        found += _head_by_classes(analysis, start, end)
    if only and _wanted(FIX_ALL, only):
        found += _fix_all(analysis)
    return tuple({(action.title, action.edits): action for action in reversed(found)}.values())[::-1]


def _wanted(kind: str, only: Sequence[str]) -> bool:
    return not only or any(kind == each or kind.startswith(f"{each}.") or not each for each in only)


def _touches(span: Span, start: int, end: int) -> bool:
    return span.start <= end and start <= span.end


def _fixes(analysis: Analysis, touched: Sequence[Finding]) -> Iterator[Action]:
    for finding in touched:
        fix = finding.diagnostic.fix
        if fix and all(edit.span.source is analysis.source for edit in fix.edits):
            yield Action(_capital(fix.title), QUICK_FIX, fix.edits, finding, preferred=True)


def _suppressions(analysis: Analysis, touched: Sequence[Finding]) -> Iterator[Action]:
    if analysis.is_json:
        return
    for finding in touched:
        diagnostic = finding.diagnostic
        if diagnostic.severity is Severity.WARNING and diagnostic.span.source is analysis.source:
            title = f"Suppress {diagnostic.code} on this line"
            yield Action(title, QUICK_FIX, (_suppression(analysis, diagnostic),), finding)


def _suppression(analysis: Analysis, diagnostic: Diagnostic) -> Edit:
    """The edit that adds a code to the comment of a line, or gives the line one."""
    line = diagnostic.span.line
    for comment in find_comments(analysis.source):
        match = SUPPRESSION.search(comment.text) if comment.span.line == line else None
        if match and match["list"]:
            end = comment.span.start + match.end("codes")
            joint = ", " if match["codes"].strip() else ""
            return Edit(Span(analysis.source, end, end), f"{joint}{diagnostic.code}")
    whole = analysis.source.line_span(line)
    end = whole.start + len(whole.text.rstrip())
    return Edit(Span(analysis.source, end, whole.end), f"  # cnn: ignore[{diagnostic.code}]")


def _head_by_classes(analysis: Analysis, start: int, end: int) -> Iterator[Action]:
    dataset, placed = analysis.checked.dataset, analysis.checked.placed
    if dataset is None or analysis.is_json:
        return
    for head in _dense_heads(placed):
        span = head.bound.spans.get("units")
        if span is None or span.source is not analysis.source or not _touches(head.statement.head, start, end):
            continue
        name, _, number = span.text.rpartition("=")
        if number.strip() == str(len(dataset.classes)):
            text = f"{name}=classes" if name else "classes"
            title = f"Replace {number.strip()} by 'classes'"
            yield Action(title, REWRITE, (Edit(span, text),))


def _dense_heads(placed: Sequence[Placed]) -> Iterator[Placed]:
    last = next((each for each in reversed(placed) if each.layer.kind == "dense"), None)
    if last and last.layer.arguments.get("activation") == "softmax":
        yield last


def _fix_all(analysis: Analysis) -> Iterator[Action]:
    fixable = any(each.fix and each.span.source is analysis.source for each in analysis.checked.diagnostics)
    edits = difference(analysis.source, fix_all(analysis.text, analysis.check).text) if fixable else ()
    if edits:
        yield Action("Fix all that can be fixed", FIX_ALL, edits)


def _capital(title: str) -> str:
    return title[:1].upper() + title[1:]
