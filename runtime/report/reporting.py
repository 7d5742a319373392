"""From the results of a run to the content of its report."""

import platform
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from compiler.plan import TrainingPlan
from runtime.directory.manifest import Manifest
from runtime.evaluation.evaluation import Evaluation
from runtime.report import LayerRow, Mistake, ReportContent, Sample, Setting, Splits, ValidatedOn, judgments
from runtime.report.figures import thumbnail
from runtime.specs.as_written import layer_as_written, setting_as_written, settings_of
from runtime.training.history import TrainingResult
from runtime.training.stopping_words import stop_words, weights_words
from spec_lang.layers import LAYERS
from spec_lang.program import Layer, Program


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What a run came to."""

    program: Program
    spec_text: str
    plan: TrainingPlan
    training: TrainingResult
    evaluation: Evaluation
    sample_images: NDArray[np.uint8]
    """Some of the training images, (n, height, width, channels)."""
    sample_labels: NDArray[np.int64]
    """(n,)."""
    mistakes: tuple[Mistake, ...]
    """The most telling ones."""
    scored_before: bool = False
    """See `ReportContent`, as for the next one."""
    training_majority: float | None = None
    """See `ReportContent`."""
    varied: bytes = b""
    """A PNG of training images beside their variants; empty where they were not varied."""
    varied_epochs: int = 0
    """How many variants of each."""
    left_out: tuple[str, ...] = ()
    """Files that could not be read, each with the reason."""


def report_content(outcome: Outcome, manifest: Manifest, finished: str) -> ReportContent:
    """Everything that the report of a run shows. `finished` is when, as it is to be shown."""
    program, training = outcome.program, outcome.training
    assert program.data is not None
    classes = program.data.classes
    return ReportContent(
        spec_name=program.name,
        spec_text=outcome.spec_text,
        command=manifest.command,
        seed=manifest.seed,
        data_name=manifest.data.name,
        data_fingerprint=manifest.data.fingerprint,
        image_shape=program.input_shape,
        splits=Splits(manifest.data.train_images, manifest.data.validation_images, manifest.data.test_images),
        validated_on=validated_on(outcome.plan),
        stopped=training.stop_reason,
        validation_decided=decided_by_validation(outcome.plan, training),
        scored_before=outcome.scored_before,
        harder=harder_in_training(program, outcome.plan),
        training_majority=outcome.training_majority,
        layers=tuple(_layer_rows(program.layers)),
        settings=tuple(_settings(program)),
        history=training.history,
        best_epoch=training.best_epoch,
        stop_reason=stop_words(outcome.plan, training),
        evaluation=outcome.evaluation,
        mistakes=outcome.mistakes,
        samples=tuple(
            Sample(classes[label], thumbnail(image))
            for image, label in zip(outcome.sample_images, outcome.sample_labels, strict=True)
        ),
        versions={**manifest.versions, "machine": f"{platform.machine()}, {manifest.machine.get('cpu_count')} cores"},
        finished=finished,
        varied=outcome.varied,
        varied_words=_varied_words(outcome),
        left_out=outcome.left_out,
        warnings=_warnings(outcome),
    )


def majority_share(labels: NDArray[np.int64]) -> float:
    """The share of the most common label, (n,) labels."""
    return float(np.bincount(labels).max() / len(labels))


def decided_by_validation(plan: TrainingPlan, training: TrainingResult) -> tuple[str, ...]:
    """What the figures of the validation images settled."""
    went_back = training.stop_reason == "diverged" and training.history[-1].val_loss is not None
    usual = "val_loss" if went_back else ""
    waiting = str(plan.schedule.arguments["monitor"]) if plan.schedule and plan.schedule.form == "plateau" else ""
    decisions = {
        "when to stop": plan.stop.monitor if plan.stop else "",
        "which epoch to keep": plan.keeping.monitor if plan.keeping else usual,
        "when to lower the learning rate": waiting,
    }
    return tuple(decision for decision, monitor in decisions.items() if monitor.startswith("val_"))


def harder_in_training(program: Program, plan: TrainingPlan) -> tuple[str, ...]:
    """What is in force in training alone: the layers that draw at random, and what varies the images."""
    drawn = (layer.kind for layer in every_layer(program.layers) if LAYERS[layer.kind].random and _draws(layer))
    return (*dict.fromkeys(drawn), *(("augmentation",) if plan.augmentation is not None else ()))


def _draws(layer: Layer) -> bool:
    """Whether it changes anything: dropping a share of 0, or adding noise of 0, does not."""
    return any(layer.arguments.values())


def every_layer(layers: tuple[Layer, ...]) -> Iterator[Layer]:
    """The layers with those inside them."""
    for layer in layers:
        yield layer
        yield from every_layer(layer.body)


def validated_on(plan: TrainingPlan) -> ValidatedOn:
    """Which images early stopping and the choice of the epoch saw."""
    match plan.validation:
        case "test":
            return "test"
        case 0:
            return "nothing"
        case _:
            return "held out"


def _warnings(outcome: Outcome) -> tuple[str, ...]:
    training = outcome.training
    match training.stop_reason:
        case "interrupted":
            return (f"The training was cut short. {weights_words(training)}",)
        case "diverged":
            assert training.best_epoch is not None
            return (judgments.diverged(len(training.history) + 1, training.best_epoch),)
        case _:
            return ()


def _varied_words(outcome: Outcome) -> str:
    epochs = "the first epoch" if outcome.varied_epochs == 1 else f"each of the first {outcome.varied_epochs} epochs"
    blended = "mixup" in (outcome.plan.augmentation or {})
    return (
        f"Some training images, and what {epochs} made of them"
        f"{'; mixup then blended two of a batch, which is not shown' if blended else ''}."
    )


def _layer_rows(layers: tuple[Layer, ...]) -> Iterator[LayerRow]:
    for layer in layers:
        body = tuple(_layer_rows(layer.body))
        yield LayerRow(layer.kind, layer_as_written(layer), layer.output_shape, layer.cost.parameters, body)


def _settings(program: Program) -> Iterator[Setting]:
    for section, settings in settings_of(program):
        for keyword, arguments in settings.items():
            words = setting_as_written(section.by_keyword[keyword], arguments)
            yield Setting(f"{section.keyword}.{keyword}", words)
