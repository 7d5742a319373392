"""What is told of the thing under the pointer, as Markdown."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from spec_lang.check.blocks import RESERVED, Definition
from spec_lang.check.model import Placed, written
from spec_lang.explain_form import choice_words, default_text, usage
from spec_lang.forms import Form, Parameter, parameters_for
from spec_lang.kinds import describe
from spec_lang.language_server.analysis import Analysis
from spec_lang.language_server.shapes import placed_by_start, receptive_fields, unfolded
from spec_lang.language_server.spots import SETTINGS_IN, Spot, definition_of, form_of, parameter_of, spot_at
from spec_lang.sections import SECTIONS
from spec_lang.source import Span
from spec_lang.structure import BLOCK
from spec_lang.syntax import Call, Option, Statement, Value
from spec_lang.unparse import statement as as_written
from spec_lang.unparse import value_as_written

_MOST_LAYERS = 12
"""Of a block's use; more are counted."""


class Hover(NamedTuple):
    """A text about a place."""

    span: Span
    markdown: str


def hover(analysis: Analysis, offset: int) -> Hover | None:
    """What there is to say about an offset; None where there is nothing."""
    if analysis.is_json:
        return None
    spot = spot_at(analysis, offset)
    if spot is None:
        return None
    form = form_of(spot.chain)
    definition = definition_of(analysis, spot.statement) if form is None else None
    if spot.on_keyword:
        span = spot.statement.keyword.span
        if definition:
            return Hover(span, _use(analysis, spot.statement, definition))
        return Hover(span, _keyword(analysis, spot, form)) if form else None
    span = (spot.option or spot.value).span  # type: ignore[union-attr]
    if named := _of_block(analysis, spot, offset):
        return named
    parameter = parameter_of(form, spot) if form else None
    return Hover(span, _parameter(parameter, form, spot)) if form and parameter else None


def _keyword(analysis: Analysis, spot: Spot, form: Form) -> str:
    placed = placed_by_start(analysis).get(spot.statement.span.start, [])
    parts = [f"```cnn\n{usage(form)}\n```", form.summary]
    if placed and placed[0].layer.kind == form.keyword:
        parts += [_arguments(placed[0]), *_facts(analysis, placed)]
    elif len(spot.chain) == 1 and form.keyword in SECTIONS:
        settings = "\n".join(f"- `{each.keyword}`: {each.summary}" for each in SECTIONS[form.keyword].settings)
        parts += [settings] if settings else []
    else:
        parts += ["\n".join(f"- `{each.name}`: {each.doc}; {default_text(each)}" for each in form.parameters)]
    return "\n\n".join(part for part in parts if part)


def _arguments(placed: Placed) -> str:
    """Every parameter with its value, those that were written in bold."""
    rows = ["| parameter | value | |", "| --- | --- | --- |"]
    parameters = {each.name: each for each in parameters_for(placed.bound.form, _first(placed))}
    for name, value in placed.layer.arguments.items():
        parameter = parameters[name]
        shown = "none" if value is None else value_as_written(parameter, value)
        is_written = name in placed.bound.spans
        rows.append(f"| {name} | {f'**{shown}**' if is_written else shown} | {parameter.doc} |")
    return "\n".join(rows) if len(rows) > 2 else ""


def _first(placed: Placed) -> object:
    return next(iter(placed.layer.arguments.values()), None)


def _facts(analysis: Analysis, placed: Sequence[Placed]) -> Iterator[str]:
    first, last = placed[0].layer, placed[-1].layer
    shapes = f"{written(first.input_shape)} → {written(last.output_shape)}"
    yield f"**{shapes}**" + (f", {len(placed)} times" if len(placed) > 1 else "")
    cost = first.cost
    fixed = f" ({cost.non_trainable:,} not trained)" if cost.non_trainable else ""
    lines = [f"{cost.parameters:,} parameters{fixed}", f"{cost.macs:,} multiply-adds"]
    field = receptive_fields(analysis).get(id(last))
    lines += [f"sees {written(field)} pixels of the image"] if field else []
    yield " · ".join(lines)


