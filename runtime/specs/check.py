"""The verb `cnn check`: every mistake in the given specs, without training and without TensorFlow."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from runtime.errors import UserError
from runtime.specs.project import selection_for
from runtime.specs.spec_file import SpecFolder, read_given
from runtime.standard_input import STANDARD_STREAM
from runtime.terminal import show_error, wants_color
from spec_lang import Checked, check_text, decode
from spec_lang.diagnostics import Diagnostic
from spec_lang.rendering import render, render_concise, summary

if TYPE_CHECKING:
    from spec_lang.fixes import Fixed

OutputFormat = Literal["full", "concise", "json", "github", "sarif"]


class CheckOptions(NamedTuple):
    """How specs are checked and what is done with the findings."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    output_format: OutputFormat = "full"
    fix: bool = False
    """Write the mended text."""
    diff: bool = False
    """Show what --fix would change, and change nothing."""
    outside: tuple[Path, ...] = ()
    """Folders that the specs may read beside their own."""


class _Result:
    __slots__ = ("checked", "findings", "mended", "unread")

    def __init__(self) -> None:
        self.findings: list[Diagnostic] = []
        self.checked = 0
        self.unread = 0
        self.mended = 0


def check(paths: Sequence[str], options: CheckOptions) -> int:
    """Print the findings in each file and a summary; the exit code is 0 for none, 1 for some, 2 for a file not read.

    A folder stands for all .cnn files in it; `-` is standard input. With `fix` only what is left is a finding.
    """
    result = _Result()
    changes: list[str] = []
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
        sys.stdout.writelines(changes)
    else:
        _show(result, options)
    return 2 if result.unread else 1 if (changes if options.diff else result.findings) else 0


def specs_in(path: str) -> Iterator[str]:
    """The spec files that a path stands for: itself, or all in a folder, hidden folders left out."""
    folder = Path(path)
    if path == STANDARD_STREAM or not folder.is_dir():
        yield path
        return
    found = sorted(
        each for each in folder.rglob("*.cnn") if each.is_file() and not _is_hidden(each.relative_to(folder))
    )
    if not found:
        raise UserError(f"there is no .cnn file in {path}")
    yield from map(str, found)


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _check_file(path: str, options: CheckOptions, result: _Result, changes: list[str]) -> None:
    name, content = read_given(path)
    world = SpecFolder(Path(path).parent, outside=options.outside)
    selection = selection_for(Path(path), options.select, options.ignore)

    def check(text: str) -> Checked:
        return check_text(text, name, world=world, selection=selection)

    checked = check(decode(content))
    if options.fix or options.diff:
        from spec_lang.fixes import fix_all

        fixed = fix_all(checked.source.text, check)
        _mend(path, content, fixed, options, changes)
        result.mended += len(fixed.applied)
        checked = fixed.checked
    result.checked += 1
    result.findings += checked.diagnostics


def _mend(path: str, content: bytes, fixed: "Fixed", options: CheckOptions, changes: list[str]) -> None:
    """Write, print or show a mended text; line ends and the like stay those of the file."""
    from runtime.rewriting import difference, encoded_like, rewrite

    mended = encoded_like(content, fixed.text)
    if options.diff:
        changes += [difference(fixed.checked.source.name, content, mended)] if fixed.applied else []
    elif path == STANDARD_STREAM:
        sys.stdout.write(fixed.text)
    elif fixed.applied:
        rewrite(path, mended)


def _show(result: _Result, options: CheckOptions) -> None:
    stream = sys.stderr if options.fix and options.output_format == "full" else sys.stdout
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
                print(render(findings, color=wants_color(stream)), file=stream)
            if result.checked:
                files = f"{result.checked} file{'' if result.checked == 1 else 's'} checked"
                mended = f"{result.mended} mended, " if result.mended else ""
                print(f"{files}: {mended}{summary(findings) or 'nothing to mend'}", file=stream)
