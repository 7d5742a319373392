"""What the language computes about a layer, against what Keras does with it."""

import inspect
import math

import pytest
from hypothesis import HealthCheck, given, settings
from strategies import KINDS, Network, doubtful_networks, layer_with, networks

from compiler.backend import keras, tf
from compiler.lowering import lower
from compiler.residual import build
from spec_lang import check_text
from spec_lang.forms import Required, SameAs
from spec_lang.layers.activations import ACTIVATIONS
from spec_lang.layers.kind import LayerKind
from spec_lang.layers.weights import INITIALIZERS
from spec_lang.program import Cost, Layer, Program, Shape

ordinary = settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
thorough = settings(max_examples=20_000, suppress_health_check=[HealthCheck.too_slow])

STRICTER = {
    "E205": (
        "a word that Keras looks up in the first batch",
        Network((4, 4, 2), (layer_with("upsample", size=(2, 2), interpolation="nonsense"),)),
    ),
    "E207": (
        "a number outside of all sense: Keras takes every number for most penalties and momenta",
        Network((4, 4, 2), (layer_with("batchnorm", momentum=-1.0),)),
    ),
    "E302": (
        "an image layer on a flat vector: Keras gives the channels some meaning of its own",
        Network((8,), (layer_with("groupnorm", groups=4),)),
    ),
    "E303": (
        "a dense layer on an image: Keras applies it to each pixel apart",
        Network((4, 4, 2), (layer_with("dense", units=3),)),
    ),
    "E309": (
        "strides that TensorFlow computes with oneDNN only, and else refuses in the first batch",
        Network((4, 4, 2), (layer_with("depthwiseconv", kernel=(2, 2), stride=(1, 2)),)),
    ),
    "E313": ("a neighbourhood without a middle: the layer is ours", Network((4, 4, 2), (layer_with("lrn", size=4),))),
}
"""What the language refuses and Keras builds, by rule: why, and an example."""


def sound(network: Network) -> Program:
    result = check_text(network.text)
    assert result.program is not None, result.diagnostics
    assert [layer.arguments for layer in result.program.layers] == [drawn.arguments for drawn in network.layers]
    return result.program


def errors(network: Network) -> set[str]:
    return {diagnostic.code for diagnostic in check_text(network.text).diagnostics if diagnostic.severity == "error"}


def counts(layer: keras.layers.Layer) -> tuple[int, int]:
    """How many parameters Keras trains in a layer, and how many it does not."""
    trainable, fixed = (
        sum(math.prod(weight.shape) for weight in weights)
        for weights in (layer.trainable_weights, layer.non_trainable_weights)
    )
    return trainable, fixed


def build_in_keras(shape: Shape, layers: list[Layer]) -> list[tuple[Shape, tuple[int, int]]]:
    """Output shape and parameter counts of each layer as Keras has them; raises what Keras raises."""
    facts = []
    tensor = keras.KerasTensor((None, *shape))
    for place, layer in enumerate(layers, start=1):
        made = build(lower(layer, place, seed=0))
        tensor = made(tensor)
        facts.append((tuple(tensor.shape[1:]), counts(made)))
    return facts


def check_agreement(network: Network) -> None:
    program = sound(network)
    layers = list(program.layers)
    assert build_in_keras(program.input_shape, layers) == [
        (layer.output_shape, (layer.cost.trainable, layer.cost.non_trainable)) for layer in layers
    ]


@ordinary
@given(networks())
def test_what_the_language_accepts_keras_builds_with_the_same_shapes_and_parameters(network: Network) -> None:
    check_agreement(network)


@pytest.mark.heavy
@thorough
@given(networks())
def test_what_the_language_accepts_keras_builds_thoroughly(network: Network) -> None:
    check_agreement(network)


