"""HTML that is safe by construction: text is escaped unless its type says that it is markup already."""

import base64
import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from runtime.labels import shown_name


class Markup(str):
    """HTML that goes into the page as it stands. Made by the functions of this module only."""

    __slots__ = ()


Content: TypeAlias = "str | Iterable[Content]"
"""Text, markup, or any nesting of them."""

_VOID = frozenset({"img", "link", "meta"})
_DRAWN = frozenset({"circle", "line", "path", "rect"})
"""Elements of SVG that are empty here."""
NAME_LIMIT = 60
"""Characters of a name that fit a heading and a cell."""


def element(tag: str, *content: Content, **attributes: str | int | None) -> Markup:
    """An element. `class_` and `aria_label` give the attributes `class` and `aria-label`; None leaves one out.

    `viewBox`, which SVG spells so, is written as it stands.
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_escaped(str(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    if tag in _VOID:
        return Markup(f"<{tag}{written}>")
    if tag in _DRAWN:
        return Markup(f"<{tag}{written}/>")
    return Markup(f"<{tag}{written}>{markup(content)}</{tag}>")


def markup(content: Content) -> Markup:
    """Content as one piece of HTML."""
    match content:
        case Markup():
            return content
        case str():
            return Markup(_escaped(content))
        case _:
            return Markup("".join(map(markup, content)))


def shown(name: str, limit: int = NAME_LIMIT) -> Markup:
    """A name that someone else gave, isolated from the text around it: it may be long, or run from right to left."""
    return element("bdi", shown_name(name, limit).strip() or "(no name)")


def picture(png: bytes, alt: str, css_class: str | None = None) -> Markup:
    """A PNG file inside the page, two of its pixels to one of the page: crisp on dense screens and on paper."""
    width, height = (-(-int.from_bytes(png[start : start + 4], "big") // 2) for start in (16, 20))
    source = f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"
    return element("img", src=source, alt=alt, width=width, height=height, class_=css_class)


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a table's column."""

    title: str
    numeric: bool = False


def table(
    caption: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Content]],
    totals: Iterable[Sequence[Content]] = (),
    css_class: str | None = None,
) -> Markup:
    """A table whose first column names its rows. With the class "sortable", a click on a head sorts it."""

    def row(cells: Sequence[Content]) -> Markup:
        first, *rest = cells
        return element(
            "tr",
            element("th", first, scope="row", class_=_alignment(columns[0])),
            [element("td", cell, class_=_alignment(column)) for column, cell in zip(columns[1:], rest, strict=True)],
        )

    heads = [element("th", column.title, scope="col", class_=_alignment(column)) for column in columns]
    foot = [row(cells) for cells in totals]
    return element(
        "table",
        element("caption", caption),
        element("thead", element("tr", heads)),
        element("tbody", [row(cells) for cells in rows]),
        element("tfoot", foot) if foot else "",
        class_=css_class,
    )


def definitions(pairs: Iterable[tuple[str, str]], css_class: str = "definitions") -> Markup:
    """Names with their values."""
    return element(
        "dl",
        [element("div", element("dt", name), element("dd", value)) for name, value in pairs],
        class_=css_class,
    )


def folded(summary: str, *content: Content) -> Markup:
    """What is shown on demand, and in print."""
    return element("details", element("summary", summary), *content)


def scrolling(label: str, *content: Content, css_class: str = "wide") -> Markup:
    """A region that scrolls on its own where its content is too wide or too long, by keyboard too."""
    return element("div", *content, class_=f"scroll {css_class}", role="region", aria_label=label, tabindex=0)


def _escaped(text: str) -> str:
    # A file name that is not UTF-8 reaches Python with lone surrogates, which no page can hold.
    return html.escape(text.encode(errors="replace").decode())


def _alignment(column: Column) -> str | None:
    return "number" if column.numeric else None
