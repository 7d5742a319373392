import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.labels import shown_name


@pytest.mark.parametrize("name", ["cat", "日本語", "naïve", "می‌خواهم", "👩‍🚀", "a b"])
def test_an_ordinary_name_stays(name):
    assert shown_name(name, 20) == name


def test_a_long_name_keeps_both_ends():
    assert shown_name("a" * 100 + "b" * 100, 9) == "aaaa…bbbb"
    assert shown_name("aaaabbbbb", 9) == "aaaabbbbb"


@pytest.mark.parametrize("hidden", ["\n", "\x1b", "\x00", "\u2028", "\ud800", "\N{RIGHT-TO-LEFT OVERRIDE}"])
def test_what_would_break_a_line_or_mislead_is_replaced(hidden):
    assert shown_name(f"a{hidden}b", 9) == "a\N{REPLACEMENT CHARACTER}b"


@given(st.text(), st.integers(3, 50))
def test_any_name_can_be_shown(name, limit):
    shown = shown_name(name, limit)
    assert len(shown) <= limit
    assert len(shown.splitlines()) <= 1
    shown.encode()
