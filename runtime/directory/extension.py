"""A finished run that is trained on: beside the finished one until the new one is finished, then in its place.

`RUN/extension/` is a run directory of its own. At its end the manifest of RUN becomes that of the extension, marked as
moving, in one rename; from then on the files count where they lie, in the extension or beside the manifest, so that a
run which is killed while they are moved is whole all the same.
"""

import os
import shutil
from dataclasses import replace
from pathlib import Path

from runtime.directory.leftovers import EXTENSION
from runtime.directory.manifest import Manifest, State
from runtime.directory.rundir import CHECKPOINT, FinishedRun, RunWriter, read_manifest, write_manifest
from runtime.errors import UserError
from runtime.files import cannot_write, inside


class ExtensionWriter(RunWriter):
    """The extension of a finished run being filled."""

    def __init__(self, home: Path, manifest: Manifest) -> None:
        """Go on with the extension that there is, or begin one. Raises UserError where it cannot be written."""
        folder = extension_of(home)
        self._is_new = not folder.exists()
        try:
            folder.mkdir(exist_ok=True)
            super().__init__(folder, manifest)
        except OSError as error:
            raise cannot_write(folder, error) from error
        self.home = home

    def called(self, shown: str) -> str:
        return f"the extension of {shown}, which itself is as it was,"

    def checkpoint(self) -> Path | None:
        return super().checkpoint() or RunWriter.checkpoint_in(self.home)

    def undo(self) -> None:
        """Leave nothing of an extension that could not begin; one that had begun stays as far as it had come."""
        if self._is_new:
            shutil.rmtree(self.path, ignore_errors=True)
        else:
            super().undo()

    def end(self, state: State, *, stopped: str | None = None) -> None:
        super().end(state, stopped=stopped)
        if state == "finished":
            take_over(self.home, self.manifest)


def extension_of(run: Path) -> Path:
    """The folder of a run's extension, whether there is one or not. Raises UserError where it leads elsewhere."""
    return inside(run, f"{EXTENSION}/x").parent


def begun_extension(run: Path) -> FinishedRun | None:
    """The extension of a finished run that was not finished yet; None where there is none.

    Raises UserError where it cannot be used, with the way to be rid of it.
    """
    folder = extension_of(run)
    if not os.path.lexists(folder):
        return None
    try:
        return FinishedRun(folder, read_manifest(folder))
    except UserError as error:
        raise UserError(error.message, help=f"to give it up: remove the folder {folder}") from error


def take_over(run: Path, extension: Manifest) -> None:
    """Put a finished extension in the place of the run that it extends."""
    write_manifest(run, replace(extension, moving=True))
    finish_move(run)


def finish_move(run: Path) -> None:
    """Move the files of a finished extension to their place, where that has begun; under the run's lock only."""
    manifest = read_manifest(run)
    if not manifest.moving:
        return
    try:
        for name in (*manifest.artefacts, CHECKPOINT):
            source, target = inside(run, f"{EXTENSION}/{name}"), inside(run, name)
            if os.path.lexists(source):
                target.parent.mkdir(exist_ok=True)
                source.replace(target)
    except OSError as error:
        raise cannot_write(run, error) from error
    write_manifest(run, replace(manifest, moving=False))
    shutil.rmtree(extension_of(run), ignore_errors=True)
