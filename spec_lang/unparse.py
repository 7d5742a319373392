"""From a program back to the text of a spec, in canonical form: what has its default is left out.

Blocks, repetitions and comments are not part of a program: each layer stands as it was unfolded.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from spec_lang.datasets import DATASETS
from spec_lang.forms import Form, Parameter, Required, SameAs, parameters_for
from spec_lang.kinds import (
    Angle,
    Axes,
    Choice,
    Duration,
    Either,
    Extent,
    Interval,
    Kind,
    Names,
    Pair,
    Real,
    Sides,
    Text,
    Whole,
)
from spec_lang.layers import LAYERS
from spec_lang.program import Arguments, Data, Layer, PlainValue, Program
from spec_lang.reading import SECONDS
from spec_lang.sections import AUGMENT, DATA, LOSS_BY_HEAD, MODEL, TRAIN, Section

_INDENT: Final = "  "


def unparse(program: Program) -> str:
    """The spec of a program: checked again, it gives the same program.

    Lines stand as `cnn fmt` sets them.
    """
    sections: list[list[str]] = []
    layers = [line for layer in program.layers for line in layer_lines(layer)]
    if data := program.data:
        head = statement(DATA.form, {"source": data.source, **data.arguments}, always=("source",))
        sections.append(block(head, list(_data_settings(data)), optional=True))
    else:
        layers.insert(0, statement(LAYERS["input"], {"shape": program.input_shape}))
    if program.augment:
        sections.append(block(AUGMENT.keyword, list(_settings(AUGMENT, program.augment, {}))))
    sections.append(block(MODEL.keyword, layers))
    implied = {"loss": {"name": LOSS_BY_HEAD[program.head]}} if program.head else {}
    if train := list(_settings(TRAIN, program.train, implied)):
        sections.append(block(TRAIN.keyword, train))
    return "\n".join("".join(f"{line}\n" for line in section) for section in sections)


def _data_settings(data: Data) -> Iterator[str]:
    """The settings, with the classes where they are not simply all that a published set has."""
    known = DATASETS.get(data.source)
    chosen = {} if known and known.classes == data.classes else {"classes": {"names": data.classes}}
    given = {setting.keyword: {**data.settings, **chosen}.get(setting.keyword) for setting in DATA.settings}
    # What the data keeps apart is so without a word; the share that stands for it elsewhere is a default too.
    yield from _settings(DATA, {name: each for name, each in given.items() if each is not None}, {})


def layer_lines(layer: Layer) -> list[str]:
    """A layer as statements of a model, one a line, with those inside of it."""
    line = statement(LAYERS[layer.kind], layer.arguments)
    if not LAYERS[layer.kind].join:
        return [line]
    return block(line, [inside for each in layer.body for inside in layer_lines(each)])


def block(head: str, lines: Sequence[str], *, optional: bool = False) -> list[str]:
    """Lines in the braces of a statement; an optional block without lines is left out."""
    if not lines:
        return [head if optional else f"{head} {{}}"]
    return [f"{head} {{", *(_INDENT + line for line in lines), "}"]


def statement(form: Form, arguments: Arguments, always: Sequence[str] = ()) -> str:
    """A layer or a setting as a line: values without a name first, then options, each in the order of the form.

    Arguments that have their default or are not given are left out; those of `always` stand in any case.
    """
    chosen = arguments.get(form.parameters[0].name) if form.parameters else None
    values: list[str] = []
    options: list[str] = []
    passed_over: list[Parameter] = []
    for parameter in parameters_for(form, chosen):
        value = arguments.get(parameter.name)
        if parameter.name not in arguments or (
            parameter.name not in always and value == _default(parameter, arguments)
        ):
            passed_over.append(parameter)
            continue
        text = value_as_written(parameter, value)
        # A value without a name goes to the first parameter that can hold it.
        if parameter.positional and not any(each.positional and _holds(each.kind, value) for each in passed_over):
            values.append(text)
        else:
            options.append(f"{parameter.name}={text}")
    return " ".join([form.keyword, *values, *options])


def _default(parameter: Parameter, arguments: Arguments) -> PlainValue | Required:
    match parameter.default:
        case SameAs(other):
            return arguments[other]
        case default:
            return default


def _settings(section: Section, given: Mapping[str, Arguments], implied: Mapping[str, Arguments]) -> Iterator[str]:
    """The settings that are not what they are without a word, each with the first of its values at least."""
    for setting in section.settings:
        arguments = given.get(setting.keyword)
        if arguments is None or arguments == implied.get(setting.keyword):
            continue
        line = statement(setting, arguments)
        if setting.keyword in implied or setting.optional or line != setting.keyword:
            yield statement(setting, arguments, always=(setting.parameters[0].name,))


def _holds(kind: Kind, value: PlainValue) -> bool:
    """Whether a plain value, as it is written, could be read as one of a kind."""
    match kind, value:
        case (Either(kinds), _):
            return any(_holds(each, value) for each in kinds)
        case (Choice(words), str()):
            return value in words
        case (Extent(), str()):
            return value.endswith(("px", "%"))
        case ((Whole() | Real() | Pair() | Sides() | Axes()), (int() | float() | tuple())):
            return True
    return False


def value_as_written(parameter: Parameter, value: PlainValue) -> str:
    """A plain value of a parameter as the language writes it."""
    match parameter.kind, value:
        case _, tuple() if parameter.many:
            return " ".join(_value(parameter.kind, each) for each in value)
        case Pair(), (height, width) if height == width and not parameter.positional:
            return str(height)
    return _value(parameter.kind, value)


def _value(kind: Kind, value: PlainValue) -> str:
    match value:
        case bool():
            return "on" if value else "off"
        case float() if isinstance(kind, Angle):
            return f"{_value(Real(), value)}deg"
        case float() if isinstance(kind, Duration):
            unit = next(unit for unit, size in reversed(SECONDS.items()) if value % size == 0 or unit == "s")
            return f"{_value(Real(), value / SECONDS[unit])}{unit}"
        case (float() as low, float() as high) if _is_interval(kind):
            return f"{_value(Real(), low)}..{_value(Real(), high)}"
        case tuple() if isinstance(kind, Names):
            return f"[{', '.join(_name(str(name)) for name in value)}]"
        case str() if isinstance(kind, Text):
            return _quoted(value)
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case (top, bottom, left, right) if isinstance(kind, Sides):
            return _sides(top, bottom, left, right)
        case tuple():
            return "x".join(map(str, value))
    return str(value)


def _is_interval(kind: Kind) -> bool:
    return any(map(_is_interval, kind.kinds)) if isinstance(kind, Either) else isinstance(kind, Interval)


def _name(name: str) -> str:
    return name if re.fullmatch(r"[^\W\d]\w*", name) else _quoted(name)


def _quoted(text: str) -> str:
    return f"'{text}'" if '"' in text else f'"{text}"'


def _sides(top: PlainValue, bottom: PlainValue, left: PlainValue, right: PlainValue) -> str:
    if top == bottom == left == right:
        return str(top)
    return f"{top}x{left}" if (top, left) == (bottom, right) else f"{top}x{bottom}x{left}x{right}"
