"""The verb `cnn runs`: the runs of a folder, one a line."""

import csv
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from runtime.directory.rundir import MANIFEST, FinishedRun, read_manifest
from runtime.errors import UserError
from runtime.files import reason
from runtime.library.metrics import metrics_from
from runtime.library.record import METRICS, PROGRAM, State, extension_of, history_of, planned_epochs, state_of
from runtime.table import Column, Look, table
from runtime.terminal import look_of, printable, show_warning

Format: TypeAlias = Literal["table", "json", "csv"]
Order: TypeAlias = Literal["started", "name", "state", "accuracy"]

RUNS: Final = "runs"
"""The folder that runs go to unless another is named."""
_NARROW: Final = ("took", "interval", "data", "epochs", "started")
"""Groups of columns in the order in which a narrow terminal does without them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A run as it stands in the list. Its fields are the columns of the CSV and the keys of the JSON."""

    run: str
    """Its folder, as the other verbs take it."""
    spec: str
    data: str
    started: str
    """UTC, ISO 8601."""
    seconds: float
    """Wall time of all phases that were finished."""
    state: State
    epochs: int
    """That were finished."""
    planned_epochs: int | None
    """None where the run was cut off before it said."""
    accuracy: float | None
    """On the test images, 0 to 1; of a finished run."""
    accuracy_low: float | None
    """95% interval."""
    accuracy_high: float | None
    test_images: int
    stopped: str | None = None
    """Why training ended before its last epoch."""
    extension: str | None = None
    """The state of what trains a finished run on, until it takes its place."""


def list_runs(folder: str, format_: Format, order: Order, *, reverse: bool = False) -> int:
    """Print the runs of a folder; the exit code is 1 where there are damaged ones, which are named.

    Raises UserError where there is no such folder.
    """
    entries: list[Entry] = []
    damaged = 0
    for path in run_folders(Path(folder)):
        try:
            entries.append(entry_of(path))
        except UserError as error:
            show_warning(error.message if str(path) in error.message else f"{path} cannot be used: {error.message}")
            damaged += 1
    for line in _WRITERS[format_](in_order(entries, order, reverse=reverse), folder):
        print(line)
    return 1 if damaged else 0


def run_folders(folder: Path) -> list[Path]:
    """The folders in a folder that hold a run or what is left of one, by name."""
    if (folder / MANIFEST).is_file():
        raise UserError(f"{folder} is a run, not a folder of runs", help=f"to see it: cnn show {folder}")
    try:
        with os.scandir(folder) as found:
            inside = [entry.name for entry in found if _may_be_run(entry)]
    except FileNotFoundError as error:
        if str(folder) == RUNS:
            return []
        raise UserError(
            f"there is no folder {folder}", help="`cnn run FILE` writes runs; to list those elsewhere: cnn runs DIR"
        ) from error
    except OSError as error:
        raise UserError(f"cannot list the runs in {folder}: {reason(error)}") from error
    return [folder / name for name in sorted(inside, key=natural)]


def _may_be_run(entry: "os.DirEntry[str]") -> bool:
    # The entry and Path would fail for a link that leads to itself or into a folder that may not be entered.
    if entry.name.startswith(".") or not os.path.isdir(entry.path):  # noqa: PTH112
        return False
    return any(os.path.lexists(Path(entry.path, name)) for name in (MANIFEST, PROGRAM))


def entry_of(path: Path) -> Entry:
    """A run in the list. Raises UserError where what the list shows is damaged."""
    manifest = read_manifest(path)
    run = FinishedRun(path, manifest)
    metrics = metrics_from(run.read(METRICS)) if manifest.state == "finished" else None
    extension = extension_of(run)
    low, high = metrics.accuracy_interval if metrics else (None, None)
    return Entry(
        run=str(path),
        spec=manifest.spec,
        data=manifest.data.name,
        started=manifest.started,
        seconds=round(sum(manifest.seconds.values()), 3),
        state=state_of(path, manifest),
        epochs=len(history_of(run)),
        planned_epochs=planned_epochs(run),
        accuracy=metrics.accuracy if metrics else None,
        accuracy_low=low,
        accuracy_high=high,
        test_images=manifest.data.test_images,
        stopped=manifest.stopped,
        extension=extension.state if extension else None,
    )


