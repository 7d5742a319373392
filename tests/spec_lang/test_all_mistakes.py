"""A mistake that cannot change a shape hides nothing behind it, and one mistake is one finding."""

import pytest

from spec_lang import check_text
from spec_lang.layers import LAYERS
from spec_lang.layers.kind import LayerKind, Takes

HEAD = "flatten; dense 10 softmax"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("conv 32 3x3 relu kernel_regularizer=l2; pool 40x40; dense 12 softmax", "E204 E301 E303 E401"),
        ("conv 32 3x3 rellu; pool 40x40; flatten; dense 12 softmax", "E205 E301 E401"),
        ("conv 32 3x3 same fooo; pool 40x40; flatten; dense 12 softmax", "E205 E301 E401"),
        (f"conv 32 3x3 l2=-1 relu; pool 40; {HEAD}", "E207 E301"),
        (f"conv 32 3x3 bias=maybe; pool 40; {HEAD}", "E206 E301"),
        (f"dropout 50; pool 40; {HEAD}", "E207 E301"),
        (f"dropout p=0.5; pool 40; {HEAD}", "E204 E301"),
        (f"batchnorm momentum=2; conv 32 40x40 relu; {HEAD}", "E207 E301"),
        ("residual rleu { conv 3 3x3 same; pool 40 }; flatten; dense 12 softmax", "E205 E301 E401"),
        (f"repeat x {{ pool 40 }}; {HEAD}", "E206 E301"),
        (f"repeat x {{ conv 32 3x3 same }}; pool 40; {HEAD}", "E206"),
        ("block a(n) { conv n 3x3 rellu; pool 40 }; a 3; flatten; dense 5 softmax", "E205 E301 E401"),
        ("pool 40; flatten; dense 12 sofmax; train { optimizer adm; epochs 0 }", "E301 E401 E205 E205 E207"),
        (f"{HEAD}; train {{ optimizer adam foo=2; loss binary_crossentropy }}", "E204 E404"),
        (f"augment {{ rotate 400deg; foo }}; pool 40; {HEAD}", "E207 E203 E301"),
    ],
)
def test_what_has_no_part_in_a_shape_hides_nothing(text: str, codes: str) -> None:
    assert found(text) == codes.split()


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (f"conv 32 3x3 fooo; pool 31; {HEAD}", "E205"),  # it may have been meant as a padding
        (f"conv 32 3x3 smae; pool 31; {HEAD}", "E205"),
        (f"conv 32 3x3 border_mode=same; pool 31; {HEAD}", "E204"),
        (f"conv 32 3x3 strides=2 same; pool 17; {HEAD}", "E204"),
        (f"conv 32 3x; pool 31; {HEAD}", "E108"),
        (f"conv 32 size=3x3; pool 31; {HEAD}", "E204"),
        ("dense 12 softmax", "E303 E401"),
        ("flatten; dense 10 sofmax", "E205"),
        ("flatten; conv 32 3x3; pool 2; dense 10 softmax", "E302"),
        ("conv 8 99x99; dense 10 softmax", "E301 E303"),
        (f"cnov 3 40x40; pool 40; {HEAD}", "E201"),
    ],
)
def test_what_only_follows_from_a_mistake_is_not_said(text: str, codes: str) -> None:
    assert found(text) == codes.split()


def found(text: str) -> list[str]:
    return [each.code for each in check_text(f"data cifar10; {text}").diagnostics if each.severity == "error"]


KINDS = [kind for keyword, kind in LAYERS.items() if keyword != "input"]


@pytest.mark.parametrize("kind", KINDS, ids=[kind.keyword for kind in KINDS])
def test_a_layer_that_is_not_said_to_reshape_leaves_as_many_axes_as_it_is_given(kind: LayerKind) -> None:
    example = "reshape 64x3" if kind.keyword == "reshape" else kind.example
    before = "flatten; dense 192; " if kind.takes is Takes.FLAT or kind.keyword == "reshape" else "conv 64 1x1; "
    layer = check_text(f"input 32x32x3; {before}{example}").placed[-1].layer
    assert layer.kind == kind.keyword
    assert kind.reshapes is (len(layer.input_shape) != len(layer.output_shape))


@pytest.mark.parametrize("layers", ["dropout 0.5", "spatialdropout 0.2", "gaussiannoise 0.1; dropout 0.5"])
def test_layers_that_only_disturb_training_are_no_head(layers: str) -> None:
    assert [each.rule.code for each in check_text(f"data mnist; {layers}").diagnostics] == ["E403"]
