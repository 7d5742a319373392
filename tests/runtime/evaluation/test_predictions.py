import csv
import io

import numpy as np
import pytest

from runtime.evaluation.evaluation import evaluate
from runtime.evaluation.predictions import predictions_csv


def rows(text):
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def test_a_row_per_image_under_a_header():
    probabilities = np.array([[0.25, 0.75], [0.125, 0.875]], dtype=np.float32)
    assert rows(predictions_csv(np.array([0, 1]), probabilities, ["cat", "dog"])) == [
        ["index", "label", "predicted", "correct", "confidence", "p(cat)", "p(dog)"],
        ["0", "cat", "dog", "false", "0.75", "0.25", "0.75"],
        ["1", "dog", "dog", "true", "0.875", "0.125", "0.875"],
    ]


def test_probabilities_come_back_exactly():
    probabilities = np.random.default_rng(0).dirichlet(np.ones(7), size=50).astype(np.float32)
    labels = np.arange(50) % 7
    table = rows(predictions_csv(labels, probabilities, list("abcdefg")))
    read = np.array([row[5:] for row in table[1:]], dtype=np.float32)
    assert np.array_equal(read, probabilities)
    assert evaluate(labels, read, list("abcdefg")).loss == evaluate(labels, probabilities, list("abcdefg")).loss


@pytest.mark.parametrize("name", ["=cmd()", "+1", "-1", "@x", "\tx", "＝x"])
def test_no_cell_is_a_formula(name):
    _, row = rows(predictions_csv(np.array([0]), np.array([[1.0]]), [name]))
    assert row[1] == row[2] == "'" + name


@pytest.mark.parametrize("name", ['say "hi"', "a,b", "two\nlines", "ünï", "index"])
def test_names_come_back_as_they_are(name):
    header, row = rows(predictions_csv(np.array([0]), np.array([[1.0]]), [name]))
    assert row[1] == name
    assert header[5] == f"p({name})"
    assert len(set(header)) == len(header)


def test_images_from_files_are_named():
    table = rows(predictions_csv(np.array([0, 0]), np.array([[1.0], [1.0]]), ["a"], ["cat/1.png", "=cmd()"]))
    assert table[0][:3] == ["index", "file", "label"]
    assert [row[1] for row in table[1:]] == ["cat/1.png", "'=cmd()"]


def test_a_file_name_that_is_no_text_can_be_written():
    predictions_csv(np.array([0]), np.array([[1.0]]), ["a"], ["caf\udce9.png"]).encode()
