"""Did it learn well?"""

import math
from collections.abc import Sequence
from typing import Literal

from runtime.evaluation.scores import is_share
from runtime.evaluation.significance import proportion
from runtime.report import judgments, words
from runtime.report.charts import Series, line_chart
from runtime.report.content import ReportContent
from runtime.report.markup import Column, Content, Markup, element, folded, markup, scrolling, table
from runtime.report.words import counted, percent
from runtime.training.history import FIGURES, EpochRecord

_MOST_ROWS = 300
"""Epochs in the table; of more, some at even distances."""


def how_it_learned(content: ReportContent) -> Markup:
    sentences = what_it_shows(content)
    return markup(
        [
            element("p", content.stop_reason, " ", words.kept_weights(content.best_epoch)),
            [element("p", sentence) for sentence in sentences],
            element("div", _curve(content, "loss"), _curve(content, "accuracy"), class_="pair"),
            folded("Every epoch in figures", _epochs(content)),
        ]
    )


def what_it_shows(content: ReportContent) -> list[str]:
    """What the history says about over- and under-fitting, as sentences."""
    finite = [record for record in content.history if math.isfinite(record.loss)]
    kept = next((record for record in finite if record.epoch == content.best_epoch), None)
    training = proportion(kept.accuracy, content.splits.training) if kept else None
    sentences = [
        judgments.not_finite(content.history),
        judgments.learned_nothing(training, content.training_majority) if training else None,
    ]
    losses = [
        (record.epoch, record.loss, record.val_loss)
        for record in finite
        if record.val_loss is not None and math.isfinite(record.val_loss)
    ]
    if not losses:
        sentences.append("Without validation images, over-fitting cannot be told from this run.")
    else:
        sentences.append(judgments.trend(losses))
    if training and kept and kept.val_accuracy is not None:
        validation = proportion(kept.val_accuracy, content.splits.validation)
        sentences.append(judgments.gap(kept.epoch, training, validation, content.harder))
    return [sentence for sentence in sentences if sentence]


def _curve(content: ReportContent, quantity: Literal["loss", "accuracy"]) -> Markup:
    history = content.history
    lines = [Series("training, running mean of each epoch", _points(history, quantity), "series-1")]
    if any(record.val_loss is not None for record in history):
        lines.append(Series("validation, at the end of each epoch", _points(history, f"val_{quantity}"), "series-2"))
    best = content.best_epoch
    mark = None if best is None else (float(best), f"kept: epoch {best}")
    return line_chart(
        quantity.capitalize(), lines, _curve_alt(content, quantity), mark=mark, in_percent=quantity == "accuracy"
    )


def _points(history: Sequence[EpochRecord], name: str) -> list[tuple[float, float]]:
    values = ((record.epoch, getattr(record, name)) for record in history)
    return [(epoch, math.nan if value is None else value) for epoch, value in values]


def _epochs(content: ReportContent) -> Content:
    """Every figure that the history has, whatever it is."""
    records = [_figures(record) for record in content.history]
    step = -(-len(records) // _MOST_ROWS)
    rows = [
        record
        for place, record in enumerate(records)
        if place % step == 0 or place == len(records) - 1 or record["epoch"] == content.best_epoch
    ]
    names = [name for name in records[0] if any(record.get(name) is not None for record in records)]
    columns = [Column(_title(name), numeric=True) for name in names]
    cells = [[_written(name, record.get(name)) for name in names] for record in rows]
    note = "Training figures are running means over the epoch, while the weights were changing."
    note += f" One epoch in {step} is shown; history.csv has all." if step > 1 else ""
    many = "long" if len(rows) > 20 else "wide"
    return [
        element("p", note, class_="muted"),
        scrolling("Every epoch in figures", table("Epochs", columns, cells), css_class=many),
    ]


def _title(name: str) -> str:
    """The head of a column of figures."""
    if name in ("epoch", "seconds"):
        return name
    figure = name.removeprefix("val_").replace("_", "-")
    return f"val. {figure}" if name.startswith("val_") else f"training {figure}"


def _figures(record: EpochRecord) -> dict[str, float | None]:
    """The figures of an epoch by their names, those of further metrics under their own."""
    usual = {name: getattr(record, name) for name in FIGURES}
    return {"epoch": record.epoch, **usual, **record.metrics, "seconds": record.seconds}


def _written(name: str, value: float | None) -> str:
    match value:
        case None:
            return "–"
        case int():
            return str(value)
        case _ if name == "seconds":
            return f"{value:.1f}"
        case _ if is_share(name):
            return percent(value)
        case _:
            return f"{value:.4f}"


def _curve_alt(content: ReportContent, quantity: str) -> str:
    first, last = content.history[0], content.history[-1]
    ends = f"{getattr(first, quantity):.3f} to {getattr(last, quantity):.3f}"
    alt = f"The running mean of training {quantity} went from {ends}"
    if last.val_loss is not None:
        val_quantity = f"val_{quantity}"
        alt += f", validation {quantity} from {getattr(first, val_quantity):.3f} to {getattr(last, val_quantity):.3f}"
    return f"{alt} in {counted(len(content.history), 'epoch')}. {words.kept_weights(content.best_epoch)}"
