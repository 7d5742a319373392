"""Diagnostics as text for a terminal: message, place, the lines concerned with carets, help."""

from collections.abc import Iterator, Sequence
from typing import Final
from unicodedata import category, east_asian_width

from spec_lang.diagnostics import MOST_FOUND, Diagnostic, Severity
from spec_lang.source import Span

MOST_SHOWN: Final = 200
"""Findings; of more, their number is told."""
WIDEST: Final = 160
"""Of longer lines so much is shown, around the place."""

_NARROWEST: Final = 30
"""Columns below which nothing is gained by breaking lines."""
_CUT: Final = "…"

_STYLES: Final = {
    Severity.ERROR: "\033[1;31m",
    Severity.WARNING: "\033[1;33m",
    "bold": "\033[1m",
    "gutter": "\033[34m",
    "help": "\033[1;36m",
}
_RESET: Final = "\033[0m"


def render(diagnostics: Sequence[Diagnostic], *, color: bool = False, width: int | None = None) -> str:
    """Every diagnostic in full, a blank line between two; empty for none.

    For a terminal of `width` columns texts are broken between words, and lines of the spec are cut to fit.
    """
    most = max(width, _NARROWEST) if width else None
    written = [_render_one(diagnostic, color, most) for diagnostic in diagnostics[:MOST_SHOWN]]
    return "\n\n".join([*written, *left_out(diagnostics)]) + "\n" if diagnostics else ""


def left_out(diagnostics: Sequence[Diagnostic]) -> list[str]:
    """One line on the findings that no format shows, since they are too many; none where all are shown."""
    rest = diagnostics[MOST_SHOWN:]
    more = f"{'at least ' if len(diagnostics) >= MOST_FOUND else ''}{len(rest):,} more"
    return [f"and {more}: {summary(rest)}"] if rest else []


def render_concise(diagnostics: Sequence[Diagnostic]) -> str:
    """One line each: `file:line:column: severity[code]: message`."""
    shown = [f"{_place(d.span)}: {d.severity}[{d.code}]: {_visible(d.message)}" for d in diagnostics[:MOST_SHOWN]]
    return "".join(f"{line}\n" for line in (*shown, *left_out(diagnostics)))


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """How many errors and warnings there are, in words; empty for none."""
    counts = [(sum(d.severity is severity for d in diagnostics), severity.value) for severity in Severity]
    return " and ".join(f"{count} {word}{'s' if count > 1 else ''}" for count, word in counts if count)


def _render_one(diagnostic: Diagnostic, color: bool, width: int | None) -> str:
    def paint(style: str, text: str) -> str:
        return f"{_STYLES[style]}{text}{_RESET}" if color else text

    head = f"{diagnostic.severity}[{diagnostic.code}]"
    first, *more = _broken(f"{head}: {_visible(diagnostic.message)}", width, "  ")
    lines = [paint(diagnostic.severity, head) + paint("bold", first.removeprefix(head))]
    lines += [*(paint("bold", line) for line in more), f"  {_place(diagnostic.span)}"]
    labels = (diagnostic.primary, *diagnostic.related)
    for source in dict.fromkeys(label.span.source for label in labels):
        group = sorted((label for label in labels if label.span.source is source), key=lambda label: label.span.start)
        if source is not diagnostic.span.source:
            lines.append(f"  {_place(group[0].span)}")
        gutter = max(len(str(label.span.line)) for label in group)
        room = width - gutter - len(" | ") if width else None
        shown = None
        for label in group:
            number, column = source.position(label.span.start)
            primary = label is diagnostic.primary
            text, start, length = _excerpt(label.span, number, column, min(room or WIDEST + 2, WIDEST + 2))
            if (number, text) != shown:
                lines.append(paint("gutter", f"{number:>{gutter}} |") + f" {text}".rstrip())
            shown = number, text
            style = diagnostic.severity if primary else "gutter"
            for mark in _marks(start, ("^" if primary else "-") * length, _visible(label.text), room):
                bare = mark.lstrip(" ")
                blanks = " " * (len(mark) - len(bare) + 1)
                lines.append(paint("gutter", f"{'':>{gutter}} |") + blanks + paint(style, bare))
    if diagnostic.help:
        first, *more = _broken(f"help: {_visible(diagnostic.help)}", width, "      ")
        lines += [paint("help", "help") + first.removeprefix("help"), *more]
    return "\n".join(lines)


def _marks(start: int, mark: str, text: str, room: int | None) -> Iterator[str]:
    """The mark with its text behind it, or where that does not fit, beneath it as far to the right as it goes."""
    if not text or room is None or start + len(mark) + 1 + _cells(text) <= room:
        yield f"{' ' * start}{mark}{' ' if text else ''}{text}"
        return
    yield f"{' ' * start}{mark}"
    broken = _broken(text, room, "")
    blanks = " " * max(min(start, room - max(map(_cells, broken))), 0)
    yield from (f"{blanks}{line}" for line in broken)


def _broken(text: str, width: int | None, indent: str) -> list[str]:
    """A text in lines of at most a width, broken between words; the later ones are indented."""
    if width is None or _cells(text) <= width:
        return [text]
    from textwrap import wrap

    return wrap(text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [text]


def _excerpt(span: Span, number: int, column: int, room: int) -> tuple[str, int, int]:
    """The line to show, in at most `room` cells, and where in it the mark begins and how wide it is, in cells."""
    line = span.source.line(number)
    start, end = column - 1, min(column - 1 + max(span.end - span.start, 1), max(len(line), column))
    # Of a line without end no more is looked at than could be shown.
    offset = max(start - room, 0)
    near, start, end = line[offset : start + room + 1], start - offset, end - offset
    first, last = _window([_cells(_visible(character)) for character in near], start, room)
    before, behind = offset + first > 0, offset + last < len(line)
    text = _CUT * before + _visible(near[first:last]) + _CUT * behind
    at = _cells(_visible(near[first:start])) + before
    return text, at, max(_cells(_visible(near[start : min(end, last)])) + (behind and end > last), 1)


def _window(cells: Sequence[int], start: int, room: int) -> tuple[int, int]:
    """Which characters around one of them fit into some cells; where there are so many, a third lies before it."""
    if sum(cells) <= room:
        return 0, len(cells)
    room -= 2 * len(_CUT)
    first, last, taken = start, start, 0
    while first > 0 and taken + cells[first - 1] <= room // 3:
        first -= 1
        taken += cells[first]
    while last < len(cells) and taken + cells[last] <= room:
        taken += cells[last]
        last += 1
    while first > 0 and taken + cells[first - 1] <= room:
        first -= 1
        taken += cells[first]
    return first, last


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
