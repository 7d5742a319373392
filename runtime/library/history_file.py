"""Reading `history.csv`, which anybody may have written."""

import csv
import io
from dataclasses import fields
from typing import Final

from runtime.errors import UserError
from runtime.training.history import EpochRecord

LIMIT: Final = 1 << 26
"""Bytes: enough for half a million epochs."""


_KNOWN: Final = frozenset(each.name for each in fields(EpochRecord))


def history_from(content: bytes) -> tuple[EpochRecord, ...]:
    """The epochs of a run; further columns are further figures.

    Losses may be infinite or no number, as a training that diverged leaves them. Earlier versions wrote no
    cross-entropy.

    Raises UserError for what is no such table.
    """
    try:
        rows = csv.DictReader(io.StringIO(content.decode()), restval="", strict=True)
        records = tuple(_record(row) for row in rows)
        if [record.epoch for record in records] != list(range(1, len(records) + 1)):
            raise ValueError("the epochs are not numbered from 1 on")
    except (ValueError, KeyError, TypeError, csv.Error) as error:
        raise UserError("its history.csv is not sound") from error
    return records


def _record(row: dict[str, str]) -> EpochRecord:
    return EpochRecord(
        epoch=int(row["epoch"]),
        loss=float(row["loss"]),
        accuracy=float(row["accuracy"]),
        val_loss=_measured(row["val_loss"]),
        val_accuracy=_measured(row["val_accuracy"]),
        seconds=float(row["seconds"]),
        metrics={name: _measured(text) for name, text in row.items() if name not in _KNOWN},
        cross_entropy=_measured(row.get("cross_entropy", "")),
        val_cross_entropy=_measured(row.get("val_cross_entropy", "")),
    )


def _measured(text: str) -> float | None:
    return float(text) if text else None
