"""What a growing selection takes in: the word, the value, the statement, what is in the braces, the block, the file."""

import re

from spec_lang.language_server.analysis import Analysis
from spec_lang.language_server.spots import spot_at
from spec_lang.source import Span

_WORD = re.compile(r"\w+")


def selections(analysis: Analysis, offset: int) -> list[Span]:
    """Spans around an offset, each inside the next one, the whole document last."""
    source = analysis.source
    offset = max(0, min(offset, len(source.text)))
    spans = [source.whole(), source.line_span(source.position(offset)[0])]
    file = analysis.checked.file
    statements = file.statements if file and not analysis.is_json else ()
    while True:
        inside = next((each for each in statements if each.span.start <= offset <= each.span.end), None)
        if inside is None or inside.span.source is not source:
            break
        spans += [inside.span, inside.head]
        if inside.block is None or not inside.block.span.start < offset < inside.block.span.end:
            break
        block = inside.block.span
        spans += [block, Span(source, block.start + 1, block.end - 1)]
        statements = inside.block.statements
    spot = None if analysis.is_json else spot_at(analysis, offset)
    if spot and (part := spot.option or spot.value):
        spans.append(part.span)
    around = _WORD.search(source.text, max(0, offset - 60))
    while around and around.end() < offset:
        around = _WORD.search(source.text, around.end())
    if around and around.start() <= offset:
        spans.append(Span(source, *around.span()))
    return _nested(spans, offset)


def _nested(spans: list[Span], offset: int) -> list[Span]:
    """Those that hold the offset, from the smallest on, each truly inside the next."""
    holding = {(span.start, span.end): span for span in spans if span.start <= offset <= span.end}
    chain: list[Span] = []
    for span in sorted(holding.values(), key=lambda each: each.end - each.start):
        if not chain or (span.start <= chain[-1].start and chain[-1].end <= span.end):
            chain.append(span)
    return chain
