"""The run directory `runs/NAME-NUMBER`: written file by file as a run goes on, opened only when it is whole."""

import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path
from typing import Final

from runtime.directory.leftovers import EXTENSION, clear_leftovers
from runtime.directory.manifest import Artefact, Manifest, State, manifest_from_json
from runtime.errors import UserError
from runtime.files import cannot_write, inside, read_regular, regular, write_whole, write_whole_with

MANIFEST = "manifest.json"
PROGRAM = "program.json"
CHECKPOINT = "checkpoint.npz"
FOLDERS: Final = ("figures", "tensorboard")
"""Those that a run writes into, beside its own."""
_MANIFEST_LIMIT = 1_000_000
_READ_LIMIT = 1 << 28
"""Bytes of an artefact that is read into memory whole: the metrics of thousands of classes are fewer."""
_SIZE_LIMIT: Final = 1 << 34
"""Bytes of any artefact: the weights of four thousand million parameters. More only takes long to look through."""


def create_run_directory(runs: Path, name: str) -> Path:
    """Make `runs/NAME-NUMBER` under the next free number; of two runs started together, each gets its own.

    Raises UserError where it cannot be made.
    """
    try:
        runs.mkdir(parents=True, exist_ok=True)
        number = _last_number(runs, name) + 1
        while True:
            path = runs / f"{name}-{number}"
            try:
                path.mkdir()
                return path
            except FileExistsError:
                number += 1
    except (FileExistsError, NotADirectoryError) as error:
        raise UserError(f"cannot write runs to {runs}: it is not a folder", help="name another with --runs") from error
    except OSError as error:
        raise cannot_write(runs / f"{name}-N", error) from error


def _last_number(runs: Path, name: str) -> int:
    numbered = re.compile(re.escape(name) + r"-([1-9][0-9]{0,8})")
    matches = (numbered.fullmatch(entry.name) for entry in runs.iterdir())
    return max((int(match[1]) for match in matches if match), default=0)


class RunWriter:
    """A run directory being filled; its manifest on disk is true after every call."""

    home: Path
    """The run directory as people know it: `path` may be a part of it."""
    begun = False
    """Whether a step of training was made. Until then, `undo` leaves things as they were."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        """Write the first manifest, in the state "training". Raises UserError as `write_whole` does."""
        self.path = self.home = path
        self.manifest = manifest
        self._before = {name: _content(path / name) for name in (MANIFEST, PROGRAM)}
        self._save()

    def called(self, shown: str) -> str:
        """What is being written, in a sentence, by how its directory is shown."""
        return f"the run in {shown}"

    def checkpoint(self) -> Path | None:
        """The file that training goes on from; None where there is none yet."""
        return self.checkpoint_in(self.path)

    @staticmethod
    def checkpoint_in(folder: Path) -> Path | None:
        path = folder / CHECKPOINT
        return path if os.path.lexists(path) else None

    def undo(self) -> None:
        """Put back what stood here before, for a run that could not go on."""
        for name, content in self._before.items():
            if content is not None:
                write_whole(self.path / name, content)

    def write(self, name: str, content: bytes | str) -> None:
        """Write one artefact whole and note its checksum. `name` may hold one folder: "figures/curves.png"."""
        # A folder may have a name that is no text: JSON's escapes stand for its bytes.
        data = content.encode(errors="backslashreplace") if isinstance(content, str) else content
        path = self._place(name)
        write_whole(path, data)
        self._note(name, Artefact(hashlib.sha256(data).hexdigest(), len(data)))

    def write_with(self, name: str, write: Callable[[Path], object]) -> None:
        """Let a library write one artefact to the path that it is given."""
        path = self._place(name)
        write_whole_with(path, write)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
            self._note(name, Artefact(digest.hexdigest(), file.tell()))

    def keep(self, name: str, content: bytes) -> None:
        """Write a file whole that changes while the run goes on; the manifest does not name it."""
        write_whole(self._place(name), content)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Measure what happens inside as one phase of the run."""
        start = time.perf_counter()
        try:
            yield
        finally:
            seconds = round(time.perf_counter() - start, 3)
            self.manifest = replace(self.manifest, seconds={**self.manifest.seconds, name: seconds})

    def end(self, state: State, *, stopped: str | None = None) -> None:
        """Say how the run ended."""
        clear_leftovers(self.home)
        self.manifest = replace(self.manifest, state=state, ended=utc_now(), stopped=stopped)
        self._save()

    def _place(self, name: str) -> Path:
        path = inside(self.path, name)
        try:
            path.parent.mkdir(exist_ok=True)
        except OSError as error:
            raise cannot_write(path.parent, error) from error
        return path

    def _note(self, name: str, artefact: Artefact) -> None:
        self.manifest = replace(self.manifest, artefacts={**self.manifest.artefacts, name: artefact})
        self._save()

    def _save(self) -> None:
        write_manifest(self.path, self.manifest)


