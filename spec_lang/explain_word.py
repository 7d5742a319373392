"""What there is to say of a word that stands for a value, such as `relu` or `adam`, and of the name of an option."""

from collections.abc import Iterator

from spec_lang.explain_form import choice_words, explain_parameter
from spec_lang.forms import Form, Parameter
from spec_lang.layers import LAYERS
from spec_lang.sections import SECTIONS
from spec_lang.structure import STRUCTURES


def explain_word(word: str) -> Iterator[str]:
    """Where a word stands for a value and what it means there, then where it is the name of an option."""
    taken: dict[tuple[str, str], list[str]] = {}
    named: dict[str, list[str]] = {}
    following: list[str] = []
    for owner, form in _forms():
        for behind, parameter in _parameters(form):
            if meaning := choice_words(parameter.kind).get(word):
                taken.setdefault((parameter.name, meaning), []).append(owner)
            if parameter.name == word:
                named.setdefault(explain_parameter(parameter), []).append(f"{owner} {behind}".strip())
        if form.variants.get(word):
            following.append("\n\n".join([f"With it, '{owner}' takes:", *map(explain_parameter, form.variants[word])]))
    for (parameter_name, meaning), owners in taken.items():
        yield f"{word}: {meaning}\n\nA word for the {parameter_name} of {_listed(owners)}."
    yield from following
    for text, owners in named.items():
        yield f"A parameter of {_listed(owners)}:\n\n{text}"


def known_words() -> Iterator[str]:
    """All that `explain_word` has something to say of."""
    for _, form in _forms():
        for _, parameter in _parameters(form):
            yield parameter.name
            yield from choice_words(parameter.kind)


def _forms() -> Iterator[tuple[str, Form]]:
    forms: tuple[Form, ...] = (*LAYERS.values(), *STRUCTURES.values())
    for form in forms:
        yield form.keyword, form
    for section in SECTIONS.values():
        yield section.keyword, section.form
        yield from ((f"{section.keyword}.{setting.keyword}", setting) for setting in section.settings)


def _parameters(form: Form) -> Iterator[tuple[str, Parameter]]:
    """Each parameter, with the word that it follows: `lr` is one thing with `adam` and another with `sgd`."""
    yield from (("", parameter) for parameter in form.parameters)
    for word, variant in form.variants.items():
        yield from ((word, parameter) for parameter in variant)


def _listed(owners: list[str]) -> str:
    quoted = [f"'{owner}'" for owner in dict.fromkeys(owners)]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
