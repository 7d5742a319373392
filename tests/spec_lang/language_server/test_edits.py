import random
from itertools import pairwise

import pytest

from spec_lang import Files, Source
from spec_lang.fixes import apply_edits
from spec_lang.format import format_text
from spec_lang.language_server.analysis import analyse
from spec_lang.language_server.edits import difference
from spec_lang.language_server.formatting import formatting, range_formatting

UGLY = "model   {\nconv   8 3x3 relu\n# keep\n\n\n\nflatten ; dense 10 softmax\n}"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", "a\n"),
        ("a", "a\n"),
        ("a\n", "a"),
        ("a\nb\n", "a\n"),
        ("a\n", "b\na\nc"),
        ("", "\n"),
        ("\n\n", ""),
        ("x", "x"),
    ],
)
def test_edits_lead_from_one_text_to_the_other(old: str, new: str) -> None:
    assert apply_edits(old, difference(Source("n", old), new)) == new


def test_random_texts() -> None:
    random_ = random.Random(1)
    for _ in range(500):
        old, new = ("".join(random_.choices("ab \n", k=random_.randrange(30))) for _ in range(2))
        edits = difference(Source("n", old), new)
        assert apply_edits(old, edits) == new
        assert all(one.span.end <= two.span.start for one, two in pairwise(edits))


def test_only_what_differs_is_replaced() -> None:
    [edit] = difference(Source("n", "same\nconv  8\nsame\n"), "same\nconv 8\nsame\n")
    assert (edit.span.text, edit.replacement) == (" ", "")


def test_a_document_is_formatted() -> None:
    edits = formatting(analyse(UGLY, "n", Files()))
    assert apply_edits(UGLY, edits) == format_text(UGLY).text
    assert len(edits) > 1


@pytest.mark.parametrize("text", ["conv {", '{"model": []}', "", "flatten\n"])
def test_what_cannot_be_or_is_formatted_stays(text: str) -> None:
    assert formatting(analyse(text, "n", Files())) == ()


def test_only_the_lines_of_a_range_are_formatted() -> None:
    text = "conv   8 3x3\nflatten\ndense   10 softmax\n"
    analysis = analyse(text, "n", Files())
    assert apply_edits(text, range_formatting(analysis, 0, 3)) == "conv 8 3x3\nflatten\ndense   10 softmax\n"
    assert range_formatting(analysis, 14, 15) == ()
    assert apply_edits(text, range_formatting(analysis, len(text), 0)) == format_text(text).text
