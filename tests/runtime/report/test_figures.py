import io

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image
from reports import HOSTILE_NAMES, history

from runtime.evaluation.evaluation import evaluate
from runtime.report.figures import confusion_heat_map, sample_grid, sample_indices, thumbnail, training_curve

HISTORY = history([1.2, 0.8, 0.9])


def opened(png):
    image = Image.open(io.BytesIO(png))
    image.load()
    return image


def colours(png):
    """How many pixels there are of each colour."""
    return {colour: count for count, colour in opened(png).convert("RGB").getcolors(maxcolors=1 << 24)}


def judged(counts, names=None):
    """The evaluation that has this confusion matrix."""
    counts = np.array(counts)
    truths, predictions = np.indices(counts.shape)
    labels = np.repeat(truths.ravel(), counts.ravel())
    answers = np.eye(len(counts))[np.repeat(predictions.ravel(), counts.ravel())]
    return evaluate(labels, answers, names or [f"class {label}" for label in range(len(counts))])


DRAWINGS = {
    "curve": lambda: training_curve(HISTORY, "loss", 2),
    "heat map": lambda: confusion_heat_map(judged([[5, 1], [0, 4]])),
    "grid": lambda: sample_grid(np.zeros((3, 8, 8, 1), np.uint8), [0, 1, 0], ["a", "b"]),
    "thumbnail": lambda: thumbnail(np.zeros((8, 8, 3), np.uint8)),
}


@pytest.mark.parametrize("draw", DRAWINGS.values(), ids=DRAWINGS)
class TestEveryFigure:
    def test_is_a_png_that_tells_no_date_and_no_program(self, draw):
        image = opened(draw())
        assert image.format == "PNG"
        assert set(image.info) <= {"dpi"}

    def test_has_the_same_bytes_each_time_whatever_the_users_settings(self, draw):
        first = draw()
        with mpl.rc_context({"font.size": 30, "figure.facecolor": "red", "savefig.dpi": 50}):
            assert draw() == first

    def test_leaves_the_users_settings_alone(self, draw):
        with mpl.rc_context({"font.size": 30}):
            draw()
            assert mpl.rcParams["font.size"] == 30


def test_pyplot_never_hears_of_a_figure():
    for draw in DRAWINGS.values():
        draw()
    assert plt.get_fignums() == []


class TestTrainingCurve:
    BLUE, VERMILION = (0, 114, 178), (213, 94, 0)

    def test_shows_training_and_validation_in_colours_of_their_own(self):
        found = colours(training_curve(HISTORY, "accuracy", 2))
        assert found[self.BLUE] > 500
        assert found[self.VERMILION] > 500

    def test_without_validation_there_is_one_curve(self):
        found = colours(training_curve(history([None, None, None]), "loss", 3))
        assert self.BLUE not in found
        assert found[self.VERMILION] > 500

    def test_marks_the_epoch_that_was_kept(self):
        drawings = {training_curve(HISTORY, "loss", epoch) for epoch in (None, 1, 2, 3)}
        assert len(drawings) == 4

    @pytest.mark.parametrize("losses", [[1.0], [float("nan")] * 3, [1.0, float("inf"), float("nan")], [1e-9] * 200])
    def test_draws_any_history(self, losses):
        opened(training_curve(history(losses, losses), "loss", 1))


class TestConfusionHeatMap:
    @pytest.mark.parametrize("classes", [2, 10, 100])
    def test_is_legible_for_any_number_of_classes(self, classes):
        png = confusion_heat_map(judged(np.eye(classes, dtype=int) * 90 + np.eye(classes, k=1, dtype=int)))
        width, height = opened(png).size
        # A count of two digits needs 24 pixels of a cell.
        assert min(width, height) > 24 * classes
        assert max(width, height) < 4000
        assert 0.8 < width / height < 1.5

    def test_right_is_blue_and_wrong_is_orange(self):
        def share(counts):
            pixels = np.asarray(opened(confusion_heat_map(judged(counts))).convert("RGB")).astype(int)
            matrix = pixels[:, : pixels.shape[1] * 3 // 4]  # without the colour scales
            blue = (matrix[..., 2] - matrix[..., 0] > 60).mean()
            orange = (matrix[..., 0] - matrix[..., 2] > 60).mean()
            return blue, orange

        blue, orange = share([[9, 0], [0, 9]])
        assert blue > 0.2
        assert orange == 0
        blue, orange = share([[0, 9], [9, 0]])
        assert blue == 0
        assert orange > 0.2

    def test_every_count_matters(self):
        assert confusion_heat_map(judged([[5, 1], [0, 4]])) != confusion_heat_map(judged([[50, 10], [0, 40]]))

    def test_draws_a_class_without_images(self):
        opened(confusion_heat_map(judged([[5, 1, 0], [0, 4, 0], [0, 0, 0]])))

    def test_any_name_is_drawn_as_text(self):
        names = list(HOSTILE_NAMES)
        width, height = opened(confusion_heat_map(judged(np.eye(len(names), dtype=int), names))).size
        assert max(width, height) < 2500


class TestSampleGrid:
    @pytest.mark.parametrize("channels", [1, 3])
    def test_shows_every_image(self, channels):
        images = np.stack([np.full((8, 8, channels), value, np.uint8) for value in (17, 99, 201)])
        found = colours(sample_grid(images, [0, 1, 2], ["a", "b", "c"]))
        assert all(found[(value, value, value)] > 10_000 for value in (17, 99, 201))

    def test_keeps_the_shape_of_the_images(self):
        wide = opened(sample_grid(np.zeros((4, 10, 40, 3), np.uint8), [0] * 4, ["a"], columns=2)).size
        tall = opened(sample_grid(np.zeros((4, 40, 10, 3), np.uint8), [0] * 4, ["a"], columns=2)).size
        assert wide[0] > wide[1]
        assert tall[1] > tall[0]

    def test_any_name_is_drawn_as_text(self):
        names = list(HOSTILE_NAMES)
        opened(sample_grid(np.zeros((len(names), 8, 8, 1), np.uint8), range(len(names)), names))


class TestThumbnail:
    def test_a_small_image_stays_as_it_is(self):
        image = np.random.default_rng(0).integers(256, size=(28, 20, 3), dtype=np.uint8)
        assert np.array_equal(np.asarray(opened(thumbnail(image))), image)

    def test_greyscale_stays_greyscale(self):
        assert opened(thumbnail(np.zeros((8, 8, 1), np.uint8))).mode == "L"

    def test_a_large_image_is_made_to_fit(self):
        assert opened(thumbnail(np.zeros((480, 960, 3), np.uint8))).size == (96, 48)


class TestSampleIndices:
    def test_shows_each_class_in_turn(self):
        labels = np.array([2, 2, 0, 1, 0, 2, 1])
        assert sample_indices(labels, 7).tolist() == [2, 3, 0, 4, 6, 1, 5]
        assert sample_indices(labels, 4).tolist() == [2, 3, 0, 4]

    def test_few_images_are_all_shown(self):
        assert sample_indices(np.array([1, 0]), 30).tolist() == [1, 0]

    def test_of_many_classes_it_shows_some_from_first_to_last(self):
        labels = np.arange(100)
        assert sample_indices(labels, 5).tolist() == [0, 25, 50, 74, 99]
