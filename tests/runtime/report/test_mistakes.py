import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from runtime.data.examples import ArraySource, Examples
from runtime.data.folders.source import PictureFiles
from runtime.report.mistakes import CONFUSED_PAIRS, MOST_CONFIDENT, OF_EACH_PAIR, described, telling_mistakes


class Watched(ArraySource):
    """A source that notes how many images it gives at a time."""

    given: list[int] = []  # noqa: RUF012 - a frozen source has nowhere else

    def batches(self, order, size):
        for images in super().batches(order, size):
            self.given.append(len(images))
            yield images


def answers(*rows):
    """Probabilities from (answer, confidence) each; three classes, the rest divided among the others."""
    probabilities = np.array([np.full(3, (1 - confidence) / 2) for _, confidence in rows])
    for place, (answer, confidence) in enumerate(rows):
        probabilities[place, answer] = confidence
    return probabilities


def test_the_most_confident_mistakes_come_first_and_right_answers_not_at_all():
    probabilities = answers((0, 0.99), (1, 0.6), (2, 0.9), (1, 0.95))
    assert telling_mistakes(np.array([0, 0, 0, 0]), probabilities).tolist() == [3, 2, 1]


def test_of_equally_confident_ones_the_first_comes_first():
    assert telling_mistakes(np.zeros(3, int), answers((1, 0.8), (2, 0.8), (1, 0.8))).tolist() == [0, 1, 2]


def test_a_frequent_confusion_is_shown_though_others_are_more_confident():
    loud = [(1, 0.9)] * 200  # 0 taken for 1
    quiet = [(2, 0.5)] * 50  # 1 taken for 2
    labels = np.array([0] * 200 + [1] * 50)
    chosen = telling_mistakes(labels, answers(*loud, *quiet)).tolist()
    assert chosen == [*range(MOST_CONFIDENT), *range(200, 200 + OF_EACH_PAIR)]


def test_their_number_is_bounded():
    random = np.random.default_rng(0)
    labels, probabilities = random.integers(100, size=20_000), random.dirichlet(np.ones(100), size=20_000)
    assert (
        MOST_CONFIDENT <= len(telling_mistakes(labels, probabilities)) <= MOST_CONFIDENT + CONFUSED_PAIRS * OF_EACH_PAIR
    )


def test_no_mistake_is_none():
    assert telling_mistakes(np.array([1]), answers((1, 0.9))).tolist() == []
    test = Examples(ArraySource(np.zeros((1, 4, 4, 1), np.uint8), np.array([1])), np.array([0]))
    assert described(test, answers((1, 0.9)), np.array([], int), ("a", "b", "c")) == ()


def test_each_is_described_by_its_own_image():
    labels = np.array([0, 1, 2, 0])
    pixels = np.stack([np.full((4, 4, 1), 10 * place, np.uint8) for place in range(4)])
    test = Examples(ArraySource(pixels, labels), np.array([3, 2, 1]))  # truths 0, 2, 1
    probabilities = answers((2, 0.9), (2, 0.8), (0, 0.7))
    first, second = described(test, probabilities, np.array([0, 2]), ("a", "b", "c"))
    assert (first.name, first.truth, first.answer, first.answer_probability) == ("image 0", "a", "c", 0.9)
    assert first.truth_probability == pytest.approx(0.05)
    assert (second.name, second.truth, second.answer, second.truth_label, second.answer_label) == (
        "image 2",
        "b",
        "a",
        1,
        0,
    )

    assert [Image.open(io.BytesIO(one.png)).getpixel((0, 0)) for one in (first, second)] == [30, 10]


def test_images_are_read_a_few_at_a_time():
    source = Watched(np.zeros((100, 4, 4, 1), np.uint8), np.zeros(100, int))
    described(Examples(source, np.arange(100)), answers(*[(1, 0.9)] * 100), np.arange(50), ("a", "b", "c"))
    assert sum(source.given) == 50
    assert max(source.given) <= 16


def test_a_file_is_named_by_its_path_below_the_folder():
    paths = [Path("/pets/test/cat/1.png"), Path("/elsewhere/2.png")]
    source = PictureFiles(paths, np.array([0, 1]), (8, 8, 3), "stretch", root=Path("/pets"))
    assert Examples(source, np.array([1, 0])).file_names() == ["/elsewhere/2.png", "test/cat/1.png"]
    assert Examples(source, np.array([1, 0])).name(1) == "test/cat/1.png"
