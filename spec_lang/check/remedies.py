"""Which fixes are offered: those that change no layer but the ones that they are about.

One text can stand for several layers: in a block that is used more than once, in `repeat`, in a file that other specs
include. What mends one of them is no remedy for those that nobody complained of.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from spec_lang.check.blocks import Blocks
from spec_lang.check.model import Placed, every
from spec_lang.diagnostics import Diagnostic, Edit
from spec_lang.source import Source, Span
from spec_lang.syntax import Arithmetic, Option, Value, Word


def with_remedies(
    found: Sequence[Diagnostic], placed: Sequence[Placed], blocks: Blocks, source: Source
) -> list[Diagnostic]:
    """The diagnostics of a spec, each without its fix where that would change further layers.

    A fix stays where all layers that the text stands for are complained of alike. `source` is the spec itself.
    """
    if not any(each.fix for each in found):
        return list(found)
    texts = _texts(placed)
    alike = Counter((each.code, each.fix.edits) for each in found if each.fix)

    def is_remedy(code: str, edits: tuple[Edit, ...]) -> bool:
        changed = ((edit, text) for edit in edits if (text := _changed(edit, texts)))
        return all(
            alike[code, edits] >= text.layers and not _reaches_beyond(edit, text.first, blocks, source)
            for edit, text in changed
        )

    return [
        each if each.fix is None or is_remedy(each.code, each.fix.edits) else each._replace(fix=None) for each in found
    ]


class _Text(NamedTuple):
    """The text of a statement without its braces, and what it stands for."""

    span: Span
    first: Placed
    layers: int


def _texts(placed: Sequence[Placed]) -> dict[Source, list[_Text]]:
    """The texts of all layers by their files, in order."""
    layers = [(each.statement.head, each) for each in every(placed)]
    counted, first = Counter(span for span, _ in layers), dict(reversed(layers))
    found: dict[Source, list[_Text]] = {}
    for span in sorted(counted, key=lambda span: span.start):
        found.setdefault(span.source, []).append(_Text(span, first[span], counted[span]))
    return found


def _changed(edit: Edit, texts: dict[Source, list[_Text]]) -> _Text | None:
    """The text of a layer that an edit changes; what is put before a layer changes none."""
    texts_of_file = texts.get(edit.span.source, [])
    place = bisect_right(texts_of_file, edit.span.start, key=lambda text: text.span.start)
    text = texts_of_file[place - 1] if place else None
    return text if text and text.span.start < edit.span.end and edit.span.start <= text.span.end else None


def _reaches_beyond(edit: Edit, layer: Placed, blocks: Blocks, source: Source) -> bool:
    """Whether an edit in a block concerns more than the uses that are seen here.

    Other specs may include the block's file; and what a parameter stands for is settled where the block is used.
    """
    if not layer.uses:
        return False
    parameters = blocks.definitions[layer.uses[-1].keyword.name].parameters
    values = (*layer.statement.values, *layer.statement.options)
    edited = (each for each in values if each.span.start < edit.span.end and edit.span.start < each.span.end)
    return edit.span.source is not source or not set(parameters).isdisjoint(_words(edited))


def _words(values: Iterable[Value | Option]) -> Iterator[str]:
    for value in values:
        match value:
            case Option(value=given):
                yield from _words((given,))
            case Word(name=name):
                yield name
            case Arithmetic(left=left, right=right):
                yield from _words((left, right))
