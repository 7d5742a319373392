"""What a fix changes: the layer that it is about, and no other."""

import pytest

from spec_lang import Files, check_text
from spec_lang.fixes import fix_all

HEAD = "flatten; dense 10 softmax"


def fixed(text: str) -> str:
    return fix_all(text, check_text).text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("block out(n) { dense n softmax }\nflatten; out 64; out 5", "E401"),
        ("block out { dense 5 softmax }\nflatten; out; dropout 0.1; out", "E401"),
        ("block out(n) { dense n softmax }\nflatten; out 5", "E401"),
        ("block out(n) { dense n * 2 softmax }\nflatten; out 3", "E401"),
        ("flatten; repeat 2 { dense 5 softmax }", "E401"),
        ("block out { dense 1 sigmoid }\nflatten; out; dense 8 relu; out", "E405"),
        ("block out(n, what) { dense n what }\nflatten; out 1 sigmoid", "E405"),
        (f"block c {{ conv 8 3x3 }}\nc; batchnorm; activation relu\nc; activation relu; {HEAD}", "W506"),
        (f"block c(on) {{ conv 8 3x3 bias=on }}\nc on; batchnorm; activation relu; {HEAD}", "W506"),
        (f"repeat 2 {{ activation relu; conv 8 3x3 }}\nbatchnorm; activation relu; {HEAD}", "W506"),
        (f"block c {{ conv 8 3x3 }}\nc; conv 8 3x3 relu; c; activation relu; {HEAD}", "W505"),
        (f"repeat 2 {{ conv 8 3x3 }}\nactivation relu; {HEAD}", "W505"),
        (f"residual {{ repeat 2 {{ conv 1 3x3 padding=same }} }}\n{HEAD}", "W505"),
    ],
)
def test_the_text_of_other_layers_is_left_alone(text: str, code: str) -> None:
    found = check_text(text).diagnostics
    assert code in {each.code for each in found}
    assert all(each.fix is None for each in found)
    assert fixed(text) == text


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("block out { dense 5 softmax }\nflatten; out", "block out { dense 10 softmax }\nflatten; out"),
        (
            f"block c {{ conv 8 3x3; batchnorm; activation relu }}\nc; c; {HEAD}",
            f"block c {{ conv 8 3x3 bias=off; batchnorm; activation relu }}\nc; c; {HEAD}",
        ),
        (
            f"repeat 2 {{ conv 8 3x3 bias=on; batchnorm; activation relu }}\n{HEAD}",
            f"repeat 2 {{ conv 8 3x3 bias=off; batchnorm; activation relu }}\n{HEAD}",
        ),
        (
            f"block c(n) {{ conv n 3x3 bias=on; batchnorm; activation relu }}\nc 8; c 16; {HEAD}",
            f"block c(n) {{ conv n 3x3 bias=off; batchnorm; activation relu }}\nc 8; c 16; {HEAD}",
        ),
        (
            "block d { dense 8 relu }\nflatten; d; reshape 2x2x2; d; dense 10 softmax",
            "block d { flatten; dense 8 relu }\nflatten; d; reshape 2x2x2; d; dense 10 softmax",
        ),
    ],
)
def test_a_fix_of_all_layers_that_a_text_stands_for_is_made(text: str, mended: str) -> None:
    assert fixed(text) == mended


def test_the_layers_of_an_included_file_are_left_alone() -> None:
    """Other specs may include it too."""
    world = Files({"blocks.cnn": "block c { conv 8 3x3; batchnorm; activation relu }"})
    [found] = check_text(f'include "blocks.cnn"\nc; {HEAD}', world=world).diagnostics
    assert (found.code, found.fix) == ("W506", None)


@pytest.mark.parametrize(
    ("head", "mended"),
    [
        ("dense 1 sigmoid l2=0.01 maxnorm=2", "dense 10 softmax l2=0.01 maxnorm=2"),
        ("dense activation=sigmoid l2=0.01 units=1", "dense activation=softmax l2=0.01 units=10"),
        ("dense 1 sigmoid; dropout 0.2", "dense 10 softmax; dropout 0.2"),
    ],
)
def test_a_sigmoid_head_keeps_its_options(head: str, mended: str) -> None:
    assert fixed(f"flatten; dense 64 relu; {head}") == f"flatten; dense 64 relu; {mended}"


def test_a_sigmoid_in_a_layer_of_its_own_has_no_fix() -> None:
    """The units stand in another layer: softmax in place of the sigmoid would be one of a single unit."""
    text = "flatten; dense 64 relu; dense 1 l2=0.01; activation sigmoid"
    [found] = [each for each in check_text(text).diagnostics if each.code == "E405"]
    assert found.fix is None
    assert fixed(text) == text


def test_a_fix_that_leaves_its_finding_where_it_is_is_not_made() -> None:
    text = 'data folder" { size 64x64 }; flatten; dense 2 softmax'
    assert fixed(text) == text
