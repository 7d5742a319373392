"""What can be written at the cursor: keywords, words, options, names of blocks and data, paths."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple, TypeAlias

from spec_lang.check.blocks import Definition
from spec_lang.explain_form import choice_words, default_text, default_value, explain_form
from spec_lang.forms import Form, Parameter, Required
from spec_lang.kinds import Flag, Whole
from spec_lang.language_server.analysis import Analysis
from spec_lang.language_server.context import Context, context_at, form_typed, given
from spec_lang.language_server.spots import SETTINGS_IN
from spec_lang.layers import LAYERS
from spec_lang.sections import DATA, SECTIONS, SOURCES
from spec_lang.source import Span
from spec_lang.structure import BLOCK, INCLUDE, REPEAT
from spec_lang.syntax import Call

Kind: TypeAlias = Literal["layer", "section", "setting", "structure", "block", "word", "option", "parameter", "path"]
_ORDER: tuple[Kind, ...] = ("setting", "parameter", "word", "option", "layer", "block", "structure", "section", "path")


class Completion(NamedTuple):
    """One thing to write."""

    label: str
    kind: Kind
    detail: str
    documentation: str
    snippet: str
    """What is inserted, with the tab stops of the protocol's snippets."""
    span: Span
    """What it replaces."""

    @property
    def order(self) -> str:
        """Sorts the likeliest kinds first; those of one kind stay in the order of their table."""
        return f"{_ORDER.index(self.kind)}"


def completions(analysis: Analysis, offset: int) -> list[Completion]:
    """Everything that may stand at an offset; nothing in comments."""
    context = context_at(analysis, offset)
    if context.in_comment or analysis.is_json:
        return []
    if context.string is not None:
        return list(_paths(analysis, context, offset))
    span = Span(analysis.source, offset - len(context.word), offset)
    if context.on_keyword:
        return list(_keywords(analysis, context, span))
    if context.in_brackets:
        return []
    if context.keyword == INCLUDE.keyword and not given(context, INCLUDE):
        return list(_quoted(analysis, span))
    owner = context.owners[-1] if context.owners else ""
    typed = form_typed(context)
    if typed is None:
        definition = analysis.checked.blocks.definitions.get(context.keyword)
        return list(_of_block(definition, context, span)) if definition else []
    form, parameters = typed
    found = list(_values(form, parameters, context, span))
    if owner not in SETTINGS_IN and context.keyword not in (*SECTIONS, BLOCK.keyword, INCLUDE.keyword):
        found += _names(analysis, form, context, span)
    return found


def _keywords(analysis: Analysis, context: Context, span: Span) -> Iterator[Completion]:
    owner = context.owners[-1] if context.owners else ""
    if owner in SETTINGS_IN:
        given = _given(analysis, owner)
        for setting in SECTIONS[owner].settings:
            if setting.keyword not in given or setting.keyword == span.text:
                yield _form_item(setting, "setting", span)
        return
    if not owner:
        for keyword, section in SECTIONS.items():
            if keyword not in analysis.checked.sections:
                yield _form_item(section.form, "section", span, braces=section.needs_block)
        yield _form_item(BLOCK, "structure", span, "block ${1:name}(${2:filters}) {\n  $0\n}")
        yield _form_item(INCLUDE, "structure", span, 'include "${1:common.cnn}"')
    for kind in LAYERS.values():
        if kind.keyword != "input" or owner in ("", "model"):
            yield _form_item(kind, "layer", span, braces=kind.join is not None)
    yield _form_item(REPEAT, "structure", span, "repeat ${1:2} {\n  $0\n}")
    for name, definition in analysis.checked.blocks.definitions.items():
        stops = " ".join(f"${{{place}:{each}}}" for place, each in enumerate(_needed(definition), 1))
        detail = f"block {name}({', '.join(definition.parameters)})"
        yield Completion(name, "block", detail, "", f"{name} {stops}".strip(), span)


def _form_item(form: Form, kind: Kind, span: Span, snippet: str = "", *, braces: bool = False) -> Completion:
    if not snippet:
        required = [each for each in form.parameters if isinstance(each.default, Required)]
        example = form.example.split()[1:]
        stops = [f"${{{place}:{example[place - 1]}}}" for place, _ in enumerate(required, 1) if place <= len(example)]
        snippet = " ".join([form.keyword, *stops])
        if braces:
            snippet += " {\n  $0\n}"
    return Completion(form.keyword, kind, form.summary, f"```text\n{explain_form(form)}\n```", snippet, span)


def _given(analysis: Analysis, section: str) -> set[str]:
    """The settings that a section has already."""
    statement = analysis.checked.sections.get(section)
    inside = statement.block.statements if statement and statement.block else ()
    return {each.keyword.name for each in inside}


