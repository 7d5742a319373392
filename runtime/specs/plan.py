"""The verb `cnn plan`: what a spec comes to, layer by layer and setting by setting, without TensorFlow."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal, TypeAlias

from runtime.machine import memory_bytes
from runtime.specs.plan_json import plan_json
from runtime.specs.plan_table import plan_lines
from runtime.specs.planned import plan_of
from runtime.specs.spec_file import check_content, read_given, show_findings, will_not_fit
from runtime.terminal import look_of

Format: TypeAlias = Literal["table", "json"]
FORMATS: Final[tuple[Format, ...]] = ("table", "json")


def plan(path: str, overrides: Sequence[str], output_format: Format = "table", *, outside: Sequence[Path] = ()) -> int:
    """Print the plan of a spec; the exit code is 1 where it has errors instead, or will not fit into the memory.

    Raises UserError where it cannot be read, and for an override that has no meaning.
    """
    memory = memory_bytes()
    name, content = read_given(path)
    checked = check_content(content, name, overrides, outside=outside, memory=memory)
    show_findings(checked, sys.stderr)
    if checked.program is None:
        return 1
    settled = plan_of(checked, checked.program, memory)
    if output_format == "json":
        print(json.dumps(plan_json(settled), indent=2, ensure_ascii=False))
    else:
        for line in plan_lines(settled, look_of(sys.stdout)):
            print(line)
    return 1 if will_not_fit(checked) else 0
