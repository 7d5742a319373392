"""From a program back to a spec: the same program, in the form that `cnn fmt` leaves alone."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import Network, networks

import specs
from spec_lang import check_text, decode
from spec_lang.format import format_text
from spec_lang.layers import LAYERS
from spec_lang.program import Layer, PlainValue, Program
from spec_lang.sections import TRAIN
from spec_lang.unparse import statement, unparse

GALLERY = {path.stem: decode(path.read_bytes()) for path in sorted(Path(specs.__file__).parent.glob("*.cnn"))}


def program(text: str) -> Program:
    result = check_text(text)
    assert result.program is not None, (text, result.diagnostics)
    return result.program


def unplaced(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    return tuple(layer._replace(line=0, body=unplaced(layer.body)) for layer in layers)


def check_way_back(written: Program) -> None:
    text = unparse(written)
    again = program(text)
    assert again._replace(layers=unplaced(again.layers)) == written._replace(layers=unplaced(written.layers))
    assert format_text(text).text == text


@pytest.mark.parametrize("text", GALLERY.values(), ids=GALLERY)
def test_every_spec_of_the_gallery_comes_back(text: str) -> None:
    check_way_back(program(text))


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(networks())
def test_every_network_comes_back(network: Network) -> None:
    check_way_back(program(network.text))


@pytest.mark.heavy
@settings(max_examples=5_000, suppress_health_check=[HealthCheck.too_slow])
@given(networks())
def test_every_network_comes_back_thoroughly(network: Network) -> None:
    check_way_back(program(network.text))


@pytest.mark.parametrize(
    "train",
    [
        "",
        "epochs 3; batch 8; seed 5",
        "optimizer adam lr=0.01",
        "optimizer sgd momentum=0.9 nesterov=on",
        "loss sparse_categorical_crossentropy",
        "stop",
        "stop val_accuracy patience=0",
        "optimizer adamw weight_decay=0",
    ],
)
@pytest.mark.parametrize(
    "data", ["", "data mnist", "data cifar10 { validation 20% }", "data mnist { validation test }"]
)
def test_every_setting_comes_back(data: str, train: str) -> None:
    check_way_back(program(f"{data}\nflatten; dense 10 softmax\ntrain {{ {train} }}"))


def test_what_has_its_default_is_left_out() -> None:
    text = "data mnist\n\nmodel {\n  conv 8 3x3 relu\n  pool 2x2\n  flatten\n  dense 10 softmax\n}\n"
    full = (
        "data mnist { validation 10% }\n"
        "conv 8 3x3 relu padding=valid stride=1x1 bias=on init=glorot_uniform l2=0; pool 2x2 stride=2x2; flatten\n"
        "dense 10 softmax\n"
        "train { epochs 10; batch 32; optimizer adam lr=0.001; loss categorical_crossentropy; metrics accuracy }"
    )
    assert unparse(program(full)) == text


def test_blocks_and_repetitions_are_unfolded() -> None:
    written = program("block two(n) { repeat 2 { conv n 1x1 relu } }\ninput 4x4x1; two 3; residual { two 3 }")
    assert unparse(written) == (
        "model {\n  input 4x4x1\n  conv 3 1x1 relu\n  conv 3 1x1 relu\n"
        "  residual {\n    conv 3 1x1 relu\n    conv 3 1x1 relu\n  }\n}\n"
    )


def test_a_container_may_be_empty() -> None:
    check_way_back(program("input 4x4x1; residual { }; flatten"))


@pytest.mark.parametrize(
    ("keyword", "arguments", "text"),
    [
        ("zeropad", {"padding": (1, 1, 1, 1)}, "zeropad 1"),
        ("zeropad", {"padding": (1, 1, 2, 2)}, "zeropad 1x2"),
        ("zeropad", {"padding": (0, 1, 0, 1)}, "zeropad 0x1x0x1"),
        ("pool", {"window": (3, 3), "stride": (2, 2), "padding": "same"}, "pool 3x3 same stride=2"),
        ("pool", {"window": (3, 3), "stride": (2, 1)}, "pool 3x3 stride=2x1"),
        ("reshape", {"shape": (64,)}, "reshape 64"),
        ("dropout", {"rate": 0.25}, "dropout 0.25"),
        ("rescale", {"scale": -2.0, "offset": 1e-07}, "rescale -2 offset=1e-07"),
        ("dense", {"units": 3, "bias": False, "maxnorm": 2.0}, "dense 3 bias=off maxnorm=2"),
        ("permute", {"axes": ("width", "height", "channels")}, "permute width height channels"),
    ],
)
def test_values_are_written_as_people_write_them(keyword: str, arguments: dict[str, PlainValue], text: str) -> None:
    assert statement(LAYERS[keyword], arguments) == text


def test_a_value_that_another_parameter_would_take_has_its_name() -> None:
    stop = TRAIN.by_keyword["stop"]
    assert statement(stop, {"monitor": "loss"}) == "stop loss"
    lrn = LAYERS["lrn"]
    assert statement(lrn, {"size": 3, "k": 2.0}) == "lrn 3 k=2"


@settings(max_examples=50)
@given(st.floats(min_value=-1e300, max_value=1e300))
def test_numbers_keep_every_digit(number: float) -> None:
    check_way_back(program(f"input 4; rescale {number!r}"))
