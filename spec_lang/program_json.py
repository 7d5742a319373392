"""The program as JSON and back.

Reading trusts nothing: each layer is looked up in the table, each argument must be of its kind, and shapes and costs
are computed anew, so that a file from a stranger can describe a network and do nothing else.
"""

from collections.abc import Iterator, Mapping, Sequence
from sys import float_info
from typing import Final, cast

from spec_lang.datasets import DATASETS
from spec_lang.forms import Form, Parameter, Required, SameAs, parameters_for
from spec_lang.kinds import (
    Angle,
    Axes,
    Choice,
    Duration,
    Either,
    Extent,
    Flag,
    Interval,
    Kind,
    Names,
    Pair,
    Real,
    Sides,
    Text,
    Whole,
)
from spec_lang.layers import LAYERS, NOISE
from spec_lang.layers.kind import LayerKind, Refusal, Takes
from spec_lang.numbers import MOST_DIGITS
from spec_lang.program import Arguments, Data, HeadKind, Layer, PlainValue, Program, Shape, total
from spec_lang.reading import can_be_written, plain_extent
from spec_lang.sections import (
    AUGMENT,
    DATA,
    LOSS_BY_HEAD,
    MONITORS,
    SOURCES,
    TRAIN,
    Section,
    metric_of,
    top_count,
)

FORMAT: Final = 1
"""Version of the format; a file of a later one is refused."""

LARGEST_REAL: Final = float_info.max
"""Whole numbers in JSON have no bound, and a float has."""

DEEPEST: Final = 60
"""Containers within containers, as in the language itself."""

Json = dict[str, object]


def to_json(program: Program) -> Json:
    """The program as plain JSON data, valid under `spec_lang.schema`."""
    return {
        "dotcnn": FORMAT,
        "name": program.name,
        "data": _data_to_json(program.data) if program.data else None,
        **({"augment": _settings_to_json(program.augment)} if program.augment else {}),
        "model": {
            "input": list(program.input_shape),
            "layers": [_layer_to_json(layer) for layer in program.layers],
        },
        "train": _settings_to_json(program.train),
    }


def _data_to_json(data: Data) -> Json:
    return {
        "source": data.source,
        **({"arguments": _plain(data.arguments)} if data.arguments else {}),
        "image": list(data.image_shape),
        "classes": list(data.classes),
        **_settings_to_json(data.settings),
    }


def _settings_to_json(settings: Mapping[str, Arguments]) -> Json:
    return {setting: _plain(arguments) for setting, arguments in settings.items()}


def _layer_to_json(layer: Layer) -> Json:
    return {
        "layer": layer.kind,
        **_plain(layer.arguments),
        **({"body": [_layer_to_json(each) for each in layer.body]} if LAYERS[layer.kind].join else {}),
        "output": list(layer.output_shape),
        "parameters": layer.cost.parameters,
    }


def _plain(arguments: Arguments) -> Json:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in arguments.items()}


def from_json(value: object) -> Program:
    """The program that JSON data describes. Raises ValueError, saying where and what, for anything else."""
    top = _object(value, "the program")
    if type(top.get("dotcnn")) is not int or top["dotcnn"] != FORMAT:
        raise ValueError(f"'dotcnn' is {top.get('dotcnn')!r}, and this version reads format {FORMAT}")
    model = _object(top.get("model"), "model")
    shape = _shape(model.get("input"), "model.input")
    layers = _layers(model.get("layers"), shape, "model.layers")
    train = _settings(_object(top.get("train"), "train"), TRAIN)
    data = None if top.get("data") is None else _data(_object(top["data"], "data"))
    augment = _settings(_object(top["augment"], "augment"), AUGMENT) if "augment" in top else {}
    if data and data.image_shape != shape:
        raise ValueError(f"model.input is {list(shape)}, but data.image is {list(data.image_shape)}")
    name = top.get("name")
    if not isinstance(name, str) or not name or set(name) & set("/\\\0"):
        raise ValueError("'name' is not the name of a file")
    head = _head(layers, data)
    _check_loss(head, train)
    if data:
        _check_training(data, augment, train)
    return Program(name, shape, layers, train, data, head, augment)


def _data(value: Json) -> Data:
    classes, source = value.get("classes"), value.get("source")
    if not isinstance(classes, list) or not all(isinstance(each, str) for each in classes):
        raise ValueError("data.classes is not a list of names")
    if not isinstance(source, str):
        raise ValueError("data.source is not a name")
    image = _shape(value.get("image"), "data.image")
    settings = {name: each for name, each in value.items() if name in DATA.by_keyword and name != "classes"}
    data = Data(source, image, tuple(classes), _settings(settings, DATA, source), _data_arguments(value, source))
    known = DATASETS.get(source)
    fits = known is None or (known.image_shape == image and set(classes) <= set(known.classes))
    if (known is None and source not in SOURCES) or not fits or len(set(classes)) != len(classes) or len(classes) < 2:
        raise ValueError(f"data.source is {source[:80]!r}, which is no data set with these images and classes")
    return data


