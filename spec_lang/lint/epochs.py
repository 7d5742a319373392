"""Lints on settings of training that wait for longer than training takes, or that another one is ahead of."""

from collections.abc import Iterator
from typing import Final

from spec_lang.check import Checked
from spec_lang.diagnostics import Diagnostic, Label
from spec_lang.lint.neutral import place_of
from spec_lang.rules import no_effect as rules

_EFFECTS: Final = {"stop": "ends training early", "schedule": "lowers the learning rate"}
"""What the settings do that have a patience, once it is used up."""


def _epochs(checked: Checked) -> int | None:
    """How many epochs the spec has; None where they were set from outside, as for a quick try."""
    bound = checked.train.written.get("epochs")
    if bound and any(span.source is not checked.source for span in bound.spans.values()):
        return None
    count = checked.train.values.get("epochs", {}).get("count")
    return count if isinstance(count, int) else None


def _counted(epochs: int) -> str:
    return f"{epochs} epoch{'' if epochs == 1 else 's'}"


def patience_beyond_epochs(checked: Checked) -> Iterator[Diagnostic]:
    """A patience that is used up in the last epoch at the earliest, where nothing is left to be changed."""
    epochs = _epochs(checked)
    if epochs is None:
        return
    for setting in _EFFECTS:
        bound = checked.train.written.get(setting)
        patience = bound.values.get("patience") if bound else None
        if bound is None or not isinstance(patience, int):
            continue
        earliest = max(patience, 1) + 1
        if earliest >= epochs:
            most = epochs - 2 if epochs > 2 else None
            yield rules.PATIENCE_BEYOND_EPOCHS.at(
                bound.spans.get("patience", place_of(checked.train, setting)),
                setting=setting,
                effect=_EFFECTS[setting],
                patience=patience,
                epochs=_counted(epochs),
                earliest=earliest,
                most=most,
            )


def schedule_beyond_epochs(checked: Checked) -> Iterator[Diagnostic]:
    """A learning rate that would fall after more epochs than there are."""
    epochs, bound = _epochs(checked), checked.train.written.get("schedule")
    if epochs is None or bound is None:
        return
    for what in ("warmup", "every"):
        amount = bound.values.get(what)
        if isinstance(amount, int) and amount >= epochs:
            yield rules.SCHEDULE_BEYOND_EPOCHS.at(
                bound.spans.get(what, place_of(checked.train, "schedule")),
                what=what,
                amount=amount,
                epochs=_counted(epochs),
                most=epochs - 1 or None,
            )


def plateau_after_stop(checked: Checked) -> Iterator[Diagnostic]:
    """A learning rate that waits for as long as early stopping does, or longer, for the same figure."""
    stop, schedule = (checked.train.written.get(name) for name in ("stop", "schedule"))
    if stop is None or schedule is None or schedule.values.get("form") != "plateau":
        return
    monitor, patience = stop.values.get("monitor"), stop.values.get("patience")
    waits = schedule.values.get("patience")
    if monitor != schedule.values.get("monitor") or not isinstance(patience, int) or not isinstance(waits, int):
        return
    if max(waits, 1) >= max(patience, 1):
        yield rules.PLATEAU_AFTER_STOP.at(
            schedule.spans.get("patience", place_of(checked.train, "schedule")),
            related=[Label(place_of(checked.train, "stop"), f"ends training after {patience}")],
            stop=_counted(max(patience, 1)),
            plateau=_counted(max(waits, 1)),
            monitor=monitor,
            most=patience - 1 if patience > 1 else None,
        )


def kept_already(checked: Checked) -> Iterator[Diagnostic]:
    """`keep` where there is nothing left to choose."""
    keep, stop = (checked.train.written.get(name) for name in ("keep", "stop"))
    if keep is None:
        return
    place = place_of(checked.train, "keep")
    if stop and keep.complete and keep.values.get("monitor") == stop.values.get("monitor"):
        related = [Label(place_of(checked.train, "stop"), "goes back to the best epoch")]
        yield rules.KEPT_BY_STOP.at(place, related=related, monitor=keep.values["monitor"])
    elif _epochs(checked) == 1:
        yield rules.ONE_EPOCH_TO_KEEP.at(place)
