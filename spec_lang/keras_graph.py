"""The graph of a functional Keras model as what the language has: a chain of layers, of which some are residuals.

A layer that joins branches closes what its immediate dominator opened: the last layer that every way to it leads
through (Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm", 2001). A join that is no residual stands in
the chain as what the language lacks, and the chain goes on before its branches.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from spec_lang.keras_layers import NotExpressibleError, Translated, class_of, translate_layer
from spec_lang.keras_values import Config, shown
from spec_lang.kinds import Axes
from spec_lang.layers import LAYERS
from spec_lang.layers.activations import ACTIVATIONS
from spec_lang.layers.residual import projection_stride
from spec_lang.program import PlainValue, Shape
from spec_lang.program_json import of_kind
from spec_lang.unparse import statement

MOST_LAYERS: Final = 5_000
"""Layers of one model. Those of the largest published networks have about a thousand."""


class NotAChainError(ValueError):
    """A model that has no place in the language as a whole, with the reason as its text."""


@dataclass(frozen=True, slots=True)
class Residual:
    """What is added to its input, or to the projection of it, and what is applied to the sum."""

    body: "tuple[Item, ...]"
    activation: str


@dataclass(frozen=True, slots=True)
class Lacking:
    """A layer that joins branches in a way that the language does not have."""

    name: str
    class_name: str
    what: str


Item: TypeAlias = Config | Residual | Lacking
"""A part of a chain; a layer is as it stands in the config."""


def chain_of(config: Config) -> tuple[Item, ...]:
    """What follows the input of a functional model, in order. Raises NotAChainError."""
    source, sink = _one(config.get("input_layers"), "input"), _one(config.get("output_layers"), "output")
    return tuple(_Chain(_nodes(config.get("layers")), source).between(source, sink))


def end_of(config: Config, end: str) -> Config | None:
    """The layer that a functional model begins or ends with, by "input" or "output"; None where it is not one."""
    layers, names = config.get("layers"), _ends(config.get(f"{end}_layers"))
    found = [each for each in layers if isinstance(each, Mapping)] if isinstance(layers, list) else []
    return next((each for each in found if [each.get("name")] == names), None)


def input_shape(config: Mapping[str, Any]) -> Shape | None:
    """The shape of one sample that an input layer, or a first layer of old, is told; None where it is not."""
    return _shape(config.get("batch_shape") or config.get("batch_input_shape"))


@dataclass(frozen=True, slots=True)
class _Node:
    layer: Config
    fed_by: tuple[str, ...]
    shapes: tuple[Shape | None, ...]
    """What each of those leaves."""


class _CrossingError(Exception):
    """Two branches have a layer in common."""


@dataclass(slots=True)
class _Chain:
    nodes: Mapping[str, _Node]
    source: str
    consumers: Counter[str] = field(default_factory=Counter)
    """By each layer: how often it feeds another."""
    before: dict[str, str] = field(default_factory=dict)
    """By each layer: its immediate dominator."""
    depth: dict[str, int] = field(default_factory=dict)
    placed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        if self.source not in self.nodes:
            raise NotAChainError("its config names no layer as its input")
        self.consumers.update(name for node in self.nodes.values() for name in node.fed_by)
        self.before[self.source], self.depth[self.source] = self.source, 0
        for name in _in_order(self.nodes, self.source):
            first, *others = self.nodes[name].fed_by
            for other in others:
                first = self.common(first, other)
            self.before[name], self.depth[name] = first, self.depth[first] + 1

    def common(self, one: str, other: str) -> str:
        """The last layer that the ways to both lead through."""
        while one != other:
            if self.depth[one] >= self.depth[other]:
                one = self.before[one]
            else:
                other = self.before[other]
        return one

    def between(self, first: str, last: str) -> list[Item]:
        """What leads from a layer, which is left out, to another. Raises _CrossingError where it is placed already."""
        items: list[Item] = []
        while last != first:
            if last not in self.before:
                raise NotAChainError(f"its output {shown(last)} is none of its layers")
            if last in self.placed:
                raise _CrossingError
            self.placed.add(last)
            node = self.nodes[last]
            if len(node.fed_by) > 1:
                items.append(self.join(last, "linear"))
            elif (word := plain_activation(node.layer)) and self.ends_sum(node):
                (last,) = node.fed_by
                self.placed.add(last)
                joined = self.join(last, word)
                items += [joined] if isinstance(joined, Residual) else [node.layer, joined]
            else:
                items.append(node.layer)
            last = self.before[last]
        return items[::-1]

    def ends_sum(self, node: _Node) -> bool:
        (name,) = node.fed_by
        fed_by = self.nodes[name]
        return class_of(fed_by.layer) == "Add" and len(fed_by.fed_by) > 1 and self.consumers[name] == 1

    def join(self, name: str, activation: str) -> Residual | Lacking:
        node, fork = self.nodes[name], self.before[name]
        class_name = class_of(node.layer)
        try:
            if class_name != "Add":
                raise NotExpressibleError(f"it joins {len(node.fed_by)} branches, which the language cannot")
            if len(node.fed_by) != 2:
                raise NotExpressibleError(f"it adds {len(node.fed_by)} branches, where a residual adds two")
            try:
                branches = [self.between(fork, each) for each in node.fed_by]
            except _CrossingError:
                raise NotExpressibleError("the branches that it adds have layers in common") from None
            return Residual(tuple(self.body(node, branches)), activation)
        except NotExpressibleError as error:
            left_out = self.drop(name, fork)
            layers = f"; left out with it: {', '.join(left_out)}" if left_out else ""
            return Lacking(name, class_name, f"{error}{layers}")

    def body(self, join: _Node, branches: list[list[Item]]) -> list[Item]:
        """The branch beside the shortcut. Raises NotExpressibleError where neither of the two is one."""
        for at in (1, 0):  # the compiler puts the shortcut last
            beside, body = branches[at], branches[1 - at]
            if not body:
                continue
            if not beside and join.shapes[0] == join.shapes[1]:
                return body
            if len(beside) == 1 and isinstance(beside[0], Mapping) and self.is_projection(beside[0], join.shapes):
                return body
        if join.shapes[0] != join.shapes[1]:
            raise NotExpressibleError("what it adds differs in shape")
        if not any(branches):
            raise NotExpressibleError("it adds a layer to itself")
        raise NotExpressibleError(
            "neither branch is a shortcut of the language: the input itself, or where the shapes differ the input "
            "through one plain 1x1 convolution"
        )

    def is_projection(self, layer: Config, sums: tuple[Shape | None, ...]) -> bool:
        """Whether a layer is what the language itself would put beside a residual that leaves such a shape."""
        (shape,), output = self.nodes[layer["name"]].shapes, sums[0]
        if not shape or not output or sums[1] != output or shape == output or len(shape) != len(output):
            return False
        expected: dict[str, PlainValue] = {"units": output[0]}
        kind = LAYERS["dense"]
        if len(output) == 3:
            kind, stride = LAYERS["conv"], projection_stride(shape, output)
            expected = {"filters": output[-1], "kernel": (1, 1), "padding": "same", "stride": stride}
        found = _translated(layer)
        return found is not None and found.form is kind and _says(found, expected)

    def drop(self, join: str, fork: str) -> list[str]:
        """Place what lies between a fork and what joins its branches; gives the names."""
        dropped: dict[str, None] = {}
        waiting = [*self.nodes[join].fed_by]
        while waiting:
            name = waiting.pop()
            if name != fork and name not in dropped:
                dropped[name] = None
                waiting += self.nodes[name].fed_by
        self.placed |= dropped.keys()
        if len(dropped) > _NAMED:
            return [f"all of the {len(dropped)} layers in its branches"]
        return [shown(name) for name in sorted(dropped)]


def plain_activation(layer: Config) -> str | None:
    """The word of a layer that is an activation and no more than a word, such as ReLU."""
    found = _translated(layer)
    if found is None or found.form is not LAYERS["activation"]:
        return None
    word = found.arguments["activation"]
    return str(word) if word in ACTIVATIONS and _says(found, {"activation": word}) else None


_NAMED: Final = 4


def _translated(layer: Config) -> Translated | None:
    try:
        return translate_layer(class_of(layer), layer["config"])
    except NotExpressibleError:
        return None


def _says(found: Translated, arguments: Mapping[str, PlainValue]) -> bool:
    return not found.lost and statement(found.form, found.arguments) == statement(found.form, arguments)


def _one(tensors: object, end: str) -> str:
    match _ends(tensors):
        case [name]:
            return name
        case names:
            named = ", ".join(map(shown, names[:_NAMED])) + (", …" if len(names) > _NAMED else "")
            raise NotAChainError(f"it has {len(names)} {end}s{f' ({named})' if names else ''}, where a spec has one")


def _ends(tensors: object) -> list[str]:
    """The names of the layers that a model begins or ends with."""
    match tensors:
        case [str(name), int(), int()]:
            return [name]
        case [*several]:
            return [name for each in several for name in _ends(each)]
        case Mapping():
            return _ends([*tensors.values()])
    return []


def _nodes(listed: object) -> dict[str, _Node]:
    nodes: dict[str, _Node] = {}
    layers = listed if isinstance(listed, list) else []
    if len(layers) > MOST_LAYERS:
        raise NotAChainError(f"it has more than {MOST_LAYERS} layers")
    for layer in layers:
        match layer:
            case {"class_name": str(), "config": Mapping(), "name": str(name), "inbound_nodes": list(calls)}:
                nodes[name] = _Node(layer, *_fed_by(name, calls))
            case _:
                raise NotAChainError(f"{shown(layer)} is no layer")
    return nodes


def _fed_by(name: str, calls: Sequence[object]) -> tuple[tuple[str, ...], tuple[Shape | None, ...]]:
    match calls:
        case []:
            return (), ()
        case [{"args": list(given), **more}]:
            tensors = list(_tensors([given, more.get("kwargs")]))
        case [_]:
            raise NotAChainError("it was saved by a Keras before 3: load it there and save it with Keras 3")
        case _:
            raise NotAChainError(f"{shown(name)} is called {len(calls)} times: a layer of a spec stands in one place")
    for fed_by, part, _ in tensors:
        if part != [0, 0]:
            raise NotAChainError(f"{shown(name)} takes one of several outputs of {shown(fed_by)}")
    return tuple(fed_by for fed_by, _, _ in tensors), tuple(shape for _, _, shape in tensors)


def _tensors(arguments: object) -> Iterator[tuple[str, list[object], Shape | None]]:
    """The layer, the call and the output, and the shape, of each tensor in the arguments of a call."""
    match arguments:
        case {"config": {"shape": list(with_batch), "keras_history": [str(name), *part]}}:
            yield name, part, _shape(with_batch)
        case [*inside]:
            for each in inside:
                yield from _tensors(each)
        case Mapping():
            for each in arguments.values():
                yield from _tensors(each)


def _shape(with_batch: object) -> Shape | None:
    try:
        shape = of_kind(Axes(), with_batch[1:] if isinstance(with_batch, list) else None, "shape")
    except ValueError:
        return None
    return tuple(axis for axis in shape if isinstance(axis, int)) if isinstance(shape, tuple) else None


def _in_order(nodes: Mapping[str, _Node], source: str) -> Iterator[str]:
    """The layers behind the source, each after all that it is fed by. Raises NotAChainError where there is no order."""
    feeds: dict[str, list[str]] = {name: [] for name in nodes}
    for name, node in nodes.items():
        for fed_by in node.fed_by:
            if fed_by not in nodes:
                raise NotAChainError(f"{shown(name)} is fed by {shown(fed_by)}, which is none of its layers")
            feeds[fed_by].append(name)
        if not node.fed_by and name != source:
            raise NotAChainError(f"{shown(name)} is fed by no layer")
    missing = {name: len(node.fed_by) for name, node in nodes.items()}
    ready = [source] if not missing[source] else []
    reached = 0
    while ready:
        name = ready.pop()
        reached += 1
        if name != source:
            yield name
        for fed in feeds[name]:
            missing[fed] -= 1
            if not missing[fed]:
                ready.append(fed)
    if reached < len(nodes):
        raise NotAChainError("its layers feed each other in a circle")
