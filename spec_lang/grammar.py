"""The parser that Lark generated from `grammar.lark`, with its types."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lark import Lark, Token, Tree
    from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

    def Lark_StandAlone() -> Lark: ...  # noqa: N802
else:
    from spec_lang.generated_parser import (
        Lark_StandAlone,
        Token,
        Tree,
        UnexpectedCharacters,
        UnexpectedInput,
        UnexpectedToken,
    )

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
