"""Class names as labels.txt, a class a line: what mobile and serving tools look for."""

from collections.abc import Sequence
from typing import Final

from runtime.terminal import printable

LABELS: Final = "labels.txt"


def labels_txt(classes: Sequence[str]) -> str:
    """The file's text; line ends and control characters in a name are escaped, so that a class stays one line."""
    return "".join(f"{printable(name)}\n" for name in classes)
