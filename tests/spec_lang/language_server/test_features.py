"""What each feature of the language server answers, on small texts with a `|` where the cursor is."""

import gc
import weakref
from itertools import pairwise
from pathlib import Path

import pytest
from editing import SPEC, analysed, edited
from hypothesis import given, settings
from hypothesis import strategies as st

import specs
from spec_lang import decode
from spec_lang.language_server import completion, navigation, semantic_tokens
from spec_lang.language_server.closing import closed
from spec_lang.language_server.code_actions import FIX_ALL, actions
from spec_lang.language_server.code_lens import code_lenses
from spec_lang.language_server.completion import completions
from spec_lang.language_server.diagnostics import findings
from spec_lang.language_server.folding import folds
from spec_lang.language_server.hover import hover
from spec_lang.language_server.inlay_hints import inlay_hints
from spec_lang.language_server.selection_ranges import selections
from spec_lang.language_server.semantic_tokens import LEGEND
from spec_lang.language_server.signatures import signature
from spec_lang.language_server.symbols import symbols
from spec_lang.layers import LAYERS
from spec_lang.sections import TRAIN


def labels(text: str) -> list[str]:
    return [each.label for each in completions(*edited(text))]


def told(text: str) -> str:
    found = hover(*edited(text))
    assert found is not None
    return found.markdown


# Hover.


def test_a_layer_tells_its_shapes_costs_and_arguments() -> None:
    text = told(SPEC.replace("conv 32", "co|nv 32"))
    assert "28x28x1 → 25x25x32" in text
    assert "544 parameters · 320,000 multiply-adds · sees 4x4 pixels" in text
    assert "| filters | **32** |" in text
    assert "| stride | 1 |" in text


def test_a_value_tells_its_parameter() -> None:
    assert told(SPEC.replace("4x4 relu", "4x|4 relu")).startswith("**kernel** of `conv`")
    assert "`relu`" in told(SPEC.replace("4x4 relu", "4x4 re|lu"))
    assert told(SPEC.replace("lr=0.01", "l|r=0.01")).startswith("**lr** of `optimizer`: learning rate")
    assert "`val_loss`: loss, with smoothed labels and penalties on weights, on the validation images" in told(
        SPEC.replace("val_loss", "val|_loss")
    )
    assert "70,000 handwritten digits" in told(SPEC.replace("mnist", "mni|st"))


def test_settings_and_sections_are_told() -> None:
    assert "How the weights are moved" in told(SPEC.replace("optimizer", "opt|imizer"))
    assert "- `epochs`: " in told(SPEC.replace("train {", "tr|ain {"))


def test_a_use_tells_what_it_unfolds_to() -> None:
    text = told(SPEC.replace("  stage 16", "  sta|ge 16"))
    assert "block stage(filters, times=2)" in text
    assert "3 layers → 12x12x16, 6,944 parameters" in text
    assert "conv 16 3x3 relu same  # 25x25x16" in text


def test_names_of_a_block_are_told() -> None:
    filters = "**filters**: a parameter of the block `stage`; must be given"
    assert told(SPEC.replace("conv filters", "conv fil|ters")) == filters
    assert told(SPEC.replace("stage(filters", "stage(fil|ters")) == filters
    assert told(SPEC.replace("stage 16", "stage 1|6")) == filters
    assert told(SPEC.replace("stage 16", "stage 16 tim|es=3")).endswith("`stage`; 2 unless given")
    assert told(SPEC.replace("block stage", "block st|age")) == "```cnn\nblock stage(filters, times=2)\n```"
    assert told(SPEC.replace("dense classes", "dense cla|sses")) == "**classes**: 10, those of mnist"


@pytest.mark.parametrize("text", ["| conv 8 3x3", "conv 8 3x3  # com|ment", "cn|ov 8", '{"model": |{}}', "conv 8 |{"])
def test_nothing_is_told_where_there_is_nothing(text: str) -> None:
    assert hover(*edited(text)) is None


# Completion.


def test_keywords_by_place() -> None:
    assert {"data", "train", "conv", "repeat", "block", "include"} <= set(labels("|"))
    inside = labels("model {\n  co|")
    assert set(LAYERS) <= set(inside)
    assert not {"data", "epochs", "include"} & set(inside)
    assert labels("train { epochs 3; |") == [each.keyword for each in TRAIN.settings]
    assert "epochs" not in labels("conv 8 3x3 relu; flatten; dense 10 softmax\ntrain { epochs 3\n| }")
    assert "stage" in labels(SPEC.replace("  flatten;", "  st|\n  flatten;"))


