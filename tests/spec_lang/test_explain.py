"""Everything that a spec can hold has something to be told about it."""

import pytest

from spec_lang.explain import UnknownTopicError, explain
from spec_lang.explain_word import known_words
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
