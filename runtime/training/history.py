"""What training leaves besides the weights. Free of TensorFlow, so that those who only show it need not load it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

FIGURES: Final = ("loss", "cross_entropy", "accuracy", "val_loss", "val_cross_entropy", "val_accuracy")
"""What is measured in any case, as histories list it: attributes of `EpochRecord`."""


@dataclass(frozen=True, slots=True)
class EpochRecord:
    """One finished epoch."""

    epoch: int
    """From 1."""
    loss: float
    """The objective (`compiler.objective`): mean over the training images, each as it was when the model was trained on
    it."""
    accuracy: float
    """0..1, likewise."""
    val_loss: float | None
    """Over the validation images, with the weights at the end of the epoch; None where there are no such images."""
    val_accuracy: float | None
    seconds: float
    """Training and validation."""
    metrics: Mapping[str, float | None] = field(default_factory=dict)
    """Further figures by their names, "top5" and "val_top5"; None for one that these images give no value."""
    cross_entropy: float | None = None
    """As the loss, but bare: without smoothed labels, weights of classes and penalties; None in runs of earlier
    versions."""
    val_cross_entropy: float | None = None

    def figures(self) -> dict[str, float]:
        """Every figure that there is, by name."""
        named = {name: getattr(self, name) for name in FIGURES} | {**self.metrics}
        return {name: value for name, value in named.items() if value is not None}

    def figure(self, name: str) -> float | None:
        """A figure by the name that the language has for it: "val_loss", "val_top5"."""
        if name in self.metrics:
            return self.metrics[name]
        value = getattr(self, name)
        assert value is None or isinstance(value, float)
        return value


def further_names(history: Sequence[EpochRecord]) -> tuple[str, ...]:
    """The names of the further figures that were measured, in the order of the metrics."""
    return tuple(dict.fromkeys(name for record in history for name in record.metrics))


StopReason: TypeAlias = Literal["completed", "early stopping", "time limit", "interrupted", "diverged"]
WeightsFrom: TypeAlias = Literal["best epoch", "last epoch", "unfinished epoch"]


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """How a training ended, and which weights the model was left with."""

    history: tuple[EpochRecord, ...]
    """The finished epochs; none where training was interrupted in the first."""
    stop_reason: StopReason
    weights: WeightsFrom
    """Those of the "best epoch" where the plan keeps these and an epoch was finished, and of a training that
    diverged, whose last ones are no numbers. Else of the "last epoch", or
    of an "unfinished epoch" where training was interrupted in the middle of one or before the first."""
    best_epoch: int | None
    """The finished epoch that the weights are from, from 1; None for those of an unfinished one."""
