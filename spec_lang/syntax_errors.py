"""What a syntax error says: the place to blame, what was expected there, and what the author probably meant."""

from collections.abc import Sequence
from typing import Final, NamedTuple
from unicodedata import category, name

from spec_lang.diagnostics import Diagnostic, cut
from spec_lang.grammar import Token, UnexpectedInput, UnexpectedToken
from spec_lang.rules import syntax as rules
from spec_lang.source import Source, Span
from spec_lang.syntax_hints import hint

_BETWEEN_STATEMENTS: Final = ("_NEWLINE", "SEMICOLON", "LBRACE", "RBRACE")
_CLOSING: Final = {"LPAR": "RPAR", "LSQB": "RSQB"}


class Explained(NamedTuple):
    """A syntax error in words, and the span to blank before the text is parsed again; None: no way to go on."""

    diagnostic: Diagnostic
    blank: Span | None


def explain(source: Source, text: str, tokens: Sequence[Token], error: UnexpectedInput) -> Explained:
    """Explain an error in `text`: that of the source, where earlier errors may have been blanked.

    `tokens` are those of the text, as far as it can be divided into tokens.
    """
    token = error.token if isinstance(error, UnexpectedToken) else None
    kind = "" if token is None else token.type
    end_of_file = kind == "$END"
    offset = len(text.rstrip()) if end_of_file else _offset(error)
    before = [token for token in tokens if _end(token) <= offset]
    if kind == "RBRACE" and unpaired_brace(before) is None:
        return _unopened(source, before, Span(source, offset, offset + 1))
    if end_of_file and (opening := unpaired_brace(tokens)) is not None:
        return Explained(_unclosed(source, tokens, opening), None)
    if (bracket := _open_bracket(before)) and (explained := _bracket(source, tokens, before, bracket)):
        return explained
    length = 1 if token is None or kind in ("$END", "_NEWLINE") else len(token)
    place = Span(source, offset, min(offset + length, max(len(text), offset)))
    rest = text[place.end :].split("\n", 1)[0]
    meant = hint(place.text, kind, place.start, _statement(before), rest, bracket)
    diagnostic = rules.UNEXPECTED.at(
        place,
        fix=meant.fix(source) if meant else None,
        problem=_problem(kind, place.text),
        expected=_expected(error),
        hint=meant.text if meant else None,
    )
    return Explained(diagnostic, _without_braces(_lines(source, place), tokens))


def _offset(error: UnexpectedInput) -> int:
    place = error.token.start_pos if isinstance(error, UnexpectedToken) else error.pos_in_stream
    return place or 0


def _end(token: Token) -> int:
    return token.end_pos or 0


def _index(tokens: Sequence[Token], token: Token) -> int:
    """Where a token itself stands: as text, every opening brace equals every other."""
    return next(index for index, each in enumerate(tokens) if each is token)


def _span(source: Source, token: Token) -> Span:
    return Span(source, token.start_pos or 0, _end(token))


def _lines(source: Source, place: Span) -> Span:
    """The line of a place; where the line is continued with a backslash, the next one too."""
    number = source.position(min(place.start, len(source.text)))[0]
    last = number
    while source.line(last).rstrip().endswith("\\") and last < len(source.line_starts):
        last += 1
    return Span(source, source.line_starts[number - 1], source.line_starts[last - 1] + len(source.line(last)))


def _without_braces(line: Span, tokens: Sequence[Token]) -> Span | None:
    """The line, where blanking it helps and leaves the braces of the file in pairs."""
    if not line.text.strip():
        return None
    has_brace = any(
        token.type in ("LBRACE", "RBRACE") and line.start <= (token.start_pos or 0) < line.end for token in tokens
    )
    return None if has_brace else line


def unpaired_brace(tokens: Sequence[Token]) -> Token | None:
    """The innermost opening brace that has no partner."""
    opened = []
    for token in tokens:
        if token.type == "LBRACE":
            opened.append(token)
        elif token.type == "RBRACE" and opened:
            opened.pop()
    return opened[-1] if opened else None


def _unopened(source: Source, before: Sequence[Token], brace: Span) -> Explained:
    for token in before:
        if token.type == "STRING" and "{" in token and not _is_closed(token):
            return Explained(_unclosed_string(source, token), brace)
    return Explained(rules.UNOPENED_BRACE.at(brace), brace)


def _unclosed(source: Source, tokens: Sequence[Token], opening: Token) -> Diagnostic:
    """The diagnostic for a brace without partner, or for the forgotten quote that swallowed the partner."""
    for token in tokens:
        if token.type == "STRING" and not _is_closed(token):
            return _unclosed_string(source, token)
    place = _index(tokens, opening)
    keyword = (_statement(tokens[:place]) or [opening])[0]
    lines = [
        after
        for before, after in zip(tokens[place:], tokens[place + 1 :], strict=False)
        if (before.type == "_NEWLINE" or before is opening) and after.type == "NAME"
    ]
    brace, named = _span(source, opening), _named(tokens[:place]) or keyword
    # Where the block's own first line is not indented, indentation does not tell where the block was meant to end.
    if lines and lines[0].column != keyword.column:
        for line in lines:
            if line.column == keyword.column:
                return rules.UNCLOSED_BRACE.at(brace, keyword=named, line=line.line, section=str(line))
    return rules.UNCLOSED_BRACE.at(brace, keyword=named)


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
        elif token.type in _CLOSING:
            opened.append(token)
        elif token.type in _CLOSING.values() and opened:
            opened.pop()
    return opened[-1] if opened else None


def _bracket(source: Source, tokens: Sequence[Token], before: Sequence[Token], bracket: Token) -> Explained | None:
    """The explanation of an error inside a bracket, where the bracket itself is to blame."""
    place = _span(source, bracket)
    start = _index(tokens, bracket)
    keyword = _statement(tokens[:start])
    after = tokens[start + 1 :]
    has_items = any(token.type == "COMMA" for token in before[start:])
    if len(keyword) == 1 and after and after[0].type == "_NEWLINE" and not has_items:
        meant = f"a block stands between braces: {keyword[0]} {{ … }}"
        problem, expected = f"'{bracket}' cannot stand here", "{"
        return Explained(rules.UNEXPECTED.at(place, problem=problem, expected=expected, hint=meant), None)
    depth = 1
    for token in after:
        if token.type in ("LBRACE", "RBRACE", "SEMICOLON") or (token.type == "_NEWLINE" and bracket.type == "LPAR"):
            break
        depth += (token.type in _CLOSING) - (token.type in _CLOSING.values())
        if not depth:
            return None
    diagnostic = rules.UNCLOSED_BRACKET.at(place, bracket=bracket, closing=")" if bracket == "(" else "]")
    return Explained(diagnostic, _without_braces(_lines(source, place), tokens))


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


def _expected(error: UnexpectedInput) -> str:
    accepted = set(error.accepts or error.expected) if isinstance(error, UnexpectedToken) else set()
    if not accepted:
        return "a keyword, a value or the end of the line"
    if "NUMBER" in accepted:
        return "a value or the end of the line" if "SEMICOLON" in accepted else "a value"
    if "NAME" in accepted:
        return "a keyword"
    return "the end of the line" if "_NEWLINE" in accepted and "RPAR" not in accepted else "a closing bracket"
