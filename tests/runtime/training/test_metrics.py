"""The metrics beside the accuracy: against scikit-learn, in training, over a resume, and as figures to watch."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_fscore_support, roc_auc_score, top_k_accuracy_score
from trainings import PLAN, TRAINING, VALIDATION, trained, untrained, weights

from compiler import EarlyStopping
from compiler.backend import tf
from compiler.counts import counted, counts
from runtime.evaluation.inference import predict_examples
from runtime.evaluation.scores import auc, scores_from_counts, scores_from_probabilities
from runtime.runs.results import history_csv
from runtime.training.checkpoint import checkpoint_npz
from runtime.training.history import EpochRecord
from runtime.training.loops import PLAIN
from runtime.training.train import train

ALL = ("accuracy", "top2", "top3", "precision", "recall", "f1", "auc")
MEASURING = replace(PLAN, metrics=ALL)


@given(st.integers(0, 1000), st.integers(1, 60), st.sampled_from([2, 3, 7]))
def test_they_are_those_of_scikit_learn(seed: int, images: int, classes: int) -> None:
    draw = np.random.default_rng(seed)
    labels = draw.integers(0, classes, images)
    probabilities = draw.random((images, classes))
    found = scores_from_probabilities(("top2", "precision", "recall", "f1"), labels, probabilities)
    present = np.unique(labels)
    expected = precision_recall_fscore_support(
        labels, probabilities.argmax(axis=1), labels=present, average="macro", zero_division=0
    )
    assert [found[name] for name in ("precision", "recall", "f1")] == pytest.approx(expected[:3])
    if classes > 2:
        assert found["top2"] == pytest.approx(top_k_accuracy_score(labels, probabilities, k=2, labels=range(classes)))


@given(st.integers(0, 1000), st.integers(2, 60), st.integers(1, 8))
def test_the_area_under_the_curve_is_exact_also_with_ties(seed: int, images: int, levels: int) -> None:
    draw = np.random.default_rng(seed)
    labels = np.concatenate([np.arange(3), draw.integers(0, 3, images)])
    probabilities = draw.integers(0, levels + 1, (len(labels), 3)) / 8
    expected = np.mean([roc_auc_score(labels == label, probabilities[:, label]) for label in range(3)])
    assert auc(labels, probabilities) == pytest.approx(expected)


def test_images_of_one_class_have_no_area() -> None:
    assert auc(np.array([1, 1]), np.array([[0.3, 0.7], [0.2, 0.8]])) is None


@pytest.mark.parametrize("outputs", [1, 4])
def test_a_step_counts_what_probabilities_tell(outputs: int) -> None:
    draw = np.random.default_rng(1)
    labels, answers = draw.integers(0, max(outputs, 2), 40), draw.random((40, outputs)).astype(np.float32)
    names = ("top2", "top3", "precision", "recall", "f1") if outputs > 1 else ("precision", "recall", "f1")
    found = counts(counted(names), tf.constant(labels), tf.constant(answers))
    by_name = {name: each.numpy() for name, each in zip(counted(names), found, strict=True)}
    both = answers if outputs > 1 else np.hstack([1 - answers, answers])
    assert scores_from_counts(names, by_name, 40) == pytest.approx(scores_from_probabilities(names, labels, both))


def test_an_epoch_is_measured_on_its_images() -> None:
    model, result = trained(MEASURING)
    last = result.history[-1].metrics
    assert set(last) == {f"{part}{name}" for name in ALL[1:] for part in ("", "val_")} - {"auc"}
    probabilities = predict_examples(model, VALIDATION, 64, PLAIN.normalization)
    for name, value in scores_from_probabilities(ALL, VALIDATION.labels, probabilities).items():
        assert last[f"val_{name}"] == pytest.approx(value, abs=1e-6)
    assert all(0 < value < 1 for value in last.values() if value is not None)
    assert weights(model) == weights(trained(PLAN)[0])


def test_a_further_figure_may_be_watched() -> None:
    plan = replace(MEASURING, epochs=5, optimizer_arguments={"learning_rate": 0.1}, keep="val_auc")
    _, result = trained(replace(plan, stop=EarlyStopping("val_f1", 20)))
    areas = [record.metrics["val_auc"] or 0 for record in result.history]
    assert result.best_epoch == areas.index(max(areas)) + 1


def test_what_is_watched_is_measured() -> None:
    from programs import program

    from compiler import training_plan

    text = "flatten; dense 10 softmax\ntrain { metrics top2; stop val_auc; keep f1; schedule plateau val_top3 }"
    assert training_plan(program(text)).metrics == ("top2", "auc", "f1", "top3")


def test_counts_outlive_a_cut_in_the_middle_of_an_epoch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from runtime.training import train as training

    monkeypatch.setattr(training, "_CHUNK_STEPS", 2)
    whole = trained(MEASURING)[1].history
    path, left = tmp_path / "checkpoint.npz", [3]

    def interrupted() -> bool:
        left[0] -= 1
        return left[0] < 0

    def save(state: object, model: object, optimizer: object) -> None:
        path.write_bytes(checkpoint_npz(state, model, optimizer))  # type: ignore[arg-type]

    cut = train(untrained(), MEASURING, TRAINING, VALIDATION, interrupted=interrupted, save=save)
    assert (cut.stop_reason, cut.history) == ("interrupted", ())
    resumed = train(untrained(), MEASURING, TRAINING, VALIDATION, resume=path).history
    assert [record.metrics for record in resumed] == [record.metrics for record in whole]


def test_the_history_has_a_column_for_each() -> None:
    record = EpochRecord(1, 0.5, 0.75, None, None, 2.0, {"top2": 0.875, "val_auc": None}, 0.625)
    (row,) = csv.DictReader(io.StringIO(history_csv([record])))
    assert row == {
        "epoch": "1",
        "loss": "0.5",
        "cross_entropy": "0.625",
        "accuracy": "0.75",
        "val_loss": "",
        "val_cross_entropy": "",
        "val_accuracy": "",
        "top2": "0.875",
        "val_auc": "",
        "seconds": "2.0",
    }
