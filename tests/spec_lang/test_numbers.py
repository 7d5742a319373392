import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec_lang.numbers import MOST_DIGITS, UNITS, read_number
from spec_lang.source import Source
from spec_lang.syntax import Invalid, Number, Range, Size


def read(text: str) -> Number | Size | Range | Invalid:
    return read_number(Source("spec.cnn", text).whole())[0]


def suggestion(text: str) -> str:
    _, problem = read_number(Source("spec.cnn", text).whole())
    assert problem is not None
    return problem.help


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("32", 32, ""),
        ("-3", -3, ""),
        ("0.5", 0.5, ""),
        (".5", 0.5, ""),
        ("5.", 5.0, ""),
        ("1e-3", 0.001, ""),
        ("1E3", 1000.0, ""),
        ("10%", 10, "%"),
        ("2.5%", 2.5, "%"),
        ("-10deg", -10, "deg"),
        ("4px", 4, "px"),
    ],
)
def test_numbers_have_a_value_and_a_unit(text: str, value: float, unit: str) -> None:
    match read(text):
        case Number(value=number, unit=found):
            assert (number, type(number), found) == (value, type(value), unit)
        case other:
            pytest.fail(f"{other}")


def test_sizes_are_whole_numbers_joined_by_x() -> None:
    match read("28x28x1"):
        case Size(axes=axes):
            assert axes == (28, 28, 1)
        case other:
            pytest.fail(f"{other}")


@pytest.mark.parametrize(("text", "low", "high"), [("0.8..1.2", 0.8, 1.2), ("-10deg..10deg", -10, 10), ("1..2", 1, 2)])
def test_ranges_have_two_ends(text: str, low: float, high: float) -> None:
    match read(text):
        case Range(low=first, high=last):
            assert (first.value, last.value) == (low, high)
            assert (first.span.text, last.span.text) == tuple(text.split(".."))
        case other:
            pytest.fail(f"{other}")


@pytest.mark.parametrize(
    "text", ["3x", "x3", "0x", "1.2.3", "3x3.5", "1..2..3", "5deg3", "5parsec", "1e", "0x1F", "..", "9" * 16]
)
def test_what_only_begins_like_a_number_is_refused(text: str) -> None:
    value, problem = read_number(Source("spec.cnn", text).whole())
    assert isinstance(value, Invalid)
    assert problem is not None
    assert problem.span.text == text


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("3X3", "3x3"),
        ("3×3", "3x3"),
        ("1O", "10"),
        ("1_000", "1000"),
        ("10degrees", "10deg"),
        ("10°", None),
        ("12abc", None),
    ],
)
def test_frequent_slips_are_understood(text: str, meant: str | None) -> None:
    assert ("did you mean" in suggestion(text)) == (meant is not None)
    assert meant is None or f"did you mean {meant}?" == suggestion(text)


def test_a_number_too_long_for_a_float_is_refused_with_its_reason() -> None:
    assert isinstance(read("9" * MOST_DIGITS), Number)
    assert str(MOST_DIGITS) in suggestion("9" * (MOST_DIGITS + 1))


def test_a_number_beyond_all_floats_is_refused() -> None:
    assert isinstance(read("1e999"), Invalid)


@given(st.integers(-(10**14), 10**14), st.sampled_from(["", *UNITS]))
def test_every_whole_number_reads_as_itself(number: int, unit: str) -> None:
    match read(f"{number}{unit}"):
        case Number(value=value, unit=found):
            assert (value, found) == (number, unit)
            assert isinstance(value, int)
        case other:
            pytest.fail(f"{other}")


@given(st.from_regex(r"\A-?[0-9]{1,6}\.[0-9]{0,6}([eE][+-]?[0-9]{1,2})?\Z"))
def test_every_fraction_reads_as_python_reads_it(text: str) -> None:
    match read(text):
        case Number(value=value):
            assert value == float(text)
        case other:
            pytest.fail(f"{other}")


@given(st.text("0123456789.xXeE+-%degp×_O", max_size=30).filter(bool))
def test_whatever_it_is_it_is_read_or_refused(text: str) -> None:
    value, problem = read_number(Source("spec.cnn", text).whole())
    assert isinstance(value, Invalid) == (problem is not None)
    assert value.span.text == text
