"""The verb `cnn compare`: how runs differ, and whether one is better than another by more than chance."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

from runtime.errors import UserError
from runtime.library.compare_json import as_json
from runtime.library.compare_text import compare_lines
from runtime.library.comparison import compare
from runtime.library.record import open_record
from runtime.output import write_new
from runtime.targets import check_target
from runtime.terminal import look_of, print_fitting, printable

MOST: Final = 26
"""Runs in one comparison: a letter for each."""


def compare_runs(paths: Sequence[str], format_: Literal["text", "json"], html: str | None, *, force: bool) -> int:
    """Print how runs differ from the first, and write a page where `html` names one; the exit code is 0.

    Raises UserError where a run cannot be used, the same one is given twice, or the page cannot be written.
    """
    if len(paths) < 2:
        raise UserError("one run alone cannot be compared", help="name two or more: cnn compare RUN RUN")
    if len(paths) > MOST:
        raise UserError(f"{len(paths)} runs are too many to compare at once; the most is {MOST}")
    resolved = [Path(path).resolve() for path in paths]
    if twice := [path for place, path in enumerate(paths) if resolved[place] in resolved[:place]]:
        raise UserError(f"{twice[0]} is named twice", help="a run is compared with others")
    if html is not None:
        check_target(html, force=force)
    comparison = compare([open_record(Path(path)) for path in paths])
    if html is not None:
        from runtime.library.compare_page import compare_page

        write_new(Path(html), compare_page(comparison).encode(), force=force)
    if format_ == "json":
        print(json.dumps(as_json(comparison), indent=2))
        return 0
    look = look_of(sys.stdout)
    print_fitting(compare_lines(comparison, look), look)
    if html is not None:
        print(f"\nwrote {printable(html)}")
    return 0
