"""Spec files, from a path that a person typed to a checked program."""

import os
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Final, TextIO

from runtime.errors import UserError
from runtime.files import given_file, missing_file, read_regular, reason
from runtime.specs.project import selection_for
from runtime.standard_input import STANDARD_STREAM, standard_input
from runtime.terminal import findings_text
from spec_lang import Checked, OverrideError, check_bytes, decode
from spec_lang.check.blocks import ENDING
from spec_lang.rules.practice import WILL_NOT_FIT
from spec_lang.world import Pictures, PictureSource, Unread, Unusable

LARGEST_SPEC: Final = 1_000_000
"""Bytes. Far above any spec that a person writes, far below what could fill the memory."""


def read_spec(path: str) -> bytes:
    """The bytes of a spec file. Raises UserError where there is no such file, or it cannot be read."""
    try:
        with given_file(path) as file:
            data = file.read(LARGEST_SPEC + 1)
    except FileNotFoundError as error:
        raise UserError(missing_file(path), help=_similar_file(Path(path))) from error
    except IsADirectoryError as error:
        raise UserError(f"{path} is a folder, not a .cnn file", help=_some_spec_in(Path(path))) from error
    except (OSError, ValueError) as error:  # ValueError: a null character in the name.
        why = reason(error) if isinstance(error, OSError) else str(error)
        raise UserError(f"cannot read {path}: {why}") from error
    return _of_a_size(data, path)


def read_given(path: str) -> tuple[str, bytes]:
    """What findings call a spec, and its bytes; `-` stands for standard input.

    Raises UserError as `read_spec` does, and where there is no standard input.
    """
    if path != STANDARD_STREAM:
        return path, read_spec(path)
    return "<stdin>", _of_a_size(standard_input().read(LARGEST_SPEC + 1), "standard input")


def _of_a_size(data: bytes, name: str) -> bytes:
    if len(data) > LARGEST_SPEC:
        raise UserError(f"{name} is larger than {LARGEST_SPEC:,} bytes: that is no spec")
    return data


_MOST_ENTRIES: Final = 2_000
"""Names of a folder that are offered to complete a path."""


class SpecFolder:
    """The world as a spec on disk may see it: files beside it, each read once and within bounds.

    What specs may read in other folders is said in `outside`, by whoever reads them.
    """

    def __init__(self, folder: Path, memory: int | None = None, outside: Sequence[Path] = ()) -> None:
        self.memory = memory
        self._folder = folder
        self._outside = tuple(outside)
        self._texts: dict[str, str | Unread] = {}
        self._pictures: dict[PictureSource, Pictures | Unusable] = {}

    def pictures(self, source: PictureSource) -> Pictures | Unusable:
        """What there is of a person's own pictures; where they cannot be used, why."""
        from runtime.data.own_pictures import look

        if source not in self._pictures:
            self._pictures[source] = look(source, self._folder)
        return self._pictures[source]

    def entries(self, folder: str) -> list[str] | None:
        """The names in a folder, those of folders with a slash behind them; hidden ones left out."""
        return entries(self._folder / folder)

    def spec_text(self, path: str) -> str | Unread:
        """The text of another spec by its path from the folder, where it may be read."""
        if path not in self._texts:
            self._texts[path] = included_text(self._folder, path, self._outside)
        return self._texts[path]

    def neighbor_text(self, path: str) -> str | Unread:
        """As `spec_text`, in the folder above too."""
        return included_text(self._folder, path, (*self._outside, self._folder.absolute().parent))


def included_text(folder: Path, path: str, outside: Sequence[Path] = ()) -> str | Unread:
    """The text of a spec by its path from a folder: where it really lies there or in one of the folders `outside`.

    Links are followed first and judged by where they lead, those on the way to the file as well as the file itself.
    """
    try:
        file = (folder / path).resolve()
        if not any(file.is_relative_to(each.resolve()) for each in (folder, *outside)):
            return Unread.OUTSIDE
        if file.suffix.lower() != ENDING:
            return Unread.MISSING
        return decode(read_regular(file, LARGEST_SPEC))
    except (UserError, OSError, ValueError, RuntimeError):  # RuntimeError: links in a circle, before Python 3.13
        return Unread.MISSING


def readable_folder(path: str) -> Path:
    """A folder that a person allows specs to read. Raises UserError where there is none."""
    folder = Path(path).expanduser()
    if not folder.is_dir():
        raise UserError(f"--outside {path}: there is no such folder", help="name the folder that specs may read, too")
    return folder


def entries(folder: Path) -> list[str] | None:
    """The names in a folder, those of folders with a slash behind them; None where it cannot be read."""
    try:
        with os.scandir(folder) as found:
            shown = islice((each for each in found if not each.name.startswith(".")), _MOST_ENTRIES)
            return sorted(each.name + "/" * each.is_dir() for each in shown)
    except (OSError, ValueError):
        return None


def check_content(
    content: bytes,
    path: str,
    overrides: Sequence[str] = (),
    *,
    outside: Sequence[Path] = (),
    memory: int | None = None,
) -> Checked:
    """Check what was read from a spec file; raises UserError for an override that has no meaning.

    It may include specs of its own folder and of those `outside`. A run that needs more than `memory` bytes is among
    the findings.
    """
    try:
        world, selection = SpecFolder(Path(path).parent, memory, outside), selection_for(Path(path))
        return check_bytes(content, path, overrides, world, selection)
    except OverrideError as error:
        raise UserError(f"--set {error}") from error


def will_not_fit(checked: Checked) -> bool:
    """Whether it was found that the run needs more memory than there is; a person can suppress that finding."""
    return any(diagnostic.rule is WILL_NOT_FIT for diagnostic in checked.diagnostics)


def show_findings(checked: Checked, stream: TextIO) -> None:
    """Print every finding of a check, with the lines that it is about.

    Raises UserError for a file of blocks alone: what follows wants a model.
    """
    if checked.diagnostics:
        print(findings_text(checked.diagnostics, stream), file=stream)
    if checked.blocks_alone:
        name = checked.source.name.replace("\\", "/").rsplit("/", 1)[-1]
        raise UserError(f"{name} holds blocks and no model", help=f'include "{name}" in a spec that uses them')


def _similar_file(path: Path) -> str | None:
    from difflib import get_close_matches

    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return None
    whole = f"{path.name}.cnn"
    names = [name for name in names if name != path.name]
    near = [whole] if whole in names else get_close_matches(path.name, names, n=1)
    return f"did you mean {path.with_name(near[0])}?" if near else None


def _some_spec_in(folder: Path) -> str | None:
    first = min(folder.glob("*.cnn"), default=None)
    return f"name a file, such as {first}" if first else None