def test_words_and_options_that_are_left() -> None:
    found = labels("conv 32 3x3 re|")
    assert {"relu", "same", "padding=", "stride=", "activation="} <= set(found)
    assert not {"filters=", "kernel="} & set(found)
    assert "valid" not in labels("conv 32 3x3 same |")
    assert "stride=" not in labels("conv 32 3x3 stride=2 |")
    assert "accuracy" not in labels("train { metrics accuracy |")
    assert labels("train { epochs |") == labels("augment { rotate |") == []
    assert "classes" not in labels("dense 10 softmax |")
    assert labels("conv 32 3x3 padding=|") == ["valid", "same"]
    assert labels("dense 3 bias=o|") == ["on", "off"]
    assert {"adam", "sgd"} <= set(labels("train { optimizer |"))
    assert {"nesterov=", "momentum="} <= set(labels("train { optimizer sgd |"))
    assert "nesterov=" not in labels("train { optimizer adam |")


def test_data_and_classes() -> None:
    assert {"mnist", "cifar10", "folder"} <= set(labels("data |"))
    assert {"validation", "classes", "size"} <= set(labels("data mnist { |"))
    assert "classes" in labels("data mnist\nflatten\ndense |")
    assert "filters" in labels(SPEC.replace("conv filters", "conv |filters"))


def test_a_blocks_parameters() -> None:
    assert labels(SPEC.replace("  stage 16", "  stage 16 |")) == ["filters=", "times="]


def test_paths() -> None:
    assert labels("include |") == ['"common.cnn"']
    assert labels('include "|') == ["common.cnn", "parts/", "tables/"]
    assert labels('include "parts/m|') == ["more.cnn"]
    assert labels('data csv "tables/|') == ["labels.csv"]
    assert labels('data folder "|') == ["parts/", "tables/"]


def test_nothing_is_offered_in_comments_and_strings() -> None:
    assert labels("conv 8 3x3  # re|lu") == []
    assert labels('dense "re|') == []


def test_what_is_typed_is_replaced() -> None:
    [item] = [each for each in completions(*edited("conv 8 3x3 le|")) if each.label == "leaky_relu"]
    assert item.span.text == "le"
    [layer] = [each for each in completions(*edited("model { con|")) if each.label == "conv"]
    assert layer.snippet.startswith("conv ${1:")
    assert completion.Completion._fields


# Signatures.


def active(text: str) -> str | None:
    found = signature(*edited(text))
    assert found is not None
    return None if found.active is None else found.label[slice(*found.parts[found.active][:2])]


def test_the_parameter_that_is_typed() -> None:
    assert active("conv |") == "<filters>"
    assert active("conv 3|") == "<filters>"
    assert active("conv 32 |") == "<kernel>"
    assert active("conv 3x3 |") == "<filters>"
    assert active("conv 32 3x3 stride=|") == "[stride=kernel]" or active("conv 32 3x3 stride=|").startswith("[stride")  # type: ignore[union-attr]
    assert active("train { optimizer sgd momentum=0|") == "[momentum=0]"
    assert active(SPEC.replace("  stage 16", "  stage |")) == "<filters>"
    assert signature(*edited("con|v")) is None
    assert signature(*edited("flatten |")) is None


# Hints, lenses, outline, folding, selection.


def test_hints_stand_at_the_ends_of_lines() -> None:
    analysis = analysed(SPEC)
    shown = {analysis.source.position(hint.offset)[0]: hint.label for hint in inlay_hints(analysis)}
    assert shown == {
        3: "2 × 25x25x16, 6,944 parameters",
        4: "12x12x16",
        7: "25x25x32, 544 parameters",
        8: "3 layers → 12x12x16, 6,944 parameters",
        9: "128, 295,040 parameters",
        10: "10, 1,290 parameters",
    }
    assert analysis.text[inlay_hints(analysis)[2].offset - 4 :].startswith("relu  #")
    assert len(inlay_hints(analysis, 0, 100)) < len(shown)


def test_a_lens_tells_the_totals() -> None:
    tell, plan, run = code_lenses(analysed(SPEC))
    assert tell.title.startswith("7 layers, 303,818 parameters, ")
    assert tell.span.text == "model"
    assert (plan.command, run.command) == ("cnn.plan", "cnn.run")
    assert code_lenses(analysed("cnov 3")) == []
    assert [lens[1:] for lens in code_lenses(analysed("model {\n  conv 8 3x3 rleu\n}\n"))] == [("2 errors", "")]
    assert [lens.command for lens in code_lenses(analysed("input 4x4x1; flatten"))] == ["", "cnn.plan"]


