"""What a person watches while a model trains: one live line on a terminal, and one settled line an epoch anywhere."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

from runtime.evaluation.scores import shown_metric
from runtime.training.history import EpochRecord

_SECONDS_BETWEEN_FRAMES = 0.1
_WIDEST_BAR = 30
_NARROWEST_BAR = 8
_GAP = "  "
_BEST = f"{_GAP}best"


@dataclass(frozen=True, slots=True)
class _Column:
    """One figure of a settled line."""

    name: str
    width: int
    text: Callable[[EpochRecord], str]
    rank: int
    """On a narrow terminal the columns of the highest ranks are left out."""


_COLUMNS = (
    _Column("loss", 8, lambda record: f"{record.loss:.4f}", 3),
    _Column("accuracy", 8, lambda record: f"{record.accuracy:.2%}", 1),
    _Column("val_loss", 8, lambda record: _or_blank(record.val_loss, ".4f"), 2),
    _Column("val_accuracy", 12, lambda record: _or_blank(record.val_accuracy, ".2%"), 0),
    _Column("seconds", 7, lambda record: f"{record.seconds:.1f}", 4),
)


def _columns(metrics: Sequence[str], *, validation: bool) -> list[_Column]:
    """All columns there are figures for; of a further figure, that of the validation images where there are any."""
    names = [f"val_{name}" if validation else name for name in metrics if name != "accuracy"]
    further = [
        _further(name, rank) for rank, name in enumerate(names, start=len(_COLUMNS)) if validation or name != "auc"
    ]
    usual = [column for column in _COLUMNS if validation or not column.name.startswith("val_")]
    return [*usual[:-1], *further, usual[-1]]


def _further(name: str, rank: int) -> _Column:
    def text(record: EpochRecord) -> str:
        value = record.figures().get(name)
        return "" if value is None else shown_metric(name, value)

    return _Column(name, max(len(name), 7), text, rank)


class Progress:
    """Shows the progress of `epochs` epochs; a context manager, so that the live line never outlives the training."""

    def __init__(
        self,
        console: Console,
        epochs: int,
        metrics: Sequence[str] = (),
        *,
        validation: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._console = console
        self._epochs = epochs
        self._clock = clock
        self._start = clock()
        self._next_frame = self._start
        self._first = max(len("epoch"), 2 * len(str(epochs)) + 1)
        width = console.width if console.is_terminal else None
        self._columns = tuple(_columns_within(_columns(metrics, validation=validation), width, self._first))
        # No thread of its own: the training loop calls in often enough, and every core is for training.
        self._live = Live(console=console, auto_refresh=False, transient=True)

    def __enter__(self) -> Self:
        names = "".join(f"{_GAP}{column.name:>{column.width}}" for column in self._columns)
        self._print(Text(f"{'epoch':>{self._first}}{names}", style="dim"))
        if self._console.is_terminal and not self._console.is_dumb_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def advance(self, epoch: int, done: float, loss: float, accuracy: float) -> None:
        """Renew the live line, at most ten times a second.

        Args:
            epoch: The epoch under way, from 1.
            done: The share of it that is done, 0..1.
            loss: Mean over the epoch so far.
            accuracy: Mean over the epoch so far.
        """
        now = self._clock()
        if not self._live.is_started or now < self._next_frame:
            return
        self._next_frame = now + _SECONDS_BETWEEN_FRAMES
        finished = (epoch - 1 + done) / self._epochs
        left = f"{duration((now - self._start) * (1 - finished) / finished)} left" if finished else ""
        words = [f"loss {loss:.4f}", f"accuracy {accuracy:.2%}", left]
        self._live.update(_live_line(self._console.width, self._count(epoch), done, words), refresh=True)

    def settle(self, record: EpochRecord, *, best: bool) -> None:
        """Print the line of a finished epoch, marked where it is the best so far."""
        cells = "".join(f"{_GAP}{column.text(record):>{column.width}}" for column in self._columns)
        if self._live.is_started:
            self._live.update(Text(), refresh=True)
        self._print(Text.assemble(self._count(record.epoch), cells, (_BEST if best else "", "green")))

    def _count(self, epoch: int) -> str:
        return f"{epoch}/{self._epochs}".rjust(self._first)

    def _print(self, line: Text) -> None:
        # Only a terminal has a width; rich takes a log file to have 80 columns.
        self._console.print(line, no_wrap=True, overflow="ignore", crop=self._console.is_terminal)


def duration(seconds: float) -> str:
    """Minutes and seconds, with hours where there are any: "0:07", "12:30", "1:02:03"."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _columns_within(offered: Sequence[_Column], width: int | None, first: int) -> Iterator[_Column]:
    """The columns to show, in order: those of the lowest ranks that fit, all of them where there is no width."""
    room = None if width is None else width - first - len(_BEST)
    for column in offered:
        needed = sum(len(_GAP) + other.width for other in offered if other.rank <= column.rank)
        if room is None or needed <= room:
            yield column


def _live_line(width: int, count: str, done: float, words: list[str]) -> Text:
    """The line of an epoch under way, in at most `width` columns.

    On a narrow terminal the bar shrinks, then it is left out, then word after word.
    """
    words = [word for word in words if word]
    text = "".join(_GAP + word for word in words)
    bar_width = min(_WIDEST_BAR, width - len(count) - 1 - len(text))
    if bar_width >= _NARROWEST_BAR:
        filled = round(bar_width * done)
        bar = (("━" * filled, "cyan"), ("─" * (bar_width - filled), "dim"))
        return Text.assemble(count, " ", *bar, text)
    if words and len(count) + len(text) > width:
        return _live_line(width, count, done, words[1:])
    return Text((count + text)[:width])


def _or_blank(value: float | None, format_spec: str) -> str:
    return "" if value is None else format(value, format_spec)
