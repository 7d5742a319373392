"""Warnings about practice: where they are silent, because what is written is good practice."""

import pytest

from spec_lang import Files, check_text
from spec_lang.fixes import fix_all
from spec_lang.world import Pictures

HEAD = "flatten; dense 10 softmax"
WORLD = Files(
    sources={
        "digits.npz": Pictures(tuple("0123456789"), image_shape=(8, 8, 1)),
        "letters": Pictures(tuple("abc")),
    }
)


def codes(text: str) -> list[str]:
    return [each.code for each in check_text(text, world=WORLD).diagnostics]


@pytest.mark.parametrize(
    "layers",
    [
        "depthwiseconv 3x3 padding=same; conv 16 1x1 relu",
        "conv 8 1x3; conv 8 3x1 relu",
        "conv 8 3x1; dropout 0.1; conv 8 1x3 relu",
        "depthwiseconv 1x5; depthwiseconv 5x1; conv 8 1x1 relu",
    ],
)
def test_convolutions_in_factors_are_no_linear_layers_in_a_row(layers: str) -> None:
    assert codes(f"{layers}; {HEAD}") == []


@pytest.mark.parametrize(
    "layers",
    [
        "conv 8 3x3; conv 8 3x3 relu",
        "conv 8 1x1; conv 8 1x1 relu",
        "conv 8 1x3; conv 8 1x3 relu",
        "conv 8 1x3; conv 8 1x1 relu",
        "conv 8 1x1; depthwiseconv 3x3 relu",
        "conv 8 1x3; conv 8 3x1; conv 8 3x3 relu",
    ],
)
def test_other_convolutions_are(layers: str) -> None:
    assert codes(f"{layers}; {HEAD}") == ["W505"]


def test_classes_of_an_array_have_no_names_that_a_flip_could_change() -> None:
    """Arrays number their classes: "0" to "9" may be cats and cars."""
    assert codes(f'data npz "digits.npz"\naugment {{ flip horizontal }}\n{HEAD}') == []
    assert codes(f'data npz "digits.npz"\naugment {{ flip horizontal }}\nfoo; {HEAD}') == ["E201"]
    letters = 'data folder "letters" { size 8x8 }\naugment { flip horizontal }\nflatten; dense classes softmax'
    assert codes(letters) == ["W522"]


@pytest.mark.parametrize("setting", ["time 30min", "stop val_loss", "schedule cosine"])
def test_many_epochs_that_something_ends_or_slows_down(setting: str) -> None:
    assert codes(f"{HEAD}\ntrain {{ epochs 100; {setting} }}") == []
    assert codes(f"{HEAD}\ntrain {{ epochs 100 }}") == ["W513"]


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        (f"rescale 0.0039216; {HEAD}", HEAD),
        (f"model {{\n  rescale scale=0.00390625\n  {HEAD}\n}}", f"model {{\n  {HEAD}\n}}"),
        (f"model {{\n  rescale 0.003922  # as in Keras\n  {HEAD}\n}}", f"model {{\n  # as in Keras\n  {HEAD}\n}}"),
        (f"model {{ rescale 0.003922\r\n{HEAD} }}", f"model {{ \r\n{HEAD} }}"),
        (f"rescale 0.00784314 offset=-1; {HEAD}", f"rescale 2 offset=-1; {HEAD}"),
        (f"rescale offset=-0.5 scale=0.0039216; {HEAD}", f"rescale offset=-0.5 scale=1; {HEAD}"),
    ],
)
def test_images_that_are_scaled_twice_are_scaled_once(text: str, mended: str) -> None:
    assert codes(text) == ["W523"]
    assert fix_all(text, lambda each: check_text(each, world=WORLD)).text == mended


@pytest.mark.parametrize(
    "text",
    [
        f"data digits {{ normalize 0..255 }}\nrescale 0.0039216; {HEAD}",
        f"rescale 2 offset=-1; {HEAD}",
        f"rescale 0.5; {HEAD}",
        f"input 8x8x1; rescale 0.0039216; {HEAD}",
        f"zeropad 1; batchnorm; rescale 0.0039216; {HEAD}",
    ],
)
def test_other_changes_of_scale_are_no_mistake(text: str) -> None:
    assert codes(text) == []


def test_where_no_change_is_sure_to_be_meant_none_is_made() -> None:
    for text in (
        f"data digits {{ normalize standard }}\nrescale 0.00784314 offset=-1; {HEAD}",
        f"block scaled {{ rescale 0.0039216 }}\nmodel {{ scaled; {HEAD} }}",
    ):
        (found,) = check_text(text, world=WORLD).diagnostics
        assert (found.code, found.fix) == ("W523", None)
