"""The verb `cnn show`: one run in the terminal."""

import json
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from textwrap import wrap
from typing import Any, Final, Literal

from runtime.directory.rundir import hint_after
from runtime.labels import shown_name
from runtime.library.listing import duration, when
from runtime.library.metrics import Metrics
from runtime.library.record import Extension, Record, open_record
from runtime.library.settings import in_force, not_default
from runtime.table import Look
from runtime.terminal import look_of, print_fitting, printable
from runtime.training.history import EpochRecord
from spec_lang.units import short

_NAMED: Final = 5
"""Classes and mistakes that are shown."""
_LEAST: Final = 16
"""Columns that are left of a value, however narrow the terminal."""
_NAME: Final = 32
"""Characters of a class name that are shown."""


def show_run(path: str, format_: Literal["text", "json"]) -> int:
    """Print what a run is and came to; the exit code is 0.

    Raises UserError where it is no run directory, or was changed since the run wrote it.
    """
    record = open_record(Path(path))
    if format_ == "json":
        print(json.dumps(as_json(record), indent=2))
        return 0
    look = look_of(sys.stdout)
    print_fitting(show_lines(record, look), look)
    return 0


def show_lines(record: Record, look: Look) -> Iterator[str]:
    """The run in the order of a reader's questions: what it is, how good, where it errs, where its files are."""
    manifest = record.manifest
    yield f"{look.paint('bold', printable(record.name))}: {_state_words(record)}"
    yield ""
    yield from _pairs(_about(record), look)
    if record.program:
        yield ""
        yield look.paint("bold", "settings that are not defaults")
        yield from _pairs(list(not_default(record.program)) or [("none", "")], look)
    if record.history:
        yield ""
        yield look.paint("bold", "training")
        yield from _pairs(_training(record), look)
    if record.metrics:
        yield ""
        yield look.paint("bold", "on the test images")
        yield from _pairs(_results(record.metrics), look)
        yield from _weak_spots(record.metrics, look)
    yield ""
    yield look.paint("bold", "files")
    yield from _pairs(_files(record), look)
    yield ""
    yield look.paint("bold", "to repeat it")
    yield f"  {printable(manifest.command)}"
    yield f"  in {printable(manifest.folder) or 'the folder of the spec'}"


def _state_words(record: Record) -> str:
    path = printable(str(record.path))
    hint = printable(hint_after(record.manifest, record.path))
    match record.state:
        case "training":
            return f"still training, {_epochs(record)}"
        case "finished":
            stopped = record.manifest.stopped
            extension = _extension_words(record.extension, path) if record.extension else ""
            return f"finished{f' ({printable(stopped)})' if stopped else ''}, {_epochs(record)}{extension}"
        case "cut off":
            return f"cut off after {_epochs(record)}; {hint}"
        case state:
            stopped = record.manifest.stopped
            return f"{state}{f' ({printable(stopped)})' if stopped else ''} after {_epochs(record)}; {hint}"


def _extension_words(extension: Extension, path: str) -> str:
    planned = "" if extension.planned_epochs is None else f" to {extension.planned_epochs:,} epochs"
    words = f"; an extension{planned} {extension.words}"
    match extension.state:
        case "training":
            return f"{words}, {extension.epochs:,} are over"
        case "damaged":
            return f"{words}: cnn resume {path} says how"
        case _:
            return f"{words} after {extension.epochs:,}; to go on: cnn resume {path}"


def _epochs(record: Record) -> str:
    return f"{len(record.history)} of {'?' if record.planned_epochs is None else record.planned_epochs} epochs"


def _about(record: Record) -> Iterator[tuple[str, str]]:
    manifest, data = record.manifest, record.manifest.data
    yield "spec", f"{printable(manifest.spec)}.cnn"
    yield "started", f"{when(manifest.started)} UTC, took {duration(sum(manifest.seconds.values()))}"
    yield "data", f"{printable(data.name)}, from {printable(data.origin)}"
    yield (
        "images",
        f"{data.train_images:,} to train on, {data.validation_images:,} to validate, {data.test_images:,} to test",
    )
    yield "fingerprint", f"sha256 {printable(data.fingerprint[:16])}…"
    if program := record.program:
        yield "network", f"{len(program.layers)} layers, {program.parameters:,} parameters"
    yield "seed", str(manifest.seed)
    yield "versions", ", ".join(f"{printable(name)} {printable(each)}" for name, each in manifest.versions.items())


def _training(record: Record) -> Iterator[tuple[str, str]]:
    last = record.history[-1]
    best = record.metrics.best_epoch if record.metrics else None
    kept = next((each for each in record.history if each.epoch == best), None)
    if kept is not None:
        yield "best epoch" if kept is not last else "kept epoch", f"{kept.epoch}: {_figures(kept)}"
    if kept is not last:
        yield "last epoch", f"{last.epoch}: {_figures(last)}"


