"""What there is to say of a layer, a section or a setting: its parameters, what they take, what holds by default."""

from collections.abc import Mapping
from typing import Final

from spec_lang.forms import Form, Parameter, Required, SameAs
from spec_lang.kinds import Choice, Either, Kind, describe
from spec_lang.layers.kind import LayerKind
from spec_lang.sections import Section
from spec_lang.unparse import value_as_written

LONGEST_LIST: Final = 8
"""Words of a choice up to so many are told one by one; more are told by their names only."""


def explain_form(form: Form) -> str:
    """A layer or setting: what it does, each of its parameters, an example."""
    lines = [f"{usage(form)}\n\n{form.summary}"]
    lines += [explain_parameter(parameter) for parameter in form.parameters]
    for word, parameters in form.variants.items():
        lines += [f"With '{word}':"] if parameters else []
        lines += [explain_parameter(parameter) for parameter in parameters]
    if isinstance(form, LayerKind) and form.keras:
        lines.append(f"In Keras: {form.keras}")
    return "\n\n".join([*lines, f"Example: {form.example}"])


def explain_section(section: Section) -> str:
    """A section and a line for each of its settings."""
    width = max((len(setting.keyword) for setting in section.settings), default=0)
    settings = "\n".join(f"  {setting.keyword:<{width}}  {setting.summary}" for setting in section.settings)
    return "\n\n".join(part for part in (explain_form(section.form), settings and f"Settings:\n{settings}") if part)


def usage(form: Form) -> str:
    """The form in one line: values by name, options with their default."""
    values = [f"<{each.name}>" if isinstance(each.default, Required) else f"[{each.name}]" for each in positional(form)]
    options = [f"[{each.name}={default_value(each)}]" for each in form.parameters if not each.positional]
    return " ".join([form.keyword, *values, *options])


def positional(form: Form) -> list[Parameter]:
    """The parameters that may stand without their name."""
    return [each for each in form.parameters if each.positional]


def explain_parameter(parameter: Parameter) -> str:
    """A parameter: what it means, what it takes, what holds where it is not given."""
    default = default_text(parameter)
    lines = [f"  {parameter.name}: {parameter.doc}", f"      {describe(parameter.kind)}; {default}"]
    _, words = accepted(parameter.kind)
    if len(words) > LONGEST_LIST:
        lines.append(f"      words: {', '.join(words)}")
    else:
        lines += [f"      {word}: {meaning}" for word, meaning in words.items()]
    return "\n".join(lines)


def default_text(parameter: Parameter) -> str:
    """What holds where the parameter is not given."""
    match parameter.default:
        case Required():
            return "must be given"
        case SameAs(other):
            return f"the same as {other} unless given"
        case _:
            return f"{default_value(parameter)} unless given"


def default_value(parameter: Parameter) -> str:
    """A default as the language writes it; that of an option which must be given is left open."""
    match parameter.default:
        case Required():
            return "…"
        case SameAs(other):
            return other
        case None:
            return "none"
        case value:
            return value_as_written(parameter, value)


def accepted(kind: Kind) -> tuple[str, Mapping[str, str]]:
    """All that a kind accepts: what it takes beside words, "" for nothing, and its words with their meaning."""
    match kind:
        case Choice(words):
            return "", words
        case Either(kinds):
            values = [text for text, _ in map(accepted, kinds) if text]
            return ", or ".join(values), choice_words(kind)
    return describe(kind), {}


def choice_words(kind: Kind) -> Mapping[str, str]:
    """The words that a kind accepts, with their meaning."""
    match kind:
        case Choice(words):
            return words
        case Either(kinds):
            return {word: meaning for each in kinds for word, meaning in choice_words(each).items()}
    return {}