def _data_arguments(value: Json, source: str) -> dict[str, PlainValue]:
    given = _object(value.get("arguments", {}), "data.arguments")
    parameters = DATA.form.variants.get(source, ())
    if strangers := given.keys() - {parameter.name for parameter in parameters}:
        raise ValueError(f"data.arguments.{min(strangers)} is no argument")
    return {
        parameter.name: parameter.default  # type: ignore[misc]
        if parameter.name not in given and not isinstance(parameter.default, Required)
        else _argument(given, parameter, "data.arguments")
        for parameter in parameters
    }


def _layers(value: object, shape: Shape, place: str) -> tuple[Layer, ...]:
    if not isinstance(value, list) or place.count(".body") > DEEPEST:
        raise ValueError(f"{place[:80]} is not a list of layers")
    layers = []
    for index, each in enumerate(value):
        layer = _layer(_object(each, f"{place}[{index}]"), shape, f"{place}[{index}]")
        layers.append(layer)
        shape = layer.output_shape
    return tuple(layers)


def _layer(value: Json, shape: Shape, place: str) -> Layer:
    kind = LAYERS.get(str(value.get("layer")))
    if kind is None or kind.keyword == "input":
        raise ValueError(f"{place}.layer is {value.get('layer')!r}, which is no layer")
    arguments = _arguments(value, kind, place)
    rank = {Takes.IMAGE: 3, Takes.FLAT: 1, Takes.ANY: len(shape)}[kind.takes]
    body = _layers(value.get("body"), shape, f"{place}.body") if kind.join else ()
    output: Shape | Refusal | None = None
    if kind.join:
        output = kind.join(shape, body[-1].output_shape if body else shape, arguments)
    elif len(shape) == rank:
        output = kind.shape(shape, arguments)
    if output is None or isinstance(output, Refusal):
        raise ValueError(f"{place}: '{kind.keyword}' does not fit an input of {list(shape)}")
    cost = total((kind.cost(shape, output, arguments), *(each.cost for each in body)))
    for name, actual in (("output", list(output)), ("parameters", cost.parameters)):
        given = value.get(name, actual)
        if given != actual or type(given) is not type(actual):
            raise ValueError(f"{place}.{name} is {value[name]!r}, but must be {actual!r}")
    return Layer(kind.keyword, arguments, shape, output, cost, body=body)


def _settings(value: Json, section: Section, source: str = "") -> dict[str, Arguments]:
    settings = {
        name: setting
        for name, setting in section.by_keyword.items()
        if not setting.sources or not source or source in setting.sources
    }
    for name in value:
        if name not in settings:
            raise ValueError(f"{section.keyword}.{name} is no setting")
    if missing := [name for name, setting in settings.items() if name not in value and not setting.optional]:
        raise ValueError(f"{section.keyword}.{missing[0]} is missing")
    return {
        name: _arguments(_object(each, f"{section.keyword}.{name}"), settings[name], f"{section.keyword}.{name}")
        for name, each in value.items()
    }


def _arguments(value: Json, form: Form, place: str) -> dict[str, PlainValue]:
    """Every argument of a form; one that is missing has its default, so that programs outlive new parameters."""
    first = value.get(form.parameters[0].name, form.parameters[0].default) if form.parameters else None
    arguments: dict[str, PlainValue] = {}
    parameters = parameters_for(form, first)
    if (
        strangers := value.keys()
        - {each.name for each in parameters}
        - (_BESIDE_ARGUMENTS if isinstance(form, LayerKind) else set())
    ):
        raise ValueError(f"{place}.{min(strangers)[:80]} is no argument")
    for parameter in parameters:
        match parameter.default:
            case SameAs(other) if parameter.name not in value:
                arguments[parameter.name] = arguments[other]
            case default if parameter.name not in value and not isinstance(default, (Required, SameAs)):
                arguments[parameter.name] = default
            case _:
                arguments[parameter.name] = _argument(value, parameter, place)
    return arguments


_BESIDE_ARGUMENTS: Final = frozenset({"layer", "body", "output", "parameters"})
"""What stands in the object of a layer beside its arguments."""


def _argument(value: Json, parameter: Parameter, place: str) -> PlainValue:
    given = value.get(parameter.name)
    if parameter.many and isinstance(given, list) and given:
        return tuple(of_kind(parameter.kind, each, f"{place}.{parameter.name}") for each in given)
    return of_kind(parameter.kind, given, f"{place}.{parameter.name}")


