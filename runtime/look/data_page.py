"""The images of a spec as one self-contained page, in the look of the report."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any, Final

import numpy as np
from PIL import Image

from runtime.errors import UserError
from runtime.labels import shown_name
from runtime.look.chosen import Chosen, described
from runtime.look.data_report import PARTS, DataReport, Item
from runtime.report.figures import png_of, thumbnail
from runtime.report.markup import (
    NAME_LIMIT,
    Column,
    Content,
    Markup,
    definitions,
    element,
    markup,
    picture,
    scrolling,
    shown,
    table,
)
from runtime.report.shell import document
from runtime.report.words import counted, shape_words
from spec_lang.diagnostics import Diagnostic
from spec_lang.program import Program

_IMAGES: Final = 400
"""On one page, about; each is a few kilobytes."""
_LEAST, _MOST = 2, 16
"""Images of one class."""
_CLASSES: Final = 200
"""Classes whose images are shown."""
_SIDE: Final = 512
"""Pixels of the longer side that one image is shown with, alone on a page."""


def data_page(
    program: Program, report: DataReport, found: Sequence[Diagnostic], refusal: UserError | None = None
) -> str:
    """What there is, images of each class, and what was found, as one HTML document that needs nothing else."""
    images = counted(len(report.items), "image")
    shape = shape_words((*report.target, program.input_shape[-1]))
    about = f"{images} of {counted(len(report.classes), 'class')}, brought to {shape} for the network."
    return _page(
        program,
        about,
        ("there", "What is there?", _what_is_there(report)),
        ("look", "What do they look like?", _galleries(report)),
        ("found", "What was found?", _findings(found, refusal)),
    )


def image_page(program: Program, chosen: Chosen, facts: Mapping[str, Any]) -> str:
    """One image as the network gets it, large, with what is known of it."""
    pixels = chosen.image()
    gray = pixels[..., 0] if pixels.shape[-1] == 1 else pixels
    drawn = Image.fromarray(gray)
    factor = max(1, _SIDE // max(drawn.size))
    drawn = drawn.resize((drawn.width * factor, drawn.height * factor), Image.Resampling.NEAREST)
    if max(drawn.size) > 2 * _SIDE:
        drawn.thumbnail((2 * _SIDE, 2 * _SIDE))
    alt = f"The image, of class {shown_name(chosen.class_name, NAME_LIMIT)}"
    content = [
        picture(png_of(drawn), alt, "alone"),
        definitions((name, value) for name, value in described(dict(facts))),
    ]
    return _page(program, "One image, as the network gets it.", ("image", "What is it?", markup(content)))


def _page(program: Program, about: str, *sections: tuple[str, str, Markup]) -> str:
    style = resources.files("runtime.look").joinpath("data_page.css").read_text(encoding="utf-8")
    links = [element("li", element("a", title, href=f"#{anchor}")) for anchor, title, _ in sections]
    header = element(
        "header",
        element("p", "dotcnn look at the data", class_="kicker"),
        element("h1", shown(program.name)),
        element("p", about, class_="muted"),
        element("nav", element("ul", links), aria_label="Questions") if len(sections) > 1 else [],
    )
    answers = [
        element(
            "section",
            element("h2", title, id=anchor),
            element("div", content, class_="answer"),
            aria_labelledby=anchor,
        )
        for anchor, title, content in sections
    ]
    return document(f"{shown_name(program.name, NAME_LIMIT)}: the data", [header, element("main", answers)], style)


def _what_is_there(report: DataReport) -> Markup:
    counts = report.counts()
    columns = [Column("number", numeric=True), Column("class"), *(Column(part, numeric=True) for part in PARTS)]
    rows = [
        (str(label), shown(name), *(f"{counts[part][label]:,}" for part in PARTS))
        for label, name in enumerate(report.classes)
    ]
    totals = [("", "all", *(f"{sum(counts[part]):,}" for part in PARTS))]
    many = "long" if len(rows) > 20 else "compact"
    return markup(
        [
            scrolling("Images of each class", table("Images of each class", columns, rows, totals), css_class=many),
            definitions(_facts(report)),
        ]
    )


def _facts(report: DataReport) -> list[tuple[str, str]]:
    """Sizes, formats, values and what was left aside, in words."""
    facts = [("values", f"{values} ({counted(images, 'image')})") for values, images in report.values()]
    sizes = Counter(item.size for item in report.items)
    common = ", ".join(f"{shape_words(size)} ({images:,})" for size, images in sizes.most_common(3))
    more = f" and {len(sizes) - 3:,} other sizes" if len(sizes) > 3 else ""
    facts.append(("sizes", f"{common}{more}"))
    for title, tally in (("formats", report.formats), ("colors", report.modes)):
        if tally:
            facts.append((title, ", ".join(f"{name} ({count:,})" for name, count in tally.most_common())))
    facts += [("others", line) for line in report.left_out]
    return facts


def _galleries(report: DataReport) -> Markup:
    by_class: defaultdict[int, list[Item]] = defaultdict(list)
    for item in report.items:
        by_class[item.label].append(item)
    each = min(max(_IMAGES // max(len(report.classes), 1), _LEAST), _MOST)
    content: list[Content] = [
        element(
            "p",
            "Of each class, some images at even distances, as the network gets them before “normalize”. Under each: "
            "its name, and its values from the least to the greatest.",
            class_="muted",
        )
    ]
    for label, name in enumerate(report.classes[:_CLASSES]):
        content.append(element("h3", f"{label} ", shown(name)))
        items = by_class[label]
        content.append(_gallery(_spread(items, each)) if items else element("p", "No images.", class_="muted"))
    if len(report.classes) > _CLASSES:
        content.append(element("p", f"{len(report.classes) - _CLASSES:,} more classes are not shown.", class_="muted"))
    return markup(content)


def _spread(items: Sequence[Item], most: int) -> list[Item]:
    """At most so many, at even distances."""
    places = np.linspace(0, len(items) - 1, min(most, len(items))).round().astype(int)
    return [items[place] for place in places.tolist()]


def _gallery(items: Sequence[Item]) -> Markup:
    return element(
        "ul",
        [
            element(
                "li",
                picture(
                    thumbnail(next(item.source.batches(np.array([item.index]), 1))[0]), f"Image of the {item.part} part"
                ),
                element("span", shown(_short(item.name))),
                element("span", _range(item), class_="muted"),
            )
            for item in items
        ],
        class_="samples",
    )


def _short(name: str) -> str:
    """The last name of a path; the class and the part stand elsewhere."""
    return name.rpartition("/")[2].removesuffix(" of the training set").replace(" of the test set", ", test")


def _range(item: Item) -> str:
    white = "" if item.values.white == 255 else f" of {item.values.white:,}"
    return f"{item.values.least:,} to {item.values.greatest:,}{white}"


def _findings(found: Sequence[Diagnostic], refusal: UserError | None) -> Markup:
    items = [
        element(
            "li",
            element("p", element("strong", each.code), f" {each.message}"),
            element("p", each.help, class_="muted") if each.help else [],
        )
        for each in found
    ]
    banner = element("p", refusal.message, class_="banner", role="note") if refusal else []
    if not items:
        return markup(banner or element("p", "No problems."))
    return markup([banner, element("ul", items, class_="findings")])
