"""Judging an epoch: the sums over the validation images, and all figures that follow from sums."""

import numpy as np

from compiler.counts import counted
from compiler.plan import TrainingPlan
from runtime.data.examples import Examples
from runtime.evaluation.scores import auc, both_classes, scores_from_counts
from runtime.training.history import EpochRecord
from runtime.training.loops import Loop, Totals


def judge(score: Loop, examples: Examples, chunk: int, epoch: int, nothing: Totals) -> Totals:
    """The sums over all examples, so many at a time; `nothing` is what was counted before the first image."""
    totals, answers = nothing, []
    # Answers are taken out chunk by chunk, so that no step copies those of a whole epoch.
    for images, labels, ids in examples.batches(np.arange(len(examples)), chunk):
        totals = score(images, labels, ids, epoch, totals._replace(answers=nothing.answers))
        answers += [np.asarray(each) for each in totals.answers]
    return totals._replace(answers=(np.concatenate(answers),) if answers else ())


def epoch_record(
    plan: TrainingPlan,
    epoch: int,
    learnt: Totals,
    judged: Totals | None,
    validation: Examples | None,
    seconds: float,
) -> EpochRecord:
    """A finished epoch by its sums over the training images and, where there are any, the validation images."""
    ours, theirs = learnt.means(), judged.means() if judged else None
    return EpochRecord(
        epoch=epoch,
        loss=ours.loss,
        accuracy=ours.accuracy,
        val_loss=theirs.loss if theirs else None,
        val_accuracy=theirs.accuracy if theirs else None,
        seconds=seconds,
        metrics=_further(plan, learnt, judged, validation),
        cross_entropy=ours.cross_entropy,
        val_cross_entropy=theirs.cross_entropy if theirs else None,
    )


def _further(
    plan: TrainingPlan, learnt: Totals, judged: Totals | None, validation: Examples | None
) -> dict[str, float | None]:
    """The plan's metrics but for the accuracy, of the training images and, by "val_" and their names, of the others."""
    figures: dict[str, float | None] = {}
    ours = _from_counts(plan, learnt)
    theirs = _from_counts(plan, judged) if judged else {}
    if judged and validation is not None and "auc" in plan.metrics:
        theirs["auc"] = auc(validation.labels, both_classes(judged.answers[0]))
    for name in plan.metrics:
        figures |= {name: ours[name]} if name in ours else {}
        figures |= {f"val_{name}": theirs[name]} if name in theirs else {}
    return figures


def _from_counts(plan: TrainingPlan, totals: Totals) -> dict[str, float | None]:
    counts = {name: np.asarray(each) for name, each in zip(counted(plan.metrics), totals.counts, strict=True)}
    return {**scores_from_counts(plan.metrics, counts, int(totals.images))}
