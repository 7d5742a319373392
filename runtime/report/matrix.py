"""The confusion matrix: a table of counts for few classes, a heat map for many."""

from collections import defaultdict

from runtime.evaluation.evaluation import Evaluation
from runtime.labels import shown_name
from runtime.report.charts import at, drawing
from runtime.report.markup import Content, Markup, element, scrolling, shown
from runtime.report.words import counted, percent

MANY = 20
"""More classes than this leave no room for counts."""
_LEVELS = 10
_CELL = 9
_NAME_LIMIT = 16
_LETTER = 4.4
"""Width of a letter of the heat map's names, in units of its cells."""


def confusion_matrix(evaluation: Evaluation) -> Markup:
    """Rows hold the images of one class, columns those that got one answer; right is blue, wrong orange.

    The figures of each cell are in the attribute `data-counts`, from which the script of the page tells what is under
    the pointer.
    """
    many = len(evaluation.classes) > MANY
    strongest = max([0.1, *(one.share for one in evaluation.confusions())])
    return element(
        "figure",
        scrolling("Confusion matrix", _heat_map(evaluation, strongest) if many else _table(evaluation, strongest)),
        element("p", "", class_="readout muted", aria_live="polite"),
        _scales(strongest, many),
        element(
            "figcaption",
            "Each row holds the images of one class, each column those that got one answer. The stronger the blue, the "
            "larger the share of a class that was recognised; the stronger the orange, the larger the share that was "
            "mistaken.",
        ),
        class_="confusion",
        data_counts=_counts(evaluation),
    )


def _counts(evaluation: Evaluation) -> str:
    """The cells that are not empty, "truth answer images" each."""
    cells = (
        f"{truth} {answer} {images}"
        for truth, row in enumerate(evaluation.confusion)
        for answer, images in enumerate(row)
        if images
    )
    return ";".join(cells)


def _table(evaluation: Evaluation, strongest: float) -> Markup:
    names = [shown(name, _NAME_LIMIT) for name in evaluation.class_names]
    upright = max(len(shown_name(name, _NAME_LIMIT)) for name in evaluation.class_names) > 4 and len(names) > 3
    heads = [element("th", element("span", name), scope="col") for name in names]
    rows = []
    for truth, row in enumerate(evaluation.confusion):
        total = sum(row)
        cells = [
            element(
                "td",
                f"{images:,}" if images else element("span", "0", class_="zero"),
                class_=_level(images / total, truth == answer, strongest) if images else None,
            )
            for answer, images in enumerate(row)
        ]
        rows.append(element("tr", element("th", names[truth], scope="row"), cells))
    return element(
        "table",
        element("caption", "Confusion matrix: images by their class (rows) and by the answer (columns)"),
        element("thead", element("tr", element("td", "class ↓ answer →", class_="corner"), heads)),
        element("tbody", rows),
        class_="matrix upright" if upright else "matrix",
    )


def _level(share: float, right: bool, strongest: float) -> str:
    part = share if right else share / strongest
    return f"{'right' if right else 'wrong'}-{max(1, min(_LEVELS, round(part * _LEVELS)))}"


def _heat_map(evaluation: Evaluation, strongest: float) -> Markup:
    names = [shown_name(name, _NAME_LIMIT) for name in evaluation.class_names]
    side = len(names) * _CELL
    margin = round(max(map(len, names)) * _LETTER) + 10
    cells: defaultdict[tuple[bool, int], list[str]] = defaultdict(list)
    for truth, row in enumerate(evaluation.confusion):
        total = sum(row)
        for answer, images in enumerate(row):
            if images:
                part = images / total if truth == answer else images / total / strongest
                level = max(1, min(_LEVELS, round(part * _LEVELS)))
                cells[truth == answer, level].append(f"M{answer} {truth}h1v1h-1z")
    painted = [
        element("path", d="".join(path), class_="right" if right else "wrong", fill_opacity=f"{_opacity(level):.2f}")
        for (right, level), path in sorted(cells.items())
    ]
    alt = (
        f"Heat map of {len(names)} by {len(names)} classes, {evaluation.correct:,} of "
        f"{counted(evaluation.images, 'image')} on the diagonal. The most frequent mistakes follow as a table."
    )
    svg = drawing(
        alt,
        [_row_name(name, place, margin) for place, name in enumerate(names)],
        [_column_name(name, place, margin) for place, name in enumerate(names)],
        element("rect", x=margin, y=margin, width=side, height=side, class_="field"),
        element("g", painted, transform=f"translate({margin} {margin}) scale({_CELL})"),
        element("rect", x=margin, y=margin, width=side, height=side, class_="outline", data_classes=len(names)),
        width=margin + side + 1,
        height=margin + side + 1,
    )
    return element("div", svg, class_="heat huge" if len(names) > 40 else "heat")


def _opacity(level: int) -> float:
    """Of a cell of the heat map; even the weakest is seen."""
    return 0.1 + 0.09 * level


def _row_name(name: str, place: int, margin: int) -> Markup:
    return element("text", name, x=margin - 4, y=at(margin + (place + 0.78) * _CELL), text_anchor="end")


def _column_name(name: str, place: int, margin: int) -> Markup:
    turned = f"translate({at(margin + (place + 0.78) * _CELL)} {margin - 4}) rotate(-90)"
    return element("text", name, transform=turned)


def _scales(strongest: float, many: bool) -> Markup:
    """What the two colours mean, from nothing to the most."""
    # Cells with counts are paler, so that these can be read: see figures.css.
    opacity = _opacity if many else lambda level: 0.06 * level

    def scale(kind: str, title: str, most: float) -> Content:
        swatches = [
            element("rect", x=14 * level, width=14, height=12, class_=kind, fill_opacity=f"{opacity(level + 1):.2f}")
            for level in range(_LEVELS)
        ]
        drawn = element("svg", swatches, width=14 * _LEVELS, height=12, aria_hidden="true")
        return element("span", f"{title}: 0% ", drawn, f" {percent(most, 0)} of the class")

    return element("p", scale("right", "right", 1.0), scale("wrong", "wrong", strongest), class_="scales muted")
