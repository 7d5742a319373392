"""What a syntax error says: the place to blame, what was expected there, and what the author probably meant."""

from collections.abc import Sequence
from typing import Final, NamedTuple
from unicodedata import category, name

from spec_lang.diagnostics import Diagnostic, Edit, Fix, cut
from spec_lang.grammar import STRANGE, Token
from spec_lang.rules import syntax as rules
from spec_lang.source import Source, Span
from spec_lang.syntax_hints import hint

_BETWEEN_STATEMENTS: Final = ("_NEWLINE", "SEMICOLON", "LBRACE", "RBRACE")
OPENING: Final = ("LPAR", "LSQB")
CLOSING: Final = ("RPAR", "RSQB")


class Unexpected(NamedTuple):
    """Where the parser could not go on."""

    before: Sequence[Token]
    """What was read so far, but for what was given up at earlier errors."""
    after: Sequence[Token]
    """The token that does not fit, and all behind it."""
    accepted: frozenset[str]
    """The types of token that would have fitted."""


def explain(source: Source, unexpected: Unexpected) -> Diagnostic:
    """Explain an error in the form of a text."""
    token, before = unexpected.after[0], unexpected.before
    kind = "" if token.type == STRANGE else token.type
    end_of_file = kind == "$END"
    offset = len(source.text.rstrip()) if end_of_file else token.start_pos or 0
    if kind == "RBRACE" and unpaired_brace(before) is None:
        return _unopened(source, before, Span(source, offset, offset + 1))
    if end_of_file and (opening := unpaired_brace(before)) is not None:
        return _unclosed(source, before, opening)
    if (bracket := _open_bracket(before)) and (explained := _bracket(source, unexpected, bracket)):
        return explained
    length = 1 if kind in ("", "$END", "_NEWLINE") else len(token)
    place = Span(source, offset, min(offset + length, max(len(source.text), offset)))
    meant = hint(place.text, kind, place.start, _statement(before), _rest_of_line(source, place.end), bracket)
    return rules.UNEXPECTED.at(
        place,
        fix=meant.fix(source) if meant else None,
        problem=_problem(kind, place.text),
        expected=_expected(unexpected.accepted if kind else frozenset()),
        hint=meant.text if meant else None,
    )


def _rest_of_line(source: Source, offset: int) -> str:
    end = source.text.find("\n", offset)
    return source.text[offset : end if end >= 0 else None]


def _end(token: Token) -> int:
    return token.end_pos or 0


def _index(tokens: Sequence[Token], token: Token) -> int:
    """Where a token itself stands: as text, every opening brace equals every other."""
    return next(index for index, each in enumerate(tokens) if each is token)


def _span(source: Source, token: Token) -> Span:
    return Span(source, token.start_pos or 0, _end(token))


def unpaired_brace(tokens: Sequence[Token]) -> Token | None:
    """The innermost opening brace that has no partner."""
    opened = []
    for token in tokens:
        if token.type == "LBRACE":
            opened.append(token)
        elif token.type == "RBRACE" and opened:
            opened.pop()
    return opened[-1] if opened else None


def _unopened(source: Source, before: Sequence[Token], brace: Span) -> Diagnostic:
    for token in before:
        if token.type == "STRING" and "{" in token and not _is_closed(token):
            return _unclosed_string(source, token)
    return rules.UNOPENED_BRACE.at(brace)


def _unclosed(source: Source, tokens: Sequence[Token], opening: Token) -> Diagnostic:
    """The diagnostic for a brace without partner, or for the forgotten quote that swallowed the partner."""
    for token in tokens:
        if token.type == "STRING" and token and not _is_closed(token):
            return _unclosed_string(source, token)
    place = _index(tokens, opening)
    keyword = (_statement(tokens[:place]) or [opening])[0]
    return rules.UNCLOSED_BRACE.at(_span(source, opening), keyword=_named(tokens[:place]) or keyword)


class Repaired(NamedTuple):
    """The tokens of a text with the closing braces that were missing, and what is said of each."""

    tokens: Sequence[Token]
    diagnostics: Sequence[Diagnostic]


class _Opened(NamedTuple):
    """A brace that was opened: its place among the tokens, and how far its line is indented."""

    place: int
    column: int
    """From 1; 0 where the block begins on the line of its brace, so that no line tells where it ends."""


def place_of_missing_braces(source: Source, tokens: Sequence[Token]) -> Repaired | None:
    """The closing braces that are missing, where the indentation says; None where none is, or that is not certain.

    A line that is indented no further than the line of the innermost open brace ends its block: with a brace of its
    own, or, where that is missing, all the same. It is certain where every block is indented, and all braces pair then.
    """
    if unpaired_brace(tokens) is None or any(each.type == "STRING" and not _is_closed(each) for each in tokens):
        return None
    opened: list[_Opened] = []
    repaired: list[Token] = []
    found: list[Diagnostic] = []
    column = line = brackets = 0
    for place, token in enumerate(tokens):
        if token.type == "_NEWLINE":
            repaired.append(token)
            continue
        brackets += (token.type in OPENING) - (token.type in CLOSING)
        if (token.line or 0) > line:
            line, column = token.line or 0, token.column or 0
            while (
                not brackets
                and opened
                and (column < opened[-1].column or (column == opened[-1].column and token.type != "RBRACE"))
            ):
                if len(found) == _MOST_BRACES or not _statement(tokens[: opened[-1].place]):
                    return None
                found.append(_missing_brace(source, tokens, opened.pop(), place))
                repaired.insert(_behind_content(repaired), _brace_behind(repaired[_behind_content(repaired) - 1]))
        if token.type == "LBRACE":
            following = next((each for each in tokens[place + 1 : place + 3] if each.type != "_NEWLINE"), token)
            if following.line == token.line and following is not token:
                opened.append(_Opened(place, 0))
            elif (following.column or 0) > column:
                opened.append(_Opened(place, column))
            else:
                return None
        elif token.type == "RBRACE":
            if not opened:
                return None
            opened.pop()
        repaired.append(token)
    return None if opened else Repaired(repaired, found)


