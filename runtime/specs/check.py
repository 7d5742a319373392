"""The verb `cnn check`: every mistake in the given specs, without training and without TensorFlow."""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, NoReturn

from runtime.errors import UserError
from runtime.files import reason
from runtime.specs.project import selection_for
from runtime.specs.spec_file import SpecFolder, read_given
from runtime.standard_input import STANDARD_STREAM
from runtime.terminal import findings_text, show_error
from spec_lang import Checked, check_text, decode
from spec_lang.diagnostics import Diagnostic
from spec_lang.rendering import render_concise, summary

if TYPE_CHECKING:
    from spec_lang.fixes import Fixed

OutputFormat = Literal["full", "concise", "json", "github", "sarif"]


class CheckOptions(NamedTuple):
    """How specs are checked and what is done with the findings."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    output_format: OutputFormat = "full"
    fix: bool = False
    """Write the fixed text."""
    diff: bool = False
    """Show what --fix would change, and change nothing."""
    outside: tuple[Path, ...] = ()
    """Folders that the specs may read beside their own."""


class _Result:
    __slots__ = ("checked", "findings", "fixed", "unread")

    def __init__(self) -> None:
        self.findings: list[Diagnostic] = []
        self.checked = 0
        self.unread = 0
        self.fixed = 0


def check(paths: Sequence[str], options: CheckOptions) -> int:
    """Print the findings in each file and a summary; the exit code is 0 for none, 1 for some, 2 for a file not read.

    A folder stands for all .cnn files in it; `-` is standard input. With `fix` only what is left is a finding.
    """
    result = _Result()
    changes: list[bytes] = []
    for path in paths:
        try:
            files = list(specs_in(path))
        except UserError as error:
            show_error(error)
            result.unread += 1
            continue
        for file in files:
            try:
                _check_file(file, options, result, changes)
            except UserError as error:
                show_error(error)
                result.unread += 1
    if options.diff:
        from runtime.output import put_out_bytes

        put_out_bytes(b"".join(changes))
    if not options.diff or options.output_format == "full":
        _show(result, options)
    return 2 if result.unread else 1 if changes or result.findings else 0


def specs_in(path: str) -> Iterator[str]:
    """The spec files that a path stands for: itself, or all in a folder, hidden folders left out."""
    if path == STANDARD_STREAM or not Path(path).is_dir():
        yield path
        return
    found = sorted(_specs_below(path))
    if not found:
        raise UserError(f"there is no .cnn file in {path}")
    yield from map(str, found)


def _specs_below(top: str) -> Iterator[Path]:
    """All that is called a spec, whatever it is; a folder that cannot be looked into is not passed over."""

    def refuse(error: OSError) -> NoReturn:
        raise UserError(f"cannot look into {error.filename}: {reason(error)}") from error

    for folder, folders, names in os.walk(top, onerror=refuse):
        folders[:] = [each for each in folders if not each.startswith(".")]
        yield from (Path(folder, name) for name in names if name.endswith(".cnn") and not name.startswith("."))


def _check_file(path: str, options: CheckOptions, result: _Result, changes: list[bytes]) -> None:
    name, content = read_given(path)
    world = SpecFolder(Path(path).parent, outside=options.outside)
    selection = selection_for(Path(path), options.select, options.ignore)

    def check(text: str) -> Checked:
        return check_text(text, name, world=world, selection=selection)

    checked = check(decode(content))
    if options.fix or options.diff:
        from spec_lang.fixes import fix_all

        fixed = fix_all(checked.source.text, check)
        _deliver(path, content, fixed, options, changes)
        result.fixed += len(fixed.applied)
        checked = fixed.checked
    result.checked += 1
    result.findings += checked.diagnostics


def _deliver(path: str, content: bytes, fixed: "Fixed", options: CheckOptions, changes: list[bytes]) -> None:
    """Write, print or show a fixed text; line ends and the like stay those of the file."""
    from runtime.output import put_out_bytes
    from runtime.rewriting import difference, encoded_like, rewrite

    new = encoded_like(content, fixed.text)
    if options.diff:
        changes += [difference(fixed.checked.source.name, content, new)] if fixed.applied else []
    elif path == STANDARD_STREAM:
        put_out_bytes(new)
    elif fixed.applied:
        rewrite(path, new)


def _show(result: _Result, options: CheckOptions) -> None:
    stream = sys.stderr if (options.fix or options.diff) and options.output_format == "full" else sys.stdout
    findings = result.findings
    match options.output_format:
        case "json":
            from spec_lang.output_formats import to_json

            print(to_json(findings), end="")
        case "github":
            from spec_lang.output_formats import to_github

            print(to_github(findings), end="")
        case "sarif":
            from runtime.machine import version_of
            from spec_lang.output_formats import to_sarif

            print(to_sarif(findings, version_of("dotcnn")), end="")
        case "concise":
            print(render_concise(findings), end="")
        case "full":
            if findings:
                print(findings_text(findings, stream), file=stream)
            if result.checked:
                print(_summary(result, options), file=stream)


def _summary(result: _Result, options: CheckOptions) -> str:
    """How many files were checked, and what became of what was found in them."""
    found = summary(result.findings)
    fixes = "can be fixed" if options.diff else "fixed"
    fixed = f"{_counted(result.fixed, 'problem')} {fixes}" if result.fixed else ""
    said = f"{fixed}, {found} left" if fixed and found else fixed or found or "no problems found"
    return f"{_counted(result.checked, 'file')} checked: {said}"


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
