import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import classification_report, confusion_matrix

from runtime.errors import UserError
from runtime.evaluation.evaluation import AverageScore, ClassScore, Confusion, evaluate, wilson_interval


def certain(predictions, classes):
    """Probabilities of a model that never doubts."""
    return np.eye(classes, dtype=np.float32)[predictions]


class TestWilsonInterval:
    # R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998)
    @pytest.mark.parametrize(
        ("successes", "trials", "published"),
        [(81, 263, (0.2553, 0.3662)), (15, 148, (0.0624, 0.1605)), (0, 20, (0.0, 0.1611)), (1, 29, (0.0061, 0.1718))],
    )
    def test_gives_the_published_values(self, successes, trials, published):
        assert wilson_interval(successes, trials) == pytest.approx(published, abs=5e-5)

    @given(st.integers(1, 100_000).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials))))
    def test_holds_the_share_and_stays_within_0_and_1(self, counts):
        successes, trials = counts
        lower, upper = wilson_interval(successes, trials)
        assert 0 <= lower <= successes / trials <= upper <= 1
        assert lower < upper

    def test_is_exact_at_both_ends(self):
        assert wilson_interval(0, 7)[0] == 0
        assert wilson_interval(7, 7)[1] == 1

    def test_covers_the_truth_as_often_as_it_promises(self):
        rng = np.random.default_rng(0)
        right = rng.binomial(1000, 0.97, size=4000)
        covered = np.mean([lower <= 0.97 <= upper for lower, upper in (wilson_interval(int(k), 1000) for k in right)])
        assert 0.94 < covered < 0.96


class TestEvaluate:
    def test_counts_by_truth_and_prediction(self):
        evaluation = evaluate(np.array([0, 0, 0, 1, 2]), certain([0, 1, 1, 1, 0], 3), ["a", "b", "c"])
        assert evaluation.confusion == ((1, 2, 0), (0, 1, 0), (1, 0, 0))
        assert (evaluation.images, evaluation.correct, evaluation.accuracy) == (5, 2, 0.4)
        assert evaluation.accuracy_interval == wilson_interval(2, 5)
        assert (evaluation.majority_class, evaluation.majority_accuracy) == ("a", 0.6)
        assert evaluation.class_names == ("a", "b", "c")

    @given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40))
    def test_counts_as_scikit_learn_does(self, pairs):
        labels, predictions = np.array(pairs).T
        evaluation = evaluate(labels, certain(predictions, 4), list("abcd"))
        assert evaluation.confusion == tuple(map(tuple, confusion_matrix(labels, predictions, labels=range(4))))

    @pytest.mark.parametrize("present", [4, 3])
    def test_scores_are_those_of_the_classification_report(self, present):
        rng = np.random.default_rng(1)
        labels = rng.integers(present, size=300)
        probabilities = rng.dirichlet(np.ones(4), size=300)
        evaluation = evaluate(labels, probabilities, list("abcd"))
        expected = classification_report(
            labels, probabilities.argmax(1), target_names=list("abcd"), output_dict=True, zero_division=0
        )
        for score in evaluation.classes:
            theirs = expected[score.name]
            assert (score.precision, score.recall or 0, score.f1, score.support) == pytest.approx(
                (theirs["precision"], theirs["recall"], theirs["f1-score"], theirs["support"])
            )
        expected = classification_report(
            labels, probabilities.argmax(1), labels=range(present), output_dict=True, zero_division=0
        )
        for average, name in ((evaluation.macro, "macro avg"), (evaluation.weighted, "weighted avg")):
            theirs = expected[name]
            assert (average.precision, average.recall, average.f1) == pytest.approx(
                (theirs["precision"], theirs["recall"], theirs["f1-score"])
            )

    def test_a_class_without_images_shifts_nothing(self):
        evaluation = evaluate(np.array([0, 2, 2]), certain([0, 2, 2], 3), ["a", "absent", "c"])
        assert evaluation.classes == (
            ClassScore("a", 1, 1, 1, 1),
            ClassScore("absent", None, None, None, 0),
            ClassScore("c", 1, 1, 1, 2),
        )
        assert evaluation.macro == evaluation.weighted == AverageScore(1, 1, 1)
        assert evaluation.confusion == ((1, 0, 0), (0, 0, 0), (0, 0, 2))

    def test_a_class_never_predicted_costs_its_precision(self):
        evaluation = evaluate(np.array([0, 0, 1, 1]), certain([0, 0, 0, 0], 2), ["a", "b"])
        assert evaluation.classes[1] == ClassScore("b", None, 0, 0, 2)
        assert evaluation.macro.precision == 0.25

    def test_a_class_predicted_without_images_has_precision_0(self):
        evaluation = evaluate(np.array([0, 0]), certain([0, 1], 2), ["a", "b"])
        assert evaluation.classes[1] == ClassScore("b", 0, None, 0, 0)

    def test_the_loss_is_the_mean_cross_entropy(self):
        probabilities = np.array([[0.5, 0.5], [0.25, 0.75]], dtype=np.float32)
        loss = evaluate(np.array([0, 1]), probabilities, ["a", "b"]).loss
        assert loss == pytest.approx((math.log(2) + math.log(4 / 3)) / 2)

    def test_the_loss_of_a_certain_mistake_is_bounded_as_in_keras(self):
        assert evaluate(np.array([1]), certain([0], 2), ["a", "b"]).loss == pytest.approx(-math.log(1e-7))

    def test_of_equal_probabilities_the_first_is_the_prediction(self):
        assert evaluate(np.array([0]), np.array([[0.5, 0.5]]), ["a", "b"]).correct == 1

    @pytest.mark.parametrize("bad", [math.nan, math.inf])
    def test_a_diverged_model_is_refused(self, bad):
        with pytest.raises(UserError, match="diverged") as refusal:
            evaluate(np.array([0, 1]), np.array([[0.5, 0.5], [bad, 0.5]]), ["a", "b"])
        assert "learning rate" in str(refusal.value.help)

    @pytest.mark.parametrize(
        ("labels", "probabilities"), [([0], np.ones((1, 3))), ([0, 1], np.ones((1, 2))), ([], np.ones((0, 2)))]
    )
    def test_shapes_that_do_not_fit_are_refused(self, labels, probabilities):
        with pytest.raises(ValueError, match="shape"):
            evaluate(np.array(labels, dtype=np.int64), probabilities, ["a", "b"])

    def test_to_json_is_plain_data(self):
        evaluation = evaluate(np.array([0, 1, 1]), certain([0, 1, 0], 3), ["a", "b", "absent"])
        data = json.loads(json.dumps(evaluation.to_json(), allow_nan=False))
        assert data["accuracy"] == evaluation.accuracy
        assert data["confusion"] == [[1, 0, 0], [1, 1, 0], [0, 0, 0]]
        assert data["classes"][2] == {"name": "absent", "precision": None, "recall": None, "f1": None, "support": 0}
        assert data["macro"]["f1"] == evaluation.macro.f1
        assert data["calibration"]["expected_error"] == evaluation.calibration.expected_error


def test_confusions_come_most_frequent_first_and_leave_out_what_is_right():
    labels = np.array([0] * 10 + [1] * 4)
    evaluation = evaluate(labels, certain([0] * 6 + [1] * 2 + [2] * 2 + [0] * 2 + [1] * 2, 3), ["a", "b", "c"])
    assert evaluation.confusions() == [Confusion(1, 0, 2, 0.5), Confusion(0, 1, 2, 0.2), Confusion(0, 2, 2, 0.2)]