class NewRunWriter(RunWriter):
    """A run directory that is made anew, and gone again where the run could not begin."""

    def __init__(self, runs: Path, manifest: Manifest) -> None:
        """Make `runs/NAME-NUMBER` by the name of the spec. Raises UserError where it cannot be made or written."""
        self._made = [folder for folder in (runs, *runs.parents) if not folder.exists()]
        path = create_run_directory(runs, manifest.spec)
        try:
            super().__init__(path, manifest)
        except BaseException:
            self._discard(path)
            raise

    def undo(self) -> None:
        self._discard(self.path)

    def _discard(self, path: Path) -> None:
        shutil.rmtree(path, ignore_errors=True)
        with suppress(OSError):  # another run may have been begun there
            for folder in self._made:
                folder.rmdir()


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A run directory whose manifest was read and says that the run is finished."""

    path: Path
    manifest: Manifest

    def read(self, name: str) -> bytes:
        """The content of one artefact, after its checksum.

        Raises UserError where it is missing, is a link, or is not what the run wrote.
        """
        if self._artefact(name).size > _READ_LIMIT:
            raise UserError(f"{self.path} cannot be used: {name} is too large")
        with self.opened(name) as file:
            return file.read()

    @contextmanager
    def opened(self, name: str) -> Iterator[BufferedReader]:
        """One artefact, after its checksum, for what reads from an open file; raises as `read`."""
        artefact = self._artefact(name)
        with ExitStack() as stack:
            try:
                file = stack.enter_context(regular(self._place(name), limit=min(artefact.size, _SIZE_LIMIT)))
            except UserError as error:
                raise self._unusable(error) from error
            self._compare(name, hashlib.file_digest(file, "sha256").hexdigest())
            file.seek(0)
            yield file

    def verify(self, name: str) -> None:
        """Raises as `read` where an artefact is not what the run wrote."""
        with self.opened(name):
            pass

    def has(self, name: str) -> bool:
        """Whether there is something under the name of an artefact, be it what it should be or not."""
        return os.path.lexists(self._place(name))

    def _place(self, name: str) -> Path:
        if self.manifest.moving and os.path.lexists(self.path / EXTENSION / name):
            return inside(self.path, f"{EXTENSION}/{name}")
        return inside(self.path, name)

    def _artefact(self, name: str) -> Artefact:
        artefact = self.manifest.artefacts.get(name)
        if artefact is None:
            raise UserError(f"{self.path} cannot be used: its manifest names no {name}")
        return artefact

    def _compare(self, name: str, digest: str) -> None:
        if digest != self._artefact(name).sha256:
            raise UserError(
                f"{self.path} cannot be used: {name} was changed or damaged since the run wrote it",
                help=f"its checksum is not the one in {MANIFEST}; take an unchanged copy, or run the spec anew",
            )

    def _unusable(self, error: UserError) -> UserError:
        return UserError(f"{self.path} cannot be used: {error.message}", help=error.help)


def open_run(path: Path) -> FinishedRun:
    """Open a finished run, which may come from a stranger: nothing in it is trusted, nothing of it is executed.

    Raises UserError for what is no run directory, an unfinished run, and a manifest that is not sound.
    """
    manifest = read_manifest(path)
    if manifest.state == "finished":
        return FinishedRun(path, manifest)
    if manifest.diverged:
        raise UserError(f"{path} is not finished: the training {manifest.stopped}", help=hint_after(manifest, path))
    what = {"training": "it is still training, or was cut off", "interrupted": "the run was interrupted"}
    raise UserError(
        f"{path} is not finished: {what.get(manifest.state, f'the run {manifest.state}')}",
        help=hint_after(manifest, path),
    )


def hint_after(manifest: Manifest, path: Path) -> str:
    """What to do about a run that is not finished."""
    if manifest.diverged:
        return f"begin a new run with a smaller learning rate; to see its settings: cnn show {path}"
    return f"to go on: cnn resume {path}"


def read_manifest(path: Path) -> Manifest:
    """The manifest of a run in any state. Raises UserError for what is no run directory, and one that is not sound."""
    if not path.is_dir():
        what = "is a file, not a run directory" if path.exists() else "does not exist"
        raise UserError(f"{path} {what}", help="give the folder that `cnn run` made, such as runs/digits-1")
    if not (path / MANIFEST).exists():
        runs = next(path.glob(f"*/{MANIFEST}"), None)
        hint = f"it holds runs, such as {runs.parent}; to list them: cnn runs {path}" if runs else None
        raise UserError(f"{path} is not a run directory: it has no {MANIFEST}", help=hint)
    try:
        return manifest_from_json(read_regular(path / MANIFEST, _MANIFEST_LIMIT).decode())
    except UnicodeDecodeError as error:
        raise UserError(f"{path} cannot be used: its {MANIFEST} is not UTF-8 text") from error
    except UserError as error:
        raise UserError(f"{path} cannot be used: {error.message}", help=error.help) from error


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Give a run directory its manifest. Raises UserError where it cannot be written."""
    write_whole(path / MANIFEST, manifest.to_json())


def _content(path: Path) -> bytes | None:
    """What stands in a small file of a run; None where nothing does."""
    return read_regular(path, _READ_LIMIT) if os.path.lexists(path) else None


def utc_now() -> str:
    """The time now, as ISO 8601 in UTC to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
