"""Everything that a spec can hold has something to be told about it."""

import pytest

from spec_lang.explain import UnknownTopicError, explain
from spec_lang.explain_form import accepted, explain_parameter
from spec_lang.explain_word import known_words
from spec_lang.forms import Form, Parameter
from spec_lang.kinds import Choice, Either, describe
from spec_lang.layers import LAYERS
from spec_lang.rules import RULES
from spec_lang.sections import SECTIONS
from spec_lang.structure import STRUCTURES

SETTINGS = [f"{section.keyword}.{name}" for section in SECTIONS.values() for name in section.by_keyword]


@pytest.mark.parametrize("topic", [*RULES, *LAYERS, *STRUCTURES, *SECTIONS, *SETTINGS])
def test_each_name_is_explained(topic: str) -> None:
    assert len(explain(topic)) > 60
    assert explain(topic.rpartition(".")[2])


def test_each_word_and_option_is_explained() -> None:
    for word in set(known_words()):
        assert word in explain(word)


@pytest.mark.parametrize(
    ("topic", "told"),
    [
        ("relu", "max(x, 0)"),
        ("adam", "beta_2: share"),
        ("folder", "A word for the source of 'data'."),
        ("patience", "A parameter of 'train.stop'"),
        (
            "lr",
            "of 'train.optimizer sgd':\n\n  lr: learning rate: how far each step goes\n      a number above 0; 0.01",
        ),
        ("path", "A parameter of 'data csv'"),
        ("same", "'conv', 'sepconv', 'depthwiseconv' and 'convtranspose'"),
    ],
)
def test_what_a_word_means(topic: str, told: str) -> None:
    assert told in explain(topic)


@pytest.mark.parametrize(("topic", "near"), [("rleu", "'relu'"), ("adm", "'adam'"), ("§", "'§'")])
def test_an_unknown_name(topic: str, near: str) -> None:
    with pytest.raises(UnknownTopicError, match=near):
        explain(topic)


def all_parameters() -> list[Parameter]:
    forms: list[Form] = [*LAYERS.values(), *STRUCTURES.values()]
    for section in SECTIONS.values():
        forms += [section.form, *section.settings]
    variants = (each for form in forms for parameters in form.variants.values() for each in parameters)
    return [*(each for form in forms for each in form.parameters), *variants]


@pytest.mark.parametrize("parameter", all_parameters(), ids=lambda each: each.name)
def test_a_parameter_is_described_whole(parameter: Parameter) -> None:
    """A number as well as the word that may stand for it, in a page and in a terminal; a default as it is written."""
    values, words = accepted(parameter.kind)
    kinds = parameter.kind.kinds if isinstance(parameter.kind, Either) else (parameter.kind,)
    said = explain_parameter(parameter)
    for kind in kinds:
        if isinstance(kind, Choice):
            assert kind.words.items() <= words.items()
            assert all(word in said for word in kind.words)
        else:
            assert describe(kind) in values
            assert describe(kind) in said


def test_a_range_is_written_as_one() -> None:
    assert "0..1 unless given" in explain("normalize")
