"""The verb `cnn lsp`: the language server, with what it must know of the disk."""

import logging
import os
import sys
from collections.abc import Sequence
from io import BufferedReader, BufferedWriter
from pathlib import Path
from typing import Final

from runtime.data.own_pictures import expanded, folders_to_watch, look, resolved
from runtime.data.unusable import UnusableError
from runtime.errors import UserError
from runtime.files import reason
from runtime.specs.project import nearest_project, read_project
from runtime.specs.spec_file import entries, included_text
from spec_lang import Selection
from spec_lang.language_server.documents import Chosen
from spec_lang.world import Pictures, PictureSource, Unread, Unusable

LOOPBACK: Final = "127.0.0.1"

_Signature = tuple[int, ...]
"""What changes when a file does; empty where there is none."""


def serve(port: int | None = None) -> int:
    """Serve an editor over standard input and output, or over TCP on loopback; returns the exit code.

    Port 0 stands for any that is free. Raises UserError for a port that cannot be had.
    """
    from runtime.machine import version_of
    from spec_lang import language_server

    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="cnn lsp: %(message)s")
    version = version_of("dotcnn")
    if port is None:
        return language_server.serve(Disk(), version, *_streams())
    import socket

    try:
        listener = socket.create_server((LOOPBACK, port))
    except OSError as error:
        raise UserError(f"cannot listen on port {port}: {reason(error)}", help="name another port") from error
    print(f"listening on {LOOPBACK}:{listener.getsockname()[1]}", file=sys.stderr, flush=True)
    return language_server.serve_tcp(Disk(), version, listener)


def _streams() -> tuple[BufferedReader, BufferedWriter]:
    """Standard input and output for the protocol alone: whatever else is printed goes to standard error."""
    reader, writer = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return reader, writer


class Disk:
    """What the server must know of the disk: read once, and again when it has changed."""

    def __init__(self) -> None:
        self._outside: tuple[Path, ...] = ()
        self._folders: dict[str, EditedFolder] = {}
        self._projects: dict[Path, tuple[_Signature, Chosen]] = {}

    def world(self, folder: str) -> "EditedFolder":
        """The outside as the specs of a folder see it."""
        return self._folders.setdefault(folder, EditedFolder(Path(folder), self._outside))

    def chosen(self, path: str) -> Chosen:
        """Which warnings the project wants to see; all the usual ones where its settings cannot be used."""
        file = nearest_project(Path(path).parent)
        if file is None:
            return Chosen(Selection())
        signature = _signature(file)
        known = self._projects.get(file)
        if known is None or known[0] != signature:
            known = self._projects[file] = (signature, _read_project(file))
        return known[1]

    def allow(self, folders: Sequence[str]) -> list[str]:
        """Let specs read in these folders too; returns those that are none."""
        named = {folder: Path(folder).expanduser() for folder in folders}
        self._outside = tuple(path for path in named.values() if path.is_absolute() and path.is_dir())
        for folder in self._folders.values():
            folder.allow(self._outside)
        return [folder for folder, path in named.items() if path not in self._outside]

    def is_alive(self, process: int) -> bool:
        """Whether there is a process with a number."""
        if os.name == "nt":
            return _is_alive_on_windows(process)
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
        except (OSError, OverflowError):
            pass
        return True


class EditedFolder:
    """The world of the specs in a folder, while they are being edited: each file is read again when it has changed."""

    memory: int | None = None
    """A spec is written on one machine and run on another."""

    def __init__(self, folder: Path, outside: tuple[Path, ...] = ()) -> None:
        self._folder = folder
        self._outside = outside
        self._texts: dict[str, tuple[_Signature, str | Unread]] = {}
        self._pictures: dict[PictureSource, tuple[_Signature, Pictures | Unusable]] = {}

    def allow(self, outside: tuple[Path, ...]) -> None:
        """Let the specs read in other folders too, and no longer in those allowed before."""
        self._outside = outside
        self._texts.clear()

    def spec_text(self, path: str) -> str | Unread:
        """The text of another spec by its path from the folder, where it may be read."""
        signature = _signature(self._folder / path)
        known = self._texts.get(path)
        if known is None or known[0] != signature:
            known = self._texts[path] = (signature, included_text(self._folder, path, self._outside))
        return known[1]

    def neighbor_text(self, path: str) -> str | Unread:
        """As `spec_text`, in the folder above too."""
        return included_text(self._folder, path, (*self._outside, self._folder.parent))

    def pictures(self, source: PictureSource) -> Pictures | Unusable:
        """What there is of a person's own pictures; where they cannot be used, why."""
        signature = self._signature_of(source)
        known = self._pictures.get(source)
        if known is None or known[0] != signature:
            known = self._pictures[source] = (signature, look(source, self._folder))
        return known[1]

    def entries(self, folder: str) -> list[str] | None:
        """The names in a folder, those of folders with a slash behind them; hidden ones left out."""
        return entries(self._folder / expanded(folder))

    def _signature_of(self, source: PictureSource) -> _Signature:
        try:
            root = resolved(source.path, self._folder)
        except (UnusableError, OSError, ValueError):
            return ()
        return tuple(number for path in (root, *folders_to_watch(root)) for number in _signature(path))


def _signature(path: Path) -> _Signature:
    try:
        status = path.stat(follow_symlinks=False)
    except (OSError, ValueError):
        return ()
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


def _read_project(file: Path) -> Chosen:
    try:
        return Chosen(read_project(file))
    except UserError as error:
        return Chosen(Selection(), f"{error.message} ({error.help})" if error.help else error.message)


def _is_alive_on_windows(process: int) -> bool:
    """Ask for the process itself: there, `os.kill` would end it."""
    import ctypes

    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined, unused-ignore]
    synchronize, still_running = 0x00100000, 0x00000102
    handle = kernel.OpenProcess(synchronize, 0, process)
    if not handle:
        return False
    try:
        return bool(kernel.WaitForSingleObject(handle, 0) == still_running)
    finally:
        kernel.CloseHandle(handle)
