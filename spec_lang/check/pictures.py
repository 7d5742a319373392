"""What is to be said of a person's own pictures that are there: what is left out, and classes that mislead."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from spec_lang.check.findings import Findings
from spec_lang.class_names import PARTED, alike, is_no_name, joined, shown_exactly
from spec_lang.rules import data as rules
from spec_lang.source import Span
from spec_lang.world import Pictures, PictureSource

_MOST_NAMED = 5
_MOST_GROUPS = 20
"""Findings about names that look the same: a table of 100,000 such names must not fill the terminal."""
_PURPOSES = {"validation": "validation", "test": "the test"}


def describe_pictures(
    source: PictureSource,
    there: Pictures,
    chosen: Sequence[str],
    settings: Mapping[str, Mapping[str, object]],
    place: Span,
    findings: Findings,
) -> bool:
    """Say what is amiss with pictures of which some classes were chosen; whether a run could learn from them."""
    _left_out(source, there, place, findings)
    for name in there.like_splits:
        if name in chosen:
            findings.add(rules.LIKE_SPLIT.at(place, name=name))
    if not isinstance(settings.get("classes", {}).get("names"), tuple):
        _nested(source, there, place, findings)
    if there.doubled:
        count = f"{len(there.doubled):,} picture{'s' * (len(there.doubled) > 1)}"
        findings.add(rules.REPEATED.at(place, path=source.path, count=count, names=listed(there.doubled)))
    _look_alike(there, chosen, place, findings)
    if several := joined(chosen):
        parts = _and([each for each in chosen if each in PARTED.split(several[0])])
        findings.add(
            rules.JOINED_CLASSES.at(place, name=shown_exactly(several[0]), parts=parts, count=f"{len(several):,}")
        )
    for name in chosen:
        if source.kind == "csv" and is_no_name(name):
            findings.add(rules.NO_NAME.at(place, name=shown_exactly(name), place=there.places.get(name, "given here")))
    taught = True
    for part, empty in there.empty.items():
        missing = sorted(set(empty).intersection(chosen), key=list(empty).index) if empty else []
        if not missing:
            continue
        if part == "train":
            taught = False
            findings.add(rules.UNTAUGHT_CLASS.at(place, path=source.path, classes=listed(missing), cure=there.cure))
        elif settings.get(part, {}).get("amount") == "given":
            purpose = _PURPOSES[part]
            findings.add(rules.UNEQUAL_SPLITS.at(place, path=source.path, part=purpose, classes=listed(missing)))
    return taught


def _nested(source: PictureSource, there: Pictures, place: Span, findings: Findings) -> None:
    for outer, inner, path, beside in there.nested:
        several = len(outer) > 1
        findings.add(
            rules.NESTED_CLASSES.at(
                place,
                outer=f"the folder{'s' * several} {listed(outer)}",
                held="holds folders called like classes beside it" if beside else "hold folders of the same names",
                classes="classes" if several else "a class",
                inner=listed(inner),
                path="" if beside else f"{source.path}/{path}",
            )
        )


def _left_out(source: PictureSource, there: Pictures, place: Span, findings: Findings) -> None:
    kinds: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for name, why, cure in there.left_out:
        kinds[why, cure].append(name)
    for (why, cure), names in kinds.items():
        count = f"{len(names):,}"
        findings.add(
            rules.LEFT_OUT.at(place, path=source.path, count=count, reason=why, names=listed(names), cure=cure)
        )


def _look_alike(there: Pictures, chosen: Sequence[str], place: Span, findings: Findings) -> None:
    for group in alike(dict.fromkeys((*chosen, *there.classes)))[:_MOST_GROUPS]:
        shown = [shown_exactly(name) for name in group]
        seen = [(name, there.places[each]) for name, each in zip(shown, group, strict=True) if each in there.places]
        places = ", ".join(f"{name} in {where}" for name, where in seen[:_MOST_NAMED])
        findings.add(rules.LOOK_ALIKE.at(place, names=_and(shown), places=places or _and(shown)))


def listed(names: Iterable[str]) -> str:
    """Some names, the first ones of many."""
    shown = list(names)
    more = f" and {len(shown) - _MOST_NAMED:,} more" if len(shown) > _MOST_NAMED else ""
    return ", ".join(shown[:_MOST_NAMED]) + more


def _and(names: Sequence[str]) -> str:
    shown = [*names[:_MOST_NAMED], f"{len(names) - _MOST_NAMED:,} more"] if len(names) > _MOST_NAMED else [*names]
    return f"{', '.join(shown[:-1])} and {shown[-1]}"
