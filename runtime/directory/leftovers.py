"""Temporary files that a killed write left in a run directory."""

import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from runtime.errors import UserError
from runtime.files import inside, temporary_beside

EXTENSION: Final = "extension"
"""The folder of a run in which a finished run is trained on."""
_FOLDERS: Final = ("", "figures", EXTENSION, f"{EXTENSION}/figures")
_WRITTEN: Final = (
    *("manifest.json", "spec.cnn", "program.json", "history.csv", "checkpoint.npz", "weights.npz", "model.keras"),
    *("metrics.json", "predictions.csv", "report.html", "mlflow.json"),
    *(f"{name}.png" for name in ("loss", "accuracy", "confusion", "samples", "varied")),
)
"""All that runs write, under temporary names first."""


def clear_leftovers(run: Path) -> None:
    """Remove what killed writes left in a run that this process holds; nothing else that looks like it.

    What cannot be removed stays: it is in nobody's way.
    """
    for path in list(leftovers(run)):
        path.unlink(missing_ok=True)


def leftovers(run: Path) -> Iterator[Path]:
    """The temporary files in a run directory: regular ones, by names that only its own writes have."""
    for folder in _FOLDERS:
        try:
            found = list(inside(run, Path(folder, "x")).parent.iterdir())
        except (UserError, OSError):  # a link, or not there
            continue
        yield from (each for each in found if _TEMPORARY.fullmatch(each.name) and stat.S_ISREG(each.lstat().st_mode))


def _pattern(name: str) -> str:
    return re.sub(r"[0-9a-f]{8}", "[0-9a-f]{8}", re.escape(temporary_beside(Path(name)).name))


_TEMPORARY: Final = re.compile("|".join(map(_pattern, _WRITTEN)))
