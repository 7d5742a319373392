"""What is known of a program without running it, against figures computed by hand and figures that are published."""

from importlib.resources import files

import pytest

from spec_lang import Diagnostic, Files, check_bytes, check_text
from spec_lang.program import Cost, Program, total
from spec_lang.sections import OPTIMIZERS
from spec_lang.statics import PROCESS_BYTES, SLOTS, Statics, slots, statics
from spec_lang.units import short

LARGE_BATCH = "data cifar10\nconv 64 3x3 relu same\nglobalavgpool\ndense 10 softmax\n"


def program(text: str) -> Program:
    result = check_text(text, "spec.cnn")
    assert result.program is not None, result.diagnostics
    return result.program


def known(text: str) -> Statics:
    return statics(program(text))


def gallery(name: str) -> Statics:
    result = check_bytes(files("specs").joinpath(name).read_bytes(), name)
    assert result.program is not None, result.diagnostics
    return statics(result.program)


def test_the_layers_of_mnist_by_hand() -> None:
    rows = gallery("mnist.cnn").layers
    assert [(row.layer.cost.macs, row.activation_bytes, row.receptive_field) for row in rows] == [
        (25 * 25 * 32 * 4 * 4, 25 * 25 * 32 * 4, (4, 4)),
        (0, 12 * 12 * 32 * 4, (5, 5)),
        (0, 0, (27, 27)),  # the last row and column of the image are seen by no window of the pool
        (4608 * 128, 128 * 4, (27, 27)),
        (128 * 10, 10 * 4, (27, 27)),
    ]


def test_a_training_step_of_mnist_by_hand() -> None:
    mnist = gallery("mnist.cnn")
    weights = 591_786 * 4
    assert mnist.cost == Cost(trainable=591_786, macs=320_000 + 589_824 + 1_280)
    assert mnist.weights_file_bytes == weights
    image, conv, pool = 28 * 28, 25 * 25 * 32, 12 * 12 * 32
    assert mnist.activation_bytes == 4 * (image + conv + pool + 128 + 10)
    assert mnist.fullest.kind == "pool"
    step = mnist.memory.step
    assert step.image == 4 * (image + conv + pool + 2 * (conv + pool))
    assert (step.weights, step.gradients, step.slots) == (weights, weights, 2 * weights)
    assert (step.batch, step.copy) == (32, 589_952 * 4)
    assert step.total == 4 * weights + 589_952 * 4 + 32 * step.image
    run = mnist.memory
    assert (run.best_weights, run.images) == (weights, 70_000 * 28 * 28)
    assert run.total == step.total + weights + 70_000 * 28 * 28 + PROCESS_BYTES


RESIDUAL = """
input 8x8x4
residual relu { conv 6 3x3 relu same stride=2; batchnorm }
conv 2 3x3
"""


def test_a_residual_net_by_hand() -> None:
    net = known(RESIDUAL)
    inner, projection, last = 3 * 3 * 4 * 6, 4 * 6, 3 * 3 * 6 * 2
    costs = [(row.layer.kind, row.depth, row.layer.cost) for row in net.layers]
    whole = Cost(trainable=inner + 6 + 12 + projection + 6, non_trainable=12, macs=16 * (inner + projection))
    assert costs == [
        ("residual", 0, whole),
        ("conv", 1, Cost(trainable=inner + 6, macs=16 * inner)),
        ("batchnorm", 1, Cost(trainable=12, non_trainable=12)),
        ("conv", 0, Cost(trainable=last + 2, macs=4 * last)),
    ]
    assert net.cost == total((whole, Cost(trainable=last + 2, macs=4 * last)))
    output = 4 * 4 * 6 * 4
    assert [row.activation_bytes for row in net.layers] == [3 * output, output, output, 2 * 2 * 2 * 4]
    assert [row.receptive_field for row in net.layers] == [(3, 3), (3, 3), (3, 3), (7, 7)]
    assert net.activation_bytes == 8 * 8 * 4 * 4 + 3 * output + 2 * 2 * 2 * 4
    assert net.memory.step.weights - net.memory.step.gradients == 4 * 12


VGG_19 = "; ".join("; ".join([f"conv {n} 3x3 relu same"] * k + ["pool 2x2"]) for n, k in ((64, 2), (128, 2)))
VGG_19 += "; " + "; ".join("; ".join([f"conv {n} 3x3 relu same"] * 4 + ["pool 2x2"]) for n in (256, 512, 512))
VGG_19 = f"input 224x224x3\n{VGG_19}\nflatten; dense 4096 relu; dense 4096 relu; dense 1000 softmax"
MOBILENET = "input 224x224x3\nconv 32 3x3 same stride=2\n" + "\n".join(
    f"depthwiseconv 3x3 same stride={stride}; conv {filters} 1x1"
    for stride, filters in (
        *((1, 64), (2, 128), (1, 128), (2, 256), (1, 256), (2, 512)),
        *((1, 512),) * 5,
        *((2, 1024), (1, 1024)),
    )
)
MOBILENET += "\nglobalavgpool; dense 1000 softmax"


@pytest.mark.parametrize(
    ("network", "published"),
    [
        # "VGG-19 (19.6 billion FLOPs)", FLOPs being multiply-adds: He et al. 2015, arXiv:1512.03385, section 3.3.
        (VGG_19, "19.6 G"),
        # "569 million mult-adds" of 1.0 MobileNet-224: Howard et al. 2017, arXiv:1704.04861, table 8.
        (MOBILENET, "569 M"),
    ],
    ids=["VGG-19", "MobileNet"],
)
def test_published_multiply_adds(network: str, published: str) -> None:
    assert short(known(network).cost.macs) == published


