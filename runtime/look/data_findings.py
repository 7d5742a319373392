"""What a look at the images means for a spec: diagnostics that point at the line of it that they concern."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from runtime.data.darkness import is_nearly_black, what_to_do
from runtime.look.data_report import PARTS, DataReport, Item
from runtime.terminal import printable
from spec_lang import Checked
from spec_lang.diagnostics import Diagnostic
from spec_lang.rules import pictures as rules
from spec_lang.source import Span

_NAMED: Final = 3
"""Files named in a message; all of them stand in the JSON."""
_IMBALANCE: Final = 5.0
_ACTIONS: Final = {"train": "train on", "validation": "validate on", "test": "test on"}


def findings(report: DataReport, checked: Checked) -> Iterator[Diagnostic]:
    """Everything that is to be said, in the order of its weight."""
    place = _place(checked, None)
    if report.lost:
        count = _counted(len(report.lost))
        setting = "corrupt skip" if _skips(checked) else None
        yield rules.UNREADABLE.at(_place(checked, "corrupt"), count=count, files=_named(report.lost), setting=setting)
    yield from _equal(report, place)
    if report.similar:
        names = [f"{one.name} and {other.name}" for one, other in report.similar]
        parts = " and ".join(part for part in PARTS if any(part in (a.part, b.part) for a, b in report.similar))
        count = f"{len(report.similar):,} pair{'s' * (len(report.similar) != 1)} of pictures"
        yield rules.SIMILAR.at(place, count=count, parts=parts, files=_named(names))
    yield from _classes(report, checked)
    small = [each.name for each in report.items if _is_small(each, report.target)]
    if small:
        size = "x".join(map(str, report.target))
        yield rules.ENLARGED.at(_place(checked, "size"), count=_counted(len(small)), size=size, files=_named(small))
    yield from _dark(report, place)
    if report.misnamed:
        yield rules.MISNAMED.at(place, count=_counted(len(report.misnamed)), files=_named(report.misnamed))


def _dark(report: DataReport, place: Span) -> Iterator[Diagnostic]:
    """Pictures that are nearly black, those with the same sample for white together."""
    by_white: defaultdict[int, list[Item]] = defaultdict(list)
    for item in report.items:
        if is_nearly_black(item.values.greatest, item.values.white):
            by_white[item.values.white].append(item)
    for white, dark in sorted(by_white.items()):
        greatest = max(item.values.greatest for item in dark)
        yield rules.NEARLY_BLACK.at(
            place,
            count=f"{_counted(len(dark))} {'is' if len(dark) == 1 else 'are'}",
            files=_named([item.name for item in dark]),
            greatest=f"{greatest:,}",
            white=f"{white:,}",
            cure=what_to_do(greatest, white),
        )


def _equal(report: DataReport, place: Span) -> Iterator[Diagnostic]:
    leaked: Counter[str] = Counter()
    doubled: Counter[str] = Counter()
    shown: dict[str, list[str]] = {}
    contradicting: list[str] = []
    for group in report.groups():
        names = " = ".join(each.name for each in group[:_NAMED])
        parts = " and ".join(part for part in PARTS if any(each.part == part for each in group))
        if len({each.label for each in group}) > 1:
            contradicting.append(names)
        key = parts if " and " in parts else f"{parts} alone"
        (leaked if " and " in parts else doubled)[parts] += len(group) - 1
        shown.setdefault(key, []).append(names)
    for parts, count in leaked.items():
        yield rules.LEAKED.at(place, count=_counted(count), parts=parts, files=_named(shown[parts]))
    if contradicting:
        yield rules.CONTRADICTIONS.at(place, count=_counted(len(contradicting)), files=_named(contradicting))
    for parts, count in doubled.items():
        yield rules.DUPLICATES.at(place, count=_counted(count), parts=parts, files=_named(shown[f"{parts} alone"]))


def _classes(report: DataReport, checked: Checked) -> Iterator[Diagnostic]:
    counts = report.counts()
    trained = counts["train"]
    most, least = max(trained, default=0), min(trained, default=0)
    if least and most / least >= _IMBALANCE and "balance" not in checked.data.written:
        names = (report.classes[trained.index(each)] for each in (most, least))
        yield rules.IMBALANCE.at(
            _place(checked, None),
            most=next(names),
            least=next(names),
            ratio=most / least,
            counts=f"{most:,} and {least:,}",
        )
    for part, numbers in counts.items():
        absent = [name for name, count in zip(report.classes, numbers, strict=True) if not count]
        if absent and any(numbers):
            yield rules.ABSENT.at(_place(checked, part), part=_ACTIONS[part], classes=_named(absent))


def _skips(checked: Checked) -> bool:
    """Whether the spec leaves out what cannot be read."""
    data = checked.program.data if checked.program else None
    return data is not None and data.settings["corrupt"]["what"] == "skip"


def _is_small(item: Item, target: tuple[int, int]) -> bool:
    return any(2 * size < wanted for size, wanted in zip(item.size, target, strict=True))


def _place(checked: Checked, setting: str | None) -> Span:
    """Where a setting of the data section stands, else the section, else the first line."""
    if setting and setting in checked.data.places:
        return checked.data.places[setting]
    section = checked.sections.get("data")
    return section.head if section else checked.source.line_span(1)


def _counted(count: int) -> str:
    return f"{count:,} image{'s' if count != 1 else ''}"


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(printable(name) for name in names[:_NAMED]) + more
