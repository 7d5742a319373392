"""Lints on how the network is trained and judged."""

from collections.abc import Iterator
from typing import Final

from spec_lang.arguments import replacement
from spec_lang.check import Checked
from spec_lang.diagnostics import Diagnostic
from spec_lang.rules import practice as rules
from spec_lang.sections import MONITORS

_LONG: Final = 20
"""Epochs that nobody should spend without something that ends them early."""
_ENDINGS: Final = {"stop", "time", "schedule"}
"""Settings that end them, or that let the network settle."""

_RATES: Final = {
    "adam": (1e-6, 0.03),
    "adamw": (1e-6, 0.03),
    "nadam": (1e-6, 0.03),
    "rmsprop": (1e-6, 0.03),
    "adagrad": (1e-4, 1.0),
    "lion": (1e-7, 0.003),
    "sgd": (1e-5, 1.0),
}
"""Learning rates between which each optimizer is known to train image classifiers; far wider than any good choice."""


def validation_on_test(checked: Checked) -> Iterator[Diagnostic]:
    """The tutorials' habit: validation on the very images that the score is taken on."""
    bound = checked.data.written.get("validation")
    if bound and bound.values.get("amount") == "test":
        place = bound.spans["amount"]
        yield rules.TEST_AS_VALIDATION.at(place, fix=replacement(place, "10%"))


def stop_on_training(checked: Checked) -> Iterator[Diagnostic]:
    """Early stopping that watches the training images, which get better as long as one trains."""
    bound = checked.train.written.get("stop")
    monitor = str(bound.values.get("monitor")) if bound else ""
    if bound and monitor in MONITORS and not monitor.startswith("val_"):
        place = bound.spans["monitor"]
        has_validation = checked.data.values.get("validation", {}).get("amount") != 0
        fix = replacement(place, place.text.replace(monitor, f"val_{monitor}")) if has_validation else None
        yield rules.STOP_ON_TRAINING.at(place, fix=fix, monitor=monitor)


def endless_epochs(checked: Checked) -> Iterator[Diagnostic]:
    """Many epochs, and nothing that ends them or slows them down."""
    bound = checked.train.written.get("epochs")
    count = bound.values.get("count") if bound else None
    if bound and isinstance(count, int) and count > _LONG and not _ENDINGS & checked.train.values.keys():
        yield rules.ENDLESS_EPOCHS.at(bound.spans["count"], count=count)


def learning_rate(checked: Checked) -> Iterator[Diagnostic]:
    """A learning rate that the optimizer is not known to work with."""
    bound = checked.train.written.get("optimizer")
    if bound is None or "lr" not in bound.spans:
        return
    name, rate = str(bound.values.get("name")), bound.values.get("lr")
    low, high = _RATES.get(name, (0.0, float("inf")))
    if isinstance(rate, float) and not low <= rate <= high:
        size = "high" if rate > high else "low"
        yield rules.LEARNING_RATE.at(bound.spans["lr"], size=size, name=name, low=f"{low:g}", high=f"{high:g}")


def missing_seed(checked: Checked) -> Iterator[Diagnostic]:
    """No seed of one's own: the run repeats all the same, but always from the same default."""
    section = checked.sections.get("train")
    if checked.program and checked.program.data and "seed" not in checked.train.written:
        yield rules.MISSING_SEED.at(section.keyword.span if section else checked.source.line_span(1))
