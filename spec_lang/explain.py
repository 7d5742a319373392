"""What there is to say of a rule or of anything that has a name in the language: what `cnn explain` tells."""

from collections.abc import Iterable, Sequence

from spec_lang.diagnostics import Rule
from spec_lang.explain_form import explain_form, explain_section
from spec_lang.explain_word import explain_word, known_words
from spec_lang.layers import LAYERS
from spec_lang.rules import RULES
from spec_lang.sections import SECTIONS
from spec_lang.structure import STRUCTURES
from spec_lang.suggestions import suggest
from spec_lang.synonyms import Role, meanings_of


class UnknownTopicError(LookupError):
    """A name that nothing in the language has."""


def explain(topic: str) -> str:
    """Everything about a rule code, a layer, a section, a setting (`stop` or `train.stop`), a word or an option.

    Raises UnknownTopicError for a topic that does not exist, with what was meant in its message where that is known.
    """
    if texts := list(_explanations(topic)) or list(explain_word(topic)):
        return "\n\n".join(texts)
    settings = [name for section in SECTIONS.values() for name in section.by_keyword]
    names = (*RULES, *(rule.name for rule in RULES.values()), *LAYERS, *SECTIONS, *settings, *STRUCTURES)
    raise UnknownTopicError(f"nothing is called '{topic}'{_meant(topic, (*names, *known_words()))}")


def _meant(topic: str, names: Sequence[str]) -> str:
    """What to say of a topic that is none: what it is called here, or that the language does not have it."""
    found = suggest(topic, names, *Role)
    if found.letters:
        return f": {found.letters}; did you mean '{found.word}'?"
    if found.word:
        return f": did you mean '{found.word}'?"
    meanings = [each for each in meanings_of(topic) if each.words] or ([found.meaning] if found.meaning else [])
    if not meanings:
        return f": {found.advice}" if found.advice else ""
    meaning = meanings[0]
    if meaning.words:
        return f": did you mean '{meaning.words[0]}'?"
    return f": {meaning._replace(name=topic).advice}"


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


def _indented(text: str) -> str:
    shown = text if text.isprintable() or "\n" in text else ascii(text)
    return "\n".join(f"  {line}" for line in shown.encode("utf-8", "replace").decode().split("\n"))
