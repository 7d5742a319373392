"""A small report to change as a test needs."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from runtime.data.examples import ArraySource, Examples
from runtime.evaluation.evaluation import evaluate
from runtime.report import LayerRow, ReportContent, Sample, Setting, Splits
from runtime.report.figures import thumbnail
from runtime.report.mistakes import described, telling_mistakes
from runtime.training.history import EpochRecord

HOSTILE_NAMES = (
    "<script>alert(1)</script>",
    "</style><img src='http://127.0.0.1:9/x.png' onerror=alert(2)>",
    '" onload="alert(3)',
    "$\\nonsense{$",
    "line\nbreak and \x1b[31mred",
    "\N{RIGHT-TO-LEFT OVERRIDE}gpj.exe",
    "\ud800",
    "日本語",
    "x" * 10_000,
    "",
)


def history(val_losses: Sequence[float | None], losses: Sequence[float] | None = None) -> tuple[EpochRecord, ...]:
    """Epochs with these validation losses; accuracies follow the losses, and training loss falls unless given."""
    losses = losses or [1 / epoch for epoch in range(1, len(val_losses) + 1)]
    return tuple(
        EpochRecord(epoch, loss, 1 - loss / 4, val_loss, None if val_loss is None else 1 - val_loss / 4, 1.5)
        for epoch, (loss, val_loss) in enumerate(zip(losses, val_losses, strict=True), start=1)
    )


def report_content(class_names: Sequence[str] = ("cat", "dog", "eel"), **changes: Any) -> ReportContent:
    rng = np.random.default_rng(0)
    labels = np.arange(20 * len(class_names)) % len(class_names)
    logits = rng.normal(size=(len(labels), len(class_names)))
    logits[np.arange(len(labels)), labels] += 2
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    evaluation = evaluate(labels, probabilities, class_names)
    epochs = history([1.1, 0.6, 0.5])
    pictures = rng.integers(256, size=(len(labels), 8, 8, 3), dtype=np.uint8)
    test = Examples(ArraySource(pictures, labels), np.arange(len(labels)))
    content = ReportContent(
        spec_name="pets",
        spec_text="data pets\nconv 8 3x3 relu\n",
        command="cnn run pets.cnn",
        seed=7,
        data_name="pets",
        data_fingerprint="0123456789abcdef" * 4,
        image_shape=(8, 8, 3),
        splits=Splits(180, 20, len(labels)),
        validated_on="held out",
        layers=(LayerRow("conv", "8 3x3 relu", (6, 6, 8), 224), LayerRow("dense", "3 softmax", (3,), 867)),
        settings=(Setting("train.batch", "32"),),
        history=epochs,
        best_epoch=3,
        stop_reason="All 3 epochs were run.",
        evaluation=evaluation,
        mistakes=described(test, probabilities, telling_mistakes(labels, probabilities), tuple(class_names)),
        samples=tuple(
            Sample(name, thumbnail(rng.integers(256, size=(8, 8, 3), dtype=np.uint8))) for name in class_names
        ),
        versions={"Keras": "3.15.1"},
        finished="23 November 2026, 12:00 UTC",
    )
    return replace(content, **changes)
