"""What the author of unreadable text probably meant: habits from Python, YAML, JSON and other languages.

Where it is certain what is to stand there, a hint has the edit that writes it.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple
from unicodedata import category

from spec_lang.diagnostics import Edit, Fix, cut
from spec_lang.grammar import Token
from spec_lang.source import Source, Span

_PYTHON: Final = "a spec is no Python program: each layer is a line of its own, such as conv 32 3x3 relu"
_ORDER: Final = "a statement begins with its keyword, as in dense 10 softmax"
_COMMENT_SIGNS: Final = ("//", "/*", "*/", "--")
_ARROWS: Final = ("->", "=>", "|", "\u2192", "&")
_DASHES: Final = ("\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212")
_QUOTES: Final = ("\u2018", "\u2019", "\u201c", "\u201d", "\u201e", "\u00ab", "\u00bb", "`")


class Hint(NamedTuple):
    """What to do about unexpected text."""

    text: str
    edit: tuple[int, int, str] | None = None
    """From and to which offset of the file to write what; None where that is open."""

    def fix(self, source: Source) -> Fix | None:
        if self.edit is None:
            return None
        start, end, text = self.edit
        title = f"write '{cut(text.strip())}'" if text.strip() else "remove it"
        return Fix(title, (Edit(Span(source, start, end), text),))


class _Place(NamedTuple):
    """Unexpected text, with what stands around it on its line."""

    text: str
    kind: str
    """The type of the token; empty for a character that begins none."""
    start: int
    """Its offset in the file."""
    statement: Sequence[Token]
    """The tokens of the statement before it."""
    rest: str
    """The rest of the line behind it."""
    bracket: Token | None
    """The one that is open there."""

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def before(self) -> str:
        return self.statement[-1] if self.statement else ""

    @property
    def left(self) -> int:
        """Where what stands before it ends."""
        return (self.statement[-1].end_pos or 0) if self.statement else self.start

    @property
    def beginning(self) -> int:
        """Where its statement begins."""
        return (self.statement[0].start_pos or 0) if self.statement else self.start


def hint(text: str, kind: str, start: int, statement: Sequence[Token], rest: str, bracket: Token | None) -> Hint | None:
    """What to write instead of `text`, which stands at an offset, or None where that is open."""
    at = _Place(text, kind, start, statement, rest, bracket)
    around = (at.before[-1:] + text, text + rest[:1])
    if any(sign in around for sign in _COMMENT_SIGNS) or (text == "%" and not statement):
        return _comment(at, around)
    if any(sign in (*around, text) for sign in _ARROWS):
        return _arrow(at)
    match text:
        case ":":
            return _colon(at)
        case "=":
            return _equals(at)
        case "," | "\u00d7":
            return _comma(at)
        case ".":
            return _full_stop(at)
        case "/" | "~" | "\\":
            return Hint("a path stands between quotes" if rest.strip() else "a statement stands on one line")
        case "%":
            edit = (at.left, at.end, "%") if at.before.isdecimal() else None
            return Hint("write the percentage without a space, as in 10%", edit)
        case "{":
            return Hint("a block follows its keyword, as in model { \u2026 }")
        case ")" | "]":
            return _closing(at)
        case "(" | "[" | "<":
            return Hint("values follow their keyword without brackets, as in conv 32 3x3 relu")
        case "-" | "+" | "*" if not statement:
            return Hint("remove it: a statement begins with its keyword", (at.start, at.end, ""))
    if at.before == "/" and not text.strip():
        return Hint('a path stands between quotes, as in data folder "pets"')
    return _order(at) if kind else _character(at)


def _in_statement(rest: str) -> str:
    """What belongs to the same statement."""
    return re.split(r"[;{}#]", rest, maxsplit=1)[0].strip()


def _comment(at: _Place, around: tuple[str, str]) -> Hint:
    edit = None
    if at.text == "%":
        edit = (at.start, at.end, "#")
    elif around[1] in ("//", "--"):
        edit = (at.start, at.end + 1, "#")
    elif around[0] in ("//", "--"):
        edit = (at.start - 1, at.end, "#")
    return Hint("comments begin with #", edit)


def _arrow(at: _Place) -> Hint:
    edit = None
    if at.text in ("|", "\u2192"):
        edit = (at.start, at.end, ";")
    elif at.text + at.rest[:1] in ("->", "=>"):
        edit = (at.start, at.end + 1, ";")
    elif at.before[-1:] + at.text in ("->", "=>"):
        edit = (at.start - 1, at.end, ";")
    return Hint("layers stand on lines of their own, or with a semicolon between them", edit)


def _colon(at: _Place) -> Hint:
    following = _in_statement(at.rest)
    match [token.type for token in at.statement]:
        case ["NAME"] if not following:
            return Hint(f"what belongs to '{at.before}' stands between braces: {at.before} {{ \u2026 }}")
        case ["NAME"]:
            edit = (at.left, at.end + len(at.rest) - len(at.rest.lstrip()), " ")
            return Hint(f"write {at.before} {following}, without the colon", edit)
        case ["NAME", *_, "NAME"] if following:
            edit = (at.left, at.end + len(at.rest) - len(at.rest.lstrip()), "=")
            return Hint(f"options are written with an equals sign: {at.before}={following.split()[0]}", edit)
    return Hint(_ORDER)


def _equals(at: _Place) -> Hint:
    following = _in_statement(at.rest)
    if re.match(r"[\w.]+\(", following):
        return _python(at, following)
    if len(at.statement) == 1 and following and "=" not in following:
        # Who writes one setting so writes those behind it so, too.
        line = re.match(r"[^#\"']*", at.rest)
        behind = line[0].lstrip() if line else ""
        written = re.sub(r"(;\s*[^\W\d]\w*)\s*=\s*(?=\S)", r"\1 ", behind)
        edit = (at.left, at.end + len(line[0] if line else ""), f" {written}")
        return Hint(f"write {at.before} {following}, without the equals sign", edit)
    return Hint("options are written name=value, as in stride=2")


def _comma(at: _Place) -> Hint:
    if at.before.isascii() and at.before.isdecimal() and (number := re.match(r"\s*(\d+)(?![\dA-Za-z_])", at.rest)):
        return _comma_in_number(at, number)
    if not _in_statement(at.rest):
        return Hint("a statement ends without a comma", (at.left, at.end, ""))
    from spec_lang.python_calls import is_layer

    edit = None
    word = re.match(r"\s*(\w*)", at.rest)
    if at.text == "," and at.bracket is None and word and is_layer(word[1]):
        return Hint("layers stand on lines of their own, or with a semicolon between them", (at.start, at.end, ";"))
    if at.text == "," and at.bracket is None:
        listed = re.match(r"[^()\[\]{}\"';#]*", at.rest)
        behind = listed[0].rstrip() if listed and not re.search(r"\d,\d", listed[0]) else ""
        written = re.sub(r"\s*,\s*", " ", behind).rstrip()
        edit = (at.start, at.end + len(behind), written if written[:1].isspace() else f" {written}".rstrip() or " ")
    return Hint("values are separated by spaces, without commas", edit)


_DECIMAL: Final = re.compile(r"(\d+)(%|deg)?(?![\w,])")
_DECIMAL_RANGE: Final = re.compile(r"(\d+)\.\.(\d+),(\d+)(?![\w,])")
_TUPLE: Final = re.compile(r"\s*(\d+)\s*\)")


def _comma_in_number(at: _Place, number: re.Match[str]) -> Hint:
    """A comma between digits: of a decimal number, between thousands, or between the sides of a size."""
    from spec_lang.number_kinds import kind_of_number

    whole, place = at.before, at.start - len(at.before)
    if at.bracket == "(" and (last := _TUPLE.match(at.rest)):
        size = f"{whole}x{last[1]}"
        opening = at.bracket.start_pos or 0
        alone = opening == place - 1 and len(at.statement) > 1
        return Hint(f"sizes are written {size}", (opening, at.end + last.end(), size) if alone else None)
    if (ends := _DECIMAL_RANGE.match(at.rest)) and at.left == at.start:
        text = f"{whole}.{ends[1]}..{ends[2]}.{ends[3]}"
        return Hint(f"decimals are written with a point: {text}", (place, at.end + ends.end(), text))
    if (part := _DECIMAL.match(at.rest)) and at.left == at.start:
        text, unit = f"{whole}.{part[1]}{part[2] or ''}", part[2]
        meant = kind_of_number(at.statement)
        groups = len(part[1]) == 3 and not whole.startswith("0") and len(whole) <= 3 and not unit
        as_decimal = Hint(f"decimals are written with a point: {text}", (place, at.end + part.end(), text))
        if whole.startswith("0") or unit or (meant == "real" and not groups):
            return as_decimal
        if groups and meant == "whole":
            joined = f"{whole}{part[1]}"
            return Hint(f"write {joined}, without the comma", (place, at.end + part.end(), joined))
        if groups:
            return Hint(f"write {text} for a decimal number, {whole}{part[1]} for a thousand and more")
    size = f"{whole}x{number[1]}"
    is_size = kind_of_number(at.statement) == "whole" and at.left == at.start
    return Hint(f"sizes are written {size}", (place, at.end + number.end(), size) if is_size else None)


def _closing(at: _Place) -> Hint:
    kind = "parenthesis" if at.text == ")" else "bracket"
    if at.bracket is not None and at.before == ",":
        comma = at.statement[-1].start_pos or 0
        return Hint("a list ends without a comma: remove the last one", (comma, at.left, ""))
    if at.bracket is not None:
        return Hint("a list holds at least one name or number" if at.before == "[" else f"remove the {kind}")
    return Hint(f"remove it: no {kind} is open here", (at.start, at.end, ""))


def _full_stop(at: _Place) -> Hint | None:
    if at.rest.startswith(("/", "./", "cnn")) or "/" in at.statement:
        return Hint("a path stands between quotes")
    if len(at.statement) > 1 and (name := re.match(r"(?:\w+\.)*(\w+)\(", at.rest)) and at.statement[-1].isidentifier():
        start = at.statement[-1].start_pos or 0
        return Hint(f"write {name[1]}(…), without its module", (start, at.end + name.start(1), ""))
    if at.statement and at.statement[-1].isidentifier() and at.rest[:1].isidentifier():
        return _python(at, "")
    return None if at.rest.strip() else Hint("a statement ends without a full stop", (at.left, at.end, ""))


def _character(at: _Place) -> Hint | None:
    if at.text in _QUOTES:
        edit = None
        if closing := re.match(rf"([^\"'#;\n]*?)[{''.join(_QUOTES)}]", at.rest):
            edit = (at.start, at.end + closing.end(), f'"{closing[1]}"')
        return Hint("quotes are written \" or ', and words need none", edit)
    if at.text in _DASHES:
        return Hint("a minus sign is written -", (at.start, at.end, "-"))
    match category(at.text):
        case "Zs":
            return Hint("write a plain space in its place", (at.start, at.end, " "))
        case "Cc" | "Cf" | "Co" | "Cn" | "Cs":
            return Hint("remove it: most editors do not show it", (at.start, at.end, ""))
    return None


def _order(at: _Place) -> Hint | None:
    if at.kind == "CALLED" and not at.statement:
        return _python(at, "", _without_parentheses(at))
    if at.kind in ("NUMBER", "STRING") and not at.statement:
        match = re.match(r"\s+([^\W\d]\w*)(?=\s|$)", at.rest)
        edit = (at.start, at.end + match.end(), f"{match[1]} {at.text}") if match else None
        return Hint(f"the keyword comes first: {match[1]} {at.text}" if match else _ORDER, edit)
    if at.bracket == "[":
        return Hint("the items of a list are separated by commas", (at.left, at.left, ","))
    if at.kind == "NAME":
        return Hint("a statement ends with its line, or with a semicolon", (at.left, at.left, ";"))
    return None


def _python(at: _Place, call: str, otherwise: Hint | None = None) -> Hint:
    """What a line of Python says, where it makes a layer."""
    from spec_lang.python_calls import layer_of

    written = [str(token) for token in at.statement]
    line = f"{at.text}{at.rest}"
    text = call or f"{''.join(written)}{line}"
    code = re.split(r"[;{}#]", text, maxsplit=1)[0].rstrip()
    layer = layer_of(code)
    if layer is None and "Rescaling(" in code:
        return Hint("leave it out: images come from 0 to 1 unless 'normalize' says otherwise")
    if layer is None:
        return otherwise or Hint(_PYTHON)
    end = at.start + len(re.split(r"[;{}#]", line, maxsplit=1)[0].rstrip())
    return Hint(f"write {layer.text}", (at.beginning, end, layer.text) if layer.exact else None)


def _without_parentheses(at: _Place) -> Hint:
    """`stage(32, 3)` was probably meant as `stage 32 3`."""
    rest = re.split(r"[;{}#]", at.rest, maxsplit=1)[0].rstrip()
    arguments = re.fullmatch(r"\(([\w\s,.%='\"-]*)\)[ \t]*,?", rest)
    if arguments is None:
        return Hint(_PYTHON)
    plain = re.sub(r"(['\"])([^\W\d]\w*)\1", r"\2", arguments[1])
    values = " ".join(re.sub(r"\s*=\s*", "=", plain).replace(",", " ").split())
    text = f"{at.text} {values}".strip()
    return Hint(f"write {text}, without parentheses", (at.start, at.end + len(rest), text))
