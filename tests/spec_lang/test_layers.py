"""The table of layers: what each record says of itself, its shape and its cost."""

import pytest
from strategies import layer_with, text

from spec_lang import check_text
from spec_lang.forms import Required, SameAs
from spec_lang.layers import LAYERS
from spec_lang.layers.kind import LayerKind, Refusal, Takes
from spec_lang.layers.windows import keras_padding
from spec_lang.parser import parse
from spec_lang.program import Arguments, Cost, PlainValue, Program, Shape, total
from spec_lang.reading import read
from spec_lang.source import Source

each_kind = pytest.mark.parametrize("kind", LAYERS.values(), ids=lambda kind: kind.keyword)


def program(spec: str) -> Program:
    result = check_text(spec)
    assert result.program is not None, result.diagnostics
    return result.program


@each_kind
def test_every_record_is_documented(kind: LayerKind) -> None:
    assert not kind.summary[0].islower() and kind.summary.endswith(".")
    assert kind.example.split()[0] == kind.keyword
    parameters = [*kind.parameters, *(each for variant in kind.variants.values() for each in variant)]
    assert all(each.doc and not each.doc.endswith(".") for each in parameters)


@pytest.mark.parametrize("kind", [kind for kind in LAYERS.values() if kind.keyword != "input"], ids=lambda k: k.keyword)
def test_every_example_is_sound(kind: LayerKind) -> None:
    image = (
        "input 64" if kind.takes is Takes.FLAT else "input 28x28x32" if kind.keyword != "reshape" else "input 28x28x1"
    )
    assert [layer.kind for layer in program(f"{image}\n{kind.example}").layers] == [kind.keyword]


@each_kind
def test_every_default_is_a_value_of_its_kind(kind: LayerKind) -> None:
    for parameter in [*kind.parameters, *(each for variant in kind.variants.values() for each in variant)]:
        if not isinstance(parameter.default, (Required, SameAs)):
            file, _ = parse(Source("", f"layer option={text(parameter.default)}"))
            assert file is not None
            assert read(parameter.kind, file.statements[0].options[0].value) == parameter.default


def behind(shape: Shape, keyword: str, arguments: Arguments) -> Shape | str:
    """What a layer leaves, or the code of the rule that refuses it."""
    output = LAYERS[keyword].shape(shape, layer_with(keyword, **arguments).arguments)
    return output.rule.code if isinstance(output, Refusal) else output


def cost_behind(shape: Shape, keyword: str, arguments: Arguments) -> Cost:
    kind, given = LAYERS[keyword], layer_with(keyword, **arguments).arguments
    output = kind.shape(shape, given)
    assert not isinstance(output, Refusal)
    return kind.cost(shape, output, given)


@pytest.mark.parametrize(
    ("keyword", "arguments", "expected"),
    [
        ("conv", {"filters": 4, "kernel": (3, 3), "dilation": (2, 3)}, (5, 2, 4)),
        ("conv", {"filters": 4, "kernel": (3, 3), "dilation": (5, 1)}, "E301"),
        ("conv", {"filters": 4, "kernel": (3, 3), "dilation": (5, 9), "padding": "same"}, (9, 8, 4)),
        ("conv", {"filters": 4, "kernel": (3, 3), "dilation": (1, 2), "stride": (2, 1)}, "E307"),
        ("conv", {"filters": 4, "kernel": (3, 3), "groups": 3}, "E308"),
        ("conv", {"filters": 4, "kernel": (3, 3), "groups": 4}, "E308"),
        ("depthwiseconv", {"kernel": (3, 3), "stride": (2, 2), "dilation": (2, 2), "depth_multiplier": 3}, (3, 2, 18)),
        ("sepconv", {"filters": 4, "kernel": (3, 3), "stride": (2, 1)}, "E309"),
        ("convtranspose", {"filters": 4, "kernel": (3, 1), "stride": (2, 2)}, (19, 16, 4)),
        ("convtranspose", {"filters": 4, "kernel": (5, 5), "stride": (3, 2), "padding": "same"}, (27, 16, 4)),
        ("pool", {"window": (2, 3), "stride": (2, 3)}, (4, 2, 6)),
        ("pool", {"window": (2, 3), "stride": (2, 3), "padding": "ceil"}, (5, 3, 6)),
        ("avgpool", {"window": (2, 3), "stride": (2, 3), "padding": "same"}, (5, 3, 6)),
        ("pool", {"window": (10, 10), "stride": (2, 3), "padding": "ceil"}, (1, 1, 6)),
        ("pool", {"window": (11, 10), "stride": (2, 3), "padding": "ceil"}, "E301"),
        ("pool", {"window": (1, 1), "stride": (5, 5), "padding": "ceil"}, (2, 2, 6)),
        ("pool", {"window": (2, 2), "stride": (9, 8), "padding": "ceil"}, (1, 1, 6)),
        ("globalpool", {}, (6,)),
        ("globalavgpool", {"keepdims": True}, (1, 1, 6)),
        ("zeropad", {"padding": (1, 2, 3, 4)}, (12, 15, 6)),
        ("crop", {"cropping": (1, 2, 3, 4)}, (6, 1, 6)),
        ("crop", {"cropping": (1, 2, 4, 4)}, "E310"),
        ("upsample", {"size": (2, 3)}, (18, 24, 6)),
        ("reshape", {"shape": (72, 6)}, (72, 6)),
        ("reshape", {"shape": (72, 7)}, "E311"),
        ("permute", {"axes": ("channels", "height", "width")}, (6, 9, 8)),
        ("permute", {"axes": ("width", "width", "channels")}, "E312"),
        ("lrn", {"size": 4}, "E313"),
        ("activation", {"activation": "glu"}, (9, 8, 3)),
        ("groupnorm", {"groups": 4}, "E308"),
        ("flatten", {}, (432,)),
    ],
)
def test_shapes_behind_an_image_of_9x8x6(keyword: str, arguments: dict[str, PlainValue], expected: Shape | str) -> None:
    assert behind((9, 8, 6), keyword, arguments) == expected


