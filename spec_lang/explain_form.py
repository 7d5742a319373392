"""What there is to say of a layer, a section or a setting: its parameters, what they take, what holds by default."""

from collections.abc import Mapping
from typing import Final

from spec_lang.forms import Form, Parameter, Required, SameAs
from spec_lang.kinds import Choice, Either, Kind, describe
from spec_lang.layers.kind import LayerKind
from spec_lang.program import PlainValue
from spec_lang.sections import Section

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
    options = [f"[{each.name}={value_text(each.default)}]" for each in form.parameters if not each.positional]
    return " ".join([form.keyword, *values, *options])


def positional(form: Form) -> list[Parameter]:
    """The parameters that may stand without their name."""
    return [each for each in form.parameters if each.positional]


def explain_parameter(parameter: Parameter) -> str:
    """A parameter: what it means, what it takes, what holds where it is not given."""
    default = default_text(parameter)
    lines = [f"  {parameter.name}: {parameter.doc}", f"      {describe(parameter.kind)}; {default}"]
    words = choice_words(parameter.kind)
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
        case default:
            return f"{value_text(default)} unless given"


def value_text(value: PlainValue | Required | SameAs) -> str:
    """A plain value as the language writes it."""
    match value:
        case bool():
            return "on" if value else "off"
        case float():
            return f"{value:g}"
        case tuple() if all(isinstance(each, int) for each in value):
            return "x".join(map(str, value))
        case tuple():
            return " ".join(map(str, value))
        case SameAs(other):
            return other
        case None:
            return "none"
    return str(value)


def choice_words(kind: Kind) -> Mapping[str, str]:
    """The words that a kind accepts, with their meaning."""
    match kind:
        case Choice(words):
            return words
        case Either(kinds):
            return {word: meaning for each in kinds for word, meaning in choice_words(each).items()}
    return {}
