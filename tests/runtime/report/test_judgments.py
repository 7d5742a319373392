"""Each sentence that judges: a run of which it is said, and one of which it is not."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from reports import history, report_content

from runtime.evaluation.evaluation import Evaluation, evaluate
from runtime.evaluation.reliability import calibration
from runtime.evaluation.significance import Proportion, proportion
from runtime.report import Splits, judgments
from runtime.report.learning import what_it_shows

SIGNIFICANT = "a statistically significant gap"


def with_answers(right_of_most: int, right_of_others: int) -> Evaluation:
    """60 images of one class and 40 of another, so many of each answered rightly."""
    labels = np.array([0] * 60 + [1] * 40)
    right = np.array([place < right_of_most for place in range(60)] + [place < right_of_others for place in range(40)])
    return evaluate(labels, np.eye(2)[np.where(right, labels, 1 - labels)], ["a", "b"])


@pytest.mark.parametrize(
    ("right", "said"),
    [
        ((58, 37), "significantly better than"),
        ((60, 5), "not significantly different from"),
        ((60, 6), "significantly better than"),  # 6 of 6 differing images: p = 1/32
        ((20, 0), "significantly worse than"),
        ((30, 30), "not significantly different from"),
        ((60, 0), "not significantly different from"),
    ],
)
def test_the_best_constant_answer_is_compared_on_the_same_images(right: tuple[int, int], said: str) -> None:
    assert judgments.against_majority(with_answers(*right)) == said


def test_what_the_validation_images_decided() -> None:
    use = judgments.use_of_images
    assert use("held out", ("when to stop", "which epoch to keep")) == (
        "The validation images decided when to stop and which epoch to keep; the test images decided nothing."
    )
    assert "watched while training and decided nothing" in use("held out", ())
    assert use("test", ()).startswith("There was no validation set of its own")
    assert use("nothing", ()).startswith("There was no validation set: before the test, only training images")


def test_the_test_images_are_scored_once_where_they_judged_no_epoch() -> None:
    assert (
        judgments.scored("held out") == judgments.scored("nothing") == "The test images were scored once, at the end."
    )
    assert judgments.scored("test") is None
    assert judgments.scored("test", before=True) is None
    assert str(judgments.scored("held out", before=True)).startswith(
        "The test images had been scored before, at the end"
    )


def test_only_what_ran_to_its_end_by_itself_is_repeatable() -> None:
    assert judgments.repeatable("completed") == judgments.repeatable("early stopping")
    assert "same weights again" in judgments.repeatable("completed")
    for reason in ("interrupted", "time limit"):
        assert "same weights again" not in judgments.repeatable(reason)


def test_leakage_is_named_by_what_it_decided() -> None:
    assert "also decided which epoch to keep, so it is likely too high" in judgments.leakage(("which epoch to keep",))
    assert "were watched while training" in judgments.leakage(())
    assert "too high" not in judgments.leakage(())


@pytest.mark.parametrize(
    ("stated", "right", "said"),
    [
        (0.99, 80, "surer than it should be (p < 0.0001)"),
        (0.6, 80, "less sure than it could be (p < 0.0001)"),
        (0.8, 82, "not statistically significant"),
        (0.9, 84, "not statistically significant"),  # two standard errors off, where chance is not symmetric: p = 0.08
        (1.0, 100, "not statistically significant (p = 1.00)"),
        (1.0, 99, "surer than it should be"),
    ],
)
def test_calibration_is_judged_by_its_own_distribution(stated: float, right: int, said: str) -> None:
    verdict = judgments.calibrated(calibration(np.full(100, stated), np.arange(100) < right))
    assert said in verdict
    assert f"{right}.0% right" in verdict


def test_honest_probabilities_are_seldom_called_dishonest() -> None:
    rng = np.random.default_rng(0)
    stated = rng.uniform(0.5, 1, (2000, 60))
    right = rng.uniform(size=stated.shape) < stated
    called = ["should be" in judgments.calibrated(calibration(*each)) for each in zip(stated, right, strict=True)]
    assert np.mean(called) < 0.06


def test_a_training_that_diverged_says_which_weights_are_judged() -> None:
    assert judgments.diverged(12, 9).startswith(
        "Training diverged in epoch 12: its loss was no longer a finite number. The weights of epoch 9 were kept, and "
        "all figures of this report are theirs."
    )
    assert judgments.not_finite(history([0.9, 0.8])) is None
    broken = history([0.9, 0.8, float("nan")], [0.5, 0.4, float("nan")])
    assert "from epoch 3 on the loss was not a number" in str(judgments.not_finite(broken))


def test_what_answers_as_one_answer_for_all_would_has_learned_nothing() -> None:
    assert "not significantly above the 50.0%" in str(judgments.learned_nothing(Proportion(52, 100), 0.5))
    assert "not significantly above the 90.0%" in str(judgments.learned_nothing(Proportion(850, 1000), 0.9))
    assert judgments.learned_nothing(Proportion(61, 100), 0.5) is None
    assert judgments.learned_nothing(Proportion(52, 100), None) is None
    assert judgments.learned_nothing(Proportion(52_000, 100_000), 0.5) is None


def losses(val_losses: Sequence[float], training: Sequence[float] | None = None) -> list[tuple[int, float, float]]:
    training = training or [1 / epoch for epoch in range(1, len(val_losses) + 1)]
    return [(epoch, *each) for epoch, each in enumerate(zip(training, val_losses, strict=True), start=1)]


@pytest.mark.parametrize(
    ("val_losses", "training", "said"),
    [
        ([1.0], None, "One epoch is too few to tell a trend."),
        (
            [1.0, 0.8, 0.6],
            None,
            "lowest in the last epoch, 3; 3 epochs are too few to tell whether it was still falling",
        ),
        (
            [1.0, 0.8, 0.7, 0.6],
            None,
            "Training and validation loss were both still falling over the last 4 epochs: under",
        ),
        ([1.0, 0.8, 0.7, 0.6], [1.0] * 4, "Validation loss was still falling over the last 4 epochs: more epochs may"),
        (
            [1.0, 0.5, 0.6, 0.52, 0.49],
            None,
            "lowest in the last epoch, 5, but over the last 4 epochs it was not falling",
        ),
        ([1.0, 0.5, 0.7], None, "lowest in epoch 2; the epoch after it is too few to tell over-fitting from chance"),
        ([1.0, 0.5, 0.6, 0.7, 0.8], None, "the 3 epochs after it are too few to tell over-fitting from chance"),
        ([0.5, 0.6, 0.7, 0.8, 0.9], None, "Over-fitting after epoch 1: by epoch 5 validation loss had risen by 80%"),
        ([0.0, 0.6, 0.7, 0.8, 0.9], None, "validation loss had risen to 0.9"),
        ([0.5, 0.6, 0.7, 0.8, 0.9], [1.0] * 5, "training loss was not falling significantly either"),
        ([0.5, 0.6, 0.55, 0.61, 0.56], None, "lowest in epoch 1; after that it was not rising significantly"),
    ],
)
def test_the_trend_is_said_as_far_as_the_epochs_show_it(
    val_losses: list[float], training: list[float] | None, said: str
) -> None:
    assert said in judgments.trend(losses(val_losses, training))


def test_of_a_loss_that_only_wanders_no_trend_is_claimed() -> None:
    rng = np.random.default_rng(5)
    for epochs in (6, 12, 40):
        claimed = [
            any(
                word in judgments.trend(losses(rng.normal(1, 0.1, epochs).tolist()))
                for word in ("Over-fitting", "still")
            )
            for _ in range(500)
        ]
        assert np.mean(claimed) < 0.06


def test_a_gap_that_chance_does_not_make() -> None:
    """99.3% of 54,000 against 98.5% of 6,000: five standard errors."""
    said = judgments.gap(6, proportion(0.9926, 54_000), proportion(0.9852, 6_000))
    assert "In epoch 6 the running mean of training accuracy was 99.3%, validation accuracy 98.5%" in said
    assert f"{SIGNIFICANT} (p < 0.0001). The network does better on the images that it learns from" in said


@pytest.mark.parametrize(
    ("training", "validation"),
    [((97, 100), (20, 20)), ((180, 180), (19, 20)), ((0, 90), (0, 10)), ((90, 90), (10, 10)), ((1, 1), (0, 1))],
)
def test_a_gap_that_chance_makes_is_not_called_significant(
    training: tuple[int, int], validation: tuple[int, int]
) -> None:
    said = judgments.gap(1, Proportion(*training), Proportion(*validation))
    assert "the difference is not statistically significant (p = " in said
    assert SIGNIFICANT not in said


def test_validation_above_training_is_put_down_to_what_the_spec_has() -> None:
    training, validation = proportion(0.93, 54_000), proportion(0.975, 6_000)
    plain = judgments.gap(1, training, validation)
    assert "The training figure is a mean over the epoch, while the weights were still changing; the" in plain
    assert "dropout" not in plain
    assert "augmentation" not in plain
    varied = judgments.gap(1, training, validation, ("dropout", "augmentation"))
    assert "still changing, with dropout and augmentation in force; the" in varied


@pytest.mark.parametrize(
    ("images", "validation_images", "accuracy"),
    [
        (54_000, 6_000, 0.985),
        (9_000, 1_000, 0.7),
        (1_293, 144, 0.88),
        (180, 180, 0.97),
        (900, 100, 0.5),
        (90, 10, 0.9),
    ],
)
def test_ten_thousand_runs_without_a_gap(images: int, validation_images: int, accuracy: float) -> None:
    assert _claimed(images, validation_images, accuracy, accuracy, seed=images) <= 0.06


@pytest.mark.parametrize("sign", [1, -1], ids=["training above", "validation above"])
@pytest.mark.parametrize(
    ("images", "validation_images", "accuracy"),
    [(54_000, 6_000, 0.985), (9_000, 1_000, 0.7), (1_293, 144, 0.8), (180, 180, 0.9), (900, 100, 0.75)],
)
def test_ten_thousand_runs_with_a_gap_of_four_standard_errors(
    images: int, validation_images: int, accuracy: float, sign: int
) -> None:
    """The standard error is the larger of that without a gap, of all images together, and that of the two shares."""
    other = accuracy
    for _ in range(100):  # the share that is four standard errors away, by fixed-point iteration
        both = (images * accuracy + validation_images * other) / (images + validation_images)
        without = both * (1 - both) * (1 / images + 1 / validation_images)
        apart = accuracy * (1 - accuracy) / images + other * (1 - other) / validation_images
        other = accuracy - sign * 4 * max(without, apart) ** 0.5
    assert 0 < other < 1
    assert _claimed(images, validation_images, accuracy, other, seed=images + sign) >= 0.95


def _claimed(images: int, validation_images: int, accuracy: float, val_accuracy: float, seed: int) -> float:
    """The share of ten thousand simulated runs of which the sentence of the report claims a gap."""
    rng = np.random.default_rng(seed)
    training = rng.binomial(images, accuracy, 10_000).tolist()
    validation = rng.binomial(validation_images, val_accuracy, 10_000).tolist()

    @cache
    def claims(right: int, val_right: int) -> bool:
        return SIGNIFICANT in judgments.gap(3, Proportion(right, images), Proportion(val_right, validation_images))

    return sum(map(claims, training, validation)) / 10_000


def test_a_report_says_what_its_own_history_shows() -> None:
    content = report_content(history=history([0.06], [0.0296]), best_epoch=1, splits=Splits(54_000, 6_000, 60))
    assert any(SIGNIFICANT in each for each in what_it_shows(content))
    few = replace(content, splits=Splits(540, 60, 60))
    assert not any(SIGNIFICANT in each for each in what_it_shows(few))
    assert "cannot be told" in " ".join(what_it_shows(replace(content, history=history([None]))))
    poor = replace(content, history=history([2.8], [2.8]), training_majority=0.31)
    assert any("not learned anything yet" in each for each in what_it_shows(poor))
    assert not any("learned" in each for each in what_it_shows(replace(poor, training_majority=0.25)))
