"""Applies the fixes of diagnostics to a text, one after another, as long as each makes it better."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from spec_lang.check import Checked
from spec_lang.diagnostics import Diagnostic, Edit

MOST_FIXES: Final = 500

Check = Callable[[str], Checked]
"""Checks a text as the caller does: under its name, with its world and selection."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A text after its fixes."""

    text: str
    applied: tuple[Diagnostic, ...]
    """What was fixed, in that order; places are those of the text at that moment."""
    checked: Checked
    """The check of the text as it is now."""


def fix_all(text: str, check: Check) -> Fixed:
    """The text with every fix applied, until none is left.

    A fix may bring to light what its mistake kept hidden (the settings of a misspelt section); those are fixed in turn.
    One that would damage the syntax, lead back to an earlier text, or leave its finding where it is, is not applied.
    """
    checked = check(text)
    applied: list[Diagnostic] = []
    seen = {text}
    refused: set[str] = set()
    while len(applied) < MOST_FIXES:
        candidates = (
            (each, apply_edits(text, each.fix.edits))
            for each in checked.diagnostics
            if each.fix and each.span.source is checked.source
        )
        diagnostic, edited = next((pair for pair in candidates if pair[1] not in refused), (None, text))
        if diagnostic is None:
            break
        after = check(edited)
        if edited in seen or _syntax_errors(after) > _syntax_errors(checked) or _stands_still(diagnostic, after):
            refused.add(edited)
            continue
        text, checked = edited, after
        seen.add(text)
        applied.append(diagnostic)
    return Fixed(text, tuple(applied), checked)


def _stands_still(diagnostic: Diagnostic, after: Checked) -> bool:
    """Whether a finding is still there, at the same place: its fix was written where it is not read as meant."""
    found = (diagnostic.rule, diagnostic.message, diagnostic.span.start)
    return found in [(each.rule, each.message, each.span.start) for each in after.diagnostics]


def _syntax_errors(checked: Checked) -> int:
    return sum(diagnostic.code.startswith("E1") for diagnostic in checked.diagnostics)


def apply_edits(text: str, edits: Sequence[Edit]) -> str:
    """The text with edits applied that do not overlap."""
    for edit in sorted(edits, key=lambda each: each.span.start, reverse=True):
        text = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
    return text
