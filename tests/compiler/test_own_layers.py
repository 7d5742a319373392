"""The layers that Keras does not have, and the lowerings that are not one to one: what they compute."""

from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from programs import program
from strategies import layer_with

from compiler import build_model
from compiler.backend import keras, tf
from compiler.calls import Call, perform
from compiler.lowering import lower
from compiler.own_layers import CeilPooling2D, LocalResponseNormalization
from spec_lang.layers import LAYERS
from spec_lang.layers.kind import Refusal
from spec_lang.program import Cost, Layer, PlainValue, Shape

RANDOM = np.random.default_rng(5)


def lowered(keyword: str, shape: Shape, **arguments: PlainValue) -> Call:
    call = lower(Layer(keyword, layer_with(keyword, **arguments).arguments, shape, (), Cost()), 1, seed=0)
    assert isinstance(call, Call)
    return call


def images(*shape: int) -> np.ndarray:
    return RANDOM.normal(size=(2, *shape)).astype(np.float32)


def pooled(
    batch: np.ndarray, window: tuple[int, int], stride: tuple[int, int], reduce: Callable[..., Any]
) -> np.ndarray:
    """Pooling as Caffe does it, save that every window begins inside: the definition, in plain loops."""
    starts = []
    for size, k, s in zip(batch.shape[1:3], window, stride, strict=True):
        count = int(np.ceil((size - k) / s)) + 1
        starts.append([place * s for place in range(count) if place * s < size])
    rows, columns = starts
    values = [
        [reduce(batch[:, row : row + window[0], column : column + window[1]], axis=(1, 2)) for column in columns]
        for row in rows
    ]
    return np.moveaxis(np.array(values), 2, 0)


SIZES = list(product((1, 2, 3, 5, 6, 7), (1, 2, 3, 5), (1, 2, 3, 5)))


@pytest.mark.parametrize(("keyword", "reduce"), [("pool", np.max), ("avgpool", np.mean)])
def test_ceiling_rounding_is_that_of_caffe(keyword: str, reduce: Callable[..., Any]) -> None:
    classes = set()
    for (height, window, stride), (width, across, step) in zip(SIZES, RANDOM.permutation(SIZES).tolist(), strict=True):
        arguments: dict[str, PlainValue] = {
            "window": (window, across),
            "stride": (stride, step),
            "padding": "ceil",
        }
        shape = LAYERS[keyword].shape((height, width, 2), layer_with(keyword, **arguments).arguments)
        if isinstance(shape, Refusal):
            assert window >= height + stride or across >= width + step
            continue
        call = lowered(keyword, (height, width, 2), **arguments)
        classes.add((call.function.rpartition(".")[2], call.arguments.get("padding", "valid")))
        batch = images(height, width, 2)
        result = perform(call)(batch).numpy()
        assert result.shape[1:] == shape
        np.testing.assert_allclose(result, pooled(batch, (window, across), (stride, step), reduce), atol=1e-6)
    plain = "MaxPooling2D" if keyword == "pool" else "AveragePooling2D"
    assert classes == {(plain, "valid"), (plain, "same"), ("CeilPooling2D", "valid")}


@pytest.mark.parametrize(("window", "stride"), [(2, 2), (3, 2)])
def test_common_ceiling_pools_need_no_layer_of_our_own(window: int, stride: int) -> None:
    """Those of AlexNet, GoogLeNet and Caffe's networks for CIFAR-10 are plain Keras, on images of every size."""
    for size in range(window, 120):
        call = lowered("pool", (size, size, 3), window=(window,) * 2, stride=(stride,) * 2, padding="ceil")
        assert call.function == "keras.layers.MaxPooling2D"


def test_gradients_of_ceiling_pools_reach_the_pixels_inside() -> None:
    batch = tf.constant(images(4, 4, 1))
    for reduction in ("max", "average"):
        with tf.GradientTape() as tape:
            tape.watch(batch)
            total = tf.reduce_sum(CeilPooling2D((3, 3), (3, 3), reduction)(batch))
        # Four windows, each of which hands on one unit: to its largest pixel, or in equal parts to those inside.
        assert tape.gradient(total, batch).numpy().sum() == pytest.approx(2 * 4)


