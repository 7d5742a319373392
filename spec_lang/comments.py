"""The comments of a text with their places: the parser passes over them, the formatter keeps them."""

import re
from typing import Final, NamedTuple

from spec_lang.source import Source, Span

# As `grammar.lark` has it: a string ends at its quote or with its line, and a # inside is part of it.
_STRING_OR_COMMENT: Final = re.compile(r"""(?:"[^"\n]*"?|'[^'\n]*'?)|(#[^\n]*)""")


class Comment(NamedTuple):
    """From # to the end of its line."""

    span: Span

    @property
    def text(self) -> str:
        """The # and what follows, without blanks at the end."""
        return self.span.text.rstrip()


def find_comments(source: Source) -> tuple[Comment, ...]:
    """Every comment of a text without syntax errors, in the order of their places."""
    matches = _STRING_OR_COMMENT.finditer(source.text)
    return tuple(Comment(Span(source, *match.span(1))) for match in matches if match[1])
