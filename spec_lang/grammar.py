"""The parser of `grammar.lark`, with its types: written ahead where there is a built one, else read by Lark itself."""

import re
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lark import Lark, Token, Tree
    from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken
    from lark.parsers.lalr_interactive_parser import InteractiveParser

    def Lark_StandAlone() -> Lark: ...  # noqa: N802
else:
    try:
        from spec_lang.generated_parser import (
            Lark_StandAlone,
            Token,
            Tree,
            UnexpectedCharacters,
            UnexpectedInput,
            UnexpectedToken,
        )
    except ModuleNotFoundError:  # a checkout in which nothing was built
        from lark import Token, Tree
        from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

        from spec_lang.parser_generator import build as Lark_StandAlone  # noqa: N812

__all__ = ["STRANGE", "Token", "Tree", "UnexpectedInput", "UnexpectedToken", "lark", "read_on", "tokens"]

STRANGE: Final = "STRANGE"
"""The type of a token of characters that begin none of the grammar's."""
_STRANGE: Final = re.compile(r"""(?:[^\w\s"'+\-*/(){}\[\]=,;#.]|\.(?!\d))+""")


@cache
def lark() -> "Lark":
    return Lark_StandAlone()


def read_on() -> "InteractiveParser":
    """A parser that is fed token by token."""
    return lark().parse_interactive("")


def tokens(text: str) -> "list[Token]":
    """All tokens of a text."""
    found: list[Token] = []
    thread = lark().parse_interactive(text).lexer_thread
    while True:
        try:
            for token in thread.lex(None):  # type: ignore[no-untyped-call]
                found.append(token)  # noqa: PERF402
        except UnexpectedCharacters as error:
            place: int = error.pos_in_stream  # type: ignore[assignment]
            strange = _STRANGE.match(text, place)
            characters = strange[0] if strange else text[place]
            counter = thread.state.line_ctr  # type: ignore[union-attr]
            found.append(
                Token(STRANGE, characters, place, counter.line, counter.column, end_pos=place + len(characters))
            )
            counter.feed(characters)
        else:
            return found
