"""The manifest of a run: what was run, with what, on what, and the checksum of everything it left."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

from runtime.directory.records import NotSoundError, record_from
from runtime.errors import UserError

FORMAT = 1
"""Raised when a change would make an older dotcnn misread the manifest or the files that it names."""

State = Literal["training", "finished", "interrupted", "failed"]

_ARTEFACT_NAME = re.compile(r"([A-Za-z0-9_][A-Za-z0-9_.-]*/)?[A-Za-z0-9_][A-Za-z0-9_.-]*")
_DIVERGED = "diverged"
_LARGEST = 1e30
"""More than any scale or offset comes to."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Artefact:
    """What a file of the run held when it was written."""

    sha256: str
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class DataUsed:
    """Which images the run saw."""

    name: str
    fingerprint: str
    """sha256 over the arrays, whatever file they came from."""
    origin: str
    """Where they were found."""
    train_images: int
    validation_images: int
    test_images: int
    test_fingerprint: str = ""
    """sha256 over the test images and their classes, in order; empty in runs of earlier versions."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that is needed to tell one run from another and to repeat it."""

    spec: str
    """Name of the spec."""
    command: str
    """What repeats the run."""
    seed: int
    data: DataUsed
    versions: Mapping[str, str]
    machine: Mapping[str, str | int | None]
    started: str
    """UTC, ISO 8601, as `ended`."""
    state: State = "training"
    ended: str | None = None
    stopped: str | None = None
    """Why training ended before its last epoch, in words; None where it did not."""
    moving: bool = False
    """Whether the files of a finished extension are still being moved to where these stand."""
    folder: str = ""
    """Where the spec stood: paths of its data begin there."""
    normalization: Mapping[str, tuple[float, ...]] | None = None
    """`scale` and `offset` of each channel: what values from 0 to 1 are turned into; None for no change."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Wall time of each phase."""
    artefacts: Mapping[str, Artefact] = field(default_factory=dict)
    """Every other file of the run by its name inside the run directory."""

    @property
    def diverged(self) -> bool:
        """Whether training ended because its loss was no number any more: going on would come to that again."""
        return (self.stopped or "").startswith(_DIVERGED)

    def to_json(self) -> str:
        """The text of manifest.json; bytes of file names that are no text stand there as JSON's escapes."""
        entries = {"format": FORMAT, **asdict(self)}
        if not self.moving:
            del entries["moving"]  # a matter of milliseconds, and nothing to earlier versions
        text = json.dumps(entries, indent=2, ensure_ascii=False) + "\n"
        return text.encode(errors="backslashreplace").decode()


def diverged_in(epoch: int) -> str:
    """What `stopped` says of a training that diverged."""
    return f"{_DIVERGED} in epoch {epoch}"


def manifest_from_json(text: str) -> Manifest:
    """Read a manifest that anybody may have written.

    Raises UserError for a format that this version does not know, a missing or ill-typed entry, and names of
    artefacts that could point outside the run directory.
    """
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UserError("its manifest.json is not JSON") from error
    if not isinstance(entries, dict):
        raise UserError("its manifest.json is not a JSON object")
    version = entries.pop("format", None)
    if version != FORMAT:
        raise UserError(
            f"its manifest.json is of format {version!r:.20}, and this version of dotcnn knows format {FORMAT}",
            help="use the version of dotcnn that wrote the run" if isinstance(version, int) else None,
        )
    try:
        manifest = record_from(Manifest, entries)
    except NotSoundError as error:
        raise UserError(f"its manifest.json is not sound: {error}") from error
    _check(manifest)
    return manifest


def _check(manifest: Manifest) -> None:
    """Refuse what later code relies upon and is not so."""
    for name, artefact in manifest.artefacts.items():
        if not _ARTEFACT_NAME.fullmatch(name):
            raise UserError(f"its manifest.json names a file that cannot be part of a run: {name!r:.80}")
        if not _SHA256.fullmatch(artefact.sha256):
            raise UserError(f"its manifest.json gives no valid checksum for {name}")
    if any(seconds < 0 for seconds in manifest.seconds.values()):
        raise UserError("its manifest.json is not sound: a phase took less than no time")
    line = manifest.normalization
    if line is None:
        return
    if set(line) != {"scale", "offset"} or not all(line.values()):
        raise UserError("its manifest.json gives no valid normalization")
    if any(abs(number) > _LARGEST for numbers in line.values() for number in numbers):
        raise UserError("its manifest.json gives no valid normalization")
