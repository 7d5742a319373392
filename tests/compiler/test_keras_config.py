"""The way to Keras and back: what a compiled model's config says is the network that it was compiled from."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from strategies import Network, networks

import specs
from compiler import build_model
from spec_lang import check_text, decode
from spec_lang.keras_import import import_keras
from spec_lang.layers.kind import pair
from spec_lang.layers.windows import keras_padding
from spec_lang.program import Layer, PlainValue, Program

GALLERY = {path.stem: decode(path.read_bytes()) for path in sorted(Path(specs.__file__).parent.glob("*.cnn"))}
ALIASES: dict[PlainValue, PlainValue] = {"swish": "silu", "hard_swish": "hard_silu"}


def program(text: str) -> Program:
    result = check_text(text)
    assert result.program is not None, (text, result.diagnostics)
    return result.program


def as_keras_holds_it(layer: Layer) -> Layer:
    """Without what Keras has one form for and the language two."""
    arguments = dict(layer.arguments)
    if "activation" in arguments:
        arguments["activation"] = ALIASES.get(arguments["activation"], arguments["activation"])
    if arguments.get("padding") == "ceil":
        padding = keras_padding(layer.input_shape, pair(arguments, "window"), pair(arguments, "stride"))
        arguments["padding"] = padding or "ceil"
    if arguments.get("per") == "channel" and len(layer.input_shape) == 1:
        arguments["per"] = "value"
    return layer._replace(arguments=arguments, line=0, body=tuple(map(as_keras_holds_it, layer.body)))


def check_way_back(written: Program) -> None:
    imported = import_keras(json.loads(build_model(written).to_json()))
    again = program(imported.text)
    assert not imported.losses
    assert again.input_shape == written.input_shape
    assert list(map(as_keras_holds_it, again.layers)) == list(map(as_keras_holds_it, written.layers))


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.heavy if name == "vgg16" else ()) for name in GALLERY]
)
def test_every_spec_of_the_gallery_comes_back_from_keras(name: str) -> None:
    check_way_back(program(GALLERY[name]))


@pytest.mark.parametrize("scale", ["0.003922", "0.00784 offset=-1", "2"])
def test_a_first_rescale_comes_back_as_it_was(scale: str) -> None:
    """Of a model made elsewhere it is dropped or written anew, where it is for raw images."""
    check_way_back(program(f"input 8x8x1; rescale {scale}; flatten; dense 10 softmax"))


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(networks(most_layers=4))
def test_every_network_comes_back_from_keras(network: Network) -> None:
    check_way_back(program(network.text))


@pytest.mark.heavy
@settings(max_examples=1_000, suppress_health_check=[HealthCheck.too_slow])
@given(networks())
def test_every_network_comes_back_from_keras_thoroughly(network: Network) -> None:
    check_way_back(program(network.text))
