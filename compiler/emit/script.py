"""From a checked program to a Keras script of the kind that a person would write: the way out of this language."""

import sys
from collections.abc import Iterable, Iterator
from typing import Final

from compiler.calls import Argument, Call
from compiler.emit.own_source import source_of
from compiler.emit.part import Part
from compiler.emit.python_source import Bracketed, Expression, call, lines, list_of, literal
from compiler.emit.surroundings import surroundings_part
from compiler.emit.training import data_parts, training_parts
from compiler.plan import training_plan
from compiler.precision import FULL, lowered
from compiler.residual import Residual
from spec_lang.forms import Required
from spec_lang.layers import LAYERS
from spec_lang.program import Program

_OWN: Final = "compiler.own_layers"
_SUMMARY: Final = "model.summary()\n"
_FIRST: Final = {
    kind.keras: kind.parameters[0].keras_name
    for kind in LAYERS.values()
    if kind.parameters and isinstance(kind.parameters[0].default, Required)
}
"""The argument that each class of Keras is best known by: it stands without its name."""

_RESIDUAL: Final = '''\
def residual(input_shape, body, projection=None, activation=None):
    """Add the input, or what the projection makes of it, to what the body makes of it."""
    inputs = outputs = keras.Input(input_shape)
    for layer in body:
        outputs = layer(outputs)
    outputs = layers.Add()([outputs, projection(inputs) if projection else inputs])
    if activation:
        outputs = layers.Activation(activation)(outputs)
    return keras.Model(inputs, outputs)
'''


def emit_python(program: Program) -> str:
    """A script that trains the same network on the same images, from the same initial weights, as a run of the program.

    It stands alone: it imports Keras, NumPy and scikit-learn, as far as it uses them. Images go by in another order
    than in a run, so that the trained weights are not the same.
    """
    parts = [_model_part(program)]
    if program.data:
        plan = training_plan(program)
        parts = [*data_parts(program.data, plan), surroundings_part(plan), *parts, *training_parts(program.data, plan)]
    imports = {line for part in parts for line in part.imports}
    constants = [part.constants for part in parts if part.constants]
    definitions = [definition for part in parts for definition in part.definitions]
    statements = "\n".join(part.statements for part in parts if part.statements)
    top = "\n".join([_header(program), _sorted(imports), *constants])
    return "\n\n".join([top, *definitions, statements] if definitions else [f"{top}\n{statements}"])


def emit_network(program: Program) -> str:
    """A module that builds the network alone, as `model`; nothing is loaded, trained or printed."""
    return emit_python(program._replace(data=None)).removesuffix(_SUMMARY)


def own_layers_source(program: Program) -> str:
    """A module with the layers of a program that Keras lacks; empty where it has none."""
    functions = {each.function for layer in _lowered(program) for each in _calls(layer)}
    own = sorted(function.rpartition(".")[2] for function in functions if function.startswith(_OWN))
    source = source_of(own, [_OWN])
    return "\n\n".join([_sorted(source.imports), *source.definitions]) if own else ""


def _header(program: Program) -> str:
    # A name may come from a stranger's JSON: no line end in it may end the comment.
    name = "".join(each if each.isprintable() else ascii(each)[1:-1] for each in program.name)
    about = f"# The network '{name}', written out by `cnn compile`.\n"
    if program.data is None:
        return f"{about}# Needs: pip install tensorflow\n"
    return (
        f"{about}"
        "# Layers, images and initial weights are those of `cnn run`, by the seeds below; within an\n"
        "# epoch, the images go by in another order.\n"
        f"# Needs: pip install tensorflow scikit-learn{' pillow' * (program.data.source in ('folder', 'csv'))}\n"
    )


def _sorted(imports: Iterable[str]) -> str:
    """Import lines in two groups, the standard library's and the others; those from one module are one line."""
    names: dict[str, set[str]] = {}
    for line in imports:
        module, _, imported = line.partition(" import ")
        names.setdefault(module, set()).update(imported.split(", ") if imported else ())
    merged = [f"{module} import {', '.join(sorted(those))}" if those else module for module, those in names.items()]
    groups: tuple[list[str], list[str]] = ([], [])
    # As isort has it: `import …` before `from … import …`.
    for line in sorted(merged, key=lambda line: (line.startswith("from"), line.lower())):
        module = line.split()[1].partition(".")[0]
        groups[module not in sys.stdlib_module_names].append(f"{line}\n")
    return "\n".join("".join(group) for group in groups if group)


def _model_part(program: Program) -> Part:
    layers = _lowered(program)
    functions = [each.function for layer in layers for each in _calls(layer)]
    has_residual = any(isinstance(layer, Residual) for layer in layers)
    own = sorted({function.rpartition(".")[2] for function in functions if function.startswith(_OWN)})
    modules = {function.split(".")[1] for function in functions if not function.startswith(_OWN)}
    modules |= {"layers"} if has_residual else set()
    source = source_of(own, [_OWN])
    inputs = call("keras.Input", literal(program.input_shape))
    model = call("keras.Sequential", list_of([inputs, *map(_expression, layers)], always_broken=True))
    return Part(
        imports=(
            "import keras",
            *([f"from keras import {', '.join(sorted(modules))}"] if modules else []),
            *source.imports,
        ),
        definitions=(*source.definitions, *([_RESIDUAL] if has_residual else [])),
        statements="\n".join([*lines(model, before="model = "), _SUMMARY]),
    )


def _lowered(program: Program) -> list[Call | Residual]:
    return lowered(program, training_plan(program).precision if program.data else FULL)


def _calls(node: Call | Residual) -> Iterator[Call]:
    """Every call in a layer, its own included."""
    match node:
        case Residual(body=body, projection=projection):
            for each in (*body, *([projection] if projection else [])):
                yield from _calls(each)
        case Call(arguments=arguments):
            yield node
            for argument in arguments.values():
                if isinstance(argument, Call):
                    yield from _calls(argument)


def _expression(node: Call | Residual) -> Expression:
    match node:
        case Residual():
            named: dict[str, Expression] = {}
            if node.projection:
                named["projection"] = _expression(node.projection)
            if node.activation != "linear":
                named["activation"] = literal(node.activation)
            body = list_of([_expression(each) for each in node.body], always_broken=True)
            return call("residual", literal(node.input_shape), body, **named)
        case Call():
            return _call(node)


def _call(node: Call) -> Bracketed:
    """The call with its first argument without a name, as people write it; layers are not named in a script."""
    module, _, name = node.function.rpartition(".")
    function = name if module == _OWN else f"{module.removeprefix('keras.')}.{name}"
    arguments = {key: _argument(value) for key, value in node.arguments.items() if key != "name"}
    first = [arguments.pop(_FIRST[name])] if _FIRST.get(name) in arguments else []
    return call(function, *first, **arguments)


def _argument(value: Argument) -> Expression:
    return _call(value) if isinstance(value, Call) else literal(value)
