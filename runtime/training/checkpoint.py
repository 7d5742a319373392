"""Everything that the future of a training depends on, in one file: written whole or not at all, without pickle.

The order of images, dropout and augmentation are functions of the seed, the epoch and the step; so what is kept is the
weights, what the optimizer keeps for them, how far the training has come, and what early stopping remembers.
"""

import io
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from runtime.data.npz import ArrayForm, read_arrays
from runtime.directory.records import NotSoundError, record_from
from runtime.errors import UserError
from runtime.files import regular
from runtime.training.early_stopping import StoppingState
from runtime.training.history import EpochRecord
from runtime.training.loops import Totals

_LIMIT: Final = 1 << 24
"""Bytes of the description beside the arrays: enough for 100,000 epochs."""
_SIZE_LIMIT: Final = 1 << 35
"""Bytes of a checkpoint: more only takes long to look through."""


@dataclass(frozen=True, slots=True)
class _Sums:
    """Those of `Totals`."""

    images: int
    loss: float
    cross_entropy: float
    hits: int


@dataclass(frozen=True, slots=True)
class _About:
    """What a checkpoint says beside its arrays."""

    epoch: int
    totals: _Sums
    history: tuple[EpochRecord, ...]
    stopping: StoppingState
    best: StoppingState
    plateau: StoppingState
    rate_factor: float
    has_best: bool


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
    """By the figure that settles which weights are kept, or would be if the training diverged."""
    plateau: StoppingState = field(default_factory=StoppingState)
    """By the figure that a falling learning rate waits for."""
    rate_factor: float = 1.0
    """What the learning rate is multiplied by on account of plateaus."""
    best_weights: list[NDArray[Any]] | None = None
    """Those of the best epoch, in the order of the model; None before the first was over."""

    @property
    def done(self) -> int:
        """Images of the epoch that were gone through."""
        return int(self.totals.images)


def checkpoint_npz(state: State, model: Any, optimizer: Any) -> bytes:
    """The content of checkpoint.npz."""
    sums = state.totals
    about = _About(
        epoch=state.epoch,
        totals=_Sums(int(sums.images), float(sums.loss), float(sums.cross_entropy), int(sums.hits)),
        history=state.history,
        stopping=state.stopping,
        best=state.best,
        plateau=state.plateau,
        rate_factor=state.rate_factor,
        has_best=state.best_weights is not None,
    )
    text = np.frombuffer(json.dumps(asdict(about)).encode(), np.uint8)  # repr of a float keeps every bit
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

    Raises UserError for what is no regular file, one that is damaged, and one of another training.
    """
    groups = {"model": model.weights, "optimizer": optimizer.variables, "count": nothing.counts, "best": model.weights}
    try:
        with regular(path, _SIZE_LIMIT) as file:
            about = _about(path, file)
            forms = {
                f"{name}/{place}": ArrayForm(np.dtype(each.dtype).type, (tuple(each.shape),))
                for name, group in groups.items()
                for place, each in enumerate(group)
                if name != "best" or about.has_best
            }
            arrays = read_arrays(path, forms, file)
    except (NotSoundError, ValueError, RecursionError) as error:
        raise UserError(f"{path} cannot be used: it is damaged, or of another training: {error}") from error
    best = [arrays[f"best/{place}"] for place in range(len(model.weights))] if about.has_best else None
    counts = tuple(arrays[f"count/{place}"] for place in range(len(nothing.counts)))
    for name in ("model", "optimizer"):
        for place, variable in enumerate(groups[name]):
            variable.assign(arrays[f"{name}/{place}"])
    sums = about.totals
    return State(
        about.epoch,
        Totals(
            np.int64(sums.images),
            np.float64(sums.loss),
            np.float64(sums.cross_entropy),
            np.int64(sums.hits),
            counts,
        ),
        about.history,
        about.stopping,
        about.best,
        about.plateau,
        about.rate_factor,
        best,
    )


def _about(path: Path, file: BinaryIO) -> _About:
    """What a checkpoint says of itself. Raises NotSoundError, with the field, for what none says.

    Raises UserError for what earlier versions wrote: they counted no cross-entropy.
    """
    size = int(read_arrays(path, {"size": ArrayForm(np.integer, ((),))}, file)["size"])
    if not 0 <= size <= _LIMIT:
        raise NotSoundError(f"size is {size}")
    text = read_arrays(path, {"about": ArrayForm(np.uint8, ((size,),))}, file)["about"]
    entries = json.loads(text.tobytes())
    if isinstance(entries, dict) and isinstance(entries.get("totals"), list):
        raise UserError(
            f"{path} cannot be used: an earlier version of dotcnn wrote it, which counted val_loss otherwise",
            help="go on with that version, or begin the training anew with `cnn run`",
        )
    about = record_from(_About, entries)
    if [record.epoch for record in about.history] != list(range(1, about.epoch)):
        raise NotSoundError("the epochs of its history are not those before its epoch")
    return about
