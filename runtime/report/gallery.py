"""Pictures in the report: the mistakes made with most confidence, and samples of what was learnt from."""

from collections.abc import Sequence

from runtime.labels import shown_name
from runtime.report.content import Mistake, Sample
from runtime.report.markup import NAME_LIMIT, Content, Markup, element, folded, picture, shown
from runtime.report.words import percent

_AT_ONCE = 24
"""Mistakes shown without being asked for."""
_NAME_LIMIT = 40
"""Characters of the name of a class under a picture."""


def mistakes(found: Sequence[Mistake]) -> Content:
    """The mistakes in their order; the script of the page adds a choice by truth and by answer."""
    if not found:
        return element("p", "None: every test image was classified correctly.")
    shown_at_once, more = found[:_AT_ONCE], found[_AT_ONCE:]
    return element(
        "div",
        element("p", "In brackets, the probability that the network gave.", class_="muted"),
        _list(shown_at_once),
        folded(f"{len(more)} more", _list(more)) if more else [],
        class_="gallery",
    )


def samples(chosen: Sequence[Sample]) -> Markup:
    """Images under the names of their classes."""
    return element(
        "ul",
        [
            element(
                "li",
                picture(sample.png, f"Sample of class {shown_name(sample.class_name, NAME_LIMIT)}"),
                element("span", shown(sample.class_name)),
            )
            for sample in chosen
        ],
        class_="samples",
    )


def _list(found: Sequence[Mistake]) -> Markup:
    return element("ul", [_mistake(one) for one in found], class_="mistakes")


def _mistake(one: Mistake) -> Markup:
    return element(
        "li",
        picture(one.png, shown_name(one.name, NAME_LIMIT)),
        element(
            "div",
            element(
                "p", "is ", element("strong", shown(one.truth, _NAME_LIMIT)), f" ({percent(one.truth_probability)})"
            ),
            element(
                "p",
                "taken for ",
                element("strong", shown(one.answer, _NAME_LIMIT)),
                f" ({percent(one.answer_probability)})",
            ),
            element("p", shown(one.name), class_="muted"),
        ),
        data_truth=one.truth_label,
        data_answer=one.answer_label,
    )
