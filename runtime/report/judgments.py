"""Every sentence of a report that judges: a function of figures, which says what they show, or None where they do not.

What chance is, is computed from the numbers of images or of epochs (`runtime.evaluation.significance`).
"""

import math
from collections.abc import Sequence

from runtime.evaluation.evaluation import Evaluation
from runtime.evaluation.mcnemar import mcnemar
from runtime.evaluation.reliability import Calibration
from runtime.evaluation.significance import (
    LEAST_IN_TREND,
    LEVEL,
    Proportion,
    difference_p,
    exceeds_p,
    falls,
    p_value,
    rises,
)
from runtime.report.content import ValidatedOn
from runtime.report.words import counted, listed, percent
from runtime.training.history import EpochRecord, StopReason


def against_majority(evaluation: Evaluation) -> str:
    """How the answers stand to the best constant one, by McNemar's test on the same images."""
    most = evaluation.class_names.index(evaluation.majority_class)
    only_constant = sum(images for label, images in enumerate(evaluation.confusion[most]) if label != most)
    only_network = evaluation.correct - evaluation.confusion[most][most]
    if mcnemar(evaluation.images, only_constant, only_network).p >= LEVEL:
        return "not significantly different from"
    return "significantly better than" if only_network > only_constant else "significantly worse than"


def use_of_images(validated_on: ValidatedOn, decided: Sequence[str]) -> str:
    """What the validation images were used for; `decided` says what they settled, e.g. "when to stop"."""
    match validated_on, decided:
        case "held out", []:
            return "The validation images were watched while training and decided nothing."
        case "held out", _:
            return f"The validation images decided {listed(decided)}; the test images decided nothing."
        case "test", _:
            return "There was no validation set of its own: the test images judged every epoch."
        case _:
            return "There was no validation set: before the test, only training images were looked at."


def scored(validated_on: ValidatedOn, *, before: bool = False) -> str | None:
    """How often the test images were looked at; `before` tells that a finished run was trained on."""
    if validated_on == "test":
        return None
    if not before:
        return "The test images were scored once, at the end."
    return (
        "The test images had been scored before, at the end of fewer epochs: if that was why it was trained on, its "
        "test accuracy may be too high."
    )


def repeatable(stop_reason: StopReason) -> str:
    """Whether the same spec gives these weights again."""
    match stop_reason:
        case "interrupted":
            return "The training was interrupted by hand: the same spec, left alone, gives other weights."
        case "time limit":
            return "Time ended the training: on a machine that is faster or less busy, the same spec trains longer."
        case _:
            return "The same spec, data and machine give the same weights again."


def leakage(decided: Sequence[str]) -> str:
    """What it does to the accuracy that the test images judged every epoch."""
    if decided:
        why = f"the test images also decided {listed(decided)}, so it is likely too high."
    else:
        why = "the test images were watched while training: settings that are chosen by the curves are chosen by them."
    return (
        f"Read this accuracy with care: {why} An honest figure needs a validation set of its own, e.g. "
        "“validation 10%”."
    )


def calibrated(calibration: Calibration) -> str:
    """Whether answers state their chances rightly."""
    right = sum(each.correct for each in calibration.bins) / sum(each.images for each in calibration.bins)
    figures = (
        f"On average it was {percent(calibration.confidence)} sure and {percent(right)} right; the expected "
        f"calibration error is {percent(calibration.expected_error, 2)}."
    )
    p = p_value(calibration.p)
    if calibration.p >= LEVEL:
        return f"{figures} Over all answers, the difference is not statistically significant ({p})."
    if calibration.confidence > right:
        return f"{figures} It is surer than it should be ({p}): read its probabilities as too high."
    return f"{figures} It is less sure than it could be ({p}): read its probabilities as too low."


def diverged(epoch: int, kept: int) -> str:
    """Of a training that ended when its loss was no number any more, in `epoch`, with the weights of another."""
    return (
        f"Training diverged in epoch {epoch}: its loss was no longer a finite number. The weights of epoch {kept} were "
        "kept, and all figures of this report are theirs. A lower learning rate, or “clip global_norm 1”, may help."
    )


