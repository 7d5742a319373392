"""How images get into training, validation and the final score, and how it makes up for rare classes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from compiler.emit.batches import normalizing
from compiler.emit.metrics import CROSS_ENTROPY, names
from compiler.emit.python_source import Expression
from compiler.plan import TrainingPlan
from spec_lang.program import Data

_OFTEN: Final = "often"


@dataclass(frozen=True, slots=True)
class Feed:
    """Expressions of the script, and the statements that they rest on."""

    targets: tuple[str, ...]
    """Statements that turn labels into what the loss compares with; empty where it takes labels."""
    statements: tuple[str, ...]
    """What stands before the training."""
    training: tuple[Expression, ...]
    """The first arguments of `fit`."""
    validation: Expression | None
    test: tuple[str, ...]
    """The first arguments of `evaluate`; the first one is for `predict`."""
    images: str
    """Something as long as there are training images."""
    labels: str
    """Of the test images."""
    options: Mapping[str, Expression] = field(default_factory=dict)
    """Further arguments of `fit`."""


def feed_of(data: Data, plan: TrainingPlan) -> Feed:
    """What fits where the images lie: in arrays or in files, varied or not."""
    if data.source in ("folder", "csv"):
        return _from_files(data, plan)
    return _from_arrays(data, plan)


def _from_files(data: Data, plan: TrainingPlan) -> Feed:
    varied = plan.augmentation is not None
    made = _targets("labels", data, plan)
    name = "targets" if made else "labels"
    targets = (f"targets = {made}",) if made else ()
    learnt, balancing = "train", _balancing(plan, "labels[train]", "train", (_OFTEN, "len(paths)"))
    ids = "train"
    if plan.balance == "oversample":
        learnt, ids = _OFTEN, "ids" if varied else _OFTEN

    def batches(numbers: str, ids: str = "") -> str:
        return f"Batches(paths[{numbers}], {name}[{numbers}]{', ids=' * bool(ids)}{ids})"

    statements = [*balancing, f"training = {batches(learnt, ids)}"]
    validated: Expression | None = None
    if plan.validation == "test":
        validated = "testing"
    elif plan.validation:
        statements.append(f"validating = {batches('validation')}")
        validated = "validating"
    statements.append(f"testing = {batches('test')}")
    return Feed(targets, tuple(statements), ("training",), validated, ("testing",), learnt, "labels[test]")


def _from_arrays(data: Data, plan: TrainingPlan) -> Feed:
    varied = plan.augmentation is not None
    kept = isinstance(plan.validation, float) and plan.validation > 0
    parts = ["train", *(["val"] if plan.validation == "given" else []), "test"]
    made = {part: _targets(f"y_{part}", data, plan) for part in parts}
    name = "t" if made["train"] else "y"
    targets = tuple(f"t_{part} = {text}" for part, text in made.items() if text)
    labels, numbers = ("y_train[kept]", "kept") if kept else ("y_train", "np.arange(len(y_train))")
    statements = _balancing(plan, labels, numbers, (f"ids[{_OFTEN}]", "total"))
    chosen = f"[{_OFTEN}]" if plan.balance == "oversample" else "[kept]" * kept
    training: tuple[str, ...] = (f"x_train{chosen}", f"{name}_train{chosen}")
    images, options = training[0], {"batch_size": str(plan.batch)}
    if varied:
        ids = "ids" if plan.balance == "oversample" else f"ids{chosen}"
        statements.append(f"training = Batches({', '.join(training)}, ids={ids})")
        images, training, options = "training.targets", ("training",), {}
    validated = None
    match plan.validation:
        case "test":
            validated = f"(x_test, {name}_test)"
        case "given":
            validated = f"(x_val, {name}_val)"
        case _ if kept:
            held_out = "x_train[held_out]"
            judged = f"normalize({held_out})" if varied and normalizing(plan) else held_out
            validated = f"({judged}, {name}_train[held_out])"
    test = ("x_test", f"{name}_test")
    return Feed(targets, tuple(statements), training, validated, test, images, "y_test", options)


def _targets(labels: str, data: Data, plan: TrainingPlan) -> str:
    """What the loss compares with; empty where it takes the labels."""
    # Blended targets are no longer whole, and of the images' type.
    as_blended = '.astype("float32")' if plan.augmentation is not None and "mixup" in plan.augmentation else ""
    if plan.loss == "categorical_crossentropy":
        return f"keras.utils.to_categorical({labels}, {len(data.classes)}){as_blended}"
    # Keras's losses take labels without a column of their own; its metrics do not.
    measured = plan.loss == "binary_crossentropy" and CROSS_ENTROPY in names(plan)
    return f"{labels}[:, None]{as_blended}" if as_blended or measured else ""


def _balancing(plan: TrainingPlan, labels: str, numbers: str, ids: tuple[str, str]) -> list[str]:
    """Weights of classes by their number of images, or the numbers of images with rare ones repeated.

    Where images are varied, each copy has an id of its own: `ids` are what its image has, and beyond all of these.
    """
    match plan.balance:
        case "weights":
            return [
                f"counts = np.bincount({labels})",
                "shared = counts.sum() / np.count_nonzero(counts)  # what each class comes to",
                "class_weight = {label: shared / n for label, n in enumerate(counts) if n}",
            ]
        case "oversample":
            lines = [
                f"counts = np.bincount({labels})",
                f"copies = np.rint(counts.max() / np.maximum(counts, 1)).astype(int)[{labels}]",
                f"{_OFTEN} = np.repeat({numbers}, copies)",
            ]
            if plan.augmentation is not None:
                lines.append("copy = np.concatenate([np.arange(each) for each in copies])")
                lines.append(f"ids = {ids[0]} + copy * {ids[1]}")
            return lines
    return []
