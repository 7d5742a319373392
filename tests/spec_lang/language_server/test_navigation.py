"""From uses to definitions and back, renaming across files, and links."""

import pytest
from editing import COMMON, SPEC, analysed, edited

from spec_lang import Files
from spec_lang.language_server import navigation
from spec_lang.language_server.analysis import analyse


def places(text: str, spans: list) -> list[str]:
    return [f"{span.line}:{span.column}" for span in spans]


def test_from_a_use_to_the_block_and_back() -> None:
    analysis, offset = edited(SPEC.replace("  stage 16", "  st|age 16"))
    found = navigation.definition(analysis, offset)
    assert found is not None
    assert (found.line, found.column) == (2, 7)
    assert places(SPEC, navigation.references(analysis, offset)) == ["2:7", "8:3"]


def test_into_an_included_file() -> None:
    analysis, offset = edited('include "common.cnn"\nsta|ge 8; flatten; dense 10 softmax')
    found = navigation.definition(analysis, offset)
    assert found is not None
    assert (found.source.name, found.line) == ("common.cnn", 1)
    analysis, offset = edited("con|v 8 3x3; flatten; dense 10 softmax")
    with pytest.raises(navigation.RenameError, match="only blocks and their parameters"):
        navigation.rename(analysis, offset, "other")


USES = 'include "common.cnn"\nstage 8 times=3; flatten; dense 10 softmax\n'
APART = {
    "common.cnn": COMMON,
    "other.cnn": USES,
    "../above.cnn": USES.replace("common", "here/common"),
    "no.cnn": "stage 3",
}


def renamed(text: str, name: str, path: str = "here/spec.cnn") -> dict[str, list[str]]:
    """Where an edit of a rename stands, by file, for a document in the folder `here`."""
    offset = text.index("|")
    world = Files(APART)
    analysis = analyse(text[:offset] + text[offset + 1 :], path, world)
    found: dict[str, list[str]] = {}
    for edit in navigation.rename(analysis, offset, name):
        assert edit.replacement == name
        found.setdefault(edit.span.source.name, []).append(f"{edit.span.line}:{edit.span.column}")
    return found


def test_a_block_is_renamed_in_every_file_that_shares_it() -> None:
    everywhere = {"here/common.cnn": ["1:7"], "here/other.cnn": ["2:1"], "above.cnn": ["2:1"]}
    text = 'include "common.cnn"\nst|age 8; flatten; dense 10 softmax\n'
    assert renamed(text, "part") == {**everywhere, "here/spec.cnn": ["2:1"]}
    assert renamed(COMMON.replace("stage", "st|age"), "part", "here/common.cnn") == everywhere


def test_a_parameter_is_renamed_where_it_is_given_by_name() -> None:
    everywhere = {"here/common.cnn": ["1:22", "2:10"], "here/other.cnn": ["2:9"], "above.cnn": ["2:9"]}
    assert renamed(COMMON.replace("times=2", "ti|mes=2"), "count", "here/common.cnn") == everywhere
    text = 'include "common.cnn"\nstage 8 ti|mes=1; flatten; dense 10 softmax\n'
    assert renamed(text, "count") == {**everywhere, "here/spec.cnn": ["2:9"]}
    with pytest.raises(navigation.RenameError, match="'filters' is taken already"):
        renamed(text, "filters")


def test_a_name_that_another_file_has_taken_is_refused() -> None:
    text = 'include "common.cnn"\nblock mine { flatten }\nmi|ne; dense 10 softmax\n'
    with pytest.raises(navigation.RenameError, match="'stage' is taken already"):
        renamed(text, "stage")


def test_links() -> None:
    analysis = analysed('include "common.cnn"\ndata folder "pets" { size 8x8 }\nflatten; dense 2 softmax')
    assert [(link.path, link.span.text) for link in navigation.links(analysis)] == [
        ("common.cnn", "common.cnn"),
        ("pets", "pets"),
    ]


def test_a_parameter_and_its_uses() -> None:
    analysis, offset = edited(SPEC.replace("conv filters", "conv fil|ters"))
    assert places(SPEC, navigation.references(analysis, offset)) == ["2:13", "3:23"]
    edits = navigation.rename(analysis, offset, "width")
    assert {edit.replacement for edit in edits} == {"width"}
    assert len(edits) == 2


@pytest.mark.parametrize(
    ("name", "message"), [("conv", "taken"), ("3x", "no name"), ("classes", "taken"), ("", "no name")]
)
def test_names_that_cannot_be_given(name: str, message: str) -> None:
    analysis, offset = edited(SPEC.replace("block stage", "block st|age"))
    with pytest.raises(navigation.RenameError, match=message):
        navigation.rename(analysis, offset, name)
