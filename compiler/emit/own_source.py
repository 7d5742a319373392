"""The source of this package's own functions and layers, as a script needs it that stands alone."""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from typing import Final, NamedTuple, TypeAlias

_ELSEWHERE: Final = {"tf": "import tensorflow as tf", "keras": "import keras"}
"""What `compiler.backend` hands on."""
_Statement: TypeAlias = ast.stmt


class Source(NamedTuple):
    """Definitions, with the imports that they need."""

    imports: tuple[str, ...]
    constants: str
    """Assignments; each line ends with a line end."""
    definitions: tuple[str, ...]
    """Functions and classes, what others are made of first."""


def source_of(names: Iterable[str], modules: Iterable[str]) -> Source:
    """The source of some names, with all in the same modules that they rest on, as it stands there."""
    texts = [_text(module) for module in modules]
    defined = {name: (text, node) for text in texts for node in ast.parse(text).body for name in _names(node)}
    imported = {name: line for text in texts for line, name in _imports(text)}
    wanted, found = list(names), dict[str, None]()
    while wanted:
        name = wanted.pop()
        if name in defined and name not in found:
            found[name] = None
            wanted += _used(defined[name][1])
    used = {each for name in found for each in _used(defined[name][1])}
    in_order = [name for name in defined if name in found]
    pieces = [(_is_definition(defined[name][1]), _piece(*defined[name])) for name in in_order]
    return Source(
        tuple(sorted({imported[name] for name in used if name in imported})),
        "".join(text for is_definition, text in pieces if not is_definition),
        tuple(text for is_definition, text in pieces if is_definition),
    )


@cache
def _text(module: str) -> str:
    spec = find_spec(module)
    assert spec and spec.loader and hasattr(spec.loader, "get_source")
    source = spec.loader.get_source(module)
    assert isinstance(source, str)
    return source


def _names(node: _Statement) -> Iterator[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            yield name


def _imports(text: str) -> Iterator[tuple[str, str]]:
    """Import lines of one name each, with the name; those of this project are left out."""
    for node in ast.parse(text).body:
        match node:
            case ast.Import(names=[ast.alias(name=name)]):
                yield f"import {name}", name
            case ast.ImportFrom(module="compiler.backend", names=aliases):
                yield from ((_ELSEWHERE[alias.name], alias.name) for alias in aliases)
            case ast.ImportFrom(module=str(module), names=aliases) if not module.startswith(("compiler", "spec_lang")):
                yield from ((f"from {module} import {alias.name}", alias.name) for alias in aliases)


def _used(node: _Statement) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _is_definition(node: _Statement) -> bool:
    return isinstance(node, (ast.FunctionDef, ast.ClassDef))


def _piece(text: str, node: _Statement) -> str:
    first = min((each.lineno for each in getattr(node, "decorator_list", ())), default=node.lineno)
    lines = "\n".join(text.split("\n")[first - 1 : node.end_lineno])
    return re.sub(r"  # type: ignore\S*", "", lines) + "\n"
