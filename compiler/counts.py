"""What a step counts for the metrics beside the accuracy: whole numbers, so that their sums are exact in any order."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from spec_lang.sections import top_count

if TYPE_CHECKING:
    from compiler.pipeline import Tensor

CONFUSION_METRICS = frozenset({"precision", "recall", "f1"})
"""Those that follow from how many images of each class were given each class."""


def counted(metrics: Sequence[str]) -> tuple[str, ...]:
    """The names of the counts that some metrics need: a metric of its own for each top-k accuracy, and "confusion"."""
    tops = tuple(name for name in metrics if top_count(name))
    return (*tops, "confusion") if CONFUSION_METRICS & set(metrics) else tops


def shape_of(name: str, classes: int) -> tuple[int, ...]:
    """Of the count of that name: (truth, prediction) of a confusion matrix, () of the others."""
    return (classes, classes) if name == "confusion" else ()


def counts(names: Sequence[str], labels: "Tensor", probabilities: "Tensor") -> "tuple[Tensor, ...]":
    """The counts of a batch, int64: labels (n,) against what the model answers, (n, outputs)."""
    return tuple(_count(name, labels, probabilities) for name in names)


def _count(name: str, labels: "Tensor", probabilities: "Tensor") -> "Tensor":
    from compiler.backend import tf  # loads TensorFlow: a script is written without it
    from compiler.pipeline import guesses

    if top := top_count(name):
        return tf.math.count_nonzero(tf.math.in_top_k(labels, probabilities, top))
    classes = max(probabilities.shape[-1], 2)
    return tf.math.confusion_matrix(labels, guesses(labels, probabilities), classes, dtype=tf.int64)
