"""Reading on behind a syntax error: one pass over the tokens, whatever the number of errors.

At an error the rest of the statement is passed over, up to the end of its line, a semicolon, or the brace that closes
the block around it. What is left of the statement is its keyword, with one value that nobody knows: so the checks know
that a layer stood there. A closing brace that is missing is put where the indentation says, if that leaves no doubt.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from spec_lang.diagnostics import Diagnostic
from spec_lang.grammar import Token, Tree, UnexpectedToken, read_on, tokens
from spec_lang.source import Source
from spec_lang.syntax_errors import CLOSING, OPENING, Unexpected, explain, place_of_missing_braces

MOST_ERRORS: Final = 20
"""More of them are no slips: the text is something else, and is not read to its end."""

_COMMENT_SIGN: Final = re.compile(r"//|/\*|--|<!")


class Recovered(NamedTuple):
    """What could be read of a text with syntax errors."""

    tree: "Tree[Token] | None"
    """None where no statement can be trusted."""
    problems: tuple[Diagnostic, ...]
    lost: tuple[int, ...]
    """Where statements stood of which nothing is left."""


def recover(source: Source) -> Recovered:
    """The tree of a text with errors in its form."""
    return _Recovery(source).run()


class _Level:
    """A block that is being read, or the file itself."""

    __slots__ = ("brackets", "fresh", "kept", "stack")

    def __init__(self) -> None:
        self.fresh = True
        """Whether a new statement may begin."""
        self.brackets = 0
        """How many are open in the present statement."""
        self.stack = self.kept = 0
        """The heights of the parser's stack, and of what is kept, where the present statement begins."""


