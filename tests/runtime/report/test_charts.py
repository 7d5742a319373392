import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.report.charts import Series, line_chart, ticks


def chart(*points, **options):
    return line_chart("Loss", [Series("training", points, "series-1")], "falls", **options)


def lines(markup):
    return re.findall(r'<path d="([^"]*)" class="line"', markup)


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6), st.booleans())
def test_ticks_are_few_round_and_inside(low, span, whole):
    span *= max(1.0, abs(low))  # numbers so large and so near to one another have no round ones between them
    found = ticks(low, low + span, whole=whole)
    assert len(found) <= 7
    assert all(low - span * 1e-6 <= tick <= low + span * (1 + 1e-6) for tick in found)
    if whole:
        assert all(tick == int(tick) for tick in found)
    else:
        assert len(found) >= 2


@pytest.mark.parametrize(
    ("low", "high", "expected"), [(0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]), (0.5, 30.5, [5, 10, 15, 20, 25, 30])]
)
def test_ticks_are_multiples_of_one_two_or_five(low, high, expected):
    assert ticks(low, high) == pytest.approx(expected)


def test_larger_values_are_drawn_higher_and_later_ones_further_right():
    ((x1, y1), (x2, y2)) = [
        map(float, pair.split(" ")) for pair in re.split("[ML]", lines(chart((1, 0.2), (2, 0.9)))[0])[1:]
    ]
    assert x1 < x2
    assert y1 > y2


def test_a_line_is_broken_where_there_is_no_figure():
    assert [lines(chart((1, 1.0), (2, math.nan), (3, 1.0), (4, 2.0)))[0].count(letter) for letter in "ML"] == [2, 1]


def test_a_history_without_any_figure_still_has_its_frame():
    assert lines(chart((1, math.nan), (2, math.inf))) == [""]


@pytest.mark.parametrize("value", [0.0, 1.0, 1e-12, -3.0, 1e12])
def test_a_constant_is_drawn_inside_the_frame(value):
    for y in re.findall(r'cy="([^"]*)"', chart((1, value), (2, value))):
        assert 0 < float(y) < 270


def test_shares_have_percent_and_end_at_all():
    drawn = chart((1, 0.97), (2, 1.0), in_percent=True)
    assert ">100%<" in drawn
    assert not re.search(r">10[1-9]", drawn)


def test_a_long_line_is_thinned_and_keeps_its_end():
    points = [(float(epoch), 1.0) for epoch in range(1, 5002)]
    (path,) = lines(chart(*points))
    assert path.count("L") < 700
    assert lines(chart(*points, (5002.0, 9.0))) != lines(chart(*points, (5002.0, 1.0)))


def test_a_mark_names_itself_beside_its_line():
    assert "kept: epoch 2" in chart((1, 1.0), (2, 0.5), mark=(2.0, "kept: epoch 2"))


def test_says_in_words_what_it_shows():
    assert 'role="img" aria-label="falls"' in chart((1, 1.0))
