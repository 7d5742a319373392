"""The language of `.cnn` files: text to a checked program, with every mistake on the way.

    result = check_text("conv 32 3x3 relu; flatten; dense 10 softmax", "tiny.cnn")
    result.program        # a Program, or None where there is an error or no model
    result.diagnostics    # all findings in the order of their places

Pure: no file, no network, and neither TensorFlow nor NumPy is imported.
"""

import re
from collections.abc import Sequence
from typing import Final

from spec_lang.check import Checked, OverrideError, check_source
from spec_lang.diagnostics import Diagnostic, Severity, in_order
from spec_lang.lint import lint
from spec_lang.lint.selection import USUAL, Selection, SelectionError
from spec_lang.lint.suppression import about_comments, unsuppressed
from spec_lang.program import Data, Layer, Program
from spec_lang.source import Source, Span
from spec_lang.world import Files, World

__all__ = [
    "Checked",
    "Data",
    "Diagnostic",
    "Files",
    "Layer",
    "OverrideError",
    "Program",
    "Selection",
    "SelectionError",
    "Severity",
    "Source",
    "Span",
    "World",
    "check_bytes",
    "check_text",
    "decode",
    "is_json",
]

_BEGINNING_OF_JSON: Final = re.compile(r'\s*\{\s*["}]')
"""No spec begins so: a block follows its keyword."""


def check_text(
    text: str,
    name: str = "spec.cnn",
    overrides: Sequence[str] = (),
    world: World | None = None,
    selection: Selection = USUAL,
) -> Checked:
    """Check the text of a spec, or of a program as JSON: see `is_json`.

    `name` is what diagnostics call it, mostly its path; `overrides` are settings of the form `train.epochs=1` that
    take the place of those in the text; `world` reads included files, and none can be read without it; `selection`
    says which warnings are shown. Raises OverrideError where an override has no meaning; never for the text.
    """
    source = Source(name, text)
    if is_json(source):
        from spec_lang.json_input import check_json

        return check_json(source, overrides, world, selection)
    return with_warnings(check_source(source, overrides, world), selection)


def with_warnings(checked: Checked, selection: Selection = USUAL) -> Checked:
    """The check of a spec, with the warnings that are selected and that no comment silences."""
    found = (*checked.diagnostics, *lint(checked))
    shown = (*unsuppressed(found, checked.source), *about_comments(checked, found, selection.shows))
    return checked._replace(diagnostics=in_order([each for each in shown if selection.shows(each)]))


def check_bytes(
    data: bytes,
    name: str = "spec.cnn",
    overrides: Sequence[str] = (),
    world: World | None = None,
    selection: Selection = USUAL,
) -> Checked:
    """Check a spec as it was read from a file; bytes that are not UTF-8 are a finding, not an exception."""
    return check_text(decode(data), name, overrides, world, selection)


def is_json(source: Source) -> bool:
    """Whether a text is a program as JSON rather than a spec, by its name or its beginning."""
    return source.name.endswith(".json") or _BEGINNING_OF_JSON.match(source.text) is not None


def decode(data: bytes) -> str:
    """The text of a file; bytes that are not UTF-8 stand in it as lone surrogates, which the parser reports."""
    text = data.decode("utf-8", errors="surrogateescape").removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n")