@pytest.mark.parametrize(
    ("keyword", "arguments", "trainable", "non_trainable", "macs"),
    [
        ("conv", {"filters": 4, "kernel": (3, 3)}, 9 * 6 * 4 + 4, 0, 7 * 6 * 9 * 6 * 4),
        ("conv", {"filters": 4, "kernel": (3, 3), "groups": 2, "bias": False}, 9 * 3 * 4, 0, 7 * 6 * 9 * 3 * 4),
        ("depthwiseconv", {"kernel": (3, 3), "depth_multiplier": 2}, 9 * 12 + 12, 0, 7 * 6 * 9 * 12),
        ("sepconv", {"filters": 4, "kernel": (3, 3)}, 9 * 6 + 6 * 4 + 4, 0, 7 * 6 * (9 * 6 + 6 * 4)),
        ("convtranspose", {"filters": 4, "kernel": (3, 3), "stride": (2, 2)}, 9 * 6 * 4 + 4, 0, 9 * 8 * 9 * 6 * 4),
        ("batchnorm", {}, 12, 12, 0),
        ("batchnorm", {"scale": False}, 6, 12, 0),
        ("layernorm", {"center": False}, 6, 0, 0),
        ("groupnorm", {"groups": 2}, 12, 0, 0),
        ("prelu", {}, 9 * 8 * 6, 0, 0),
        ("prelu", {"per": "channel"}, 6, 0, 0),
        ("prelu", {"per": "layer"}, 1, 0, 0),
        ("pool", {"window": (2, 2)}, 0, 0, 0),
    ],
)
def test_costs_behind_an_image_of_9x8x6(
    keyword: str, arguments: dict[str, PlainValue], trainable: int, non_trainable: int, macs: int
) -> None:
    assert cost_behind((9, 8, 6), keyword, arguments) == Cost(trainable, non_trainable, macs)


def test_a_dense_layer_multiplies_once_for_each_weight() -> None:
    assert cost_behind((12,), "dense", {"units": 5}) == Cost(12 * 5 + 5, 0, 12 * 5)
    assert cost_behind((12,), "dense", {"units": 5, "bias": False}) == Cost(12 * 5, 0, 12 * 5)


CAFFENET = """input 227x227x3
conv 96 11x11 relu stride=4; pool 3x3 ceil stride=2; lrn 5
conv 256 5x5 relu same groups=2; pool 3x3 ceil stride=2; lrn 5
conv 384 3x3 relu same; conv 384 3x3 relu same groups=2; conv 256 3x3 relu same groups=2; pool 3x3 ceil stride=2
flatten; dense 4096 relu; dropout 0.5; dense 4096 relu; dropout 0.5; dense 1000 softmax
"""


def test_caffenet_has_its_published_parameters_and_multiply_adds() -> None:
    """BVLC CaffeNet: 60,965,224 parameters; 724 million multiply-adds (Sze et al. 2017, table II)."""
    cost = total(layer.cost for layer in program(CAFFENET).layers)
    assert cost.trainable == 60_965_224
    assert round(cost.macs / 1e6) == 724


MOBILENET_BLOCKS = ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1))
MOBILENET = "\n".join(
    [
        "input 224x224x3",
        "conv 32 3x3 same stride=2 bias=off; batchnorm; activation relu6",
        *(
            f"depthwiseconv 3x3 same stride={stride} bias=off; batchnorm; activation relu6; "
            f"conv {filters} 1x1 bias=off; batchnorm; activation relu6"
            for filters, stride in MOBILENET_BLOCKS
        ),
        "globalavgpool; dense 1000 softmax",
    ]
)


def test_mobilenet_has_its_published_parameters_and_multiply_adds() -> None:
    """Howard et al. 2017, table 8: 569 million multiply-adds, 4.2 million parameters; exact count as in Keras."""
    cost = total(layer.cost for layer in program(MOBILENET).layers)
    assert (cost.parameters, cost.trainable) == (4_253_864, 4_231_976)
    assert round(cost.macs / 1e6) == 569


def test_the_padding_of_keras_is_named_only_where_it_has_the_windows_of_ceil() -> None:
    assert keras_padding((9, 9, 1), (3, 3), (2, 2)) == "valid"
    assert keras_padding((8, 8, 1), (3, 3), (2, 2)) == "same"
    assert keras_padding((9, 8, 1), (3, 3), (2, 2)) is None
    assert keras_padding((10, 10, 1), (5, 5), (3, 3)) is None
