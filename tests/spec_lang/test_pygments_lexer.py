import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.token import Comment, Error, Keyword, Name, Number, String

from spec_lang import vocabulary
from spec_lang.pygments_lexer import CnnLexer

CHECKOUT = Path(__file__).parents[2]
GALLERY = sorted((CHECKOUT / "specs").glob("*.cnn"))
BROKEN = sorted((CHECKOUT / "tests" / "goldens").glob("*.cnn"))

SAMPLE = """include "common.cnn"
block stage(filters, times=2) {
  repeat times { conv filters*2 3x3 relu stride=-1 }  # cnn: ignore[W506] on purpose
}
data folder 'photos'
{
  classes [cat,
    'sea lion']; validation 10%
}
augment { crop 4px; zoom 90%..110%; rotate 7.5deg; fill constant 0.5 }
model {
  crop 2; stage 32; dense classes softmax bias=off
}
"""


def tokens(text: str) -> list[tuple[object, str]]:
    return list(CnnLexer(stripnl=False, ensurenl=False).get_tokens(text))


def kind_of(word: str, text: str = SAMPLE) -> list[object]:
    return [kind for kind, value in tokens(text) if value == word]


def test_the_gallery_is_found() -> None:
    assert len(GALLERY) >= 10
    assert len(BROKEN) >= 100


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_the_gallery_has_no_error_and_keeps_its_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = tokens(text)
    assert "".join(value for _, value in found) == text
    assert [value for kind, value in found if kind is Error] == []


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_spec_keeps_its_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8", errors="replace").replace("\r", "").removeprefix("\ufeff")
    assert "".join(value for _, value in tokens(text)) == text


@given(st.text(alphabet=" \n{}[]();=,.#'\"x5%-stagemodltri\ufeff×é", max_size=60))
def test_any_text_is_kept(text: str) -> None:
    text = text.lstrip("\ufeff")  # Pygments itself takes a byte order mark away
    assert "".join(value for _, value in tokens(text)) == text


def test_a_sample_has_no_error() -> None:
    assert [value for kind, value in tokens(SAMPLE) if kind is Error] == []


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("include", Keyword),
        ("block", Keyword),
        ("stage", Name.Function),
        ("data", Keyword.Declaration),
        ("validation", Keyword.Type),
        ("dense", Name.Builtin),
        ("softmax", Name.Constant),
        ("off", Keyword.Constant),
        ("stride", Name.Attribute),
        ("3x3", Number.Integer),
        ("-1", Number.Integer),
        ("90%..110%", Number),
        ("7.5deg", Number.Float),
        ("'sea lion'", String.Single),
        (" cnn: ignore[W506]", Comment.Special),
    ],
)
def test_each_part_has_its_kind(word: str, kind: object) -> None:
    assert set(kind_of(word)) == {kind}


def test_one_word_plays_the_part_of_its_place() -> None:
    assert kind_of("crop") == [Keyword.Type, Name.Builtin]  # a setting of augment, then a layer
    assert kind_of("classes") == [Keyword.Type, Name.Constant]


def test_a_brace_on_the_next_line_opens_the_section() -> None:
    assert kind_of("size", "data folder 'a'\n\n  {\n size 4x4\n}\n") == [Keyword.Type]
    assert kind_of("size", "data mnist\nsize 4x4\n") == [Name.Function]


@pytest.mark.parametrize("wrong", ["4X4", "1O", "3px2", "1..2..3", '"open', "'open", "$", "1_000"])
def test_what_is_no_value_is_an_error(wrong: str) -> None:
    assert [value for kind, value in tokens(f"conv {wrong}\nflatten\n") if kind is Error] == [wrong]


@pytest.mark.parametrize("minus", ["filters-1", "(2)-1", "2 - 1", "10%-1"])
def test_a_minus_between_values_subtracts(minus: str) -> None:
    assert "-" in [value for _, value in tokens(f"conv {minus}\n")]


def test_every_keyword_of_the_tables_is_known() -> None:
    for keyword in vocabulary.layers():
        assert kind_of(keyword, f"{keyword} 1\n") == [Name.Builtin]
    for section, settings in vocabulary.settings().items():
        for keyword in settings:
            assert kind_of(keyword, f"{section} {{\n  {keyword} 1\n}}\n") == [Keyword.Type]
    for word in vocabulary.words():
        assert kind_of(word, f"conv {word}\n") == [Name.Constant]


@pytest.mark.skipif(
    os.environ.get("DOTCNN_TEST_CHECKOUT") == "1", reason="the entry point is that of the installed package"
)
def test_pygments_finds_the_lexer_by_name_and_file() -> None:
    assert isinstance(get_lexer_by_name("cnn"), CnnLexer)
    assert isinstance(get_lexer_by_name("dotcnn"), CnnLexer)
    assert isinstance(get_lexer_for_filename("net.cnn"), CnnLexer)