def natural(name: str) -> list[tuple[int, str]]:
    """A key that sorts `mnist-2` before `mnist-10`."""
    parts = re.split(r"([0-9]{1,18})", name)
    return [(int(part), "") if part.isascii() and part.isdigit() else (0, part) for part in parts]


def in_order(entries: Iterable[Entry], order: Order, *, reverse: bool) -> list[Entry]:
    """The newest first, or the best; equal ones by name."""
    by_name = sorted(entries, key=lambda each: natural(Path(each.run).name))
    keys: dict[Order, Callable[[Entry], Any]] = {
        "started": lambda each: each.started,
        "name": lambda each: natural(Path(each.run).name),
        "state": lambda each: each.state,
        "accuracy": lambda each: -1.0 if each.accuracy is None else each.accuracy,
    }
    falls = order in ("started", "accuracy")
    return sorted(by_name, key=keys[order], reverse=falls is not reverse)


def _table(entries: Sequence[Entry], folder: str) -> Iterator[str]:
    if not entries:
        elsewhere = "" if folder == RUNS else f" --runs {printable(str(Path(folder)))}"
        yield f"there are no runs in {printable(str(Path(folder)))} yet; to make one: cnn run FILE{elsewhere}"
        return
    yield from table(list(_columns(entries)), _NARROW, look_of(sys.stdout))


def _columns(entries: Sequence[Entry]) -> Iterator[Column]:
    best = max((each.accuracy for each in entries if each.accuracy is not None), default=None)
    count = f"{len(entries):,} run{'s' if len(entries) > 1 else ''}"
    yield Column("run", [*(printable(each.run) for each in entries), count], right=False)
    yield Column("spec", [*(_name(each.spec) for each in entries), ""], "data", right=False)
    yield Column("data", [*(_name(each.data) for each in entries), ""], "data", right=False)
    yield Column("started (UTC)", [*(when(each.started) for each in entries), ""], "started", right=False)
    yield Column("took", [*(duration(each.seconds) for each in entries), ""], "took")
    yield Column("state", [*(_state(each) for each in entries), ""], right=False)
    yield Column("epochs", [*(_epochs(each) for each in entries), ""], "epochs")
    accuracies = ["" if each.accuracy is None else f"{each.accuracy:.2%}" for each in entries]
    yield Column("test accuracy", [*accuracies, "" if best is None else f"best {best:.2%}"])
    yield Column("95% interval", [*(_interval(each) for each in entries), ""], "interval")


def _name(text: str) -> str:
    return Look().cut(printable(text), 24)


def _state(entry: Entry) -> str:
    """The state, and what a reader of the figures beside it must know."""
    if entry.extension:
        return f"{entry.state}, extension {entry.extension}"
    if entry.stopped is None or entry.stopped == "early stopping":
        return entry.state
    return f"{entry.state}, {_name(entry.stopped)}"


def _epochs(entry: Entry) -> str:
    return f"{entry.epochs}/{'?' if entry.planned_epochs is None else entry.planned_epochs}"


def _interval(entry: Entry) -> str:
    if entry.accuracy_low is None or entry.accuracy_high is None:
        return ""
    return f"{entry.accuracy_low:.2%} to {entry.accuracy_high:.2%}"


def when(moment: str) -> str:
    """A time as the manifest writes it, shorter; whatever else stands there, harmless."""
    match = re.fullmatch(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\dZ", moment)
    return f"{match[1]} {match[2]}" if match else Look().cut(printable(moment), 20)


def duration(seconds: float) -> str:
    """A span of time in its two largest units."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes_left = divmod(minutes, 60)
    return f"{hours} h {minutes_left:02} min" if hours else f"{minutes} min {rest:02} s"


def _json(entries: Sequence[Entry], _folder: str) -> Iterator[str]:
    yield json.dumps([asdict(each) for each in entries], indent=2)


def _csv(entries: Sequence[Entry], _folder: str) -> Iterator[str]:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Entry.__slots__)
    for each in entries:
        writer.writerow(_cell(value) for value in asdict(each).values())
    yield text.getvalue().removesuffix("\n")


def _cell(value: object) -> object:
    """Names may be a stranger's: a spreadsheet runs a cell that starts as a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(tuple("=+-@\t\r\n")) else value


_WRITERS: Final[dict[Format, Callable[[Sequence[Entry], str], Iterator[str]]]] = {
    "table": _table,
    "json": _json,
    "csv": _csv,
}