def not_finite(history: Sequence[EpochRecord]) -> str | None:
    """From which epoch on the loss was no number."""
    first = next((record.epoch for record in history if not math.isfinite(record.loss)), None)
    if first is None:
        return None
    return f"Training diverged: from epoch {first} on the loss was not a number. A lower learning rate may help."


def learned_nothing(training: Proportion, majority: float | None) -> str | None:
    """Whether the training images themselves were answered no better than by one answer for all."""
    if majority is None or exceeds_p(training, majority) < LEVEL:
        return None
    return (
        f"Training accuracy, {percent(training.share)} as a running mean, is not significantly above the "
        f"{percent(majority)} of giving every training image the same answer: by that, it has not learned anything yet."
    )


def trend(losses: Sequence[tuple[int, float, float]]) -> str:
    """What became of the validation loss; `losses` holds (epoch, training loss, validation loss), at least one."""
    lowest = min(range(len(losses)), key=lambda place: losses[place][2])
    if len(losses) == 1:
        return "One epoch is too few to tell a trend."
    return _not_past_lowest(losses) if lowest == len(losses) - 1 else _past_lowest(losses, lowest)


def _not_past_lowest(losses: Sequence[tuple[int, float, float]]) -> str:
    last = losses[-1][0]
    lowest = f"Validation loss was lowest in the last epoch, {last}"
    if len(losses) < LEAST_IN_TREND:
        return f"{lowest}; {len(losses)} epochs are too few to tell whether it was still falling."
    end = losses[-max(LEAST_IN_TREND, len(losses) // 4) :]
    if not falls([val_loss for _, _, val_loss in end]):
        return f"{lowest}, but over the last {len(end)} epochs it was not falling significantly."
    over = f"over the last {len(end)} epochs"
    if falls([loss for _, loss, _ in end]):
        return (
            f"Training and validation loss were both still falling {over}: under-fitting so far. More epochs may "
            "improve the model."
        )
    return f"Validation loss was still falling {over}: more epochs may improve the model."


def _past_lowest(losses: Sequence[tuple[int, float, float]], lowest: int) -> str:
    epoch, _, least = losses[lowest]
    since = losses[lowest + 1 :]
    if len(since) < LEAST_IN_TREND:
        after = "the epoch after it is" if len(since) == 1 else f"the {len(since)} epochs after it are"
        return f"Validation loss was lowest in epoch {epoch}; {after} too few to tell over-fitting from chance."
    last, _, val_loss = since[-1]
    if not rises([val_loss for _, _, val_loss in since]):
        return f"Validation loss was lowest in epoch {epoch}; after that it was not rising significantly."
    rise = f"by {val_loss / least - 1:.0%}" if least > 0 and val_loss / least < 100 else f"to {val_loss:.4g}"
    if falls([loss for _, loss, _ in since]):
        return (
            f"Over-fitting after epoch {epoch}: by epoch {last} validation loss had risen {rise} while training loss "
            "went on falling."
        )
    return (
        f"Validation loss was lowest in epoch {epoch} and had risen {rise} by epoch {last}; training loss was not "
        "falling significantly either."
    )


def gap(epoch: int, training: Proportion, validation: Proportion, harder: Sequence[str] = ()) -> str:
    """How validation accuracy stands to training accuracy, which is a mean over the epoch while the weights changed.

    `harder` is what this run's spec has in force in training alone, e.g. "dropout".
    """
    both = (
        f"In epoch {epoch} the running mean of training accuracy was {percent(training.share)}, validation accuracy "
        f"{percent(validation.share)}"
    )
    p = difference_p(training, validation)
    if p >= LEVEL:
        images = counted(validation.trials, "validation image")
        return f"{both}. For {images}, the difference is not statistically significant ({p_value(p)})."
    if training.share > validation.share:
        return (
            f"{both}: a statistically significant gap ({p_value(p)}). The network does better on the images that it "
            "learns from than on new ones."
        )
    in_force = f", with {listed(harder)} in force" if harder else ""
    return (
        f"{both}, higher by a statistically significant gap ({p_value(p)}). The training figure is a mean over the "
        f"epoch, while the weights were still changing{in_force}; the validation figure is of the end of the epoch."
    )
