"""Putting a new text in the place of a file, and showing what that changes."""

import os
import shutil
from difflib import unified_diff
from pathlib import Path
from typing import Final

from runtime.errors import UserError
from runtime.files import cannot_write, temporary_beside, write_whole_with
from runtime.targets import refuse_to_write
from runtime.terminal import printable

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def encoded_like(content: bytes, text: str) -> bytes:
    r"""A text, whose lines end in `\n`, with the byte-order mark and the line ends of what a file holds now.

    Where those are mixed, the first one decides. Bytes that are no UTF-8, which `decode` lets stand, stay as they are.
    """
    first_end = content.find(b"\n")
    line_end = "\r\n" if content[max(first_end - 1, 0) : first_end] == b"\r" else "\n"
    mark = _BYTE_ORDER_MARK if content.startswith(_BYTE_ORDER_MARK) else b""
    return mark + text.replace("\n", line_end).encode(errors="surrogateescape")


def rewrite(path: str | Path, content: bytes) -> None:
    """Give a file other content; it keeps its owner, its permissions and its names, and links go on pointing to it.

    The new content takes the place of the old whole or not at all. A file with several names, or of another owner than
    a new one would have, is written where it is: until that is done, a file beside it holds all of the new content.

    Raises UserError for what is not to be rewritten: what is no file or is protected, and what is part of a run.
    """
    target = Path(path).resolve()
    refuse_to_write(path)
    if not os.access(target, os.W_OK):
        raise UserError(f"{path} is protected from writing")
    if _can_be_replaced(target):
        write_whole_with(target, lambda temporary: _fill(temporary, content, target))
    else:
        _write_in_place(target, content)


def _can_be_replaced(target: Path) -> bool:
    """Whether a new file under the same name would be the same to everybody who knows the old one."""
    status = target.stat()
    if status.st_nlink > 1 or os.name == "nt":
        return status.st_nlink == 1
    user = os.geteuid()
    return status.st_uid == user and (user == 0 or status.st_gid in (os.getegid(), *os.getgroups()))


def _fill(temporary: Path, content: bytes, like: Path) -> None:
    with temporary.open("xb") as file:
        file.write(content)
    shutil.copymode(like, temporary)
    if os.name != "nt" and temporary.stat().st_gid != (group := like.stat().st_gid):
        os.chown(temporary, -1, group)


def _write_in_place(target: Path, content: bytes) -> None:
    old, safe = target.read_bytes(), temporary_beside(target)
    try:
        try:
            _fill_and_sync(safe, "xb", content)
            _fill_and_sync(target, "r+b", content)
        except BaseException:
            # The room of the old content is still the file's. Should even this fail, the new one stays beside it.
            _fill_and_sync(target, "r+b", old)
            safe.unlink(missing_ok=True)
            raise
        safe.unlink()
    except OSError as error:
        raise cannot_write(target, error) from error


def _fill_and_sync(path: Path, mode: str, content: bytes) -> None:
    with open(path, mode) as file:
        file.write(content)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def difference(name: str, old: bytes, new: bytes) -> bytes:
    """What changes from one content of a file to another, as a unified diff that `patch` understands."""
    lines = unified_diff(_lines(old), _lines(new), printable(name), printable(name))
    text = "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
    return text.encode(errors="surrogateescape")


def _lines(content: bytes) -> list[str]:
    """The lines with their ends; unlike `splitlines`, it splits at no other character than a newline."""
    *lines, last = content.decode(errors="surrogateescape").split("\n")
    return [f"{line}\n" for line in lines] + ([last] if last else [])