def refusal_of_keras(network: Network) -> Exception | None:
    """What Keras says against the network, whatever the language thinks of it."""
    try:
        tensor = keras.KerasTensor((None, *network.input_shape))
        for place, drawn in enumerate(network.layers, start=1):
            layer = Layer(drawn.kind.keyword, drawn.arguments, tuple(tensor.shape[1:]), (), Cost())
            tensor = build(lower(layer, place, seed=0))(tensor)
            if min(tensor.shape[1:]) < 1:
                return ValueError(f"a shape of {tensor.shape}")
    except Exception as refusal:  # noqa: BLE001
        return refusal
    return None


def check_refusal(network: Network) -> None:
    refusal, codes = refusal_of_keras(network), errors(network)
    assert codes or not refusal, refusal
    assert refusal or codes <= STRICTER.keys(), codes


@ordinary
@given(doubtful_networks())
def test_what_keras_refuses_the_language_refuses(network: Network) -> None:
    check_refusal(network)


@pytest.mark.heavy
@thorough
@given(doubtful_networks())
def test_what_keras_refuses_the_language_refuses_thoroughly(network: Network) -> None:
    check_refusal(network)


@pytest.mark.parametrize("code", STRICTER)
def test_the_exceptions_are_real(code: str) -> None:
    why, network = STRICTER[code]
    assert errors(network) == {code}, why
    assert refusal_of_keras(network) is None, why


def check_step(network: Network) -> None:
    """A batch goes through, forward and back, and leaves the shape that was promised."""
    program = sound(network)
    layers = [build(lower(layer, place, seed=0)) for place, layer in enumerate(program.layers, start=1)]
    model = keras.Sequential([keras.Input(program.input_shape), *layers])
    with tf.GradientTape() as tape:
        output = model(tf.random.stateless_uniform((2, *program.input_shape), seed=(0, 0)), training=True)
        loss = tf.reduce_sum(output) + sum(model.losses)
    assert tuple(output.shape) == (2, *program.output_shape)
    gradients = tape.gradient(loss, [weight.value for weight in model.trainable_weights])
    assert not any(gradient is None for gradient in gradients)
    keras.optimizers.SGD().apply(gradients, model.trainable_weights)


@pytest.mark.filterwarnings("ignore:You are using a softmax over axis")
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(networks(most_layers=4))
def test_what_the_language_accepts_takes_a_step_of_training(network: Network) -> None:
    check_step(network)


@pytest.mark.heavy
@pytest.mark.filterwarnings("ignore:You are using a softmax over axis")
@settings(max_examples=1_000, suppress_health_check=[HealthCheck.too_slow])
@given(networks(most_layers=4))
def test_what_the_language_accepts_takes_a_step_of_training_thoroughly(network: Network) -> None:
    check_step(network)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.keras], ids=lambda kind: kind.keyword)
def test_defaults_are_those_of_keras(kind: LayerKind) -> None:
    """Lowering leaves out what has its default."""
    signature = inspect.signature(getattr(keras.layers, kind.keras)).parameters
    for parameter in kind.parameters:
        if parameter.name in ("l1", "l2", "maxnorm", "init") or kind.keyword in ("permute", "prelu"):
            continue
        theirs = signature[parameter.keras_name].default
        match parameter.default:
            case Required():
                continue
            case SameAs():
                assert theirs is None
            case ours:
                assert ours == ("linear" if parameter.name == "activation" and theirs is None else theirs)


def test_the_words_are_all_those_of_keras() -> None:
    from keras.src import activations, initializers

    # These two take arguments or change the shape: they are words of the layer `activation` alone.
    assert set(ACTIVATIONS) == set(activations.ALL_OBJECTS_DICT) - {"glu", "threshold"}
    theirs = {name for name in initializers.ALL_OBJECTS_DICT if name.islower()}
    # Other names for the same, one that takes an argument, one for matrices, one for spectra, and the base class.
    others = {"one", "zero", "normal", "uniform", "constant", "identity", "stft", "initializer"}
    assert set(INITIALIZERS) == theirs - others
