"""The verb `cnn compile`: a spec as a Keras script, as JSON, or as a Keras config."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from runtime.output import check_out, deliver
from runtime.specs.spec_file import check_content, read_given, show_findings
from spec_lang.program import Program

Target: TypeAlias = Literal["python", "json", "keras"]
TARGETS: Final[tuple[Target, ...]] = ("python", "json", "keras")


@dataclass(frozen=True, slots=True)
class CompileOptions:
    """What the command line says beside the file."""

    target: Target
    overrides: Sequence[str] = ()
    out: str | None = None
    """A path; None or `-` for standard output."""
    force: bool = False
    """Whether a file that is there already is replaced."""
    outside: Sequence[Path] = ()
    """Folders that the spec may read beside its own."""


def compile_file(path: str, options: CompileOptions) -> int:
    """Write what a spec compiles to; the exit code is 1 where the spec has errors instead.

    Raises UserError where a file cannot be read or written.
    """
    check_out(options.out, force=options.force, inputs=[path])
    name, content = read_given(path)
    checked = check_content(content, name, options.overrides, outside=options.outside)
    show_findings(checked, sys.stderr)
    if checked.program is None:
        return 1
    deliver(compiled(checked.program, options.target), options.out, force=options.force, inputs=[path])
    return 0


def compiled(program: Program, target: Target) -> str:
    """The text that a program compiles to."""
    match target:
        case "python":
            from compiler.emit.script import emit_python

            return emit_python(program)
        case "json":
            from spec_lang.program_json import to_json

            return _json_text(to_json(program))
        case "keras":
            from compiler import build_model

            return _json_text(json.loads(build_model(program).to_json()))


def _json_text(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
