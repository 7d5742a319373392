"""Lints on how training images are varied."""

from collections.abc import Iterator

from spec_lang.check import Checked
from spec_lang.diagnostics import Diagnostic
from spec_lang.rules import practice as rules


def flipped_signs(checked: Checked) -> Iterator[Diagnostic]:
    """Mirrored images of digits or letters.

    The classes of an npz file are their numbers, whatever the images show: they tell nothing.
    """
    bound = checked.augment.written.get("flip")
    if bound is None or not bound.complete or checked.dataset is None or checked.images.get("source") == "npz":
        return
    classes = checked.dataset.classes
    if not all(len(name) == 1 and name.isalnum() for name in classes):
        return
    ways = bound.values.get("ways")
    what = "digits" if all(name.isdecimal() for name in classes) else "letters and digits"
    way = " ".join(map(str, ways)) if isinstance(ways, tuple) else ""
    yield rules.FLIPPED_SIGNS.at(bound.spans.get("ways", checked.augment.places["flip"]), way=way, what=what)
