"""The checked program: what a `.cnn` file means, with every default filled in.

`check` yields a `Program` only when it found no error, so whoever holds one can rely on it: shapes fit, the head fits
the classes, the loss fits the head. All values are plain Python (int, float, bool, str, None and tuples of them), so
that a program turns into JSON and back without loss (see `program_json`).
"""

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple, TypeAlias

Shape: TypeAlias = tuple[int, ...]
"""Axes of one sample, without the batch axis: (height, width, channels) or (features,)."""

PlainValue: TypeAlias = int | float | bool | str | tuple["PlainValue", ...] | None
Arguments: TypeAlias = Mapping[str, PlainValue]
"""Every parameter of a layer or setting by its name, defaults included."""


class Cost(NamedTuple):
    """What one layer costs for one image, known without running it."""

    trainable: int = 0
    """Parameters that training changes."""
    non_trainable: int = 0
    """Parameters that it does not (the running statistics of batch normalization)."""
    macs: int = 0
    """Multiply-adds of one forward pass on one image."""

    @property
    def parameters(self) -> int:
        """All parameters, as Keras's `count_params()` counts them."""
        return self.trainable + self.non_trainable


def total(costs: Iterable[Cost]) -> Cost:
    """What several layers cost together."""
    each = tuple(costs)
    return Cost(
        sum(cost.trainable for cost in each), sum(cost.non_trainable for cost in each), sum(cost.macs for cost in each)
    )


class Layer(NamedTuple):
    """One layer in place: its kind, its arguments, and the shapes on both sides."""

    kind: str
    """The keyword, e.g. "conv": a key of `spec_lang.layers.LAYERS`."""
    arguments: Arguments
    input_shape: Shape
    output_shape: Shape
    cost: Cost
    line: int = 0
    """Line of the spec that it was written on, from 1; 0 where there is none."""
    body: tuple["Layer", ...] = ()
    """The layers inside, for a container such as `residual`; empty for all others."""


class Data(NamedTuple):
    """Where the images come from and how they are divided."""

    source: str
    """The name of a data set, e.g. "mnist": a key of `spec_lang.datasets.DATASETS`; or a word of `SOURCES`."""
    image_shape: Shape
    """(height, width, channels)."""
    classes: tuple[str, ...]
    """Class names in label order."""
    settings: Mapping[str, Arguments] = {}
    """Every setting of the section by its keyword, defaults included, but for `classes`."""
    arguments: Mapping[str, PlainValue] = {}
    """Where pictures of one's own are, e.g. {"path": "pets"}; empty for a published set."""

    @property
    def labels(self) -> tuple[int, ...]:
        """Of arrays of one's own: the labels of the classes, in their order.

        Classes are called by their labels, or all of them have names, in the order of their labels.
        """
        if any(name.isdecimal() for name in self.classes):
            return tuple(map(int, self.classes))
        return tuple(range(len(self.classes)))


HeadKind: TypeAlias = Literal["softmax", "sigmoid"]


class Program(NamedTuple):
    """A spec that passed every check.

    `train` holds every setting of the section by its keyword with all of its arguments, defaults included, e.g.
    `{"epochs": {"count": 10}, "optimizer": {"name": "adam", "lr": 0.001}, ...}`. A setting that is switched off by
    default and was not given (such as `stop`) is absent.
    """

    name: str
    """Name of the spec: the file's name without its ending."""
    input_shape: Shape
    layers: tuple[Layer, ...]
    train: Mapping[str, Arguments]
    data: Data | None = None
    """None for an architecture on its own: it can be checked, planned and built, not run."""
    head: HeadKind | None = None
    """How the last layer gives probabilities; None only where `data` is None."""
    augment: Mapping[str, Arguments] = {}
    """Every setting of the section in force by its keyword; empty where training images are not varied."""

    @property
    def output_shape(self) -> Shape:
        return self.layers[-1].output_shape if self.layers else self.input_shape

    @property
    def parameters(self) -> int:
        """Total parameter count, trainable or not."""
        return sum(layer.cost.parameters for layer in self.layers)
