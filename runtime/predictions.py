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
    names = [_as_text(name) for name in class_names]
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    file = ["file"] if files else []
    writer.writerow(
        ["index", *file, "label", "predicted", "correct", "confidence", *(f"p({name})" for name in class_names)]
    )
    predictions = probabilities.argmax(axis=1)
    for index, (label, prediction, row) in enumerate(zip(labels, predictions, probabilities, strict=True)):
        cells = row.astype(str)
        correct = "true" if label == prediction else "false"
        file = [_as_text(files[index])] if files else []
        writer.writerow([index, *file, names[label], names[prediction], correct, cells[prediction], *cells])
    return table.getvalue()


def _as_text(name: str) -> str:
    # A file name that is not UTF-8 reaches Python with lone surrogates, which no file of text can hold.
    name = name.encode(errors="replace").decode()
    return f"'{name}" if name.startswith(_FORMULA_STARTS) else name
