"""A document in its canonical form, as edits: whole, or only the lines of a range."""

from spec_lang.diagnostics import Edit
from spec_lang.fixes import apply_edits
from spec_lang.format import format_text
from spec_lang.language_server.analysis import Analysis
from spec_lang.language_server.edits import difference


def formatting(analysis: Analysis) -> tuple[Edit, ...]:
    """The edits that format a document; none where it holds syntax errors, or is no spec."""
    if analysis.is_json:
        return ()
    return difference(analysis.source, format_text(analysis.text, analysis.source.name).text)


def range_formatting(analysis: Analysis, start: int, end: int) -> tuple[Edit, ...]:
    """The edits of the formatted document that touch the lines of a range of offsets.

    None where these alone would not lead to the same document, as when half of a broken statement is chosen.
    """
    every = formatting(analysis)
    first, last = (analysis.source.position(offset)[0] for offset in sorted((start, end)))
    chosen = tuple(
        edit for edit in every if edit.span.line <= last and analysis.source.position(edit.span.end)[0] >= first
    )
    if chosen == every:
        return every
    name = analysis.source.name
    partly = format_text(apply_edits(analysis.text, chosen), name)
    return chosen if not partly.diagnostics and partly.text == format_text(analysis.text, name).text else ()
