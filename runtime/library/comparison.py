"""How runs differ: spec, settings, data, versions, and what each answered for the same images."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from runtime.errors import UserError
from runtime.evaluation.mcnemar import PairedTest, mcnemar
from runtime.evaluation.significance import LEVEL
from runtime.library.predictions_file import Answer, answers_of
from runtime.library.record import Record
from runtime.library.settings import in_force
from spec_lang.unparse import unparse

_MOST_LINES: Final = 2_000
"""Of a spec that are compared."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not the same in all runs."""

    name: str
    values: tuple[str, ...]
    """Of each run, in order; empty where it has none."""

    def abridged(self) -> tuple[str, ...]:
        """The values, checksums by their beginning."""
        return tuple(f"{value[:12]}…" if len(value) == 64 and value.isalnum() else value for value in self.values)


@dataclass(frozen=True, slots=True)
class SpecDiff:
    """A unified diff from the spec of the first run to that of another."""

    of: str
    """What is compared: the specs as written or, where these are the same, the programs that they came to."""
    lines: tuple[str, ...]
    """Without line ends; none where there is no difference."""
    left_out: int = 0
    """Lines at the end of the longer spec that were not looked at."""


@dataclass(frozen=True, slots=True)
class Flip:
    """A test image that one of two runs has right and the other wrong."""

    index: int
    """Its place among the test images, from 0."""
    first: Answer
    second: Answer

    @property
    def image(self) -> str:
        """The name of its file or, where it has none, its place."""
        return self.first.file or str(self.index)


@dataclass(frozen=True, slots=True)
class Pair:
    """The first run beside another."""

    spec: SpecDiff
    test: PairedTest | None
    """None where the two cannot be compared image by image."""
    why_not: str
    """Why they cannot; empty where they can."""
    flips: tuple[Flip, ...] = ()
    """In the order of the test images."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Several runs beside each other, each against the first."""

    records: tuple[Record, ...]
    names: tuple[str, ...]
    """A short name for each, all different."""
    settings: tuple[Difference, ...]
    data: tuple[Difference, ...]
    versions: tuple[Difference, ...]
    pairs: tuple[Pair, ...]
    """One for each run but the first."""

    @property
    def level(self) -> float:
        """Which p is small: that of one test, shared out among several (Bonferroni)."""
        return LEVEL / len(self.pairs)


def compare(records: Sequence[Record]) -> Comparison:
    """Set two or more runs beside each other. Raises UserError where the answers of one are not sound."""
    first, *others = records
    answers: dict[int, tuple[Answer, ...]] = {}

    def answered(place: int) -> tuple[Answer, ...]:
        if place not in answers:
            record = records[place]
            assert record.metrics is not None
            classes = [each.name for each in record.metrics.classes]
            answers[place] = answers_of(record.run, classes, record.metrics.images)
        return answers[place]

    pairs = []
    for place, other in enumerate(others, start=1):
        why_not = _why_not(first, other)
        test, flips = (None, ()) if why_not else _paired(answered(0), answered(place), first, other)
        pairs.append(Pair(spec_diff(first, other), test, why_not, flips))
    return Comparison(
        tuple(records),
        short_names(records),
        _differences([in_force(record.program) if record.program else {} for record in records]),
        _differences([_data(record) for record in records]),
        _differences([record.manifest.versions for record in records]),
        tuple(pairs),
    )


def short_names(records: Sequence[Record]) -> tuple[str, ...]:
    """The names of the folders or, where two are alike, the paths as they were given."""
    names = tuple(record.name for record in records)
    return names if len(set(names)) == len(names) else tuple(str(record.path) for record in records)


def spec_diff(first: Record, other: Record) -> SpecDiff:
    if first.spec != other.spec or not first.program or not other.program:
        return _diff("spec.cnn", first.spec or "", other.spec or "", first, other)
    return _diff("the program", unparse(first.program), unparse(other.program), first, other)


def _diff(of: str, before: str, after: str, first: Record, other: Record) -> SpecDiff:
    specs = [text.splitlines() for text in (before, after)]
    # The time that a comparison of lines takes grows with their square.
    ours, theirs = (lines[:_MOST_LINES] for lines in specs)
    lines = difflib.unified_diff(ours, theirs, str(first.path), str(other.path), n=2, lineterm="")
    return SpecDiff(of, tuple(lines), max(max(map(len, specs)) - _MOST_LINES, 0))


def _data(record: Record) -> dict[str, str]:
    data = record.manifest.data
    return {
        "name": data.name,
        "fingerprint": data.fingerprint,
        "training images": f"{data.train_images:,}",
        "validation images": f"{data.validation_images:,}",
        "test images": f"{data.test_images:,}",
        "test fingerprint": data.test_fingerprint,
    }


def _differences(described: Sequence[Mapping[str, str]]) -> tuple[Difference, ...]:
    names = dict.fromkeys(name for each in described for name in each)
    rows = (Difference(name, tuple(each.get(name, "") for each in described)) for name in names)
    return tuple(row for row in rows if len(set(row.values)) > 1)


def _why_not(first: Record, other: Record) -> str:
    unfinished = [record for record in (first, other) if record.metrics is None]
    if unfinished:
        return f"{unfinished[0].name} is not finished: it was not scored on its test images"
    ours, theirs = first.manifest.data.test_fingerprint, other.manifest.data.test_fingerprint
    if not ours or not theirs:
        untold = first if not ours else other
        return f"{untold.name} does not say which test images it was scored on: an earlier version wrote it"
    if ours != theirs:
        return "they were scored on different test images"
    if lacking := [record for record in (first, other) if "predictions.csv" in record.missing]:
        return f"{lacking[0].name} has no predictions.csv any more"
    return ""


def _paired(
    ours: Sequence[Answer], theirs: Sequence[Answer], first: Record, other: Record
) -> tuple[PairedTest, tuple[Flip, ...]]:
    truths = zip(ours, theirs, strict=False)
    if len(ours) != len(theirs) or any(mine.truth != other_.truth for mine, other_ in truths):
        raise UserError(
            f"{other.path} cannot be used: its predictions.csv tells of other images than that of {first.path}"
        )
    flips = tuple(_flips(ours, theirs))
    only_first = sum(flip.first.correct for flip in flips)
    return mcnemar(len(ours), only_first, len(flips) - only_first), flips


def _flips(ours: Sequence[Answer], theirs: Sequence[Answer]) -> Iterator[Flip]:
    for index, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
        if mine.correct != other.correct:
            yield Flip(index, mine, other)
