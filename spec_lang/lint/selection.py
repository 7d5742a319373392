"""Which warnings are shown: chosen by code, for a whole project or by the command line."""

from collections.abc import Iterable
from typing import Final, NamedTuple, Self

from spec_lang.diagnostics import Diagnostic, Severity
from spec_lang.lint.suppression import code_for
from spec_lang.rules import RULES


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
        """Raises SelectionError for a code that no rule begins with, and for errors that are to be ignored."""
        for code in (*select, *ignore):
            if not code or not any(known.startswith(code) for known in RULES):
                meant = code_for(code)
                raise SelectionError(f"no rule has the code '{code}'" + (f": write {meant}" if meant else ""))
        for code in ignore:
            if code.startswith("E"):
                raise SelectionError(f"{code} cannot be ignored: errors are always shown")
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
