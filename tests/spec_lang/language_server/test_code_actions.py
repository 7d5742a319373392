import pytest

from spec_lang import Files, check_text
from spec_lang.fixes import apply_edits
from spec_lang.language_server.analysis import analyse
from spec_lang.language_server.code_actions import FIX_ALL, QUICK_FIX, REWRITE, Action, actions


def offered(text: str, place: str, *only: str) -> list[Action]:
    """What is offered where a piece of the text begins."""
    offset = text.index(place)
    return list(actions(analyse(text, "spec.cnn", Files()), offset, offset, only))


def after(text: str, action: Action) -> str:
    return apply_edits(text, action.edits)


@pytest.mark.parametrize("text", ["cnov 8 3x3; flatten; dense 10 sofmax", "conv 8 3x3; dense 12 softmax", "pool2x2"])
def test_every_fix_is_offered_at_its_place(text: str) -> None:
    analysis = analyse(text, "spec.cnn", Files())
    fixable = [each for each in analysis.checked.diagnostics if each.fix]
    assert fixable
    for each in fixable:
        found = actions(analysis, each.span.start, each.span.start, (QUICK_FIX,))
        assert each.fix and each.fix.edits in [action.edits for action in found if action.preferred]


def test_a_misspelt_word_is_mended() -> None:
    text = "flatten; dense 10 sofmax"
    [action] = offered(text, "sofmax")
    assert (action.kind, action.preferred) == (QUICK_FIX, True)
    assert action.finding and action.finding.code == "E205"
    assert after(text, action) == "flatten; dense 10 softmax"


def test_a_missing_flatten_is_inserted() -> None:
    text = "model {\n  conv 8 3x3 relu\n  dense 10 softmax\n}"
    [action] = offered(text, "dense 10", QUICK_FIX)
    assert after(text, action) == "model {\n  conv 8 3x3 relu\n  flatten\n  dense 10 softmax\n}"


def test_nothing_is_offered_elsewhere() -> None:
    assert offered("conv 3\nflatten; dense 10 sofmax", "conv") == []


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("pool 2x2 stride=3", "pool 2x2 stride=3  # cnn: ignore[W511]"),
        ("pool 2x2 stride=3   ", "pool 2x2 stride=3  # cnn: ignore[W511]"),
        ("pool 2x2 stride=3  # why", "pool 2x2 stride=3  # why  # cnn: ignore[W511]"),
        ("pool 2x2 stride=3  # cnn: ignore[W505]", "pool 2x2 stride=3  # cnn: ignore[W505, W511]"),
    ],
)
def test_a_warning_is_suppressed_on_its_line(before: str, expected: str) -> None:
    text = f"conv 8 3x3 relu\n{before}\nflatten; dense 10 softmax\n"
    [action] = [each for each in offered(text, "stride=3") if each.title == "Suppress W511 on this line"]
    assert after(text, action) == text.replace(before, expected)
    assert "W511" not in {each.code for each in check_text(after(text, action)).diagnostics}
    assert not action.preferred


def test_an_error_is_not_suppressed() -> None:
    assert not [each for each in offered("flatten; dense 10 sofmax", "sofmax") if "Suppress" in each.title]


@pytest.mark.parametrize(
    ("head", "expected"),
    [("dense 10 softmax", "dense classes softmax"), ("dense softmax units=10", "dense softmax units=classes")],
)
def test_a_fixed_head_becomes_classes(head: str, expected: str) -> None:
    text = f"flatten; {head}"
    [action] = offered(text, head, REWRITE)
    assert after(text, action) == f"flatten; {expected}"
    assert check_text(after(text, action)).program is not None


@pytest.mark.parametrize(
    "text", ["flatten; dense 12 softmax", "flatten; dense classes softmax", "flatten; dense 10 relu"]
)
def test_another_head_stays(text: str) -> None:
    assert offered(text, "dense", REWRITE) == []


def test_all_fixes_are_one_action() -> None:
    text = "cnov 8 3x3 relu\ndense 10 sofmax\n"
    [action] = offered(text, "cnov", "source.fixAll")
    assert action.kind == FIX_ALL
    assert after(text, action) == "conv 8 3x3 relu\nflatten\ndense 10 softmax\n"
    assert offered("flatten; dense 10 softmax", "dense", "source") == []


def test_json_gets_no_text_of_a_spec() -> None:
    assert offered('{"model": [{"layer": "cnov"}]}', "cnov", QUICK_FIX, REWRITE, "source") == []
