"""The verb `cnn fmt`: specs in their canonical form, with the same comments and the same meaning."""

import sys
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Literal, TypeAlias

from runtime.errors import UserError
from runtime.output import put_out_bytes
from runtime.rewriting import difference, encoded_like, rewrite
from runtime.specs.check import specs_in
from runtime.specs.spec_file import read_given
from runtime.standard_input import STANDARD_STREAM
from runtime.targets import run_around
from runtime.terminal import findings_text, printable, show_error
from spec_lang import decode
from spec_lang.format import format_text

Mode: TypeAlias = Literal["write", "check", "diff"]
"""Whether files are rewritten, only named, or only compared with what they would become."""


class _Outcome(StrEnum):
    CHANGED = "formatted"
    UNCHANGED = "unchanged"
    BROKEN = "with syntax errors"
    FAILED = "failed"


def fmt(paths: Sequence[str], mode: Mode) -> int:
    """Format specs in place, or as `mode` says; a folder stands for all .cnn files in it, `-` for standard input.

    The exit code is 0 for all well, 1 for a syntax error or, where nothing is written, a file that would change, and
    2 for a file that could not be read or written. Raises UserError for standard input together with files.
    """
    if STANDARD_STREAM in paths and len(paths) > 1:
        raise UserError("standard input cannot be formatted together with files", help="give - alone, or files alone")
    outcomes: Counter[_Outcome] = Counter()
    for path in paths:
        try:
            files = _files(path)
        except UserError as error:
            show_error(error)
            outcomes[_Outcome.FAILED] += 1
            continue
        outcomes.update(_format_file(file, mode) for file in files)
    if mode != "diff" and STANDARD_STREAM not in paths:
        print(_summary(outcomes, mode))
    if outcomes[_Outcome.FAILED]:
        return 2
    return 1 if outcomes[_Outcome.BROKEN] or (outcomes[_Outcome.CHANGED] and mode != "write") else 0


def _files(path: str) -> list[str]:
    """The files that a path stands for, without those that runs keep: they bear witness of what was run."""
    files = [file for file in specs_in(path) if file == path or not run_around(Path(file))]
    if not files:
        raise UserError(f"there is no .cnn file in {path}, except those of runs")
    return files


def _format_file(path: str, mode: Mode) -> _Outcome:
    try:
        name, content = read_given(path)
        formatted = format_text(decode(content), name)
        new = content if formatted.diagnostics else encoded_like(content, formatted.text)
        if path == STANDARD_STREAM and mode == "write":
            put_out_bytes(new)
        elif new != content:
            match mode:
                case "write":
                    rewrite(path, new)
                    print(f"formatted {printable(name)}")
                case "check":
                    print(f"would format {printable(name)}")
                case "diff":
                    put_out_bytes(difference(name, content, new))
    except UserError as error:
        show_error(error)
        return _Outcome.FAILED
    if formatted.diagnostics:
        print(findings_text(formatted.diagnostics, sys.stderr), file=sys.stderr)
        return _Outcome.BROKEN
    return _Outcome.UNCHANGED if new == content else _Outcome.CHANGED


def _summary(outcomes: Counter[_Outcome], mode: Mode) -> str:
    words = {_Outcome.CHANGED: "to be formatted"} if mode == "check" else {}
    found = ", ".join(f"{outcomes[each]} {words.get(each, each)}" for each in _Outcome if outcomes[each])
    return f"{outcomes.total()} file{'' if outcomes.total() == 1 else 's'}: {found}"