class _Recovery:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.parser = read_on()
        self.kept: list[Token] = []
        """The tokens that the tree is made of, so far."""
        self.levels = [_Level()]
        self.found: list[Diagnostic] = []
        self.lost: list[int] = []
        self.tokens: Sequence[Token] = ()
        self.told = -1
        """The token that an error was last reported at."""

    def run(self) -> Recovered:
        self.tokens = tokens(self.source.text)
        repaired = place_of_missing_braces(self.source, self.tokens)
        if repaired:
            self.tokens = repaired.tokens
            self.found += repaired.diagnostics
        at = 0
        while at < len(self.tokens):
            if self.accepts(self.tokens[at]):
                self.keep(self.tokens[at])
                at += 1
            elif len(self.found) == MOST_ERRORS:
                return self.ended()
            else:
                at = self.mend(at)
        return self.end()

    def accepts(self, token: Token) -> bool:
        # The parser would take one that closes nothing for the end of the file.
        if token.type == "RBRACE" and len(self.levels) == 1:
            return False
        try:
            self.parser.feed_token(token)
        except UnexpectedToken:
            return False
        return True

    def keep(self, token: Token) -> None:
        """Note what a token that was accepted means for where statements begin."""
        level = self.levels[-1]
        if level.fresh and token.type == "NAME":
            level.fresh = False
            level.stack, level.kept = len(self.parser.parser_state.state_stack) - 1, len(self.kept)
        self.kept.append(token)
        if token.type in OPENING:
            level.brackets += 1
        elif token.type in CLOSING:
            level.brackets -= 1
        elif token.type == "LBRACE":
            self.levels.append(_Level())
        elif token.type == "RBRACE":
            self.levels.pop()
        elif token.type == "SEMICOLON" or (token.type == "_NEWLINE" and not level.brackets):
            level.fresh = True

    def mend(self, at: int) -> int:
        """Make the tokens so far whole again, and say at which one to go on."""
        token, level = self.tokens[at], self.levels[-1]
        if at != self.told:
            self.tell(at)
        if token.type == "RBRACE" and len(self.levels) == 1:
            self.lost.append(token.start_pos or 0)
            return at + 1
        if level.fresh and (closing := self.closing_on_line(at)) is not None:
            # What stands in these braces is no block: values, as in `epochs { 10 }`.
            self.levels.pop()
            self.damage(self.levels[-1], at, closing + 1)
            return closing + 1
        if level.fresh:
            self.lost.append(token.start_pos or 0)
            return self.behind(at, 0, has_keyword=False)
        if self.kept[-1].type == "RBRACE":  # the statement is over, and another one begins on its line
            self.told = at
            separator = Token("SEMICOLON", ";", token.start_pos or 0, end_pos=token.start_pos or 0)
            self.parser.feed_token(separator)
            self.keep(separator)
            return at
        following = self.behind(at, level.brackets, has_keyword=True)
        self.damage(level, at, following)
        return following

    def closing_on_line(self, at: int) -> int | None:
        """The place of the brace that ends, on its own line, a block that begins with the token at `at`."""
        if len(self.levels) == 1 or self.kept[-1].type != "LBRACE" or self.kept[-1].line != self.tokens[at].line:
            return None
        for place in range(at, len(self.tokens)):
            match self.tokens[place].type:
                case "RBRACE":
                    return place
                case "LBRACE" | "_NEWLINE":
                    return None
        return None

    def damage(self, level: _Level, at: int, following: int) -> None:
        """Leave of the present statement its keyword, and one value for all that it may have held."""
        keyword, start = self.kept[level.kept], self.tokens[at].start_pos or 0
        end = self.tokens[following].start_pos if following < len(self.tokens) else len(self.source.text)
        state = self.parser.parser_state
        del state.state_stack[level.stack :], state.value_stack[level.stack - 1 :]
        del self.kept[level.kept :]
        level.fresh, level.brackets = True, 0
        for token in (keyword, Token("STRING", "", start, end_pos=max(end or 0, start))):
            self.parser.feed_token(token)
            self.keep(token)

    def behind(self, at: int, brackets: int, *, has_keyword: bool) -> int:
        """The place of the first token that does not belong to the broken statement any more."""
        at = self.behind_brackets(at, brackets)
        to_line_end = not has_keyword or self.is_comment(at)
        braces = 0
        while at < len(self.tokens):
            match self.tokens[at].type:
                case "_NEWLINE" if not (braces or self.tokens[at - 1].endswith("\\")):
                    break
                case "SEMICOLON" if not (braces or to_line_end):
                    break
                case "LBRACE":
                    if has_keyword and not braces:
                        break
                    braces += 1
                case "RBRACE":
                    if not braces:
                        break
                    braces -= 1
            at += 1
        return at

    def behind_brackets(self, at: int, brackets: int) -> int:
        """The place behind the brackets that are open, where they are closed before anything else ends."""
        place = at
        while brackets and place < len(self.tokens):
            kind = self.tokens[place].type
            if kind in ("LBRACE", "RBRACE", "SEMICOLON"):
                return at
            brackets += (kind in OPENING) - (kind in CLOSING)
            place += 1
        return at if brackets else place

    def is_comment(self, at: int) -> bool:
        """Whether the text is probably a comment in the way of another language."""
        start = self.tokens[at].start_pos or 0 if at < len(self.tokens) else len(self.source.text)
        return _COMMENT_SIGN.match(self.source.text, max(start - 1, 0), start + 2) is not None or (
            _COMMENT_SIGN.match(self.source.text, start) is not None
        )

    def tell(self, at: int) -> None:
        self.told = at
        accepted = frozenset(self.parser.accepts())  # type: ignore[no-untyped-call]
        unexpected = Unexpected(self.kept, self.tokens[at:], accepted)
        self.found.append(explain(self.source, unexpected))

    def end(self) -> Recovered:
        """The tree, where the file may end here; else the last error."""
        end = Token("$END", "", len(self.source.text), end_pos=len(self.source.text))
        self.tokens = [*self.tokens, end]
        if len(self.levels) > 1:
            if len(self.found) < MOST_ERRORS:
                self.tell(len(self.tokens) - 1)
            return self.ended()
        try:
            return self.recovered(self.parser.feed_token(end))
        except UnexpectedToken:
            self.mend(len(self.tokens) - 1)
            return self.recovered(self.parser.feed_token(end))

    def recovered(self, tree: "Tree[Token] | None") -> Recovered:
        return Recovered(tree, tuple(self.found), tuple(self.lost))

    def ended(self) -> Recovered:
        return self.recovered(None)
