"""`predictions.csv`: what the model answered for each test image."""

import csv
import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
"""A spreadsheet runs a cell that starts so as a formula (OWASP, "CSV injection")."""


def predictions_csv(
    labels: NDArray[np.integer],
    probabilities: NDArray[np.floating],
    class_names: Sequence[str],
    files: Sequence[str] | None = None,
) -> str:
    """A table with a header and one row per image, in the order of the data set.

    The columns are `index`, `label`, `predicted` (class names), `correct` (true or false), `confidence` (the
    probability of the prediction) and `p(NAME)` for each class. Probabilities have as many digits as reading them back
    exactly needs. Images that have files get a column `file` after `index`. A name that a spreadsheet would run as a
    formula is written with an apostrophe before it.

    Args:
        labels: The true class of each image, (n,).
        probabilities: (n, classes).
        class_names: In label order.
        files: The name of the file of each image, where there are any.
    """
    names = [as_text(name) for name in class_names]
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    file = ["file"] if files else []
    writer.writerow(
        [
            "index",
            *file,
            "label",
            "predicted",
            "correct",
            "confidence",
            *(f"p({_encodable(name)})" for name in class_names),
        ]
    )
    predictions = probabilities.argmax(axis=1)
    for index, (label, prediction, row) in enumerate(zip(labels, predictions, probabilities, strict=True)):
        cells = row.astype(str)
        correct = "true" if label == prediction else "false"
        file = [as_text(files[index])] if files else []
        writer.writerow([index, *file, names[label], names[prediction], correct, cells[prediction], *cells])
    return table.getvalue()


def as_text(name: str) -> str:
    """A name as a cell that no spreadsheet runs."""
    return f"'{_encodable(name)}" if runs_as_formula(name) else _encodable(name)


def runs_as_formula(cell: str) -> bool:
    """Whether a spreadsheet may run a cell instead of showing it."""
    return cell.startswith(_FORMULA_STARTS)


def _encodable(name: str) -> str:
    """A name of a file or folder that is not UTF-8 reaches Python with lone surrogates, which no text file can hold."""
    return name.encode(errors="replace").decode()
