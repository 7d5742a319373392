"""Checked programs for tests that begin where the language ends."""

from spec_lang import check_text
from spec_lang.program import Program

TINY = "conv 4 3x3 relu; pool 2x2; flatten; dense 8 relu; dense 10 softmax"
"""A network on the 8x8 images of `digits`, trained in a moment."""


def program(text: str = TINY, *overrides: str) -> Program:
    """The program of a spec that is sound."""
    result = check_text(text, "tiny.cnn", overrides)
    assert result.program is not None, result.diagnostics
    return result.program