def of_kind(kind: Kind, value: object, place: str) -> PlainValue:  # noqa: C901 - one flat case for each kind
    """The plain value of a kind that JSON data holds. Raises ValueError, naming the place, for anything else."""
    match kind, value:
        case (Flag(), bool()):
            return value
        case (_, bool()):
            pass
        case (_, int()) if abs(value) >= 10**MOST_DIGITS:
            pass
        case (Whole(low, high), int()) if low <= value <= high:
            return value
        case (Real(), (int() | float())) if abs(value) <= LARGEST_REAL and kind.holds(float(value)):
            return float(value)
        case (Pair(low, high), [int(first), int(second)]) if _all_within(value, low, high):
            return first, second
        case (Sides(high), [int(), int(), int(), int()]) if _all_within(value, 0, high):
            return tuple(value)
        case (Axes(), list()):
            return _shape(value, place)
        case (Angle(high), (int() | float())) if 0 <= value <= high:
            return float(value)
        case (Duration(), (int() | float())) if 0 < value <= LARGEST_REAL:
            return float(value)
        case (Extent(), str()) if (extent := plain_extent(kind, value)) is not None:
            return extent
        case (Interval(), [(int() | float()) as low, (int() | float()) as high]) if (
            not isinstance(low, bool) and not isinstance(high, bool) and kind.holds(low, high)
        ):
            return float(low), float(high)
        case (Names(least), list()) if all(isinstance(name, str) and name and can_be_written(name) for name in value):
            if len(value) == len(set(value)) >= least:
                return tuple(value)
        case (Choice(words), str()) if value in words:
            return value
        case (Text(), str()) if value and can_be_written(value):
            return value
        case (Either(kinds), _):
            for each in kinds:
                try:
                    return of_kind(each, value, place)
                except ValueError:
                    continue
    raise ValueError(f"{place} is {str(value)[:80]!r}, which cannot be")


def _all_within(values: Sequence[object], low: int, high: int) -> bool:
    return all(type(each) is int and low <= each <= high for each in values)


def _head(layers: tuple[Layer, ...], data: Data | None) -> HeadKind | None:
    if data is None:
        return None
    last = next((layer for layer in reversed(layers) if layer.kind not in NOISE), None)
    activation = last.arguments.get("activation") if last else None
    expected = {"softmax": len(data.classes), "sigmoid": 1}.get(str(activation))
    if (
        last is None
        or expected is None
        or last.output_shape != (expected,)
        or (expected == 1 and len(data.classes) != 2)
    ):
        raise ValueError("model.layers does not end in a head for the classes of the data")
    return cast(HeadKind, activation)


def _check_loss(head: HeadKind | None, train: Mapping[str, Arguments]) -> None:
    loss = train["loss"]["name"]
    if head and loss not in (LOSS_BY_HEAD[head], f"sparse_{LOSS_BY_HEAD[head]}"):
        raise ValueError(f"train.loss.name is {loss!r}, which does not fit a {head} head")


def _check_training(data: Data, augment: Mapping[str, Arguments], train: Mapping[str, Arguments]) -> None:
    """Refuse what the check of a spec refuses: figures of images that are not there, and those that are always 1."""
    classes, loss = len(data.classes), str(train["loss"]["name"])
    nothing = data.settings.get("validation", {}).get("amount") == 0
    watched = [(f"train.{name}.monitor", str(train.get(name, {}).get("monitor", ""))) for name in _WATCHING]
    measured = [("train.metrics", str(name)) for name in _several(train.get("metrics", {}))]
    for place, figure in watched:
        if nothing and figure.startswith("val_"):
            raise ValueError(f"{place} is {figure!r}, but data.validation.amount is 0: there are no such images")
    for place, figure in (*watched, *measured):
        if figure in MONITORS and (top_count(metric_of(figure) or "") or 0) >= classes:
            raise ValueError(f"{place} is {figure!r}, which is always 1 with {classes} classes")
    for settings, name in ((augment, "mixup"), (train, "label_smoothing")):
        if loss.startswith("sparse_") and name in settings:
            raise ValueError(f"train.loss.name is {loss!r}, which takes no labels that {name} spreads over classes")


_WATCHING: Final = ("stop", "keep", "schedule")


def _several(arguments: Arguments) -> Iterator[PlainValue]:
    for value in arguments.values():
        if isinstance(value, tuple):
            yield from value


def _object(value: object, place: str) -> Json:
    if isinstance(value, Mapping) and all(isinstance(name, str) for name in value):
        return dict(value)
    raise ValueError(f"{place} is not an object")


def _shape(value: object, place: str) -> Shape:
    if (
        isinstance(value, list)
        and 1 <= len(value) <= 3
        and all(type(axis) is int and 0 < axis < 10**6 for axis in value)
    ):
        return tuple(value)
    raise ValueError(f"{place} is not a shape")
