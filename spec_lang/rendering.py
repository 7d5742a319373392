"""Diagnostics as text for a terminal: message, place, the lines concerned with carets, help."""

from collections.abc import Iterable, Sequence
from typing import Final
from unicodedata import category, east_asian_width

from spec_lang.diagnostics import Diagnostic, Severity
from spec_lang.source import Span

WIDEST: Final = 160
"""Longer lines are shown around the place only."""

_STYLES: Final = {
    Severity.ERROR: "\033[1;31m",
    Severity.WARNING: "\033[1;33m",
    "bold": "\033[1m",
    "gutter": "\033[34m",
    "help": "\033[1;36m",
}
_RESET: Final = "\033[0m"


def render(diagnostics: Sequence[Diagnostic], *, color: bool = False) -> str:
    """Every diagnostic in full, a blank line between two; empty for none."""
    return "\n\n".join(_render_one(diagnostic, color) for diagnostic in diagnostics) + "\n" if diagnostics else ""


def render_concise(diagnostics: Iterable[Diagnostic]) -> str:
    """One line each: `file:line:column: severity[code]: message`."""
    return "".join(f"{_place(d.span)}: {d.severity}[{d.code}]: {_visible(d.message)}\n" for d in diagnostics)


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """How many errors and warnings there are, in words; empty for none."""
    counts = [(sum(d.severity is severity for d in diagnostics), severity.value) for severity in Severity]
    return " and ".join(f"{count} {word}{'s' if count > 1 else ''}" for count, word in counts if count)


def _render_one(diagnostic: Diagnostic, color: bool) -> str:
    def paint(style: str, text: str) -> str:
        return f"{_STYLES[style]}{text}{_RESET}" if color else text

    head = paint(diagnostic.severity, f"{diagnostic.severity}[{diagnostic.code}]")
    lines = [f"{head}{paint('bold', ': ' + _visible(diagnostic.message))}", f"  {_place(diagnostic.span)}"]
    labels = (diagnostic.primary, *diagnostic.related)
    for source in dict.fromkeys(label.span.source for label in labels):
        group = sorted((label for label in labels if label.span.source is source), key=lambda label: label.span.start)
        if source is not diagnostic.span.source:
            lines.append(f"  {_place(group[0].span)}")
        gutter = max(len(str(label.span.line)) for label in group)
        shown = None
        for label in group:
            number, column = source.position(label.span.start)
            primary = label is diagnostic.primary
            text, start, width = _excerpt(label.span, number, column)
            if (number, text) != shown:
                lines.append(paint("gutter", f"{number:>{gutter}} |") + f" {text}".rstrip())
            shown = number, text
            mark = ("^" if primary else "-") * width + (f" {_visible(label.text)}" if label.text else "")
            style = diagnostic.severity if primary else "gutter"
            lines.append(paint("gutter", f"{'':>{gutter}} |") + " " * (start + 1) + paint(style, mark))
    if diagnostic.help:
        lines.append(f"{paint('help', 'help')}: {_visible(diagnostic.help)}")
    return "\n".join(lines)


def _excerpt(span: Span, number: int, column: int) -> tuple[str, int, int]:
    """The line to show, and where in it the mark begins and how wide it is, in terminal cells."""
    line = span.source.line(number)
    start, end = column - 1, min(column - 1 + max(span.end - span.start, 1), max(len(line), column))
    if len(line) > WIDEST:
        cut = max(0, min(start - WIDEST // 3, len(line) - WIDEST))
        line = ("…" if cut else "") + line[cut : cut + WIDEST] + ("…" if cut + WIDEST < len(line) else "")
        shift = cut - (1 if cut else 0)
        start, end = start - shift, min(end - shift, len(line))
    before, marked = _visible(line[:start]), _visible(line[start:end])
    return _visible(line), _cells(before), max(_cells(marked), 1)


def _place(span: Span) -> str:
    line, column = span.source.position(span.start)
    return f"{_visible(span.source.name)}:{line}:{column}"


def _visible(text: str) -> str:
    """The text with tabs as spaces and everything that a terminal would obey in place of showing made harmless."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character == "\t":
        return "    "
    return "\ufffd" if category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") else character


def _cells(text: str) -> int:
    """How many terminal cells a text takes."""
    if text.isascii():
        return len(text)
    return sum(0 if category(each) in ("Mn", "Me") else 2 if east_asian_width(each) in "WF" else 1 for each in text)
