"""Files written whole or not at all, and read only where they are what they claim to be."""

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path, PurePath

from runtime.errors import UserError


def write_whole(path: Path, content: bytes | str) -> None:
    """Write a file so that its name shows the old content or all of the new one, even through a crash.

    Text is written as UTF-8 with its newlines as they stand. Raises UserError where the file cannot be written.
    """
    data = content.encode() if isinstance(content, str) else content

    def write(temporary: Path) -> None:
        # O_EXCL: a link or file that somebody put under the temporary name is never followed or overwritten.
        with open(temporary, "xb") as file:
            file.write(data)

    write_whole_with(path, write)


def write_whole_with(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a temporary file beside `path`, of the same ending, and rename it when it is safe on disk.

    For libraries that insist on writing a file of their own. Raises UserError where the file cannot be written.
    """
    temporary = temporary_beside(path)
    try:
        try:
            write(temporary)
            _sync(temporary)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync(path.parent)
    except OSError as error:
        raise cannot_write(path, error) from error


def temporary_beside(path: Path) -> Path:
    """A name for what is to become a file: hidden, of the same ending, and nobody else's."""
    return path.with_name(f".{path.stem}.{os.urandom(4).hex()}{path.suffix}")


def inside(folder: Path, name: str | PurePath) -> Path:
    """The path `folder / name`, once every folder on the way below `folder` was seen to be no link.

    A link to `folder` itself is followed: a person named it. What is below may be a stranger's, and lead elsewhere;
    what does not exist yet leads nowhere. Raises UserError for a link, or a file, in the place of a folder.
    """
    path = folder
    for part in PurePath(name).parts[:-1]:
        path = path / part
        try:
            status = path.lstat()
        except FileNotFoundError:
            break
        except (OSError, ValueError) as error:
            raise UserError(f"cannot read {path}: {reason(error)}") from error
        # Windows has junctions beside links: folders that carry the tag of what they lead to.
        if stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", False):
            raise UserError(f"{path} is a link, which is not followed here", help="put a folder in its place")
        if not stat.S_ISDIR(status.st_mode):
            raise UserError(f"{path} is not a folder", help="put a folder in its place")
    return folder / name


def read_regular(path: Path, limit: int) -> bytes:
    """Read a regular file of at most `limit` bytes; links, pipes and devices are refused, not followed.

    Raises UserError with what is wrong.
    """
    with regular(path, limit) as file:
        return file.read(os.fstat(file.fileno()).st_size)


def given_file(path: str | Path) -> BufferedReader:
    """A regular file that a person named, open for reading; links are followed, pipes and devices are not waited for.

    Raises UserError for a pipe or a device, OSError where the file cannot be opened.
    """
    # Opening a pipe would wait for its writer, and reading some devices has no end.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(mode):
            raise UserError(f"{path} is a pipe or a device, not a file")
        return open(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def missing_file(path: str | Path) -> str:
    """What to say of a file that a person named and that is not there."""
    file = Path(path)
    if file.is_symlink():
        return f"{path} is a link to {file.readlink()}, where there is nothing"
    return f"there is no file {path}"


def sha256_of_regular(path: Path, limit: int) -> str:
    """The checksum of a regular file of at most `limit` bytes, of which little is in memory at a time.

    Raises UserError as `read_regular` does.
    """
    from hashlib import file_digest

    with regular(path, limit) as file:
        return file_digest(file, "sha256").hexdigest()


@contextmanager
def regular(path: Path, limit: int) -> Iterator[BufferedReader]:
    """A regular file of at most `limit` bytes, open for reading. Raises UserError as `read_regular` does."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise UserError(f"{path} is not a regular file", help="links and devices are not followed here")
        # O_NONBLOCK: should a pipe take the file's place after the look above, opening it must not wait for a writer.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with open(os.open(path, flags), "rb") as file:
            if os.fstat(file.fileno()).st_size > limit:
                raise UserError(f"{path} is larger than the {limit:,} bytes that such a file may hold")
            yield file
    except FileNotFoundError as error:
        raise UserError(f"there is no file {path}") from error
    except OSError as error:
        raise UserError(f"cannot read {path}: {reason(error)}") from error


def cannot_write(path: Path, error: OSError) -> UserError:
    """The error to show when `path` could not be written."""
    message = f"cannot write {path}: {reason(error)}"
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return UserError(message, help=f"free some space where {path.parent} lies, then try again")
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return UserError(message, help=f"name another folder, or change who may write to {path.parent}")
        case _:
            return UserError(message)


def reason(error: OSError | ValueError) -> str:
    """The operating system's words for an error, without number and path: "no space left on device"."""
    words = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return words[0].lower() + words[1:]


def _sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on disk."""
    if path.is_dir() and os.name == "nt":  # Windows cannot open a folder; its renames are journalled.
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
