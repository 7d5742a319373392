"""From a layer to the call of Keras that makes it."""

import subprocess
import sys
from collections.abc import Iterator

from programs import program

from compiler.calls import Call
from compiler.lowering import lower


def calls(text: str, seed: int = 0) -> list[Call]:
    lowered = [lower(layer, place, seed) for place, layer in enumerate(program(text).layers, start=1)]
    return [call for call in lowered if isinstance(call, Call)]


def seeds(call: Call) -> Iterator[object]:
    for name, argument in call.arguments.items():
        if isinstance(argument, Call):
            yield from seeds(argument)
        elif name == "seed":
            yield argument


def test_what_has_its_default_is_left_out() -> None:
    conv, pool, flatten, _ = calls("conv 4 3x3 relu; pool 2x2; flatten; dense 10 softmax")
    initializer = conv.arguments["kernel_initializer"]
    assert isinstance(initializer, Call) and initializer.function == "keras.initializers.GlorotUniform"
    assert conv.function == "keras.layers.Conv2D"
    assert conv.arguments == {
        "filters": 4,
        "kernel_size": (3, 3),
        "activation": "relu",
        "kernel_initializer": initializer,
        "name": "conv_1",
    }
    assert pool == Call("keras.layers.MaxPooling2D", {"pool_size": (2, 2), "name": "pool_2"})
    assert flatten == Call("keras.layers.Flatten", {"name": "flatten_3"})


def test_every_random_part_has_a_seed_of_its_own() -> None:
    text = """sepconv 4 3x3 bias_init=random_normal; conv 4 3x3; dropout 0.5; spatialdropout 0.5; gaussiannoise 0.1
    flatten; dense 10 softmax"""
    drawn = [seed for call in calls(text) for seed in seeds(call)]
    assert len(drawn) == len(set(drawn)) == 8
    assert set(drawn).isdisjoint(seed for call in calls(text, seed=1) for seed in seeds(call))


def test_other_options_leave_the_initial_weights_as_they_are() -> None:
    plain, *_ = calls("conv 4 3x3; flatten; dense 10 softmax")
    other, *_ = calls("conv 4 3x3 relu same bias_init=ones l2=0.1 maxnorm=2; flatten; dense 10 softmax")
    assert list(seeds(plain)) == list(seeds(other))


def test_fixed_initial_weights_take_no_seed() -> None:
    conv, *_ = calls("conv 4 3x3 init=zeros bias_init=ones; flatten; dense 10 softmax")
    assert conv.arguments["kernel_initializer"] == "zeros" and conv.arguments["bias_initializer"] == "ones"


def test_lowering_loads_no_keras() -> None:
    script = "import sys, compiler.lowering; sys.exit('keras' in sys.modules or 'tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