def _figures(epoch: EpochRecord) -> str:
    losses = _losses(epoch.loss, epoch.cross_entropy)
    words = f"running mean of training {losses}, of training accuracy {epoch.accuracy:.2%}"
    if epoch.val_loss is not None and epoch.val_accuracy is not None:
        losses = _losses(epoch.val_loss, epoch.val_cross_entropy)
        words += f"; validation {losses}, validation accuracy {epoch.val_accuracy:.2%}"
    return words


def _losses(loss: float, cross_entropy: float | None) -> str:
    """Both only where they differ."""
    words = f"loss {loss:.4f}"
    if cross_entropy is None or f"loss {cross_entropy:.4f}" == words:
        return words
    return f"{words}, cross-entropy {cross_entropy:.4f}"


def _results(metrics: Metrics) -> Iterator[tuple[str, str]]:
    lower, upper = metrics.accuracy_interval
    interval = f"95% interval {lower:.2%} to {upper:.2%}"
    yield "accuracy", f"{metrics.accuracy:.2%}, {interval} ({metrics.correct:,} of {metrics.images:,} images)"
    yield "majority", f"always answering {shown(metrics.majority_class)} would reach {metrics.majority_accuracy:.2%}"
    yield "loss", f"{metrics.loss:.4f}" if metrics.loss is not None else "not written by the version that made this run"
    yield "cross-entropy", f"{metrics.cross_entropy:.4f}"
    for name, value in metrics.further.items():
        yield printable(name), "-" if value is None else f"{value:.4f}"


def _weak_spots(metrics: Metrics, look: Look) -> Iterator[str]:
    worst = [each for each in metrics.worst_classes() if each.recall is not None and each.recall < 1]
    if worst:
        yield ""
        yield look.paint("bold", "worst classes, by the share of their images that is recognised")
        width = max(len(shown(each.name)) for each in worst[:_NAMED])
        for each in worst[:_NAMED]:
            assert each.recall is not None
            bar = look.paint("bar", f"{look.bar(each.recall):<8}")
            yield f"  {shown(each.name):<{width}}  {each.recall:>7.2%}  {bar}  of {each.images:,}"
    if mistakes := metrics.mistakes():
        yield ""
        yield look.paint("bold", "most frequent mistakes")
        for mistake in mistakes[:_NAMED]:
            share = f"{mistake.share:.1%} of the class"
            yield f"  {shown(mistake.truth)} taken for {shown(mistake.predicted)}: {mistake.images:,}, {share}"


def _files(record: Record) -> Iterator[tuple[str, str]]:
    yield "folder", printable(str(record.path))
    for name, artefact in record.manifest.artefacts.items():
        yield name, "missing" if name in record.missing else short(artefact.size, "B")


def _pairs(pairs: Iterable[tuple[str, str]], look: Look) -> Iterator[str]:
    rows: Sequence[tuple[str, str]] = list(pairs)
    width = max((len(name) for name, _ in rows), default=0)
    for name, value in rows:
        room = max(look.prose - width - 4, _LEAST)
        first, *more = wrap(value, room, break_long_words=False, break_on_hyphens=False) or [""]
        yield f"  {look.paint('dim', f'{name:<{width}}')}  {first}"
        yield from (f"{'':{width + 4}}{line}" for line in more)


def shown(name: str) -> str:
    """A class name as a line of the terminal may hold it."""
    return printable(shown_name(name, _NAME)) or "''"


def as_json(record: Record) -> dict[str, Any]:
    """Plain data; figures that are no numbers are null."""
    manifest = record.manifest
    about = asdict(manifest)
    return {
        "run": str(record.path),
        "state": record.state,
        **{name: about[name] for name in ("spec", "command", "folder", "seed", "started", "ended", "stopped")},
        "data": about["data"],
        "versions": about["versions"],
        "machine": about["machine"],
        "seconds": about["seconds"],
        "planned_epochs": record.planned_epochs,
        "extension": asdict(record.extension) if record.extension else None,
        "settings": in_force(record.program) if record.program else None,
        "not_default": dict(not_default(record.program)) if record.program else None,
        "history": history_json(record.history),
        "metrics": metrics_json(record.metrics) if record.metrics else None,
        "files": {
            name: {**asdict(each), "missing": name in record.missing} for name, each in manifest.artefacts.items()
        },
    }


def history_json(history: Iterable[EpochRecord]) -> list[dict[str, Any]]:
    return [{name: _finite(value) for name, value in asdict(epoch).items()} for epoch in history]


def metrics_json(metrics: Metrics) -> dict[str, Any]:
    figures = {"accuracy": metrics.accuracy, **asdict(metrics)}
    return {**figures, "mistakes": [asdict(each) for each in metrics.mistakes()]}


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value
