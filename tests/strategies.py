"""Networks made up by Hypothesis from the table of layers: a new layer kind is tested without a change here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from spec_lang.forms import Parameter, Required, SameAs, parameters_for
from spec_lang.kinds import Axes, Choice, Either, Flag, Kind, Pair, Real, Sides, Whole
from spec_lang.layers import LAYERS
from spec_lang.layers.kind import LayerKind, Refusal, Takes, product
from spec_lang.program import Arguments, PlainValue, Shape
from spec_lang.rules.shapes import RESIDUAL_MISMATCH

KINDS = tuple(kind for kind in LAYERS.values() if kind.keyword != "input" and kind.join is None)
CONTAINERS = tuple(kind for kind in LAYERS.values() if kind.join is not None)
LARGEST_IMAGE, MOST_PARAMETERS, MOST_VALUES = 12, 20_000, 6_000
"""Bounds that keep a network quick to build."""


@dataclass(frozen=True, repr=False)
class Drawn:
    """One layer of a network, with the text that it is written as."""

    kind: LayerKind
    arguments: Arguments
    text: str


@dataclass(frozen=True, repr=False)
class Network:
    """A network that may or may not be sound."""

    input_shape: Shape
    layers: tuple[Drawn, ...]

    @property
    def text(self) -> str:
        return "\n".join([f"input {size_text(self.input_shape)}", *(layer.text for layer in self.layers)])

    def __repr__(self) -> str:
        return self.text


def size_text(size: tuple[Any, ...]) -> str:
    return "x".join(map(str, size))


@st.composite
def networks(draw: st.DrawFn, most_layers: int = 6) -> Network:
    """A sound network."""
    shape = draw(input_shapes())
    layers, _ = draw(sound_layers(shape, most_layers))
    return Network(shape, (*layers, layer_of(LAYERS["flatten"], {})))


@st.composite
def sound_layers(draw: st.DrawFn, shape: Shape, most: int, containers: bool = True) -> tuple[tuple[Drawn, ...], Shape]:
    """Layers that fit one behind the other, and the shape that they leave."""
    layers: list[Drawn] = []
    for _ in range(draw(st.integers(1, most))):
        if containers and draw(st.integers(0, 29)) == 17:
            layer, output = draw(contained(shape))
        else:
            layer = draw(layers_for(shape))
            output = layer.kind.shape(shape, layer.arguments)
        if isinstance(output, Refusal) or product(output) > MOST_VALUES:
            continue
        if layer.kind.cost(shape, output, layer.arguments).parameters > MOST_PARAMETERS:
            continue
        layers.append(layer)
        shape = output
    return tuple(layers), shape


@st.composite
def contained(draw: st.DrawFn, shape: Shape) -> tuple[Drawn, Shape | Refusal]:
    """A layer with layers inside, and the shape that it leaves."""
    kind = draw(st.sampled_from(CONTAINERS))
    body, inside = draw(sound_layers(shape, most=3, containers=False))
    arguments = {each.name: draw(argument(each, {}, shape)) for each in kind.parameters}
    layer = layer_of(kind, arguments)
    text = f"{layer.text} {{ {'; '.join(each.text for each in body)} }}"
    assert kind.join is not None
    return Drawn(kind, arguments, text), kind.join(shape, inside, arguments) if body else Refusal(
        RESIDUAL_MISMATCH, "", {}
    )


@st.composite
def doubtful_networks(draw: st.DrawFn, most_layers: int = 4) -> Network:
    """A network whose layers were drawn without a look at the shape, or with one argument out of all bounds."""
    shape = draw(input_shapes())
    image_likely = st.sampled_from((shape, (5, 5, 4)))
    layers = draw(st.lists(image_likely.flatmap(layers_for), min_size=1, max_size=most_layers))
    if draw(st.booleans()):
        place = draw(st.integers(0, len(layers) - 1))
        layers[place] = draw(spoilt(layers[place]))
    return Network(shape, tuple(layers))


def input_shapes() -> st.SearchStrategy[Shape]:
    side, channels = st.integers(1, LARGEST_IMAGE), st.integers(1, 6)
    image = st.tuples(side, side, channels)
    return image | image | image | image | st.tuples(st.integers(1, 40))


@st.composite
def layers_for(draw: st.DrawFn, shape: Shape) -> Drawn:
    """A layer that takes inputs of so many axes, with arguments that may or may not fit."""
    kind = draw(st.sampled_from(_KINDS_BY_RANK[len(shape)]))
    arguments: dict[str, PlainValue] = {}
    for parameter in kind.parameters:
        arguments[parameter.name] = draw(argument(parameter, arguments, shape))
    for parameter in parameters_for(kind, next(iter(arguments.values()), None))[len(kind.parameters) :]:
        arguments[parameter.name] = draw(argument(parameter, arguments, shape))
    named = draw(st.sets(st.sampled_from(sorted(arguments)))) if arguments else set()
    return layer_of(kind, arguments, named)


_BY_OPTIONS = sorted(KINDS, key=lambda kind: -len(kind.parameters))
_KINDS_BY_RANK: Mapping[int, tuple[LayerKind, ...]] = {
    # Those with many options stand first and several times over, so that they are drawn more often.
    3: tuple(
        kind for kind in _BY_OPTIONS for _ in range(1 + len(kind.parameters) // 2) if kind.takes is not Takes.FLAT
    ),
    2: tuple(kind for kind in _BY_OPTIONS if kind.takes is Takes.ANY),
    1: tuple(kind for kind in _BY_OPTIONS if kind.takes is not Takes.IMAGE),
}


def argument(parameter: Parameter, earlier: Arguments, shape: Shape) -> st.SearchStrategy[PlainValue]:
    """A value of a parameter; mostly its default, where it has one."""
    if parameter.many:
        assert isinstance(parameter.kind, Choice)
        words = list(parameter.kind.words)
        return st.permutations(words).map(tuple) | st.lists(st.sampled_from(words), min_size=1, max_size=4).map(tuple)
    drawn = values(parameter.kind, shape)
    match parameter.default:
        case Required():
            return drawn
        case SameAs(other):
            return st.just(earlier[other]) | drawn
        case default:
            return st.just(default) | drawn


def values(kind: Kind, shape: Shape) -> st.SearchStrategy[PlainValue]:
    """A small value of a kind."""
    match kind:
        case Whole(low, high):
            return st.integers(low, min(high, low + 8))
        case Real(low, high):
            lowest, highest = max(low, -3.0), min(high, 3.0)
            thousandths = st.integers(round(lowest * 1000) + kind.above_low, round(highest * 1000) - kind.below_high)
            return thousandths.map(lambda number: number / 1000)
        case Pair(low, high):
            side = st.integers(low, min(high, 4))
            return st.tuples(side, side)
        case Sides():
            side = st.integers(0, 3)
            return st.tuples(side, side, side, side)
        case Axes():
            return st.permutations(shape).map(tuple) | st.just((product(shape),)) | st.just((1, 1, product(shape)))
        case Choice(words):
            return st.sampled_from(list(words))
        case Flag():
            return st.booleans()
        case Either(kinds):
            return st.one_of([values(each, shape) for each in kinds])
    raise NotImplementedError(f"no layer takes {kind}")


WILD: Mapping[type[Kind], tuple[PlainValue, ...]] = {
    Whole: (0, -1, 7, 13, 50),
    Real: (-1.0, 1.0, 1.5, 100.0),
    Pair: ((0, 1), (1, 0), (1, 3), (2, 2), (13, 1), (40, 40)),
    Sides: ((0, 0, 20, 0), (6, 6, 6, 6), (0, 0, 0, 0)),
    Axes: ((0, 4), (7, 7, 7), (1,)),
    Choice: ("nonsense", "same", "relu", "identity", "glu"),
    Flag: (True, False),
}


@st.composite
def spoilt(draw: st.DrawFn, layer: Drawn) -> Drawn:
    """The layer with one argument that is rare, or outside of what its kind allows."""
    parameters = parameters_for(layer.kind, next(iter(layer.arguments.values()), None))
    # Another word for the first parameter of these would need other parameters behind it.
    fixed = layer.kind.parameters[:1] if layer.kind.variants else ()
    candidates = [each for each in parameters if not each.many and each not in fixed]
    if not candidates:
        return layer
    parameter = draw(st.sampled_from(candidates))
    kind = parameter.kind.kinds[0] if isinstance(parameter.kind, Either) else parameter.kind
    wild = draw(st.sampled_from(WILD[type(kind)]))
    return layer_of(layer.kind, {**layer.arguments, parameter.name: wild}, {parameter.name})


def layer_of(kind: LayerKind, arguments: Arguments, named: set[str] | frozenset[str] = frozenset()) -> Drawn:
    """The layer with its text; the arguments in `named` are written with their names, defaults are left out."""
    words = [kind.keyword]
    options: list[str] = []
    first = next(iter(arguments.values()), None)
    for parameter in parameters_for(kind, first):
        value = arguments[parameter.name]
        default = parameter.default
        if value == (arguments[default.parameter] if isinstance(default, SameAs) else default):
            continue
        if parameter.positional and (parameter.name not in named or parameter.many):
            words.extend(map(str, value) if isinstance(value, tuple) and parameter.many else [text(value)])
        else:
            options.append(f"{parameter.name}={text(value)}")
    return Drawn(kind, arguments, " ".join([*words, *options]))


def text(value: PlainValue) -> str:
    """A plain value as the language writes it."""
    match value:
        case bool():
            return "on" if value else "off"
        case tuple():
            return size_text(value)
    return str(value)


def layer_with(keyword: str, **arguments: PlainValue) -> Drawn:
    """The layer of a keyword with these arguments, and its defaults for all others."""
    kind = LAYERS[keyword]
    first = arguments.get(kind.parameters[0].name) if kind.parameters else None
    for parameter in parameters_for(kind, first):
        default = parameter.default
        if parameter.name not in arguments and not isinstance(default, Required):
            arguments[parameter.name] = arguments[default.parameter] if isinstance(default, SameAs) else default
    return layer_of(kind, arguments)
