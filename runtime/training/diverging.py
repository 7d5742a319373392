"""Trainings whose loss is no longer a finite number: how one says so, and what would have gone well."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from compiler.plan import TrainingPlan
from runtime.errors import UserError
from spec_lang.sections import TRAIN

_GENTLER: Final = 10
"""What a learning rate is divided by."""
_CLIP: Final = "global_norm 1"


class DivergedError(UserError):
    """The loss, or a weight, is no longer a finite number."""

    def __init__(self, what: str, epoch: int, where: str) -> None:
        super().__init__(f"training diverged: {what} in {where}")
        self.epoch = epoch


def remedies(plan: TrainingPlan) -> Iterator[tuple[str, str]]:
    """The settings, and values for them, with which the training of a plan would go on: `train.optimizer.lr`, `0.01`.

    A rate that is far above the usual one is taken back to that: a tenth of it may be too much still.
    """
    usual = _usual_rate(plan.optimizer)
    yield "train.optimizer.lr", f"{min(plan.learning_rate / _GENTLER, usual):g}"
    if plan.clip is None:
        yield "train.clip", _CLIP


def all_finite(model: Any) -> bool:
    """Whether every weight of a model is a finite number."""
    return all(np.isfinite(each).all() for each in model.get_weights() if np.issubdtype(each.dtype, np.floating))


def _usual_rate(optimizer: str) -> float:
    (rate,) = (each.default for each in TRAIN.by_keyword["optimizer"].variants[optimizer] if each.name == "lr")
    assert isinstance(rate, float)
    return rate