@pytest.mark.parametrize("size", [1, 3, 5, 9])
def test_local_response_normalization(size: int) -> None:
    batch, alpha, beta, k = images(3, 4, 6), 0.3, 0.6, 1.5
    expected = np.empty_like(batch)
    for channel in range(6):
        first, last = max(channel - size // 2, 0), min(channel + size // 2, 5)
        total = np.sum(batch[..., first : last + 1] ** 2, axis=-1)
        expected[..., channel] = batch[..., channel] / (k + alpha / size * total) ** beta
    result = perform(lowered("lrn", (3, 4, 6), size=size, alpha=alpha, beta=beta, k=k))(batch)
    np.testing.assert_allclose(result, expected, rtol=1e-5)
    # TensorFlow weighs the sum, as Krizhevsky et al. do.
    theirs = tf.nn.local_response_normalization(batch, size // 2, bias=k, alpha=alpha / size, beta=beta)
    np.testing.assert_allclose(result, theirs, rtol=1e-5)


@pytest.mark.parametrize(
    ("word", "parameters", "expected"),
    [
        ("celu", {"alpha": 0.5}, lambda x: np.where(x > 0, x, 0.5 * np.expm1(x / 0.5))),
        ("elu", {"alpha": 0.5}, lambda x: np.where(x > 0, x, 0.5 * np.expm1(x))),
        ("leaky_relu", {"slope": 0.1}, lambda x: np.where(x > 0, x, 0.1 * x)),
        ("leaky_relu", {}, lambda x: np.where(x > 0, x, 0.2 * x)),
        ("relu", {"max_value": 1.0, "slope": 0.5}, lambda x: np.where(x > 0, np.minimum(x, 1), 0.5 * x)),
        ("relu", {"threshold": 0.5}, lambda x: np.where(x > 0.5, x, 0)),
        ("hard_shrink", {"threshold": 1.0}, lambda x: np.where(np.abs(x) > 1, x, 0)),
        ("soft_shrink", {"threshold": 0.2}, lambda x: np.sign(x) * np.maximum(np.abs(x) - 0.2, 0)),
        ("squareplus", {"b": 1.0}, lambda x: (x + np.sqrt(x**2 + 1)) / 2),
        ("threshold", {"threshold": 0.3, "default_value": -1.0}, lambda x: np.where(x > 0.3, x, -1)),
        ("glu", {}, lambda x: x[..., :2] / (1 + np.exp(-x[..., 2:]))),
        (
            "gelu",
            {"approximate": True},
            lambda x: x / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))),
        ),
    ],
)
def test_activations_with_parameters(
    word: str, parameters: dict[str, PlainValue], expected: Callable[[np.ndarray], np.ndarray]
) -> None:
    batch = images(2, 3, 4)
    result = perform(lowered("activation", (2, 3, 4), activation=word, **parameters))(batch)
    np.testing.assert_allclose(result, expected(batch), rtol=1e-4, atol=1e-6)


def test_sides_and_axes_reach_keras_in_their_order() -> None:
    batch = images(4, 5, 3)
    padded = perform(lowered("zeropad", (4, 5, 3), padding=(1, 2, 3, 4)))(batch)
    np.testing.assert_array_equal(padded, np.pad(batch, ((0, 0), (1, 2), (3, 4), (0, 0))))
    cropped = perform(lowered("crop", (4, 5, 3), cropping=(0, 1, 2, 1)))(batch)
    np.testing.assert_array_equal(cropped, batch[:, 0:3, 2:4])
    turned = perform(lowered("permute", (4, 5, 3), axes=("channels", "height", "width")))(batch)
    np.testing.assert_array_equal(turned, np.transpose(batch, (0, 3, 1, 2)))


