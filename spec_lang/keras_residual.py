"""A residual, recognised in the config of a functional Keras model: what `compiler.residual` builds, and nothing else.

An input, a chain of layers from it, the input itself or its projection added to what they yield, perhaps an activation.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from spec_lang.keras_layers import NotExpressibleError, translate_layer
from spec_lang.keras_values import Config
from spec_lang.kinds import Axes
from spec_lang.layers import LAYERS
from spec_lang.layers.activations import ACTIVATIONS
from spec_lang.layers.residual import projection_stride
from spec_lang.program import PlainValue, Shape
from spec_lang.program_json import of_kind
from spec_lang.unparse import statement

Feeds: TypeAlias = tuple[tuple[str, Shape], ...]
"""The names of the layers that a layer is fed by, each with the shape that it leaves."""


@dataclass(frozen=True, slots=True)
class FoundResidual:
    """The layers inside of a residual, as they stand in the config, and what is applied to the sum."""

    body: tuple[Config, ...]
    activation: str


@dataclass(frozen=True, slots=True)
class _Graph:
    source: str
    layers: Mapping[str, Config]
    feeds: Mapping[str, Feeds]

    def class_name(self, name: str) -> object:
        return self.layers[name]["class_name"]

    def chain(self, last: str) -> list[str] | None:
        """The names of the layers from the source, which is left out, to the last; None where they are no chain."""
        names: list[str] = []
        while last != self.source:
            if len(names) > len(self.layers) or len(self.feeds[last]) != 1:
                return None
            names.append(last)
            ((last, _),) = self.feeds[last]
        return names[::-1]


def find_residual(config: Config) -> FoundResidual | None:
    """The residual that a functional model is, or None where it is none."""
    graph, last = _graph(config), _only(config.get("output_layers"))
    if graph is None or last not in graph.layers:
        return None
    activation, around = "linear", {graph.source, last}
    if graph.class_name(last) == "Activation" and len(graph.feeds[last]) == 1:
        activation = str(graph.layers[last]["config"].get("activation"))
        ((last, _),) = graph.feeds[last]
        around.add(last)
    if graph.class_name(last) != "Add" or activation not in ACTIVATIONS or len(graph.feeds[last]) != 2:
        return None
    first, second = graph.feeds[last]
    for (inside, output), (beside, _) in ((first, second), (second, first)):
        body = graph.chain(inside)
        if body is None or not _is_shortcut(graph, beside, output):
            continue
        if {*around, *body, beside} == graph.layers.keys() and beside not in body:
            return FoundResidual(tuple(graph.layers[name] for name in body), activation)
    return None


def _is_shortcut(graph: _Graph, beside: str, output: Shape) -> bool:
    """Whether a layer is what the language itself would put beside a residual that leaves such a shape."""
    if beside == graph.source:
        return output == input_shape(graph.layers[beside]["config"])
    if len(graph.feeds[beside]) != 1 or graph.feeds[beside][0][0] != graph.source:
        return False
    ((_, shape),) = graph.feeds[beside]
    if shape == output or len(shape) != len(output):
        return False
    expected: dict[str, PlainValue] = {"units": output[0]}
    kind = LAYERS["dense"]
    if len(output) == 3:
        kind, stride = LAYERS["conv"], projection_stride(shape, output)
        expected = {"filters": output[-1], "kernel": (1, 1), "padding": "same", "stride": stride}
    layer = graph.layers[beside]
    try:
        found = translate_layer(layer["class_name"], layer["config"])
    except NotExpressibleError:
        return False
    same = found.form is kind and statement(found.form, found.arguments) == statement(kind, expected)
    return same and not found.lost


def input_shape(config: Mapping[str, Any]) -> Shape | None:
    """The shape of one sample that an input layer, or a first layer of old, is told; None where it is not."""
    return _shape(config.get("batch_shape") or config.get("batch_input_shape"))


def _shape(with_batch: object) -> Shape | None:
    try:
        shape = of_kind(Axes(), with_batch[1:] if isinstance(with_batch, list) else None, "shape")
    except ValueError:
        return None
    return tuple(axis for axis in shape if isinstance(axis, int)) if isinstance(shape, tuple) else None


def _graph(config: Config) -> _Graph | None:
    layers: dict[str, Config] = {}
    feeds: dict[str, Feeds] = {}
    listed = config.get("layers")
    for layer in listed if isinstance(listed, list) else ():
        match layer:
            case {"class_name": str(), "config": Mapping(), "name": str(name), "inbound_nodes": []}:
                layers[name], feeds[name] = layer, ()
            case {"class_name": str(), "config": Mapping(), "name": str(name), "inbound_nodes": [{"args": list(args)}]}:
                layers[name], feeds[name] = layer, tuple(_tensors(args))
            case _:
                return None
    known = all(fed_by in layers for each in feeds.values() for fed_by, _ in each)
    source = _only(config.get("input_layers"))
    return _Graph(source, layers, feeds) if source in layers and known else None


def _tensors(arguments: Sequence[object]) -> Iterator[tuple[str, Shape]]:
    """The layers, with the shapes, that the arguments of a call come from."""
    for argument in arguments:
        match argument:
            case {"config": {"shape": list(with_batch), "keras_history": [str(name), 0, 0]}}:
                yield name, _shape(with_batch) or ()
            case [*inside]:
                yield from _tensors(inside)


def _only(tensors: object) -> str:
    """The layer of the only input or output of a model; empty where there are several."""
    match tensors:
        case [str(name), 0, 0] | [[str(name), 0, 0]]:
            return name
    return ""
