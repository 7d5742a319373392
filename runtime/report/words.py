"""The figures of a run in words: how a number is written, and what may honestly be said about it."""

import math
from collections.abc import Sequence

from runtime.evaluation.evaluation import Evaluation
from runtime.evaluation.reliability import Calibration
from runtime.report.content import ValidatedOn
from runtime.training.history import EpochRecord
from spec_lang.program import Shape

_LEVEL = 0.02
"""A relative change of the validation loss up to this says nothing."""


def percent(share: float, decimals: int = 1) -> str:
    """A share in percent; only all and nothing are written as 100% and 0%."""
    step = 10**-decimals
    shown = round(100 * share, decimals)
    if 0 < share < 1:
        shown = min(max(shown, step), 100 - step)
    return f"{shown:.{decimals}f}%"


def accuracy_decimals(evaluation: Evaluation) -> int:
    """As many decimals as the interval lets mean something."""
    lower, upper = evaluation.accuracy_interval
    return 2 if upper - lower < 0.01 else 1


def shape_words(shape: Shape) -> str:
    return "×".join(map(str, shape))


def counted(count: int, thing: str) -> str:
    """A count with its noun: "1 image", "10,000 images"."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}{'es' if thing.endswith('s') else 's'}"


def against_majority(evaluation: Evaluation) -> str:
    """How the accuracy stands to that of a constant answer, as far as the interval allows to say."""
    lower, upper = evaluation.accuracy_interval
    majority = evaluation.majority_accuracy
    if lower > majority:
        return "clearly better than"
    if upper < majority:
        return "clearly worse than"
    return "not clearly different from"


def trust(validated_on: ValidatedOn, validation_decided: bool) -> str:
    """What the validation and the test images were used for."""
    match validated_on, validation_decided:
        case "held out", True:
            use = "Early stopping looked at the validation images alone."
        case "held out", False:
            use = "The validation images were watched while training and decided nothing."
        case "test", _:
            return "There was no validation set of its own: the test images judged every epoch."
        case _:
            use = "There was no validation set: only the spec and the training images decided how long to train."
    return f"{use} The test images were scored once, at the end."


def calibration_verdict(calibration: Calibration) -> str:
    """Whether answers state their chances rightly; a gap up to two standard errors says nothing."""
    right = sum(each.correct for each in calibration.bins) / sum(each.images for each in calibration.bins)
    gap = calibration.confidence - right
    figures = (
        f"On average it was {percent(calibration.confidence)} sure and {percent(right)} right; the expected "
        f"calibration error is {percent(calibration.expected_error, 2)}."
    )
    if abs(gap) <= 2 * calibration.confidence_deviation:
        return f"{figures} Over all answers, that is no gap beyond chance."
    if gap > 0:
        return f"{figures} It is surer than it should be: read its probabilities as too high."
    return f"{figures} It is less sure than it could be: read its probabilities as too low."


def leakage(validation_decided: bool) -> str:
    """What it does to the accuracy that the test images judged every epoch."""
    if validation_decided:
        return (
            "Read this accuracy with care: the test images also decided when to stop and which epoch to keep, so it is "
            "likely too high. An honest figure needs a validation set of its own, e.g. “validation 10%”."
        )
    return (
        "Read this accuracy with care: the test images were watched while training, so whoever chooses settings by the "
        "curves chooses by the test set. An honest figure needs a validation set of its own, e.g. “validation 10%”."
    )


def kept_weights(epoch: int | None) -> str:
    return f"The weights of {'an unfinished epoch' if epoch is None else f'epoch {epoch}'} were kept."


def learning(history: Sequence[EpochRecord], best_epoch: int | None, validation_images: int) -> list[str]:
    """Whether the run over- or underfitted, as sentences; only what its history shows."""
    finite = [record for record in history if math.isfinite(record.loss)]
    sentences = []
    if len(finite) < len(history):
        first = next(record.epoch for record in history if not math.isfinite(record.loss))
        sentences.append(
            f"Training diverged: from epoch {first} on the loss was not a number. A lower learning rate may help."
        )
    validated = [record for record in finite if record.val_loss is not None and math.isfinite(record.val_loss)]
    if not validated:
        return [*sentences, "Without validation images, over-fitting cannot be told from this run."]
    sentences.append(_trend([(record.epoch, record.loss, record.val_loss or 0.0) for record in validated]))
    kept = next((record for record in validated if record.epoch == best_epoch), None)
    if kept is not None and kept.val_accuracy is not None:
        sentences.append(_gap(kept.epoch, kept.accuracy, kept.val_accuracy, validation_images))
    return sentences


def _trend(losses: Sequence[tuple[int, float, float]]) -> str:
    """In words, what became of the validation loss; `losses` holds (epoch, training loss, validation loss)."""
    if len(losses) == 1:
        return "One epoch is too few to tell a trend."
    lowest, loss_then, val_loss_then = min(losses, key=lambda one: one[2])
    last, loss, val_loss = losses[-1]
    fifth = max(1, len(losses) // 5)
    if lowest == last and losses[-1 - fifth][2] > val_loss * (1 + _LEVEL):
        return f"Validation loss was still falling in the last epoch ({last}): more epochs may improve the model."
    rise = val_loss / val_loss_then - 1 if val_loss_then else math.inf
    if rise <= _LEVEL:
        return f"Validation loss levelled off; it was lowest in epoch {lowest}."
    if last == lowest + 1 and loss < loss_then:
        return (
            f"Validation loss was lowest in epoch {lowest} and rose by {rise:.0%} in the next one, the last: one epoch "
            "is too few to tell over-fitting from chance."
        )
    if loss < loss_then:
        return (
            f"Over-fitting after epoch {lowest}: by epoch {last} validation loss had risen by {rise:.0%} while "
            "training loss went on falling."
        )
    return (
        f"Validation loss was lowest in epoch {lowest} and had risen by {rise:.0%} by epoch {last}; training loss had "
        "not fallen either."
    )


def _gap(epoch: int, accuracy: float, val_accuracy: float, validation_images: int) -> str:
    gap = accuracy - val_accuracy
    both = f"In epoch {epoch} training accuracy was {percent(accuracy)}, validation accuracy {percent(val_accuracy)}"
    # Two standard errors of the validation accuracy: less than that is chance.
    chance = 2 * math.sqrt(val_accuracy * (1 - val_accuracy) / validation_images)
    if gap > max(chance, 0.01):
        return f"{both}: the network knows its training images better than new ones."
    if accuracy < 0.9:
        return f"{both}: under-fitting. A larger network or a longer training may help more than more images."
    if gap < -chance:
        return f"{both}: higher, as happens where dropout or augmentation makes training harder than testing."
    return f"{both}: no gap beyond chance for {counted(validation_images, 'validation image')}."
