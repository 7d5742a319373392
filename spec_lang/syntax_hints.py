"""What the author of unreadable text probably meant: habits from Python, YAML, JSON and other languages.

Each function gets the tokens of the statement before the unexpected text, and the rest of the line behind it.
"""

import re
from collections.abc import Sequence
from typing import Final
from unicodedata import category

from spec_lang.grammar import Token

_PYTHON: Final = "a spec is no Python program: each layer is a line of its own, such as conv 32 3x3 relu"
_ORDER: Final = "a statement begins with its keyword, as in dense 10 softmax"
_COMMENT_SIGNS: Final = ("//", "/*", "*/", "--")
_ARROWS: Final = ("->", "=>", "|", "\u2192", "&")
_DASHES: Final = ("\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212")
_QUOTES: Final = ("\u2018", "\u2019", "\u201c", "\u201d", "\u201e", "\u00ab", "\u00bb", "`")


def hint(text: str, kind: str, statement: Sequence[Token], rest: str, bracket: Token | None) -> str | None:
    """What to write instead of `text`, or None where that is open. `bracket` is the one that is open there."""
    before = statement[-1] if statement else ""
    around = (before[-1:] + text, text + rest[:1])
    if any(sign in around for sign in _COMMENT_SIGNS) or (text == "%" and not statement):
        return "comments begin with #"
    if any(sign in (*around, text) for sign in _ARROWS):
        return "layers stand on lines of their own, or with a semicolon between them"
    match text:
        case ":":
            return _colon(statement, rest)
        case "=":
            return _equals(statement, rest)
        case "," | "\u00d7":
            return _comma(before, rest)
        case ".":
            return _full_stop(statement, rest)
        case "/" | "~" | "\\":
            return "a path stands between quotes" if rest.strip() else "a statement stands on one line"
        case "%":
            return "write the percentage without a space, as in 10%"
        case "{":
            return "a block follows its keyword, as in model { \u2026 }"
        case ")" | "]":
            return f"remove it: no {'parenthesis' if text == ')' else 'bracket'} is open here"
        case "(" | "[" | "<":
            return "values follow their keyword without brackets, as in conv 32 3x3 relu"
        case "-" | "+" | "*" if not statement:
            return "remove it: a statement begins with its keyword"
    if before == "/" and not text.strip():
        return 'a path stands between quotes, as in data folder "pets"'
    if not kind:
        return _character(text)
    return _order(text, kind, statement, rest, bracket)


def _in_statement(rest: str) -> str:
    """What belongs to the same statement."""
    return re.split(r"[;{}#]", rest, maxsplit=1)[0].strip()


def _colon(statement: Sequence[Token], rest: str) -> str | None:
    following = _in_statement(rest)
    match [token.type for token in statement]:
        case ["NAME"] if not following:
            return f"what belongs to '{statement[0]}' stands between braces: {statement[0]} {{ \u2026 }}"
        case ["NAME"]:
            return f"write {statement[0]} {following}, without the colon"
        case ["NAME", *_, "NAME"] if following:
            return f"options are written with an equals sign: {statement[-1]}={following.split()[0]}"
    return _ORDER


def _equals(statement: Sequence[Token], rest: str) -> str | None:
    following = _in_statement(rest)
    if re.match(r"[\w.]+\(", following):
        return _PYTHON
    if len(statement) == 1 and following and "=" not in following:
        return f"write {statement[0]} {following}, without the equals sign"
    return "options are written name=value, as in stride=2"


def _comma(before: str, rest: str) -> str:
    if before.isdecimal() and (thousands := re.match(r"\d{3}(?!\w)", rest)):
        return f"write {before}{thousands[0]}, without the comma"
    if before.isdecimal() and (number := re.match(r"\s*(\d+)(?!\w)", rest)):
        return f"sizes are written {before}x{number[1]}"
    if not rest.strip():
        return "a statement ends without a comma"
    return "values are separated by spaces, without commas"


def _full_stop(statement: Sequence[Token], rest: str) -> str | None:
    if rest.startswith(("/", "./", "cnn")) or "/" in statement:
        return "a path stands between quotes"
    if statement and statement[-1].isidentifier() and rest[:1].isidentifier():
        return _PYTHON
    return None if rest.strip() else "a statement ends without a full stop"


def _character(text: str) -> str | None:
    if text in _QUOTES:
        return "quotes are written \" or ', and words need none"
    if text in _DASHES:
        return "a minus sign is written -"
    match category(text):
        case "Zs":
            return "write a plain space in its place"
        case "Cc" | "Cf" | "Co" | "Cn" | "Cs":
            return "remove it: most editors do not show it"
    return None


def _order(text: str, kind: str, statement: Sequence[Token], rest: str, bracket: Token | None) -> str | None:
    if kind == "CALLED" and not statement:
        return _without_parentheses(text, rest)
    if kind in ("NUMBER", "STRING") and not statement:
        following = rest.split(maxsplit=1)[0] if rest.split() else ""
        return f"the keyword comes first: {following} {text}" if following.isidentifier() else _ORDER
    if bracket == "[":
        return "the items of a list are separated by commas"
    if kind == "NAME":
        return "a statement ends with its line, or with a semicolon"
    return None


def _without_parentheses(keyword: str, rest: str) -> str:
    """`conv(32, 3)` was probably meant as `conv 32 3`."""
    arguments = re.fullmatch(r"\(([\w\s,.%=-]*)\)\s*", rest)
    if arguments is None:
        return _PYTHON
    values = " ".join(re.sub(r"\s*=\s*", "=", arguments[1]).replace(",", " ").split())
    return f"write {f'{keyword} {values}'.strip()}, without parentheses"