def _parameter(parameter: Parameter, form: Form, spot: Spot) -> str:
    """A value: which parameter it is for, and what the word means."""
    word = (spot.option.value if spot.option else spot.value).span.text  # type: ignore[union-attr]
    parts = [f"**{parameter.name}** of `{form.keyword}`: {parameter.doc}"]
    words = choice_words(parameter.kind)
    if words.get(word):
        parts.append(f"`{word}`: {words[word]}")
    elif words and len(words) <= _MOST_LAYERS:
        parts.append("\n".join(f"- `{name}`: {meaning}" for name, meaning in words.items()))
    parts.append(f"{describe(parameter.kind)}; {default_text(parameter)}")
    return "\n\n".join(parts)


def _use(analysis: Analysis, statement: Statement, definition: Definition) -> str:
    parts = [_signature(definition)]
    placed = placed_by_start(analysis).get(statement.span.start, [])
    if placed:
        lines = [f"{_written(each)}  # {written(each.layer.output_shape)}" for each in placed[:_MOST_LAYERS]]
        more = len(placed) - _MOST_LAYERS
        lines += [f"# and {more} more"] if more > 0 else []
        parts += [unfolded(placed), "```cnn\n" + "\n".join(lines) + "\n```"]
    return "\n\n".join(parts)


def _written(placed: Placed) -> str:
    return as_written(placed.bound.form, placed.layer.arguments)


def _of_block(analysis: Analysis, spot: Spot, offset: int) -> Hover | None:
    """A block's name and parameters where it is defined, their uses inside it, and what it is given where it is used.

    Also the word that stands for the number of classes.
    """
    value: Value | Option | None = spot.value or spot.option
    definitions = analysis.checked.blocks.definitions
    statement = spot.statement
    if value is None:
        return None
    if used := definitions.get(statement.keyword.name):
        given = _given(statement, used, value)
        return Hover(value.span, _of_parameter(used, given)) if given else None
    span = value.span
    if statement.keyword.name == BLOCK.keyword and isinstance(value, Call):
        if _holds(value.name.span, offset):
            defined = definitions.get(value.name.name)
            return Hover(value.name.span, _signature(defined)) if defined else None
        names = [*(each.span for each in value.values), *(each.name.span for each in value.options)]
        span = next((each for each in names if _holds(each, offset)), span)
    name = value.name.name if isinstance(value, Option) else span.text
    dataset = analysis.checked.dataset
    if name == RESERVED and dataset and not SETTINGS_IN & {each.keyword.name for each in spot.chain}:
        return Hover(span, f"**classes**: {len(dataset.classes)}, those of {dataset.name}")
    for around in spot.chain:
        match around.values:
            case [Call() as call, *_] if around.keyword.name == BLOCK.keyword and call.name.name in definitions:
                if name in definitions[call.name.name].parameters:
                    return Hover(span, _of_parameter(definitions[call.name.name], name))
    return None


def _given(statement: Statement, definition: Definition, value: Value | Option) -> str | None:
    """The parameter that a value of a block's use is for: by its name, else the next one that has none."""
    if isinstance(value, Option):
        return value.name.name if value.name.name in definition.parameters else None
    named = {option.name.name for option in statement.options}
    free = [each for each in definition.parameters if each not in named]
    place = statement.values.index(value)
    return free[place] if place < len(free) else None


def _of_parameter(definition: Definition, name: str) -> str:
    default = definition.defaults.get(name)
    unless = f"{default.span.text} unless given" if default else "must be given"
    return f"**{name}**: a parameter of the block `{definition.name.name}`; {unless}"


def _signature(definition: Definition) -> str:
    parameters = [
        f"{name}={definition.defaults[name].span.text}" if name in definition.defaults else name
        for name in definition.parameters
    ]
    behind = f"({', '.join(parameters)})" if parameters else ""
    return f"```cnn\nblock {definition.name.name}{behind}\n```"


def _holds(span: Span, offset: int) -> bool:
    return span.start <= offset <= span.end
