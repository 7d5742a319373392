"""The parser of `grammar.lark`, with its types: written ahead where there is a built one, else read by Lark itself."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lark import Lark, Token, Tree
    from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

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

__all__ = ["Token", "Tree", "UnexpectedCharacters", "UnexpectedInput", "UnexpectedToken", "lark", "tokens"]


@cache
def lark() -> "Lark":
    return Lark_StandAlone()


def tokens(text: str) -> "list[Token]":
    """The tokens of a text, up to the first character that begins none."""
    found: list[Token] = []
    try:
        for token in lark().lex(text):
            found.append(token)  # noqa: PERF402
    except UnexpectedCharacters:
        pass
    return found
