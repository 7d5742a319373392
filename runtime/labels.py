"""Class names as they may be shown: whatever a person called a class, a heading or an axis keeps its shape."""

import unicodedata

_NEVER_SHOWN = {
    "Cc",  # control characters: line breaks, tabs, terminal escapes
    "Cs",  # halves of a surrogate pair, which no file can hold
    "Zl",  # line separator
    "Zp",  # paragraph separator
}
_TURNS_TEXT = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
"""Explicit controls of the writing direction: they would make a name read as another one."""


def shown_name(name: str, limit: int) -> str:
    """The name on one line, with at most `limit` characters; what is taken from its middle leaves an ellipsis."""
    head = (limit - 1) // 2
    tail = limit - 1 - head
    shortened = name if len(name) <= limit else f"{name[:head]}…{name[-tail:]}"
    return "".join(map(_shown_character, shortened))


def _shown_character(character: str) -> str:
    hidden = unicodedata.category(character) in _NEVER_SHOWN or unicodedata.bidirectional(character) in _TURNS_TEXT
    return "\N{REPLACEMENT CHARACTER}" if hidden else character
