import pytest

from spec_lang.explain_word import known_words
from spec_lang.layers import LAYERS
from spec_lang.layers.kind import LayerKind
from spec_lang.sections import SECTIONS
from spec_lang.structure import STRUCTURES
from spec_lang.suggestions import nearest, suggest
from spec_lang.synonyms import Role, meanings


def layer(name: str) -> str:
    return suggest(name, LAYERS, Role.LAYER).word


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("cnov", "conv"),
        ("onv", "conv"),
        ("flaten", "flatten"),
        ("CONV", "conv"),
        ("Dropout", "dropout"),
        ("droput", "dropout"),
        ("batchnrom", "batchnorm"),
        ("globalavgpol", "globalavgpool"),
    ],
)
def test_a_slip_of_the_hand_finds_the_name_that_was_meant(name: str, meant: str) -> None:
    assert layer(name) == meant


@pytest.mark.parametrize("name", ["zzz", "", "x", "d" * 10_000, "\U0001f600", "dnse1", "dconv", "col"])
def test_a_name_that_is_near_to_none_finds_none(name: str) -> None:
    assert not layer(name)


def test_a_slip_of_a_name_from_elsewhere_means_the_same_as_the_name() -> None:
    assert layer("maxpol2d") == layer("maxpool2d") == "pool"
    assert layer("avgpol2d") == layer("avgpool2d") == "avgpool"


def test_a_name_of_another_meaning_is_no_slip() -> None:
    assert not layer("concat")
    assert suggest("concat", LAYERS, Role.LAYER).advice == "concat is not in the language: docs/from-keras.md"
    assert not suggest("relu", ("elu", "selu"), Role.ACTIVATION).word


def test_digits_are_no_letters() -> None:
    assert nearest("top6", ("top5", "top2")) is None
    assert nearest("cifar11", ("cifar10", "cifar100")) is None


def test_of_two_names_that_are_equally_near_none_is_suggested() -> None:
    assert not suggest("slu", ("elu", "selu", "silu"), Role.ACTIVATION).word


@pytest.mark.parametrize("kind", [each for each in LAYERS.values() if each.keras], ids=lambda kind: kind.keyword)
def test_the_keras_class_of_each_layer_leads_to_it(kind: LayerKind) -> None:
    assert layer(kind.keras) == kind.keyword


def test_the_catalogues_lead_to_words_that_exist() -> None:
    settings = {f"{section.keyword}.{each.keyword}" for section in SECTIONS.values() for each in section.settings}
    known = {*LAYERS, *SECTIONS, *STRUCTURES, *settings, *known_words()}
    assert not {word for found in meanings().values() for each in found for word in each.words} - known


def test_no_name_has_two_meanings_of_one_role() -> None:
    for name, found in meanings().items():
        roles = [each.role for each in found]
        assert len(set(roles)) == len(roles), name


def test_a_name_from_elsewhere_is_only_suggested_where_its_meaning_is_asked_for() -> None:
    assert layer("linear") == "dense"
    assert suggest("none", ("linear", "relu"), Role.ACTIVATION).word == "linear"


def test_letters_of_another_script_are_named() -> None:
    found = suggest("\u0441onv", LAYERS, Role.LAYER)
    assert found.word == "conv"
    assert found.letters == "the first letter is U+0441 cyrillic small letter es, not the Latin c"
