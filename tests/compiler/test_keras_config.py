"""The way to Keras and back: what a compiled model's config says is the network that it was compiled from."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
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

if TYPE_CHECKING:
    import keras

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


def same_network(model: "keras.Model", text: str) -> None:
    """That a model and the one that a spec builds give the same for the same weights, put in layer by layer."""
    rebuilt = build_model(program(text))
    weights, others = (
        {weight.path: weight for weight in each.weights if "seed" not in weight.path} for each in (model, rebuilt)
    )
    assert [weight.shape for weight in others.values()] == [weight.shape for weight in weights.values()]
    for weight, other in zip(weights.values(), others.values(), strict=True):
        weight.assign(np.random.default_rng(len(weight.path)).uniform(0.1, 0.9, weight.shape))
        other.assign(weight)
    images = np.random.default_rng(1).random((3, 8, 8, 4), dtype=np.float32)
    np.testing.assert_allclose(rebuilt(images, training=False), model(images, training=False), rtol=1e-4)


def test_a_functional_chain_with_residuals_is_the_same_network() -> None:
    import keras
    from keras import layers

    inputs = keras.Input((8, 8, 4))
    x = layers.Conv2D(6, 3, padding="same", use_bias=False)(inputs)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    y = layers.Conv2D(6, 3, padding="same", activation="relu")(x)
    y = layers.BatchNormalization()(layers.Conv2D(6, 3, padding="same")(y))
    x = layers.Activation("relu")(layers.Add()([y, x]))
    y = layers.BatchNormalization()(layers.Conv2D(8, 3, strides=2, padding="same")(x))
    x = layers.ReLU()(y + layers.Conv2D(8, 1, strides=2, padding="same")(x))
    x = layers.Dropout(0.5)(layers.GlobalAveragePooling2D()(x))
    model = keras.Model(inputs, layers.Dense(3, activation="softmax")(x))
    imported = import_keras(json.loads(model.to_json()))
    assert not imported.losses
    assert imported.text.count("residual relu {") == 2
    same_network(model, imported.text)


@pytest.mark.parametrize("factor", [0.2, (0.3, 0.3), (0.1, 0.4)])
def test_the_contrast_that_is_written_is_the_one_that_keras_draws(factor: float | tuple[float, float]) -> None:
    import keras

    layer = keras.layers.RandomContrast(factor)
    config = {"class_name": "Sequential", "config": {"layers": [keras.layers.serialize(layer)]}}
    (setting,) = re.findall(r"contrast (\d+)%..(\d+)%", import_keras(config).text)
    low, high = (int(each) / 100 for each in setting)
    images = np.tile(np.array([100, 140], np.float32).reshape(1, 2, 1, 1), (2_000, 1, 1, 1))
    varied = np.asarray(layer(images, training=True))
    factors = (varied[:, 1] - varied[:, 0]) / 40
    assert low - 1e-5 <= factors.min() < low + 0.01
    assert high - 0.01 < factors.max() <= high + 1e-5
