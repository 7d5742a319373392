"""The published parameter counts of the tutorials' networks, computed here and by Keras."""

from importlib.resources import files

import pytest

from spec_lang import check_bytes
from spec_lang.program import Program

MNIST = [
    ("conv", (25, 25, 32), 544),
    ("pool", (12, 12, 32), 0),
    ("flatten", (4608,), 0),
    ("dense", (128,), 589_952),
    ("dense", (10,), 1_290),
]
CIFAR10 = [
    ("conv", (29, 29, 32), 1_568),
    ("pool", (14, 14, 32), 0),
    ("conv", (11, 11, 32), 16_416),
    ("pool", (5, 5, 32), 0),
    ("flatten", (800,), 0),
    ("dense", (128,), 102_528),
    ("dense", (10,), 1_290),
]


def gallery(name: str) -> Program:
    result = check_bytes(files("specs").joinpath(name).read_bytes(), name)
    assert result.program is not None, result.diagnostics
    return result.program


@pytest.mark.parametrize(
    ("name", "layers", "total"), [("mnist.cnn", MNIST, 591_786), ("cifar10.cnn", CIFAR10, 121_802)]
)
def test_shapes_and_parameters_are_the_published_ones(
    name: str, layers: list[tuple[str, tuple[int, ...], int]], total: int
) -> None:
    program = gallery(name)
    assert [(each.kind, each.output_shape, each.cost.parameters) for each in program.layers] == layers
    assert program.parameters == total
    assert all(each.cost.non_trainable == 0 for each in program.layers)


@pytest.mark.parametrize("name", ["mnist.cnn", "cifar10.cnn"])
def test_keras_counts_the_same(name: str) -> None:
    from compiler import build_model

    program = gallery(name)
    model = build_model(program)
    assert model.count_params() == program.parameters
    assert [layer.count_params() for layer in model.layers] == [each.cost.parameters for each in program.layers]
    assert [tuple(layer.output.shape[1:]) for layer in model.layers] == [each.output_shape for each in program.layers]
