"""Columns of text for a terminal of any width, with bars and colours where it can show them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

BAR: Final = 8
"""Columns of a bar for all of something."""
_EIGHTHS: Final = " ▏▎▍▌▋▊▉"
_STYLES: Final = {"bold": "\033[1m", "dim": "\033[2m", "bar": "\033[36m"}
_RESET: Final = "\033[0m"
_LEAST: Final = 12
"""Columns that are left of a text, however narrow the terminal."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the output can show."""

    width: int = 100
    color: bool = False
    draws: bool = True
    """Whether lines and blocks can be drawn; otherwise ASCII stands in."""

    @property
    def prose(self) -> int:
        """Columns that sentences and curves are fitted into: lines of a whole screen are hard to read."""
        return min(self.width, 100)

    def paint(self, style: str, text: str) -> str:
        return f"{_STYLES[style]}{text}{_RESET}" if self.color and style and text.strip() else text

    def rule(self, width: int) -> str:
        return self.paint("dim", ("─" if self.draws else "-") * width)

    def bar(self, share: float) -> str:
        """A bar for a share of a whole, at most `BAR` columns long."""
        if not self.draws:
            return "#" * round(share * BAR)
        full, eighth = divmod(round(share * BAR * 8), 8)
        return ("█" * full + _EIGHTHS[eighth]).rstrip()

    def cut(self, text: str, room: int) -> str:
        mark = "…" if self.draws else "..."
        return text if len(text) <= room else text[: room - len(mark)] + mark


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table, its last cell being a total."""

    title: str
    cells: Sequence[str]
    group: str = ""
    """What `table` can leave out together; columns without one always stay."""
    right: bool = True
    close: bool = False
    """Whether it belongs to the column before it."""
    style: str = ""

    @property
    def width(self) -> int:
        return max(len(self.title), *map(len, self.cells))

    @property
    def gap(self) -> int:
        return 1 if self.close else 2


def table(columns: Sequence[Column], groups: Sequence[str], look: Look) -> Iterator[str]:
    """The columns, without as many of the groups, the first ones first, as the width of the look asks for.

    To save a group, the texts of the first column are cut to three eighths of the width; they are cut further where
    nothing else helps.
    """
    shown = list(columns)
    floor = max(look.width * 3 // 8, _LEAST)
    for left_out in range(len(groups) + 1):
        shown = [each for each in columns if each.group not in groups[:left_out]]
        if _width(shown) - max(shown[0].width - floor, 0) <= look.width:
            break
    else:
        floor = _LEAST
    room = max(shown[0].width - max(_width(shown) - look.width, 0), min(floor, shown[0].width))
    shown[0] = replace(shown[0], cells=[look.cut(cell, room) for cell in shown[0].cells])
    yield _line([each.title for each in shown], ["bold"] * len(shown), shown, look)
    *rows, total = zip(*(each.cells for each in shown), strict=True)
    for cells in rows:
        styles = ["dim" if cell == "0" else each.style for cell, each in zip(cells, shown, strict=True)]
        yield _line(cells, styles, shown, look)
    yield look.rule(_width(shown))
    yield _line(total, ["bold"] * len(shown), shown, look)


def _line(cells: Sequence[str], styles: Sequence[str], columns: Sequence[Column], look: Look) -> str:
    """One line, without blanks at its end, whatever its colours."""
    last = max((place for place, cell in enumerate(cells) if cell), default=-1)
    line = ""
    for place, (cell, style, column) in enumerate(zip(cells, styles, columns, strict=True)):
        if place > last:
            break
        blanks = " " * (column.width - len(cell))
        before, behind = (blanks, "") if column.right else ("", blanks if place < last else "")
        line += " " * column.gap * (place > 0) + before + look.paint(style, cell) + behind
    return line


def _width(columns: Sequence[Column]) -> int:
    return sum(each.width + each.gap for each in columns) - columns[0].gap
