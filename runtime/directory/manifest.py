"""The manifest of a run: what was run, with what, on what, and the checksum of everything it left."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

from runtime.errors import UserError

FORMAT = 1
"""Raised when a change would make an older dotcnn misread the manifest or the files that it names."""

State = Literal["training", "finished", "interrupted", "failed"]

_ARTEFACT_NAME = re.compile(r"([A-Za-z0-9_][A-Za-z0-9_.-]*/)?[A-Za-z0-9_][A-Za-z0-9_.-]*")
_LARGEST = 1e30
"""More than any scale or duration in seconds comes to; neither infinity nor NaN is less."""
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
    folder: str = ""
    """Where the spec stood: paths of its data begin there."""
    normalization: Mapping[str, Any] | None = None
    """`scale` and `offset` of each channel: what values from 0 to 1 are turned into; None for no change."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Wall time of each phase."""
    artefacts: Mapping[str, Artefact] = field(default_factory=dict)
    """Every other file of the run by its name inside the run directory."""

    def to_json(self) -> str:
        """The text of manifest.json."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=2, ensure_ascii=False) + "\n"


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
        data = DataUsed(**entries.pop("data"))
        artefacts = {name: Artefact(**artefact) for name, artefact in entries.pop("artefacts").items()}
        manifest = Manifest(**entries, data=data, artefacts=artefacts)
    except (TypeError, KeyError, AttributeError) as error:
        raise UserError("its manifest.json has missing or unknown entries") from error
    _check(manifest)
    return manifest


def _check(manifest: Manifest) -> None:
    """Refuse what later code relies upon and is not so."""
    if manifest.state not in get_args(State):
        raise UserError(f"its manifest.json gives an unknown state {manifest.state!r:.20}")
    if not all(map(_is_text, _texts(manifest))):
        raise UserError("its manifest.json gives no text where text belongs")
    if not all(map(_is_size, _counts(manifest))):
        raise UserError("its manifest.json gives no number where a number belongs")
    if not all(map(_is_duration, _values(manifest.seconds))):
        raise UserError("its manifest.json gives no duration where a duration belongs")
    if not all(each is None or isinstance(each, (str, int)) for each in _values(manifest.machine)):
        raise UserError("its manifest.json gives no machine that can be")
    _check_normalization(manifest.normalization)
    for name, artefact in manifest.artefacts.items():
        if not _ARTEFACT_NAME.fullmatch(name):
            raise UserError(f"its manifest.json names a file that cannot be part of a run: {name!r:.80}")
        if not _is_checksum(artefact.sha256) or not _is_size(artefact.size):
            raise UserError(f"its manifest.json gives no valid checksum and size for {name}")


def _check_normalization(given: Any) -> None:
    if given is None:
        return
    if not isinstance(given, dict) or set(given) != {"scale", "offset"}:
        raise UserError("its manifest.json gives no valid normalization")
    numbers = [*given.values()]
    if not all(isinstance(each, list) and each and all(map(_is_real, each)) for each in numbers):
        raise UserError("its manifest.json gives no valid normalization")


def _texts(manifest: Manifest) -> Iterator[object]:
    data = manifest.data
    yield from (manifest.spec, manifest.command, manifest.folder, manifest.started)
    yield from (each for each in (manifest.ended, manifest.stopped) if each is not None)
    yield from (data.name, data.fingerprint, data.origin, data.test_fingerprint)
    yield from _values(manifest.versions)


def _counts(manifest: Manifest) -> Iterator[object]:
    yield from (manifest.seed, manifest.data.train_images, manifest.data.validation_images, manifest.data.test_images)


def _values(entries: object) -> Iterator[object]:
    """The values of a JSON object; something that is no value of any kind where it is none."""
    yield from entries.values() if isinstance(entries, dict) else (object(),)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_checksum(value: Any) -> bool:
    return isinstance(value, str) and _SHA256.fullmatch(value) is not None


def _is_real(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) < _LARGEST


def _is_duration(value: Any) -> bool:
    return _is_real(value) and value >= 0


def _is_size(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**53
