"""Text that a verb makes: to standard output, or into a file that is not there yet."""

import sys
from collections.abc import Iterable
from pathlib import Path

from runtime.files import write_whole
from runtime.rewriting import rewrite
from runtime.standard_input import STANDARD_STREAM
from runtime.targets import check_target
from runtime.terminal import printable, printable_lines


def check_out(out: str | None, *, force: bool, inputs: Iterable[str | Path] = ()) -> None:
    """Refuse what `deliver` could not write, before any work is done. Raises UserError as `check_target` does."""
    if out is not None and out != STANDARD_STREAM:
        check_target(out, force=force, inputs=inputs)


def deliver(text: str, out: str | None, *, force: bool, inputs: Iterable[str | Path] = ()) -> None:
    """Write a text as UTF-8 to the file `out`, or to standard output for None and `-`.

    Raises UserError where the file cannot be written, or is not to be replaced.
    """
    if out is None or out == STANDARD_STREAM:
        put_out(text)
        return
    write_new(Path(out), text.encode(), force=force, inputs=inputs)
    print(f"wrote {printable(out)}")


def write_new(path: Path, content: bytes, *, force: bool, inputs: Iterable[str | Path] = ()) -> None:
    """Write a file that is not there yet, or with `force` in the place of one. Raises UserError where it cannot."""
    check_target(path, force=force, inputs=inputs)
    if path.exists():
        rewrite(path, content)
    else:
        write_whole(path.resolve(), content)  # through a link that leads to no file yet


def put_out(text: str) -> None:
    """Write to standard output: byte for byte where a program reads it, made harmless where a terminal shows it."""
    # A name may hold bytes that are no text; what stands for them is JSON's escape, too.
    put_out_bytes(text.encode(errors="backslashreplace"))


def put_out_bytes(content: bytes) -> None:
    """As `put_out`, of a content that need not be text."""
    if sys.stdout.isatty():
        print(printable_lines(content.decode(errors="replace")), end="")
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