def test_multiply_adds_of_the_gallery() -> None:
    """VGG-16: 15.5 G (https://github.com/sovrasov/flops-counter.pytorch, biases and activations counted too)."""
    assert short(gallery("vgg16.cnn").cost.macs) == "15.5 G"
    assert gallery("vgg16.cnn").cost.macs == 15_346_630_656 + 123_633_664  # convolutions, then dense layers
    stages = 9 * 32 * 32 * 16 * (3 + 6 * 16), 9 * 16 * 16 * 32 * (16 + 5 * 32), 9 * 8 * 8 * 64 * (32 + 5 * 64)
    projections = 16 * 16 * 16 * 32 + 8 * 8 * 32 * 64
    assert gallery("resnet20.cnn").cost.macs == sum(stages) + projections + 640


def test_the_slots_of_every_optimizer_are_declared() -> None:
    assert SLOTS.keys() == OPTIMIZERS.keys()
    assert {name: slots({"name": name}) for name in OPTIMIZERS} == SLOTS
    assert slots({"name": "sgd", "momentum": 0.9}) == 1
    assert slots({"name": "rmsprop", "momentum": 0.9}) == 2


@pytest.mark.parametrize("setting", ["", "stop val_loss", "keep val_accuracy", "time 1min"])
def test_the_weights_of_the_best_epoch_are_held_besides(setting: str) -> None:
    """Whatever counts in the end: a training that diverges goes back to them."""
    run = known(f"flatten; dense 10 softmax\ntrain {{ {setting} }}").memory
    assert run.total - run.step.total - run.images - run.process == run.best_weights == 4 * 650


def test_averaged_weights_are_held_besides() -> None:
    """A mean for each weight that is trained: batch normalization's own running means have none."""
    net = "conv 4 3x3 bias=off; batchnorm; activation relu; flatten; dense 10 softmax\ntrain {{ {} }}"
    plain, averaged = (known(net.format(setting)).memory.step for setting in ("", "average 0.99"))
    assert averaged.slots - plain.slots == averaged.gradients == averaged.weights - 4 * 8


def test_a_layer_without_a_result_of_its_own_keeps_nothing() -> None:
    rows = known("input 4x4x2\nconv 1 1x1; activation relu; activation gelu; flatten; reshape 4x4").layers
    assert [row.activation_bytes for row in rows] == [64, 0, 64, 0, 0]


def test_an_activation_whose_argument_is_needed_keeps_that_as_well() -> None:
    relu, gelu = (known(f"input 4x4x2\nconv 1 1x1 {word}").layers[0] for word in ("relu", "gelu"))
    assert (relu.activation_bytes, gelu.activation_bytes) == (64, 128)


def test_an_input_that_is_no_image_has_no_receptive_field() -> None:
    net = known("input 16\ndense 4 relu; dense 2 softmax")
    assert [row.receptive_field for row in net.layers] == [None, None]
    assert net.memory.images == 0


def test_memory_grows_with_the_batch_alone() -> None:
    one, many = (known(f"{LARGE_BATCH}train {{ batch {batch} }}").memory for batch in (1, 1000))
    assert many.total - one.total == 999 * one.step.image


def test_the_largest_batch_is_the_last_that_fits() -> None:
    memory = 16 * 10**9
    most = known(LARGE_BATCH).memory.largest_batch(memory)
    fits, exceeds = (known(f"{LARGE_BATCH}train {{ batch {batch} }}").memory.total for batch in (most, most + 1))
    assert fits <= memory < exceeds
    assert known(LARGE_BATCH).memory.largest_batch(PROCESS_BYTES) == 0


def unfit(text: str, memory: int | None = 16 * 10**9) -> list[Diagnostic]:
    return [each for each in check_text(text, world=Files(memory=memory)).diagnostics if each.code == "W520"]


def test_what_will_not_fit_is_shown_at_the_batch() -> None:
    [found] = unfit(f"{LARGE_BATCH}train {{ batch 50000 }}")
    assert found.span.text == "50000"
    assert [label.span.text for label in found.related] == ["conv 64 3x3 relu same"]
    assert found.help == "write batch 16384: that fits"
    assert not unfit(f"{LARGE_BATCH}train {{ batch 16384 }}")


def test_what_will_not_fit_is_shown_at_the_layer_to_blame() -> None:
    [dense] = unfit("input 224x224x3\nflatten; dense 50000 relu; dense 10 softmax")
    assert dense.span.text == "dense 50000 relu"
    assert "not even one image" in dense.help
    [conv] = unfit("input 4000x4000x3\nresidual { conv 9 3x3 same; conv 60 3x3 same }; globalavgpool", 10**9)
    assert conv.span.text.startswith("residual")
    [by_default] = unfit(f"{LARGE_BATCH}", PROCESS_BYTES + 190_000_000)
    assert by_default.span.text == "conv 64 3x3 relu same"
    assert by_default.help == "write batch 4: that fits"


def test_without_a_known_memory_nothing_is_said_of_it() -> None:
    assert not unfit(f"{LARGE_BATCH}train {{ batch 50000 }}", memory=None)


def test_the_finding_can_be_suppressed() -> None:
    assert not unfit(f"{LARGE_BATCH}train {{ batch 50000 }}  # cnn: ignore[W520]")


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "0 B"),
        (40, "40 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (2_367_144, "2.37 MB"),
        (999_499, "999 kB"),
        (999_500, "1 MB"),
        (8 * 10**18, "8 EB"),
    ],
)
def test_amounts_have_three_digits(amount: int, text: str) -> None:
    assert short(amount, "B") == text
