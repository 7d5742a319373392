"""What is measured beside the loss, and the figures that early stopping and its like can watch."""

from typing import Final

METRICS: Final = {
    "accuracy": "share of images whose most probable class is the true one",
    "top2": "share of images whose true class is among the two most probable ones",
    "top3": "the same for the three most probable ones",
    "top5": "the same for the five most probable ones",
    "top10": "the same for the ten most probable ones",
    "precision": "of the images given a class, the share that belongs to it; mean of the classes that have images",
    "recall": "of the images that belong to a class, the share given it; mean of the classes that have images",
    "f1": "harmonic mean of a class's precision and recall; mean of the classes that have images",
    "auc": "area under the ROC curve of each class against all others, mean of the classes; not of training images",
}


_LOWER_IS_BETTER: Final = ("loss", "cross_entropy")
_LOSS: Final = "with smoothed labels and penalties on weights"
_BARE: Final = "cross-entropy alone, without smoothed labels, penalties and weights of classes,"


def top_count(metric: str) -> int | None:
    """How many of the most probable classes a metric looks at; None for one that looks at something else."""
    return int(metric.removeprefix("top")) if metric.startswith("top") else None


def metric_of(monitor: str) -> str | None:
    """The metric that a watched figure belongs to; None for the loss and the cross-entropy, measured in any case."""
    name = monitor.removeprefix("val_")
    return None if name in _LOWER_IS_BETTER else name


def is_better_lower(monitor: str) -> bool:
    """Which way a watched figure gets better."""
    return monitor.removeprefix("val_") in _LOWER_IS_BETTER


_OTHERS: Final = tuple(name for name in METRICS if name != "accuracy")

MONITORS: Final = {
    "val_loss": f"loss, {_LOSS}, on the validation images; lower is better",
    "val_cross_entropy": f"{_BARE} on the validation images; lower is better",
    "val_accuracy": "accuracy on the validation images; higher is better",
    "loss": f"loss, {_LOSS}, on the training images; lower is better",
    "cross_entropy": f"{_BARE} on the training images; lower is better",
    "accuracy": "accuracy on the training images; higher is better",
    **{f"val_{name}": f"{name} on the validation images; higher is better" for name in _OTHERS},
    **{name: f"{name} on the training images; higher is better" for name in _OTHERS if name != "auc"},
}
"""What is watched is measured, whether or not it stands among the metrics."""