def test_the_outline() -> None:
    data, block, model, train = symbols(analysed(SPEC))
    assert [each.kind for each in (data, block, model, train)] == ["section", "block", "section", "section"]
    assert [each.name for each in model.children] == ["conv", "stage", "flatten", "dense", "dense"]
    assert model.children[0].detail == "32 4x4 relu"
    assert train.children[0].kind == "setting"


def test_braces_and_comments_fold() -> None:
    analysis = analysed("# one\n# two\n\n# alone\nmodel {\n  flatten\n}\n")
    assert [(fold.first, fold.last, fold.kind) for fold in folds(analysis)] == [(1, 2, "comment"), (5, 7, "region")]


def test_a_selection_grows() -> None:
    texts = [span.text for span in selections(*edited(SPEC.replace("lr=0.01", "lr=0.|01")))]
    assert texts[0] in ("0", "01")
    assert "lr=0.01" in texts
    assert "optimizer adam lr=0.01" in texts
    assert texts[-1] == SPEC
    assert all(len(one) < len(other) for one, other in pairwise(texts))


# Colours.


def test_every_word_has_its_meaning() -> None:
    analysis = analysed(SPEC)
    tokens = semantic_tokens.semantic_tokens(analysis)
    kinds = {(analysis.text[each.start : each.start + each.length], each.kind) for each in tokens}
    assert {
        ("data", "keyword"),
        ("mnist", "enumMember"),
        ("validation", "property"),
        ("10%", "number"),
        ("block", "keyword"),
        ("stage", "macro"),
        ("filters", "parameter"),
        ("conv", "function"),
        ("relu", "enumMember"),
        ("# first", "comment"),
        ("classes", "variable"),
        ("lr", "parameter"),
        ("times", "parameter"),
    } <= kinds
    assert {each.kind for each in tokens} <= set(LEGEND)
    assert ("filters", "enumMember") not in kinds


# Blocks that are being written.


def test_a_block_that_is_not_closed_yet_hides_nothing() -> None:
    text = SPEC[: SPEC.index("dense classes")] + "dense |"
    analysis, offset = edited(text)
    assert analysis.checked.file is None
    whole = closed(analysis)
    assert whole.text.startswith(analysis.text)
    assert "classes" in [each.label for each in completions(whole, offset)]
    assert "stage" in [each.label for each in completions(whole, whole.text.index("flatten;"))]
    assert len(inlay_hints(whole)) == 5
    assert code_lenses(whole)[0].title == "1 error"
    assert closed(analysed(SPEC)).text == SPEC
    assert closed(analysed("}}}} {")).text == "}}}} {"


@pytest.mark.parametrize("text", [SPEC, SPEC[: SPEC.index("dense classes")]])
def test_an_analysis_is_forgotten_with_its_version(text: str) -> None:
    """At once, and not when garbage is looked for: there is one after each key, and each is megabytes."""
    gc.collect()
    gc.disable()
    try:
        analysis = closed(analysed(text))
        offset = text.index("stage 16")
        for feature in (hover, completions, signature, selections, navigation.definition, navigation.references):
            feature(analysis, offset)
        for whole in (inlay_hints, code_lenses, symbols, folds, semantic_tokens.semantic_tokens, findings):
            whole(analysis)
        actions(analysis, 0, len(text))
        actions(analysis, 0, len(text), (FIX_ALL,))
        still_there = weakref.ref(analysis)
        del analysis
        assert still_there() is None
    finally:
        gc.enable()


# Any text.

GALLERY = [decode(path.read_bytes()) for path in sorted(Path(specs.__file__).parent.glob("*.cnn"))]
SCRAPS = st.sampled_from(
    [
        "{",
        "}",
        "\n",
        ";",
        "#",
        '"',
        "conv ",
        "=",
        "stage ",
        "(",
        "[",
        "repeat 2 {",
        "🙂",
        "data folder",
        "\\",
        "1..",
        "block a(",
    ]
)


@settings(max_examples=120)
@given(
    st.sampled_from([*GALLERY, SPEC]),
    st.lists(st.tuples(st.integers(0, 2000), SCRAPS), max_size=4),
    st.integers(0, 2000),
)
def test_no_text_is_too_strange(text: str, changes: list[tuple[int, str]], place: int) -> None:
    for number, scrap in changes:
        where = number % (len(text) + 1)
        text = text[:where] + scrap + text[where + len(scrap) // 2 :]
    analysis, offset = analysed(text), place % (len(text) + 1)
    for feature in (hover, completions, signature, selections, navigation.definition, navigation.references):
        feature(analysis, offset)
    for whole in (inlay_hints, code_lenses, symbols, folds, semantic_tokens.semantic_tokens, navigation.links):
        whole(analysis)
    assert all(token.start + token.length <= len(text) for token in semantic_tokens.semantic_tokens(analysis))
