"""Receptive fields, against those that Araujo, Norris and Sim publish (https://distill.pub/2019/computing-receptive-fields)."""

import pytest

from spec_lang import check_text
from spec_lang.receptive_field import receptive_fields


def fields(spec: str) -> tuple[tuple[int, int], ...]:
    program = check_text(spec).program
    assert program is not None
    return receptive_fields(program.input_shape, program.layers)


VGG_16 = "; ".join("; ".join(["conv 1 3x3 same"] * convs + ["pool 2x2"]) for convs in (2, 2, 3, 3, 3))
ALEXNET_V2 = """conv 1 11x11 stride=4; pool 3x3 stride=2; conv 1 5x5 same; pool 3x3 stride=2
conv 1 3x3 same; conv 1 3x3 same; conv 1 3x3 same; pool 3x3 stride=2"""
MOBILENET_V1 = "conv 1 3x3 same stride=2; " + "; ".join(
    f"depthwiseconv 3x3 same stride={stride}; conv 1 1x1" for stride in (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1)
)


@pytest.mark.parametrize(("network", "published"), [(ALEXNET_V2, 195), (VGG_16, 212), (MOBILENET_V1, 315)])
def test_published_networks(network: str, published: int) -> None:
    assert fields(f"input 1000x900x3\n{network}")[-1] == (published, published)


def test_no_field_is_larger_than_the_image() -> None:
    assert fields(f"input 100x230x3\n{VGG_16}")[-1] == (100, 212)


@pytest.mark.parametrize(
    "whole", ["flatten", "globalpool", "globalavgpool", "reshape 100", "permute width height channels"]
)
def test_some_layers_see_the_whole_image(whole: str) -> None:
    assert fields(f"input 12x14x1\nconv 1 3x5; {whole}; batchnorm") == ((3, 5), (12, 14), (12, 14))


def test_layers_of_single_pixels_change_nothing() -> None:
    neutral = (
        "batchnorm; dropout 0.5; activation relu; lrn; zeropad 1; crop 1; prelu; rescale 2; conv 1 1x1; groupnorm 1"
    )
    assert set(fields(f"input 12x12x1\nconv 1 3x3; {neutral}")) == {(3, 3)}


def test_a_dilation_spreads_the_window() -> None:
    assert fields("input 40x40x1\nconv 1 3x3 dilation=1x4") == ((3, 9),)


def test_after_a_stride_windows_count_more() -> None:
    assert fields("input 40x40x1\nconv 1 3x5 stride=2x1; conv 1 3x3; avgpool 2") == ((3, 5), (7, 7), (9, 8))


def test_enlarging_makes_windows_count_less() -> None:
    nearest, bilinear = (
        fields(f"input 40x40x1\npool 2x2; upsample 2 {how}; conv 1 3x3; conv 1 3x3") for how in ("nearest", "bilinear")
    )
    assert nearest == ((2, 2), (2, 2), (4, 4), (6, 6))
    assert bilinear == ((2, 2), (4, 4), (6, 6), (8, 8))
    assert fields("input 40x40x1\nconvtranspose 1 4x4 stride=2; convtranspose 1 5x5 stride=2") == ((2, 2), (3, 3))


def test_a_residual_sees_what_its_layers_see() -> None:
    around, inside = fields("input 20x20x1\nconv 1 3x3; residual { conv 1 3x3 same; conv 1 3x3 same }")
    assert (around, inside) == ((3, 3), (7, 7))
    assert fields("input 20x20x1\nresidual { conv 1 1x1 stride=2 }; conv 1 3x3")[-1] == (5, 5)


def test_only_an_image_has_receptive_fields() -> None:
    program = check_text("input 8\ndense 3").program
    assert program is not None
    with pytest.raises(ValueError, match="no image"):
        receptive_fields(program.input_shape, program.layers)
