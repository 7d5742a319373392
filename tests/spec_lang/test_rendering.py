from unicodedata import category, east_asian_width

import pytest

from spec_lang import Files, check_text
from spec_lang.diagnostics import Diagnostic, Label, Rule
from spec_lang.rendering import WIDEST, render, render_concise, summary
from spec_lang.source import Source, Span

RULE = Rule("E999", "a-rule", "A rule", "something is wrong", "Because.", "", "", label="here", helps=("mend it",))


def shown(text: str, place: str) -> tuple[str, str]:
    """The excerpt and the line of carets for the first occurrence of `place`."""
    source = Source("spec.cnn", text)
    start = text.index(place)
    lines = render([RULE.at(Span(source, start, start + len(place)))]).split("\n")
    return lines[2], lines[3]


def cells(text: str) -> int:
    """The width of a text on a terminal: an independent, slow count for the characters used here."""
    return sum(
        0 if category(each) in ("Mn", "Me") else 2 if east_asian_width(each) in ("W", "F") else 1 for each in text
    )


def assert_under(excerpt: str, carets: str, place: str) -> None:
    assert cells(carets[: carets.index("^")]) == cells(excerpt[: excerpt.index(place)])
    assert carets.count("^") == max(cells(place), 1)


def test_a_diagnostic_says_what_where_why_and_how() -> None:
    text = "data digits\n\nmodel {\n  conv 8 3x3 relu\n  pool 2x2\n  pool 4x4\n}\n"
    [found] = [each for each in check_text(text, "lenet.cnn").diagnostics if each.code == "E301"]
    assert render([found]) == (
        "error[E301]: the pooling window is larger than its input\n"
        "  lenet.cnn:6:8\n"
        "5 |   pool 2x2\n"
        "  |   -------- leaves 3x3x8\n"
        "6 |   pool 4x4\n"
        "  |        ^^^ the pooling window is 4x4\n"
        "help: use a pooling window of at most 3x3, or padding=same\n"
    )


def test_nothing_is_shown_for_nothing() -> None:
    assert render([]) == ""
    assert render_concise([]) == ""
    assert summary([]) == ""


@pytest.mark.parametrize(
    "text",
    [
        "dense 10 rleu",
        "\tdense\t10\trleu",
        "層 畳み込み rleu",
        "'\U0001f600\U0001f680' rleu",
        "de\u0301nse re\u0301lu rleu",
        "ｄｅｎｓｅ rleu",
        "'\u2764\ufe0f' rleu",
    ],
)
def test_carets_stand_under_their_place(text: str) -> None:
    excerpt, carets = shown(f"flatten\n{text}\n", "rleu")
    assert_under(excerpt, carets, "rleu")


@pytest.mark.parametrize("place", ["層み", "\U0001f600", "e\u0301", "ｒ"])
def test_carets_are_as_wide_as_their_place(place: str) -> None:
    excerpt, carets = shown(f"dense {place} softmax", place)
    assert_under(excerpt, carets, place)


@pytest.mark.parametrize("before", [0, 1, 10, 52, 53, 54, 159, 160, 161, 1000])
@pytest.mark.parametrize("behind", [0, 1, 106, 107, 1000])
def test_a_long_line_is_cut_around_its_place(before: int, behind: int) -> None:
    excerpt, carets = shown("a" * before + "rleu" + "b" * behind, "rleu")
    assert len(excerpt) <= len("1 | ") + WIDEST + 2
    assert_under(excerpt, carets, "rleu")


def test_two_places_on_a_long_line_each_have_their_carets_beneath() -> None:
    text = "first" + " " * 400 + "second"
    source = Source("spec.cnn", text)
    lines = render([RULE.at(Span(source, 405, 411), related=[Label(Span(source, 0, 5), "one")])]).split("\n")
    assert lines[3].index("-") == lines[2].index("first")
    assert lines[5].index("^") == lines[4].index("second")


def test_a_place_of_many_lines_is_marked_on_its_first() -> None:
    excerpt, carets = shown("model {\n  flatten\n}", "{\n  flatten\n}")
    assert (excerpt, carets) == ("1 | model {", "  |       ^ here")


@pytest.mark.parametrize("text", ["", "flatten", "flatten\n", "\n\n"])
def test_a_place_at_the_end_of_the_text_has_a_caret(text: str) -> None:
    source = Source("spec.cnn", text)
    assert "^" in render([RULE.at(Span(source, len(text), len(text)))])


@pytest.mark.parametrize(
    "character", ["\x1b", "\x07", "\b", "\r", "\x7f", "\x9b", "\u202e", "\u200b", "\u2028", "\ufeff", "\udc80"]
)
def test_what_a_terminal_would_obey_is_shown_harmless(character: str) -> None:
    text = f"dense '{character}[31m' {character}"
    source = Source(f"spec{character}.cnn", text)
    found = RULE.at(source.whole(), related=[Label(source.whole(), character)])
    for output in (render([found]), render_concise([found])):
        assert character not in output
        assert "\ufffd" in output
        output.encode()


def test_messages_are_shown_harmless_too() -> None:
    found = check_text("flatten; dense 10 \x1b; dense '\x1b[31m'; x\x1by").diagnostics
    assert found
    assert "\x1b" not in render(found)


def test_colours_come_only_when_asked_for() -> None:
    found = check_text("cnov 3\nconv 0 3x3 relu\ndata digits { validation test }").diagnostics
    plain, painted = render(found), render(found, color=True)
    assert "\033" not in plain
    assert "\033[" in painted
    assert not painted.rstrip("\n").endswith("\033[1;31m")
    for code in ("\033[1;31m", "\033[1;33m", "\033[1m", "\033[34m", "\033[1;36m", "\033[0m"):
        painted = painted.replace(code, "")
    assert painted == plain


def test_places_in_other_files_stand_under_their_names() -> None:
    world = Files({"a.cnn": 'include "b.cnn"', "b.cnn": "block x { pool 0x0 }\nflatten"})
    text = 'include "a.cnn"\nx\nflatten\ndense 10 softmax'
    found = {each.code: each for each in check_text(text, "spec.cnn", world=world).diagnostics}
    content = render([found["E258"]])
    assert [line for line in content.split("\n") if line.startswith("  ") and ".cnn:" in line] == [
        "  b.cnn:2:1",
        "  spec.cnn:1:1",
        "  a.cnn:1:1",
    ]


def test_the_concise_form_is_one_line_each() -> None:
    found = check_text("cnov 3\nconv 0 3x3 relu").diagnostics
    assert render_concise(found) == (
        "spec.cnn:1:1: error[E201]: unknown layer 'cnov'\n"
        "spec.cnn:2:6: error[E207]: filters of 'conv' must be a whole number of at least 1\n"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cnov 3", "1 error"),
        ("cnov 3; flaten", "2 errors"),
        ("data digits { validation test }; flatten; dense 10 softmax", "1 warning"),
        ("data digits { validation test }; flaten; dense 10 softmax", "1 error and 1 warning"),
    ],
)
def test_the_summary_counts_by_severity(text: str, expected: str) -> None:
    assert summary(check_text(text).diagnostics) == expected


def test_line_numbers_are_aligned() -> None:
    text = "\n" * 8 + "conv 8 3x3 relu\ndense 10 softmax"
    found: list[Diagnostic] = [each for each in check_text(text).diagnostics if each.code == "E303"]
    assert "\n 9 | conv" in render(found)
    assert "\n10 | dense" in render(found)
    assert "\n   | ^" in render(found)
