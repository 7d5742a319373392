"""What there is to say of a rule, a layer, a section or a setting: what `cnn explain` and the reference pages tell."""

from collections.abc import Iterable, Mapping
from typing import Final

from spec_lang.diagnostics import Rule
from spec_lang.forms import Form, Parameter, Required, SameAs
from spec_lang.kinds import Choice, Either, Kind, describe
from spec_lang.layers import LAYERS
from spec_lang.layers.kind import LayerKind
from spec_lang.program import PlainValue
from spec_lang.rules import RULES
from spec_lang.sections import SECTIONS, Section
from spec_lang.structure import STRUCTURES
from spec_lang.suggestions import nearest

LONGEST_LIST: Final = 8
"""Words of a choice up to so many are told one by one; more are told by their names only."""


class UnknownTopicError(LookupError):
    """A name that nothing in the language has."""


def explain(topic: str) -> str:
    """Everything about a rule code, a layer, a section, a setting (`stop` or `train.stop`), a word or an option.

    Raises UnknownTopicError, with the nearest known name in its message, for a topic that does not exist.
    """
    from spec_lang.explain_word import explain_word, known_words

    if texts := list(_explanations(topic)) or list(explain_word(topic)):
        return "\n\n".join(texts)
    settings = [name for section in SECTIONS.values() for name in section.by_keyword]
    names = (*RULES, *(rule.name for rule in RULES.values()), *LAYERS, *SECTIONS, *settings, *STRUCTURES)
    near = nearest(topic, (*names, *known_words()))
    raise UnknownTopicError(f"nothing is called '{topic}'" + (f": did you mean '{near}'?" if near else ""))


def _explanations(topic: str) -> Iterable[str]:
    for rule in RULES.values():
        if topic.upper() == rule.code or topic == rule.name:
            yield explain_rule(rule)
    if topic in LAYERS:
        yield explain_form(LAYERS[topic])
    if topic in STRUCTURES:
        yield explain_form(STRUCTURES[topic])
    if topic in SECTIONS:
        yield explain_section(SECTIONS[topic])
    for section in SECTIONS.values():
        keyword = topic.removeprefix(f"{section.keyword}.")
        if keyword in section.by_keyword:
            yield f"A setting of '{section.keyword}'.\n\n{explain_form(section.by_keyword[keyword])}"


def explain_rule(rule: Rule) -> str:
    """A rule: what, why, and both of its examples."""
    kind = f"{rule.severity}{', off unless selected' if rule.opt_in else ''}{', has a fix' if rule.fixable else ''}"
    if rule.of_data:
        return f"{rule.code} {rule.name} ({kind}, found by `cnn data`)\n\n{rule.title}.\n\n{rule.why}"
    parts = [f"{rule.code} {rule.name} ({kind})", f"{rule.title}.", rule.why, "Wrong:", _indented(rule.bad)]
    return "\n\n".join([*parts, "Right:", _indented(rule.good)])


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


def _indented(text: str) -> str:
    shown = text if text.isprintable() or "\n" in text else ascii(text)
    return "\n".join(f"  {line}" for line in shown.encode("utf-8", "replace").decode().split("\n"))
