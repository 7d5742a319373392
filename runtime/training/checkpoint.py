"""Everything that the future of a training depends on, in one file: written whole or not at all, without pickle.

The order of images, dropout and augmentation are functions of the seed, the epoch and the step; so what is kept is the
weights, what the optimizer keeps for them, how far the training has come, and what early stopping remembers.
"""

import io
import json
import math
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runtime.data.npz import ArrayForm, read_arrays
from runtime.errors import UserError
from runtime.training.early_stopping import StoppingState
from runtime.training.history import EpochRecord
from runtime.training.loops import Totals

_LIMIT = 1 << 24
"""Bytes of the description beside the arrays: enough for 100,000 epochs."""


@dataclass(slots=True, eq=False)
class State:
    """How far a training has come."""

    epoch: int = 1
    """The epoch under way, from 1; one more than the last where all are over."""
    totals: Totals = field(default_factory=Totals)
    """Sums over the images of that epoch so far; their number tells the position in its order."""
    history: tuple[EpochRecord, ...] = ()
    stopping: StoppingState = field(default_factory=StoppingState)
    best: StoppingState = field(default_factory=StoppingState)
    """By the figure that settles which weights are kept."""
    plateau: StoppingState = field(default_factory=StoppingState)
    """By the figure that a falling learning rate waits for."""
    rate_factor: float = 1.0
    """What the learning rate is multiplied by on account of plateaus."""
    best_weights: list[NDArray[Any]] | None = None
    """Those of the best epoch, in the order of the model; None without early stopping."""

    @property
    def done(self) -> int:
        """Images of the epoch that were gone through."""
        return int(self.totals.images)


def checkpoint_npz(state: State, model: Any, optimizer: Any) -> bytes:
    """The content of checkpoint.npz."""
    about = {
        "epoch": state.epoch,
        "totals": [int(state.totals.images), float(state.totals.loss), int(state.totals.hits)],
        "history": [asdict(record) for record in state.history],
        "stopping": asdict(state.stopping),
        "best": asdict(state.best),
        "plateau": asdict(state.plateau),
        "rate_factor": state.rate_factor,
        "has_best": state.best_weights is not None,
    }
    text = np.frombuffer(json.dumps(about).encode(), np.uint8)  # repr of a float keeps every bit
    arrays: dict[str, NDArray[Any]] = {"size": np.array(len(text)), "about": text}
    groups = {"model": model.weights, "optimizer": optimizer.variables, "best": state.best_weights}
    for name, group in (*groups.items(), ("count", state.totals.counts)):
        arrays |= {f"{name}/{place}": np.asarray(each) for place, each in enumerate(group or ())}
    content = io.BytesIO()
    np.savez(content, **arrays)  # type: ignore[arg-type]
    return content.getvalue()


def restore(path: Path, model: Any, optimizer: Any, nothing: Totals) -> State:
    """Bring a model and an optimizer, built as they were, to the state in checkpoint.npz.

    `nothing` is what such a training has counted before its first image.

    Raises UserError for a file that is damaged, or of another training; FileNotFoundError where there is none.
    """
    size = int(read_arrays(path, {"size": ArrayForm(np.integer, ((),))})["size"])
    text = read_arrays(path, {"about": ArrayForm(np.uint8, ((min(max(size, 0), _LIMIT),),))})["about"]
    try:
        about = json.loads(text.tobytes())
        groups = {"model": model.weights, "optimizer": optimizer.variables, "count": nothing.counts}
        if about["has_best"]:
            groups["best"] = model.weights
        forms = {
            f"{name}/{place}": ArrayForm(np.dtype(each.dtype).type, (tuple(each.shape),))
            for name, group in groups.items()
            for place, each in enumerate(group)
        }
        arrays = read_arrays(path, forms)
        best = [arrays[f"best/{place}"] for place in range(len(model.weights))] if about["has_best"] else None
        counts = tuple(arrays[f"count/{place}"] for place in range(len(nothing.counts)))
        state = _state(about, counts, best)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UserError(f"{path} cannot be used: it is damaged, or of another training") from error
    for name in ("model", "optimizer"):
        for place, variable in enumerate(groups[name]):
            variable.assign(arrays[f"{name}/{place}"])
    return state


def _state(about: dict[str, Any], counts: tuple[NDArray[Any], ...], best: list[NDArray[Any]] | None) -> State:
    images, loss, hits = about["totals"]
    history = tuple(EpochRecord(**record) for record in about["history"])
    epoch = about["epoch"]
    if epoch != len(history) + 1 or type(images) is not int or images < 0 or not math.isfinite(loss):
        raise ValueError("contradictory figures")
    totals = Totals(np.int64(images), np.float64(loss), np.int64(hits), counts)
    stopping, kept, plateau = (StoppingState(**about[name]) for name in ("stopping", "best", "plateau"))
    return State(epoch, totals, history, stopping, kept, plateau, float(about["rate_factor"]), best)
