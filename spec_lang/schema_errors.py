"""A JSON program against its schema: every violation as a diagnostic at its place in the text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from json import dumps
from typing import Any, Final

from spec_lang.diagnostics import Diagnostic, Edit, Fix
from spec_lang.json_text import Node, Path, node_at, plain
from spec_lang.rules import json_input as rules
from spec_lang.schema import program_schema
from spec_lang.sections import SECTIONS
from spec_lang.source import Span
from spec_lang.suggestions import nearest

MOST_ERRORS: Final = 100


@dataclass(slots=True)
class Violations:
    """What is wrong with a program, and where: later checks are quiet about these places."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    whole: bool = True
    """False where there are more violations than are told: which values are wrong is then not known of all."""
    values: set[Path] = field(default_factory=set)
    """The paths of wrong values, and of all that holds one."""
    unknown: dict[Path, str | None] = field(default_factory=dict)
    """The paths of unknown names, with the name that was probably meant."""
    missing: dict[Path, list[str]] = field(default_factory=dict)
    """The names that the objects at these paths lack."""


def violations(root: Node) -> Violations:
    """Every violation of the schema in a program; of a hopeless one the first hundred."""
    errors = list(islice(_validator().iter_errors(plain(root)), MOST_ERRORS))
    found = Violations(whole=len(errors) < MOST_ERRORS)
    # What is missing may be there under a misspelt name: those come first.
    for error in sorted(errors, key=lambda each: each.validator == "required"):
        path = tuple(error.absolute_path)
        node = node_at(root, path)
        match error.validator:
            case "additionalProperties":
                _unknown_names(node, path, error.schema, found)
            case "required":
                _missing_names(node, path, error.schema, found)
            case _:
                found.values |= {path[:length] for length in range(len(path) + 1)}
                found.diagnostics.append(_wrong_value(node, error))
    return found


def _unknown_names(node: Node, path: Path, schema: Mapping[str, Any], found: Violations) -> None:
    known = schema["properties"]
    for name, span in node.names.items():
        if name in known or (*path, name) in found.unknown:
            continue
        suggestion = nearest(name, [each for each in known if each not in node.members])
        found.unknown[(*path, name)] = suggestion
        home = next((each.keyword for each in SECTIONS.values() if not path and name in each.by_keyword), None)
        fields = {"name": name, "suggestion": suggestion, "home": home, "known": ", ".join(known)}
        found.diagnostics.append(rules.UNKNOWN_NAME.fill(span, fields, fix=_replacement(span, suggestion)))


def _missing_names(node: Node, path: Path, schema: Mapping[str, Any], found: Violations) -> None:
    meant = {suggestion for place, suggestion in found.unknown.items() if place[:-1] == path}
    told = found.missing.setdefault(path, [])
    for name in schema["required"]:
        if name in node.members or name in told or name in meant:
            continue
        told.append(name)
        doc = schema.get("properties", {}).get(name, {}).get("description")
        found.diagnostics.append(rules.MISSING.at(_head(node), name=name, doc=doc))


def _head(node: Node) -> Span:
    """Where to point at for an object as a whole: the name of a layer, else the brace."""
    layer = node.members.get("layer")
    return layer.span if layer else Span(node.span.source, node.span.start, node.span.start + 1)


def _wrong_value(node: Node, error: Any) -> Diagnostic:
    words = error.schema.get("enum")
    if words and isinstance(node.value, str):
        suggestion = nearest(node.value, words)
        known = ", ".join(words)
        fix = _replacement(node.span, suggestion)
        return rules.UNKNOWN_WORD.at(node.span, fix=fix, name=node.value, suggestion=suggestion, known=known)
    doc = error.schema.get("description")
    return rules.WRONG_VALUE.at(node.span, wanted=_wanted(error.schema), found=_name_of(node), doc=doc)


def _replacement(span: Span, name: str | None) -> Fix | None:
    return Fix(f"replace by '{name}'", (Edit(span, dumps(name)),)) if name else None


def _wanted(schema: Mapping[str, Any]) -> str:
    """What a schema asks for, fit to follow "must be"."""
    match schema:
        case {"const": value}:
            return dumps(value)
        case {"enum": words}:
            shown = [dumps(word) for word in words]
            return " or ".join(shown) if len(shown) <= 6 else f"a word such as {', '.join(shown[:4])}"
        case {"anyOf": kinds}:
            return ", or ".join(map(_wanted, kinds))
        case {"type": "integer"}:
            return f"a whole number{_bounds(schema)}"
        case {"type": "number"}:
            return f"a number{_bounds(schema)}"
        case {"type": "boolean"}:
            return "true or false"
        case {"type": "string", "pattern": _}:
            return "a text that is not empty and has no slash in it"
        case {"type": "string"}:
            return "a text"
        case {"type": "array", "items": items, "maxItems": most, "minItems": least}:
            amount = f"{most}" if least == most else f"{least} to {most}"
            return f"a list of {amount} values, each {_wanted(items)}"
        case {"minItems": 1}:
            return "a list that is not empty"
        case {"type": "array"}:
            return "a list"
        case {"type": ["object", "null"]}:
            return "an object in braces, or null"
    return "an object in braces"


def _bounds(schema: Mapping[str, Any]) -> str:
    words = {"minimum": "at least", "exclusiveMinimum": "above", "maximum": "at most", "exclusiveMaximum": "below"}
    bounds = [f"{text} {schema[name]:,.15g}" for name, text in words.items() if name in schema]
    return f", {' and '.join(bounds)}" if bounds else ""


def _name_of(node: Node) -> str:
    text = node.span.text if len(node.span.text) <= 40 else f"{node.span.text[:37]}..."
    match node.value:
        case bool() | None:
            return text
        case str():
            return f"the text {text}"
        case int() | float():
            return f"the number {text}"
        case tuple():
            return f"the list {text}" if "\n" not in text else "a list"
    return "an object"


@cache
def _validator() -> Any:
    """The validator of the program's schema; loads jsonschema, which costs more than a check of a spec."""
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    standard = Draft202012Validator.VALIDATORS["allOf"]

    def all_of(validator: Any, schemas: Sequence[Any], instance: Any, schema: Any) -> Any:
        """As the standard has it, save that the kinds of layer that a layer is not are passed over at once."""
        if isinstance(instance, Mapping) and isinstance(kind := instance.get("layer"), str):
            schemas = [each for each in schemas if _kind_of(each) in (None, kind)]
        return standard(validator, schemas, instance, schema)

    return extend(Draft202012Validator, {"allOf": all_of})(program_schema())  # type: ignore[no-untyped-call]


def _kind_of(schema: Mapping[str, Any]) -> object:
    """The kind of layer that a case of the schema is for; None for any other schema."""
    match schema:
        case {"if": {"properties": {"layer": {"const": kind}}}}:
            return kind
    return None
