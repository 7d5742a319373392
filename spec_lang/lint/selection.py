"""Which warnings are shown: chosen by code, or suppressed by a comment on their line."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple, Self

from spec_lang.comments import find_comments
from spec_lang.diagnostics import Diagnostic, Severity
from spec_lang.rules import RULES
from spec_lang.source import Source
from spec_lang.suggestions import nearest

SUPPRESSION: Final = re.compile(r"#\s*cnn:\s*ignore\b(?:\[([^\]]*)\])?")


class SelectionError(ValueError):
    """A selection that names no rule."""


class _Codes(NamedTuple):
    select: tuple[str, ...] = ()
    """Where any are given, only these are shown."""
    ignore: tuple[str, ...] = ()
    """Not shown. Where both name a rule, the longer code decides."""


class Selection(_Codes):
    """Warnings by code, or by the beginning of one: `W5` stands for all that begin so. Errors are always shown."""

    __slots__ = ()

    def __new__(cls, select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()) -> Self:
        """Raises SelectionError for a code that no rule begins with."""
        for code in (*select, *ignore):
            if not code or not any(known.startswith(code) for known in RULES):
                near = nearest(code, RULES)
                raise SelectionError(f"no rule has the code '{code}'" + (f": did you mean {near}?" if near else ""))
        return super().__new__(cls, select, ignore)

    def shows(self, diagnostic: Diagnostic) -> bool:
        """Whether a diagnostic is one of those chosen."""
        if diagnostic.severity is Severity.ERROR:
            return True
        chosen, ignored = _longest(self.select, diagnostic.code), _longest(self.ignore, diagnostic.code)
        if self.select:
            return chosen > ignored or (chosen == ignored > 0)
        return not ignored and not diagnostic.rule.opt_in


USUAL: Final = Selection()


def _longest(codes: Iterable[str], code: str) -> int:
    """The length of the longest of the codes that a code begins with; 0 for none."""
    return max((len(each) for each in codes if code.startswith(each)), default=0)


def unsuppressed(diagnostics: Iterable[Diagnostic], source: Source) -> tuple[Diagnostic, ...]:
    """The diagnostics without those warnings that `# cnn: ignore` or `# cnn: ignore[W503]` on their line suppresses."""
    suppressed: dict[int, set[str]] = {}
    if "cnn:" in source.text:
        for comment in find_comments(source):
            if match := SUPPRESSION.search(comment.text):
                codes = {code.strip() for code in match[1].split(",")} if match[1] is not None else {""}
                suppressed[comment.span.line] = codes
    return tuple(each for each in diagnostics if not _is_suppressed(each, source, suppressed))


def _is_suppressed(diagnostic: Diagnostic, source: Source, suppressed: dict[int, set[str]]) -> bool:
    if diagnostic.severity is Severity.ERROR or diagnostic.span.source is not source:
        return False
    codes = suppressed.get(diagnostic.span.line, set())
    return "" in codes or diagnostic.code in codes