def _values(form: Form, parameters: tuple[Parameter, ...], context: Context, span: Span) -> Iterator[Completion]:
    if option := re.search(r"([^\W\d]\w*)=[\w.%]*$", context.text):
        parameter = next((each for each in parameters if each.name == option[1]), None)
        yield from _words(parameter, span) if parameter else ()
        return
    complete = context.values[:-1] if context.word else context.values
    known = given(context, form)
    used = {word for word in complete if "=" not in word}
    for parameter in parameters:
        if parameter.name in known and not parameter.many:
            continue
        meanings = _meanings(parameter)
        if parameter.positional and (parameter.many or not used & meanings.keys()):
            yield from (item for item in _words(parameter, span) if item.label not in used)
        if not parameter.positional or (meanings and len(parameters) > 1):
            detail = f"{parameter.doc}; {default_text(parameter)}"
            yield Completion(f"{parameter.name}=", "option", detail, "", f"{parameter.name}={_stop(parameter)}", span)


def _stop(parameter: Parameter) -> str:
    """The default as a place to type over; nothing where a word is to be chosen from a list."""
    if _meanings(parameter) or isinstance(parameter.default, Required):
        return ""
    shown = default_value(parameter)
    return f"${{1:{shown}}}" if shown.isascii() and "$" not in shown else ""


def _meanings(parameter: Parameter) -> Mapping[str, str]:
    if isinstance(parameter.kind, Flag):
        return {"on": parameter.doc, "off": ""}
    return choice_words(parameter.kind)


def _words(parameter: Parameter, span: Span) -> Iterator[Completion]:
    for word, meaning in _meanings(parameter).items():
        snippet = f'{word} "$1"' if word in SOURCES and parameter is DATA.form.parameters[0] else word
        yield Completion(word, "word", meaning or parameter.doc, parameter.doc, snippet, span)


def _names(analysis: Analysis, form: Form, context: Context, span: Span) -> Iterator[Completion]:
    """What may stand for a whole number: the number of classes, and parameters of the block around."""
    free = {each.name for each in form.parameters if isinstance(each.kind, Whole)} - given(context, form)
    if not free or "=" in context.text.split()[-1]:
        return
    if analysis.checked.dataset:
        count = len(analysis.checked.dataset.classes)
        yield Completion("classes", "parameter", f"the number of classes: {count}", "", "classes", span)
    for statement in analysis.statements:
        if statement.keyword.name == BLOCK.keyword and statement.span.start < context.start <= statement.span.end:
            for value in statement.values:
                if isinstance(value, Call):
                    for name in (*value.values, *(option.name for option in value.options)):
                        text = name.span.text
                        yield Completion(text, "parameter", f"a parameter of '{value.name.name}'", "", text, span)


def _needed(definition: Definition) -> list[str]:
    return [name for name in definition.parameters if name not in definition.defaults]


def _of_block(definition: Definition, context: Context, span: Span) -> Iterator[Completion]:
    for name in definition.parameters:
        if f"{name}=" not in context.text:
            default = definition.defaults.get(name)
            detail = f"{default.span.text} unless given" if default else "must be given"
            yield Completion(f"{name}=", "option", detail, "", f"{name}=", span)


def _paths(analysis: Analysis, context: Context, offset: int) -> Iterator[Completion]:
    """Files and folders below the one that is written so far."""
    if context.string is None or context.keyword not in (INCLUDE.keyword, DATA.keyword):
        return
    typed = analysis.text[context.string : offset]
    folder, slash, begun = typed.rpartition("/")
    folder = folder or slash  # The root, for a path that begins there.
    span = Span(analysis.source, offset - len(begun), offset)
    endings = _endings(context)
    for name in analysis.world.entries(folder or ".") or ():
        if name.endswith(("/", *endings)):
            detail = posixpath.join(folder, name)
            yield Completion(name, "path", detail, "", name.replace("$", "\\$"), span)


def _quoted(analysis: Analysis, span: Span) -> Iterator[Completion]:
    """Files that can be included, in quotes, where none was begun."""
    for name in analysis.world.entries(".") or ():
        if name.endswith(".cnn") and name != posixpath.basename(analysis.source.name) and '"' not in name:
            escaped = name.replace("$", "\\$")
            yield Completion(f'"{name}"', "path", "blocks of another file", "", f'"{escaped}"', span)


def _endings(context: Context) -> tuple[str, ...]:
    if context.keyword == INCLUDE.keyword:
        return (".cnn",)
    return tuple(f".{word}" for word in ("csv", "npz") if re.search(rf"\b{word}\b", context.text))
