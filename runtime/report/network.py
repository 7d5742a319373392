"""A drawing of the network: a block for each layer, sized by its shape, in the order in which an image passes them."""

import math
from collections.abc import Iterator, Sequence

from runtime.report.content import LayerRow
from runtime.report.markup import Column, Content, Markup, element, scrolling, table
from runtime.report.words import shape_words
from spec_lang.program import Shape

_MANY = 24
"""More layers than this scroll in place."""
_TALLEST, _LOWEST = 56.0, 7.0
"""Height of the largest and of the smallest block, in pixels."""
_ROOM = 78
"""Height of each drawing: the tallest block with what leads back. Blocks stand on one line."""
_SLANT = 0.35
"""How far the width of an image leads back, as a share of the height that it would have."""


def network(input_shape: Shape, layers: Sequence[LayerRow]) -> Markup:
    """The blocks, in rows as wide as there is room for; what is inside a residual is framed, with its way past it."""
    largest = max(input_shape[:2])
    blocks = element(
        "ol",
        _item("input", "", input_shape, largest, "given"),
        [_layer(layer, largest) for layer in layers],
        class_="network",
    )
    many = sum(1 for _ in flattened(layers)) > _MANY
    return element(
        "figure",
        scrolling("Drawing of the network", blocks, css_class="long" if many else "wide"),
        element(
            "figcaption",
            "Each block is what a layer yields: the higher and deeper, the larger the image; the thicker, the more "
            "channels. Layers in blue have parameters to learn.",
        ),
    )


def network_table(layers: Sequence[LayerRow]) -> Markup:
    """Every layer with its shape and its parameters; those inside a residual are indented."""
    rows = [
        (
            [element("span", "↳ ", class_="muted") if depth else "", layer.kind],
            layer.arguments,
            shape_words(layer.output_shape),
            f"{layer.parameters:,}",
        )
        for layer, depth in flattened(layers)
    ]
    total = sum(layer.parameters for layer in layers)
    columns = [Column("layer"), Column("settings"), Column("output"), Column("parameters", numeric=True)]
    listed = table("Network", columns, rows, totals=[("total", "", "", f"{total:,}")])
    return scrolling("Network", listed, css_class="long" if len(rows) > _MANY else "wide")


def flattened(layers: Sequence[LayerRow], depth: int = 0) -> Iterator[tuple[LayerRow, int]]:
    """Every layer with how many residuals it is inside of, a residual before what is in it."""
    for layer in layers:
        yield layer, depth
        yield from flattened(layer.body, depth + 1)


def _layer(layer: LayerRow, largest: int) -> Markup:
    if not layer.body:
        return _item(
            layer.kind, layer.arguments, layer.output_shape, largest, "learns" if layer.parameters else "fixed"
        )
    inside = element("ol", [_layer(each, largest) for each in layer.body], class_="network")
    return element(
        "li",
        element("span", "residual: the input goes past these layers as well", class_="past muted"),
        inside,
        element("span", _sum(layer), class_="muted"),
        class_="residual",
    )


def _sum(layer: LayerRow) -> Content:
    then = f", then {layer.arguments}" if layer.arguments else ""
    return [element("strong", "+"), f" the input is added{then}: {shape_words(layer.output_shape)}"]


def _item(kind: str, arguments: str, shape: Shape, largest: int, css_class: str) -> Markup:
    return element(
        "li",
        _block(shape, largest),
        element("strong", kind),
        element("span", arguments) if arguments else [],
        element("span", shape_words(shape), class_="muted"),
        class_=css_class,
    )


def _block(shape: Shape, largest: int) -> Markup:
    """A box seen from the left and above: its front edge is the thickness, its height and depth are the image's."""
    if len(shape) == 3:
        height, depth = (_size(side / largest) for side in shape[:2])
        thickness = 3 + 4 * math.log2(shape[2])
    else:
        height, depth, thickness = 14 + 42 * min(1.0, math.log2(shape[0] + 1) / 12), 6.0, 8.0
    back = depth * _SLANT
    top = _ROOM - 1 - height

    def face(css_class: str, path: str) -> Markup:
        return element("path", d=path, class_=css_class)

    leading = f"l{back:.1f} -{back:.1f}"
    returning = f"l-{back:.1f} {back:.1f}"
    return element(
        "svg",
        face("front", f"M1 {top:.1f}h{thickness:.1f}v{height:.1f}h-{thickness:.1f}z"),
        face("top", f"M1 {top:.1f}{leading}h{thickness:.1f}{returning}z"),
        face("side", f"M{1 + thickness:.1f} {top:.1f}{leading}v{height:.1f}{returning}z"),
        width=math.ceil(thickness + back) + 2,
        height=_ROOM,
        aria_hidden="true",
    )


def _size(share: float) -> float:
    """Of a side of an image, by its share of the largest one: the area, not the side, keeps its proportion."""
    return max(_LOWEST, _TALLEST * math.sqrt(share))
