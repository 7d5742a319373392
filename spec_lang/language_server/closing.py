"""A block that is being written has no closing brace yet: what an editor shows need not vanish until it has one."""

from spec_lang.language_server.analysis import Analysis, analyse, remembered
from spec_lang.language_server.context import context_at


def closed(analysis: Analysis) -> Analysis:
    """The analysis of the text with the braces closed that are open at its end; the same one where none are.

    Every offset of the text means the same there, since the braces stand behind its end. Findings and whatever changes
    the text are not to be taken from it: the braces are in no document.
    """
    if analysis.checked.file is not None or analysis.is_json:
        return analysis
    return _closed(analysis) or analysis


@remembered
def _closed(analysis: Analysis) -> Analysis | None:
    """None where closing does not help; not the analysis itself: one that knows itself is forgotten late."""
    braces = len(context_at(analysis, len(analysis.text)).owners)
    if not braces:
        return None
    text = f"{analysis.text}\n{'}' * braces}\n"
    made = analyse(text, analysis.source.name, analysis.world, analysis.selection, analysis.path)
    return made if made.checked.file is not None else None