_MOST_BRACES: Final = 20


def _behind_content(tokens: Sequence[Token]) -> int:
    """The place behind the last token that is no end of a line."""
    place = len(tokens)
    while tokens[place - 1].type == "_NEWLINE":
        place -= 1
    return place


def _brace_behind(token: Token) -> Token:
    return Token("RBRACE", "}", _end(token), token.line, token.column, end_pos=_end(token))


def _missing_brace(source: Source, tokens: Sequence[Token], opened: _Opened, place: int) -> Diagnostic:
    """What is said of a brace without partner whose block ends before the token at `place`."""
    before, following = tokens[: opened.place], tokens[place]
    keyword = _statement(before)[0]
    last = tokens[place - 1 if tokens[place - 1].type != "_NEWLINE" else place - 2]
    line = source.position(_end(last))[0]
    start = source.line_starts[line]
    fix = Fix("add '}' where the block ends", (Edit(Span(source, start, start), f"{' ' * (opened.column - 1)}}}\n"),))
    begins = str(following) if following.type == "NAME" else None
    return rules.UNCLOSED_BRACE.at(
        _span(source, tokens[opened.place]),
        fix=fix,
        keyword=_named(before) or keyword,
        line=following.line if begins else None,
        section=begins,
        behind=line,
    )


def _named(before: Sequence[Token]) -> Token | None:
    """The name that the statement at the end gives to a block of one's own."""
    statement = _statement(before)
    is_named = len(statement) > 1 and statement[0] == "block" and statement[1].isidentifier()
    return statement[1] if is_named else None


def _is_closed(string: Token) -> bool:
    return len(string) > 1 and string[0] == string[-1]


def _unclosed_string(source: Source, string: Token) -> Diagnostic:
    return rules.UNCLOSED_STRING.at(_span(source, string), quote=string[0])


def _statement(before: Sequence[Token]) -> list[Token]:
    """The last of the tokens, back to where their statement begins."""
    start = max((i for i, token in enumerate(before) if token.type in _BETWEEN_STATEMENTS), default=-1)
    return list(before[start + 1 :])


def _open_bracket(before: Sequence[Token]) -> Token | None:
    """The innermost parenthesis or square bracket that is still open, in the innermost block."""
    opened: list[Token] = []
    for token in before:
        if token.type in ("LBRACE", "RBRACE", "SEMICOLON"):
            opened.clear()
        elif token.type in OPENING:
            opened.append(token)
        elif token.type in CLOSING and opened:
            opened.pop()
    return opened[-1] if opened else None


def _bracket(source: Source, unexpected: Unexpected, bracket: Token) -> Diagnostic | None:
    """The explanation of an error inside a bracket, where the bracket itself is to blame."""
    before, start = unexpected.before, _index(unexpected.before, bracket)
    place, keyword = _span(source, bracket), _statement(before[:start])
    inside = before[start + 1 :]
    has_items = any(token.type == "COMMA" for token in inside)
    first = inside[0] if inside else unexpected.after[0]
    if len(keyword) == 1 and first.type == "_NEWLINE" and not has_items:
        meant = f"a block stands between braces: {keyword[0]} {{ … }}"
        problem, expected = f"'{bracket}' cannot stand here", "{"
        return rules.UNEXPECTED.at(place, problem=problem, expected=expected, hint=meant)
    depth = 1
    for token in (*inside, *unexpected.after):
        if token.type in ("LBRACE", "RBRACE", "SEMICOLON") or (token.type == "_NEWLINE" and bracket.type == "LPAR"):
            break
        depth += (token.type in OPENING) - (token.type in CLOSING)
        if not depth:
            return None
    return rules.UNCLOSED_BRACKET.at(place, bracket=bracket, closing=")" if bracket == "(" else "]")


def _problem(kind: str, text: str) -> str:
    if kind == "$END":
        return "the file ends too early"
    if not text.strip("\n"):
        return "the line ends too early"
    if kind or (text.isascii() and text.isprintable()):
        return f"'{cut(text)}' cannot stand here"
    visible = text.isprintable() and category(text)[0] not in "MZ"
    known = f"U+{ord(text):04X} {name(text, '').lower()}".rstrip()
    return (
        f"the character '{text}' ({known}) cannot stand here" if visible else f"the character {known} cannot stand here"
    )


def _expected(accepted: frozenset[str]) -> str:
    if not accepted:
        return "a keyword, a value or the end of the line"
    if "NUMBER" in accepted:
        return "a value or the end of the line" if "SEMICOLON" in accepted else "a value"
    if "NAME" in accepted:
        return "a keyword"
    return "the end of the line" if "_NEWLINE" in accepted and "RPAR" not in accepted else "a closing bracket"
