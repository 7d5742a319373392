"""What each word of a spec is, so that an editor can colour it by its meaning."""

import re
from typing import Final, NamedTuple

from spec_lang.language_server.analysis import Analysis
from spec_lang.language_server.spots import SETTINGS_IN
from spec_lang.layers import LAYERS
from spec_lang.sections import SECTIONS
from spec_lang.structure import STRUCTURES

LEGEND: Final = (
    "keyword",
    "function",
    "macro",
    "property",
    "parameter",
    "enumMember",
    "variable",
    "number",
    "string",
    "comment",
    "operator",
)
"""Sections and structures; layers; blocks; settings; options; words; names; the rest as everywhere."""

_TOKEN: Final = re.compile(
    r"""(?P<comment>\#[^\n]*)|(?P<string>"[^"\n]*"?|'[^'\n]*'?)|(?P<number>-?\.?\d[\w.%]*)|(?P<word>[^\W\d]\w*)"""
    r"""|(?P<mark>[{}\[\]();\n=])|(?P<operator>[-+*/])"""
)


class Token(NamedTuple):
    """One coloured stretch of a line."""

    start: int
    length: int
    kind: str
    """One of LEGEND."""


def semantic_tokens(analysis: Analysis) -> list[Token]:
    """Every token in the order of the text, also where it has errors: only words and marks are looked at."""
    if analysis.is_json:
        return []
    tokens: list[Token] = []
    owners: list[str] = []
    blocks = analysis.checked.blocks.definitions
    parameters: set[str] = set()  # Of the block around.
    keyword, brackets, begins = "", 0, True
    matches = list(_TOKEN.finditer(analysis.text))
    for place, match in enumerate(matches):
        text = match[0]
        match match.lastgroup:
            case "comment" | "string" | "number" | "operator" as plain:
                tokens.append(Token(match.start(), len(text), plain))
                begins = begins and plain == "comment"
            case "word":
                following = matches[place + 1] if place + 1 < len(matches) else None
                is_option = following is not None and following[0] == "=" and following.start() == match.end()
                if begins:
                    keyword = text
                    kind = _keyword(text, owners, blocks)
                elif keyword == "block" and not brackets:
                    kind, parameters = "macro", set()
                elif keyword == "block":
                    kind = "parameter"
                    parameters.add(text)
                elif is_option or (text in parameters and "block" in owners):
                    kind = "parameter"
                else:
                    kind = _word(text, keyword)
                tokens.append(Token(match.start(), len(text), kind))
                begins = False
            case "mark":
                if text == "{":
                    owners.append(keyword)
                elif text == "}" and owners:
                    owners.pop()
                brackets += (text in "[(") - (text in ")]")
                if text in "{};" or (text == "\n" and brackets <= 0):
                    begins, brackets = True, 0
    return tokens


def _keyword(text: str, owners: list[str], blocks: object) -> str:
    if owners and owners[-1] in SETTINGS_IN:
        return "property"
    if text in STRUCTURES or (not owners and text in SECTIONS):
        return "keyword"
    if text in LAYERS:
        return "function"
    assert isinstance(blocks, dict)
    return "macro" if text in blocks else "variable"


def _word(text: str, keyword: str) -> str:
    return "variable" if text == "classes" and keyword != "classes" else "enumMember"
