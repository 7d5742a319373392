"""Text that a verb makes: to standard output, or into a file that is not there yet."""

import sys
from pathlib import Path

from runtime.errors import UserError
from runtime.files import write_whole
from runtime.rewriting import rewrite
from runtime.standard_input import STANDARD_STREAM
from runtime.terminal import printable, printable_lines


def deliver(text: str, out: str | None, *, replace: bool) -> None:
    """Write a text as UTF-8 to the file `out`, or to standard output for None and `-`.

    Raises UserError where the file cannot be written, or exists and is not to be replaced.
    """
    if out is None or out == STANDARD_STREAM:
        put_out(text)
        return
    path = Path(out)
    if path.is_dir():
        raise UserError(f"{out} is a folder", help="name a file in it")
    if not path.exists():
        write_whole(path, text)
    elif replace:
        rewrite(out, text.encode())
    else:
        raise UserError(f"{out} exists already", help="name another file, or replace this one with --force")
    print(f"wrote {printable(out)}")


def write_new(path: Path, content: bytes, *, force: bool) -> None:
    """Write a file that is not there yet, or with `force` in the place of one. Raises UserError where it cannot."""
    if path.is_dir():
        raise UserError(f"{path} is a folder", help="name a file in it")
    if path.exists() and not force:
        raise UserError(f"{path} exists already", help="name another file, or replace this one with --force")
    write_whole(path, content)


def put_out(text: str) -> None:
    """Write to standard output: byte for byte where a program reads it, made harmless where a terminal shows it."""
    if sys.stdout.isatty():
        print(printable_lines(text), end="")
    else:
        sys.stdout.flush()
        # A name may hold bytes that are no text; what stands for them is JSON's escape, too.
        sys.stdout.buffer.write(text.encode(errors="backslashreplace"))
