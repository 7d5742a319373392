import pytest

from spec_lang.kinds import LARGEST, Axes, Choice, Either, Flag, Kind, Pair, Real, Sides, Text, Whole, describe
from spec_lang.parser import parse
from spec_lang.program import PlainValue
from spec_lang.reading import Misfit, is_of, may_be, read
from spec_lang.rules import names as rules
from spec_lang.source import Source
from spec_lang.syntax import Value

SHARE = Real(0.0, 1.0, below_high=True)
WORDS = Choice({"same": "one", "valid": "other"})
VALUES = (
    "3",
    "-3",
    "0",
    "0.5",
    "3x3",
    "0x3",
    "3x3x3",
    "1x2x3x4",
    "10%",
    "4px",
    "1..2",
    "'same'",
    "same",
    "on",
    "[3]",
    "f(3)",
)


def written(text: str) -> Value:
    file, found = parse(Source("spec.cnn", f"x {text}"))
    assert file is not None
    assert not found
    return file.statements[0].values[0]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Whole(), "3", 3),
        (Whole(0), "0", 0),
        (Real(), "3", 3.0),
        (Real(-1.0), "-0.5", -0.5),
        (SHARE, "0.25", 0.25),
        (SHARE, "25%", 0.25),
        (SHARE, "0", 0.0),
        (Pair(), "3x5", (3, 5)),
        (Pair(), "3", (3, 3)),
        (Sides(), "2", (2, 2, 2, 2)),
        (Sides(), "1x2", (1, 1, 2, 2)),
        (Sides(), "0x1x2x3", (0, 1, 2, 3)),
        (Axes(), "28x28x1", (28, 28, 1)),
        (Axes(), "64", (64,)),
        (WORDS, "same", "same"),
        (Flag(), "on", True),
        (Flag(), "off", False),
        (Text(), "'a b'", "a b"),
        (Either((SHARE, WORDS)), "10%", 0.1),
        (Either((SHARE, WORDS)), "same", "same"),
    ],
)
def test_a_value_of_its_kind_is_read(kind: Kind, text: str, value: PlainValue) -> None:
    assert is_of(kind, written(text)) or may_be(kind, written(text))
    found = read(kind, written(text))
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Whole(), "0"),
        (Whole(), "-3"),
        (Whole(0, 5), "6"),
        (Whole(), str(LARGEST + 1)),
        (SHARE, "1"),
        (SHARE, "100%"),
        (SHARE, "-1%"),
        (Real(0.0, above_low=True), "0"),
        (Pair(), "0x3"),
        (Pair(), "0"),
        (Pair(1, 9), "3x10"),
        (Sides(9), "10"),
        (Axes(), "28x0x1"),
    ],
)
def test_a_value_out_of_range_is_told_what_the_range_is(kind: Kind, text: str) -> None:
    assert is_of(kind, written(text)) or may_be(kind, written(text))
    misfit = read(kind, written(text))
    assert isinstance(misfit, Misfit)
    assert misfit.rule is rules.OUT_OF_RANGE
    assert any(figure in str(misfit.fields["wanted"]) for figure in "0 1 5 9".split())


@pytest.mark.parametrize(
    ("kind", "text", "suggestion"),
    [
        (Whole(), "'32'", "32"),
        (Whole(), "32.0", "32"),
        (Whole(), "32.5", None),
        (Whole(), "relu", None),
        (Real(), "'0.5'", "0.5"),
        (SHARE, "'50%'", "50%"),
        (Pair(), "3x3x3", "3x3"),
        (Pair(), "'3x3'", "3x3"),
        (Pair(), "[3, 5]", "3x5"),
        (Pair(), "4px", None),
        (WORDS, "'Same'", "same"),
        (WORDS, "same()", "same"),
        (WORDS, "same(3)", None),
        (Flag(), "true", "on"),
        (Flag(), "No", "off"),
        (Flag(), "1", "on"),
        (Text(), "path", '"path"'),
        (Either((SHARE, WORDS)), "'same'", "same"),
    ],
)
def test_a_value_of_another_kind_is_told_what_was_meant(kind: Kind, text: str, suggestion: str | None) -> None:
    misfit = read(kind, written(text))
    assert isinstance(misfit, Misfit)
    assert misfit.rule is rules.WRONG_KIND
    assert misfit.fields["suggestion"] == suggestion


def test_a_share_above_one_was_probably_meant_as_a_percentage() -> None:
    found = {text: read(SHARE, written(text)) for text in ("50", "1.5")}
    assert {text: each.fields["suggestion"] for text, each in found.items() if isinstance(each, Misfit)} == {
        "50": "50%",
        "1.5": None,
    }


def test_an_unknown_word_is_told_the_nearest_known_one() -> None:
    misfit = read(WORDS, written("smae"))
    assert isinstance(misfit, Misfit)
    assert misfit.rule is rules.UNKNOWN_WORD
    assert misfit.fields["suggestion"] == "same"


@pytest.mark.parametrize("text", VALUES)
def test_what_is_read_has_the_form_of_its_kind(text: str) -> None:
    value = written(text)
    for kind in (Whole(), Real(), SHARE, Pair(), Sides(), Axes(), WORDS, Flag(), Text(), Either((SHARE, WORDS))):
        if not isinstance(read(kind, value), Misfit):
            assert is_of(kind, value) or may_be(kind, value)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Whole(), "a whole number of at least 1"),
        (Whole(1, 1_000_000), "a whole number from 1 to 1000000"),
        (SHARE, "a share such as 0.25 or 25%, at least 0 and below 1"),
        (Real(0.0, above_low=True), "a number above 0"),
        (Pair(), "a size, height x width, such as 3x3"),
        (WORDS, "same or valid"),
        (Flag(), "on or off"),
        (Either((SHARE, WORDS)), "a share such as 0.25 or 25%, at least 0 and below 1, or same or valid"),
    ],
)
def test_kinds_are_described_in_words(kind: Kind, text: str) -> None:
    assert describe(kind) == text