@pytest.mark.parametrize(("per", "slopes"), [("value", (2, 3, 4)), ("channel", (1, 1, 4)), ("layer", (1, 1, 1))])
def test_prelu_shares_its_slopes(per: str, slopes: Shape) -> None:
    batch = images(2, 3, 4)
    layer = perform(lowered("prelu", (2, 3, 4), per=per, slope=0.25))
    np.testing.assert_allclose(layer(batch), np.where(batch > 0, batch, 0.25 * batch), rtol=1e-6)
    assert layer.alpha.shape == slopes


@pytest.mark.parametrize(
    ("keyword", "arguments", "outputs"),
    [
        ("conv", {"filters": 5, "kernel": (2, 3)}, {"kernel": (3,)}),
        ("convtranspose", {"filters": 5, "kernel": (2, 3)}, {"kernel": (2,)}),
        ("depthwiseconv", {"kernel": (2, 3), "depth_multiplier": 2}, {"kernel": (2, 3)}),
        ("sepconv", {"filters": 5, "kernel": (2, 3)}, {"depthwise_kernel": (2, 3), "pointwise_kernel": (3,)}),
        ("dense", {"units": 5}, {"kernel": (1,)}),
    ],
)
def test_max_norm_bounds_the_weights_that_lead_to_one_output(
    keyword: str, arguments: dict[str, PlainValue], outputs: dict[str, Shape]
) -> None:
    """`outputs` are the axes of each weight along which its outputs lie."""
    shape = (12,) if keyword == "dense" else (2, 3, 4)
    layer = perform(lowered(keyword, shape, **arguments, bias=False, init="ones", maxnorm=0.5))
    layer.build((None, *shape))
    assert {weight.name for weight in layer.trainable_weights} == outputs.keys()
    for weight in layer.trainable_weights:
        bounded = weight.constraint(weight.value).numpy()
        inputs = tuple(axis for axis in range(bounded.ndim) if axis not in outputs[weight.name])
        np.testing.assert_allclose(np.sqrt(np.sum(bounded**2, axis=inputs)), 0.5, rtol=1e-4)


def test_penalties_enter_the_loss() -> None:
    penalties: list[tuple[dict[str, PlainValue], float]] = [
        ({"l1": 0.1}, 1.2),
        ({"l2": 0.1}, 1.2),
        ({"l1": 0.1, "l2": 0.2}, 3.6),
        ({}, 0.0),
    ]
    for arguments, expected in penalties:
        layer = perform(lowered("dense", (4,), units=3, init="ones", **arguments))
        layer.build((None, 4))
        assert float(sum(layer.losses)) == pytest.approx(expected)


EVERY_KIND = """input 12x12x3
zeropad 0x1x0x1; conv 8 3x3 relu same l2=0.001 maxnorm=3 init=he_normal; lrn 3; pool 5x5 ceil stride=3
prelu channel slope=0.25; sepconv 8 3x3 same l1=0.001 maxnorm=2; batchnorm; activation celu alpha=0.3
convtranspose 6 3x3 stride=2 maxnorm=1; crop 1; depthwiseconv 3x3 same maxnorm=2; groupnorm 3; upsample 2 bilinear
avgpool 5x5 ceil stride=3; layernorm; activation leaky_relu slope=0.1; permute width height channels; rescale 2
spatialdropout 0.1; gaussiannoise 0.1; activation glu; globalavgpool keepdims=on; reshape 3; dropout 0.5; flatten
dense 10 softmax init=orthogonal
"""


def test_a_saved_model_opens_and_gives_the_same_answers_and_goes_on_training(tmp_path: Path) -> None:
    model = build_model(program(EVERY_KIND))
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    batch = images(12, 12, 3)
    np.testing.assert_array_equal(model(batch), again(batch))
    assert again.to_json() == model.to_json()
    again.compile(optimizer="adam", loss="categorical_crossentropy", run_eagerly=True)
    again.train_on_batch(batch, np.eye(10, dtype=np.float32)[:2])


def test_own_layers_keep_half_precision() -> None:
    batch = tf.cast(images(4, 4, 3), "float16")
    for layer in (LocalResponseNormalization(3, dtype="float16"), CeilPooling2D((3, 3), (2, 2), dtype="float16")):
        assert layer(batch).dtype == "float16"
