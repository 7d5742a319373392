"""The fewest edits that turn one text into another, so that cursors and marks in the editor stay where they are."""

from collections.abc import Iterator
from difflib import SequenceMatcher

from spec_lang.diagnostics import Edit
from spec_lang.source import Source, Span


def difference(source: Source, text: str) -> tuple[Edit, ...]:
    """Edits that turn a source into a text, in order; each stays within the lines that differ."""
    return tuple(_hunks(source, text)) if text != source.text else ()


def _hunks(source: Source, text: str) -> Iterator[Edit]:
    old, new = _lines(source.text), _lines(text)
    first = _shared(old, new)
    last = _shared(old[first:][::-1], new[first:][::-1])
    middle = SequenceMatcher(None, old[first : len(old) - last], new[first : len(new) - last], autojunk=False)
    for what, old_start, old_end, new_start, new_end in middle.get_opcodes():
        if what != "equal":
            start, end = (_offset(source, first + line) for line in (old_start, old_end))
            yield _narrowed(Span(source, start, end), "".join(new[first + new_start : first + new_end]))


def _narrowed(span: Span, replacement: str) -> Edit:
    """The edit without what stays the same at its beginning and its end."""
    before = span.text
    head = _shared(before, replacement)
    tail = _shared(before[head:][::-1], replacement[head:][::-1])
    return Edit(Span(span.source, span.start + head, span.end - tail), replacement[head : len(replacement) - tail])


def _lines(text: str) -> list[str]:
    """The lines with their ends."""
    *whole, last = text.split("\n")
    return [*(f"{line}\n" for line in whole), *([last] if last else [])]


def _offset(source: Source, line: int) -> int:
    """Where a line begins, counted from 0; the end of the text behind the last one."""
    return source.line_starts[line] if line < len(source.line_starts) else len(source.text)


def _shared(one: list[str] | str, other: list[str] | str) -> int:
    """How much both begin with."""
    pairs = zip(one, other, strict=False)
    return next((index for index, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
