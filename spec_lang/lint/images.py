"""Lints on amounts of images against the number that there are, as far as a check knows it."""

from collections.abc import Iterator

from spec_lang.check import Checked
from spec_lang.datasets import DATASETS
from spec_lang.diagnostics import Diagnostic
from spec_lang.lint.neutral import place_of
from spec_lang.rules import no_effect as rules

_USUAL_BATCH = 32


def _published(checked: Checked) -> int | None:
    """How many training images a published set has at most of the chosen classes; None for one's own pictures."""
    known = DATASETS.get(str(checked.images.get("source")))
    if known is None or checked.dataset is None:
        return None
    share = len(checked.dataset.classes) / len(known.classes) if known.balanced else 1
    return round(known.train_images * share)


def _most(checked: Checked) -> int | None:
    """How many training images there are at most, those for validation among them; None where that is not known."""
    limit = checked.data.values.get("limit", {}).get("images")
    known = [each for each in (limit, _published(checked)) if isinstance(each, int)]
    return min(known, default=None)


def _is_tried(checked: Checked) -> bool:
    """Whether the limit was set from outside, as for a quick try."""
    bound = checked.data.written.get("limit")
    return bool(bound and any(span.source is not checked.source for span in bound.spans.values()))


def batch_of_all(checked: Checked) -> Iterator[Diagnostic]:
    """A batch that takes in all training images and is not full."""
    bound, most = checked.train.written.get("batch"), _most(checked)
    batch = bound.values.get("size") if bound else None
    if bound is None or most is None or not isinstance(batch, int) or _is_tried(checked):
        return
    share = checked.data.values.get("validation", {}).get("amount")
    left = most - round(share * most) if isinstance(share, float) else most
    balance = checked.data.values.get("balance", {}).get("how")
    if batch > left > 0 and balance != "oversample":
        steps = -(-left // _USUAL_BATCH) if left > _USUAL_BATCH else None
        yield rules.BATCH_OF_ALL.at(bound.spans["size"], batch=f"{batch:,}", most=f"{left:,}", steps=steps)


def limit_beyond_images(checked: Checked) -> Iterator[Diagnostic]:
    """A limit that leaves out no image."""
    bound, images = checked.data.written.get("limit"), _published(checked)
    limit = bound.values.get("images") if bound else None
    if checked.dataset and images is not None and isinstance(limit, int) and limit >= images:
        yield rules.LIMIT_BEYOND_IMAGES.at(
            place_of(checked.data, "limit"), limit=limit, data=checked.dataset.name, images=f"{images:,}"
        )


def none_held_out(checked: Checked) -> Iterator[Diagnostic]:
    """A share of the training images that comes to none of them."""
    share, most = checked.data.values.get("validation", {}).get("amount"), _most(checked)
    if not isinstance(share, float) or not share or most is None or round(share * most) > 0:
        return
    written = next((name for name in ("validation", "limit") if name in checked.data.written), None)
    if written:
        least = next((percent for percent in range(1, 100) if 0 < round(percent / 100 * most) < most), None)
        yield rules.NONE_HELD_OUT.at(
            place_of(checked.data, written), setting="validation", share=f"{share:.3%}", images=most, least=least
        )


def balanced_already(checked: Checked) -> Iterator[Diagnostic]:
    """Classes that are to be made even, of a published set where they are."""
    bound = checked.data.written.get("balance")
    known = DATASETS.get(str(checked.images.get("source")))
    if bound and bound.complete and known and known.balanced:
        yield rules.BALANCED_ALREADY.at(place_of(checked.data, "balance"), how=bound.values["how"], data=known.name)
