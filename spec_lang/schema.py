"""The JSON Schema (2020-12) of a program, printed from the tables of layers and settings.

A layer or a setting with variants chooses its parameters by a word, which `if` and `then` express: unlike `oneOf` they
leave no doubt which variant an error is about.
"""

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from spec_lang.forms import Form, Parameter, Required, SameAs, parameters_for
from spec_lang.kinds import (
    LARGEST,
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
from spec_lang.layers import LAYERS
from spec_lang.layers.kind import LayerKind
from spec_lang.program_json import FORMAT
from spec_lang.sections import DATA, MODEL, SECTIONS, Section

Schema: TypeAlias = dict[str, object]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
IDENTIFIER: Final = f"urn:dotcnn:program:{FORMAT}"
DERIVED_OF_LAYER: Final = ("output", "parameters")
DERIVED_OF_DATA: Final = ("image",)
"""What follows from the rest: written into every program, optional in one that is read, and compared there."""

_NAME: Final = r"^[^/\\\u0000]+$"
"""No path: run directories are named after the program."""


def program_schema() -> Schema:
    """The schema as JSON data."""
    layers = {keyword: kind for keyword, kind in LAYERS.items() if keyword != "input"}
    sections = {name: each for name, each in SECTIONS.items() if each not in (DATA, MODEL)}
    return {
        "$schema": DIALECT,
        "$id": IDENTIFIER,
        "title": "dotcnn program",
        "description": "An image classifier: the data it learns from, its layers, how it is trained.",
        **_closed(
            {
                "$schema": {"type": "string", "description": "Where this schema is; for editors."},
                "dotcnn": {"description": f"The version of the format: {FORMAT}.", "const": FORMAT},
                "name": {
                    "description": "What runs are named after; the file's name unless given.",
                    "type": "string",
                    "pattern": _NAME,
                },
                "data": _data(),
                "model": _model(),
                **{
                    name: {"description": section.form.summary, **_settings(section)}
                    for name, section in sections.items()
                },
            },
            required=("dotcnn", "model"),
        ),
        "if": {"properties": {"data": {"type": "null"}}, "required": ["data"]},
        "then": {"properties": {"model": {"required": ["input"]}}},
        "$defs": {
            "layers": {"type": "array", "items": {"$ref": "#/$defs/layer"}},
            "layer": _any_layer(layers),
            **{keyword: _layer(kind) for keyword, kind in layers.items()},
        },
    }


def _data() -> Schema:
    derived: dict[str, Schema] = {
        "image": {"description": "Height, width and channels of an image.", **_shape(3)},
    }
    own = {each.name: _parameter(each) for each in DATA.form.parameters}
    settings = _setting_schemas(DATA)
    classes = _parameter(DATA.by_keyword["classes"].parameters[0])
    settings["classes"] = {**classes, "description": DATA.by_keyword["classes"].summary}
    arguments = {each.name: each for variant in DATA.form.variants.values() for each in variant}
    path = {"description": "Where pictures of one's own are.", **_closed(_parameters(arguments.values()))}
    fields = {**own, "arguments": path, **_read_only(derived), **settings}
    summary = f"{DATA.form.summary} null for an architecture on its own, which then needs an input."
    return {"description": summary, **_closed(fields, types=("object", "null"))}


def _model() -> Schema:
    (shape,) = LAYERS["input"].parameters
    fields = {
        "input": {**_parameter(shape), "description": LAYERS["input"].summary},
        "layers": {"$ref": "#/$defs/layers", "minItems": 1},
    }
    return {"description": MODEL.form.summary, **_closed(fields, required=("layers",))}


def _settings(section: Section) -> Schema:
    return _closed(_setting_schemas(section))


def _setting_schemas(section: Section) -> dict[str, Schema]:
    return {setting.keyword: {"description": setting.summary, **_form(setting, {}, ())} for setting in section.settings}


def _any_layer(layers: Mapping[str, LayerKind]) -> Schema:
    return {
        "type": "object",
        "required": ["layer"],
        "properties": {"layer": {"description": "The kind of layer.", "enum": list(layers)}},
        "allOf": [
            {
                "if": {"properties": {"layer": {"const": keyword}}, "required": ["layer"]},
                "then": {"$ref": f"#/$defs/{keyword}"},
            }
            for keyword in layers
        ],
    }


def _layer(kind: LayerKind) -> Schema:
    derived: dict[str, Schema] = {
        "output": {"description": "Shape behind the layer.", **_shape(3)},
        "parameters": {"description": "How many parameters it holds.", "type": "integer", "minimum": 0},
    }
    body: dict[str, Schema] = {"body": {"description": "The layers inside.", "$ref": "#/$defs/layers"}}
    fields: dict[str, Schema] = {"layer": {"const": kind.keyword}, **(body if kind.join else {}), **_read_only(derived)}
    return {"description": kind.summary, **_form(kind, fields, ("layer", *(body if kind.join else ())))}


def _form(form: Form, others: Mapping[str, Schema], required: tuple[str, ...]) -> Schema:
    """The parameters of a form by name, with variants where it has them, beside other fields of the object."""
    if not form.variants:
        return _of_parameters(form.parameters, others, required)
    chooser = form.parameters[0]
    plain = [word for word in _words(chooser.kind) if word not in form.variants]
    cases = [(word, [word]) for word in form.variants] + [("", plain)] * bool(plain)
    return {
        "type": "object",
        "properties": {chooser.name: _parameter(chooser)},
        "required": [*required, *_required((chooser,))],
        "allOf": [
            {
                "if": {
                    "properties": {chooser.name: {"enum": words}},
                    "required": [] if chooser.default in words else [chooser.name],
                },
                "then": _of_parameters(parameters_for(form, word)[1:], {**others, chooser.name: {}}, ()),
            }
            for word, words in cases
        ],
    }


def _of_parameters(
    parameters: tuple[Parameter, ...], others: Mapping[str, Schema], required: tuple[str, ...]
) -> Schema:
    fields = {**others, **{each.name: _parameter(each) for each in parameters}}
    return _closed(fields, required=(*required, *_required(parameters)))


def _parameters(parameters: Iterable[Parameter]) -> dict[str, Schema]:
    return {each.name: _parameter(each) for each in parameters}


def _required(parameters: Iterable[Parameter]) -> list[str]:
    return [each.name for each in parameters if isinstance(each.default, Required)]


def _parameter(parameter: Parameter) -> Schema:
    kind = _kind(parameter.kind)
    schema = {"type": "array", "items": kind, "minItems": 1} if parameter.many else kind
    match parameter.default:
        case Required():
            return {"description": parameter.doc, **schema}
        case SameAs(other):
            return {"description": f"{parameter.doc}; the same as {other} unless given", **schema}
        case tuple() as default:
            return {"description": parameter.doc, **schema, "default": list(default)}
        case default:
            return {"description": parameter.doc, **schema, "default": default}


def _kind(kind: Kind) -> Schema:
    match kind:
        case Whole(low, high):
            return {"type": "integer", "minimum": low, **({"maximum": high} if high < LARGEST else {})}
        case Real():
            return {"type": "number", **_bounds(kind)}
        case Pair(low, high):
            return _list(2, 2, {"type": "integer", "minimum": low, "maximum": high})
        case Sides(high):
            return _list(4, 4, {"type": "integer", "minimum": 0, "maximum": high})
        case Axes(most):
            return _shape(most)
        case Angle(high):
            return {"type": "number", "minimum": 0, "maximum": high}
        case Duration():
            return {"type": "number", "exclusiveMinimum": 0}
        case Extent(share=share):
            return {
                "type": "string",
                "pattern": r"^([0-9]{1,6}px|[0-9]{1,2}(\.[0-9]{1,10})?%)$" if share else "^[0-9]{1,6}px$",
            }
        case Interval():
            return _list(2, 2, {"type": "number", **_bounds(Real(kind.low, kind.high, above_low=kind.above_low))})
        case Names(least):
            return {
                "type": "array",
                "items": {"type": "string", "minLength": 1},
                "minItems": least,
                "uniqueItems": True,
            }
        case Choice(words):
            return {"enum": list(words)}
        case Text():
            return {"type": "string"}
        case Flag():
            return {"type": "boolean"}
        case Either(kinds):
            return {"anyOf": [_kind(each) for each in kinds]}


def _bounds(kind: Real) -> Schema:
    low = "exclusiveMinimum" if kind.above_low else "minimum"
    high = "exclusiveMaximum" if kind.below_high else "maximum"
    bounds = ((low, kind.low), (high, kind.high))
    return {name: bound for name, bound in bounds if abs(bound) < float("inf")}


def _shape(most: int) -> Schema:
    return _list(1, most, {"type": "integer", "minimum": 1})


def _list(least: int, most: int, items: Schema) -> Schema:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most}


def _words(kind: Kind) -> tuple[str, ...]:
    return tuple(kind.words) if isinstance(kind, Choice) else ()


def _closed(
    fields: Mapping[str, object], *, required: tuple[str, ...] = (), types: tuple[str, ...] = ("object",)
) -> Schema:
    """An object of these fields and no others."""
    return {
        "type": types[0] if len(types) == 1 else list(types),
        "properties": dict(fields),
        **({"required": list(required)} if required else {}),
        "additionalProperties": False,
    }


def _read_only(fields: Mapping[str, Schema]) -> dict[str, Schema]:
    return {name: {**field, "readOnly": True} for name, field in fields.items()}
