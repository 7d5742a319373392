import pytest

from spec_lang.explain_word import known_words
from spec_lang.layers import LAYERS
from spec_lang.layers.kind import LayerKind
from spec_lang.sections import SECTIONS
from spec_lang.suggestions import OTHER_NAMES, nearest


@pytest.mark.parametrize(
    ("name", "meant"),
    [("cnov", "conv"), ("flaten", "flatten"), ("CONV", "conv"), ("Dropout", "dropout"), ("droput", "dropout")],
)
def test_a_misspelt_name_finds_the_one_that_was_meant(name: str, meant: str) -> None:
    assert nearest(name, LAYERS) == meant


@pytest.mark.parametrize("name", ["zzz", "", "x", "d" * 10_000, "\U0001f600"])
def test_a_name_that_is_near_to_none_finds_none(name: str) -> None:
    assert nearest(name, LAYERS) is None


@pytest.mark.parametrize("kind", [each for each in LAYERS.values() if each.keras], ids=lambda kind: kind.keyword)
def test_the_keras_class_of_each_layer_leads_to_it(kind: LayerKind) -> None:
    assert nearest(kind.keras, LAYERS) == kind.keyword


def test_other_names_lead_to_names_that_exist() -> None:
    settings = {setting.keyword for section in SECTIONS.values() for setting in section.settings}
    known = {*LAYERS, *SECTIONS, *settings, *known_words()}
    assert set(OTHER_NAMES.values()) <= known
    assert not {name for name in OTHER_NAMES if name != name.lower()}


def test_another_name_is_only_taken_where_the_name_is_known() -> None:
    assert nearest("linear", LAYERS) == "dense"
    assert nearest("linear", ["line", "relu"]) == "line"
