"""Reading `history.csv`, which anybody may have written."""

import csv
import io
from dataclasses import fields
from typing import Final

from runtime.directory.records import NotSoundError
from runtime.errors import UserError
from runtime.training.history import EpochRecord

LIMIT: Final = 1 << 26
"""Bytes: enough for half a million epochs."""
_KNOWN: Final = frozenset(each.name for each in fields(EpochRecord))
_NEEDED: Final = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds")
_MOST_COLUMNS: Final = 1_000
"""Far more than the figures of an epoch."""
_TOO_MANY: Final = "\n"
"""What cells without a column are put under: no column is called so."""


def history_from(content: bytes) -> tuple[EpochRecord, ...]:
    """The epochs of a run; further columns are further figures.

    Losses may be infinite or no number, as a training that diverged leaves them. Earlier versions wrote no
    cross-entropy.

    Raises UserError for what is no such table.
    """
    try:
        rows = csv.DictReader(io.StringIO(content.decode()), restkey=_TOO_MANY, restval="", strict=True)
        if (columns := len(rows.fieldnames or ())) > _MOST_COLUMNS:
            raise NotSoundError(f"it has {columns:,} columns, and {_MOST_COLUMNS:,} are the most")
        if lacking := [name for name in _NEEDED if name not in (rows.fieldnames or ())]:
            raise NotSoundError(f"it has no column {lacking[0]}")
        records = tuple(_record(row, place) for place, row in enumerate(rows, start=1))
    except UnicodeDecodeError as error:
        raise UserError("its history.csv is not UTF-8 text") from error
    except (NotSoundError, csv.Error) as error:
        raise UserError(f"its history.csv is not sound: {error}") from error
    return records


def _record(row: dict[str, str], place: int) -> EpochRecord:
    def figure(name: str) -> float | None:
        text = row.get(name, "")
        try:
            return float(text) if text else None
        except ValueError as error:
            raise NotSoundError(f"{name} in row {place} is {text!r:.40}, not a number") from error

    def needed(name: str) -> float:
        value = figure(name)
        if value is None:
            raise NotSoundError(f"{name} in row {place} is missing")
        return value

    if _TOO_MANY in row:
        raise NotSoundError(f"row {place} has more cells than there are columns")
    if row["epoch"] != str(place):
        raise NotSoundError(f"epoch in row {place} is {row['epoch']!r:.40}, not {place}")
    return EpochRecord(
        epoch=place,
        loss=needed("loss"),
        accuracy=needed("accuracy"),
        val_loss=figure("val_loss"),
        val_accuracy=figure("val_accuracy"),
        seconds=needed("seconds"),
        metrics={name: figure(name) for name in row if name not in _KNOWN},
        cross_entropy=figure("cross_entropy"),
        val_cross_entropy=figure("val_cross_entropy"),
    )
