"""What a layer, a setting or a block takes, shown while its values are typed."""

import re
from typing import NamedTuple

from spec_lang.explain_form import default_text, default_value
from spec_lang.forms import Form, Parameter, Required
from spec_lang.kinds import describe
from spec_lang.language_server.analysis import Analysis
from spec_lang.language_server.context import Context, context_at, form_typed, given


class Part(NamedTuple):
    """One parameter within the label."""

    start: int
    end: int
    documentation: str


class Signature(NamedTuple):
    """The form of a statement, with the parameter that is being typed."""

    label: str
    documentation: str
    parts: tuple[Part, ...]
    active: int | None
    """Which of the parts; None where all are given."""


def signature(analysis: Analysis, offset: int) -> Signature | None:
    """What the statement at an offset takes; None on its keyword, in comments and for what takes nothing."""
    context = context_at(analysis, offset)
    if context.in_comment or context.on_keyword or analysis.is_json:
        return None
    typed = form_typed(context)
    if typed is None:
        return _of_block(analysis, context)
    form, parameters = typed
    if not parameters:
        return None
    texts = [(_shown(each), f"{each.doc}: {describe(each.kind)}; {default_text(each)}") for each in parameters]
    return _signature(form.keyword, form.summary, texts, _active(form, parameters, context))


def _signature(keyword: str, summary: str, texts: list[tuple[str, str]], active: int | None) -> Signature:
    label, parts = keyword, []
    for text, documentation in texts:
        parts.append(Part(len(label) + 1, len(label) + 1 + len(text), documentation))
        label = f"{label} {text}"
    return Signature(label, summary, tuple(parts), active)


def _shown(parameter: Parameter) -> str:
    if isinstance(parameter.default, Required):
        return f"<{parameter.name}>" if parameter.positional else f"{parameter.name}=…"
    if parameter.positional:
        return f"[{parameter.name}]"
    return f"[{parameter.name}={default_value(parameter)}]"


def _active(form: Form, parameters: tuple[Parameter, ...], context: Context) -> int | None:
    """By the option that is written, else the first free place for a value."""
    names = [each.name for each in parameters]
    if (option := re.search(r"([^\W\d]\w*)=[^\s]*$", context.text)) and option[1] in names:
        return names.index(option[1])
    known = given(context, form)
    free = [each.name for each in parameters if each.positional and (each.many or each.name not in known)]
    return names.index(free[0]) if free else None


def _of_block(analysis: Analysis, context: Context) -> Signature | None:
    definition = analysis.checked.blocks.definitions.get(context.keyword)
    if definition is None or not definition.parameters:
        return None
    texts = []
    for name in definition.parameters:
        default = definition.defaults.get(name)
        texts.append((f"[{name}={default.span.text}]", "") if default else (f"<{name}>", "must be given"))
    count = len(re.findall(r"\S+", context.text[: len(context.text) - len(context.word)])) - 1
    active = count if count < len(texts) else None
    return _signature(context.keyword, f"the block '{context.keyword}'", texts, active)
