"""What a program costs, known without running it: parameters, multiply-adds, receptive fields, memory.

**Multiply-adds** are those of one forward pass on one image: one is one product of a weight and an input value, added
to a sum. Biases, activations, pooling and normalization count none (see `spec_lang.layers.kind.CostRule`).

**Memory** is in bytes; values and weights are float32. What a layer leaves is kept until backpropagation has passed it,
save where it lies in the memory of the layer's input: behind `flatten`, `reshape`, and an `activation` whose derivative
follows from its result, such as relu. Where the derivative takes the argument, as for gelu, both are kept.

A step of training holds at its fullest

    weights + gradients + optimizer slots + copy of the largest layer's weights + batch * activations

    activations = max over layers i of: image + what layers up to i keep + 2 * (input of i + output of i)

When backpropagation comes to layer i, what the layers up to it keep is still there, the gradient of its output has come
in and that of its input goes out; and oneDNN computes on copies in a layout of its own, of these and of the weights of
one layer at a time. A run holds besides: the libraries, the images of a data set (one byte a value), and the weights
of the best epoch so far: where they do not count in the end, a training that diverges goes back to them.

That is an estimate of main memory, for training on a CPU; `docs/plan.md` sets it beside measured peaks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from spec_lang.datasets import DATASETS
from spec_lang.layers.kind import product
from spec_lang.program import Arguments, Cost, Layer, Program, total
from spec_lang.receptive_field import all_receptive_fields

_FLOAT: Final = 4
"""Bytes of a float32 value."""

PROCESS_BYTES: Final = 800_000_000
"""What a run takes before it holds anything of its own: Python, TensorFlow, the libraries of the report.

Measured with TensorFlow 2.21 on Linux (x86-64).
"""

SLOTS: Final[Mapping[str, int]] = {"adam": 2, "adamw": 2, "rmsprop": 1, "sgd": 0, "adagrad": 1, "nadam": 2, "lion": 1}
"""How many numbers each optimizer keeps for a trainable parameter, besides one for momentum where that is a choice and
one for the running mean of the weights where that is wanted."""

_SHARING: Final = frozenset({"flatten", "reshape", "activation"})
"""Layers that leave their result in the memory of their input."""

_FROM_RESULT: Final = frozenset(
    {"linear", "relu", "relu6", "softmax", "log_softmax", "sigmoid", "tanh", "elu", "selu", "exponential"}
)
"""Activations whose derivative TensorFlow computes from their result."""

_BETWEEN: Final = {"lrn": 3}
"""What a layer of several operations keeps between them, in outputs of its own."""


@dataclass(frozen=True, slots=True)
class LayerStatics:
    """What is known of one layer. The figures of a container include those of the layers inside."""

    layer: Layer
    depth: int
    """How many containers it stands in."""
    receptive_field: tuple[int, int] | None
    """(height, width) in pixels of the image; None where the input is no image."""
    activation_bytes: int
    """What is kept of one image for backpropagation on its account: its output, mostly."""


@dataclass(frozen=True, slots=True)
class TrainingStep:
    """What one step of training holds at its fullest, in bytes."""

    batch: int
    """Images in a step."""
    weights: int
    gradients: int
    slots: int
    """What the optimizer keeps for each trainable parameter, a running mean of it included."""
    copy: int
    """The weights of the largest layer once more."""
    image: int
    """The activations of one image."""

    @property
    def activations(self) -> int:
        return self.batch * self.image

    @property
    def total(self) -> int:
        return self.weights + self.gradients + self.slots + self.copy + self.activations


@dataclass(frozen=True, slots=True)
class RunMemory:
    """What a whole run holds at its fullest, in bytes."""

    step: TrainingStep
    images: int
    """The data set; 0 where there is none."""
    process: int = PROCESS_BYTES

    @property
    def best_weights(self) -> int:
        """Those of the best epoch so far."""
        return self.step.weights

    @property
    def total(self) -> int:
        return self.step.total + self.best_weights + self.images + self.process

    def largest_batch(self, memory: int) -> int:
        """The most images in a step with which the run fits into so many bytes; 0 where not even one does."""
        return max((memory - self.total + self.step.activations) // self.step.image, 0)


@dataclass(frozen=True, slots=True)
class Statics:
    """What is known of a whole program."""

    layers: tuple[LayerStatics, ...]
    """Every layer in order, a container before those inside of it."""
    cost: Cost
    activation_bytes: int
    """What is kept of one image for backpropagation, the image included."""
    fullest: Layer
    """The layer at which a step holds the most."""
    largest: Layer
    """The layer with the most trainable parameters of its own."""
    memory: RunMemory

    @property
    def weights_file_bytes(self) -> int:
        """The arrays of weights.npz; their names and the archive add a few hundred bytes for each."""
        return _FLOAT * self.cost.parameters


def statics(program: Program) -> Statics:
    """All that is known of a program's costs."""
    image, layers = program.input_shape, program.layers
    fields = all_receptive_fields(image, layers) if len(image) == 3 else None
    rows = tuple(
        LayerStatics(layer, depth, fields[place] if fields else None, _FLOAT * sum(map(_kept, _as_computed((layer,)))))
        for place, (layer, depth) in enumerate(_nested(layers))
    )
    cost = total(layer.cost for layer in layers)
    kept, peak, fullest = _activations(program)
    trainable = _FLOAT * cost.trainable
    largest = max((row.layer for row in rows if not row.layer.body), key=lambda layer: layer.cost.trainable)
    step = TrainingStep(
        batch=_whole(program.train["batch"], "size"),
        weights=_FLOAT * cost.parameters,
        gradients=trainable,
        slots=(slots(program.train["optimizer"]) + ("average" in program.train)) * trainable,
        copy=_FLOAT * largest.cost.trainable,
        image=peak,
    )
    return Statics(rows, cost, kept, fullest, largest, RunMemory(step, _images(program)))


def slots(optimizer: Arguments) -> int:
    """How many numbers an optimizer with these arguments keeps for each trainable parameter."""
    return SLOTS[str(optimizer["name"])] + bool(optimizer.get("momentum"))


def _nested(layers: Sequence[Layer], depth: int = 0) -> Iterator[tuple[Layer, int]]:
    for layer in layers:
        yield layer, depth
        yield from _nested(layer.body, depth + 1)


def _activations(program: Program) -> tuple[int, int, Layer]:
    """Bytes for one image that are kept in the end, bytes at the fullest, and the layer where that is."""
    kept, peak, fullest = product(program.input_shape), 0, program.layers[0]
    for layer in _as_computed(program.layers):
        kept += _kept(layer)
        held = kept + 2 * (product(layer.input_shape) + product(layer.output_shape))
        if held > peak:
            peak, fullest = held, layer
    return _FLOAT * kept, _FLOAT * peak, fullest


def _as_computed(layers: Sequence[Layer]) -> Iterator[Layer]:
    """Each layer behind those inside of it: its own output is made of theirs."""
    for layer in layers:
        yield from _as_computed(layer.body)
        yield layer


def _kept(layer: Layer) -> int:
    """How many values of one image are kept for backpropagation on account of a layer."""
    result = layer.kind not in _SHARING
    argument = layer.arguments.get("activation", "linear") not in _FROM_RESULT
    return (result + argument + _BETWEEN.get(layer.kind, 0)) * product(layer.output_shape)


def _images(program: Program) -> int:
    dataset = DATASETS.get(program.data.source) if program.data else None
    return (dataset.train_images + dataset.test_images) * product(dataset.image_shape) if dataset else 0


def _whole(arguments: Arguments, name: str) -> int:
    value = arguments[name]
    assert isinstance(value, int)
    return value
