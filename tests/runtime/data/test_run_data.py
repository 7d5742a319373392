"""What a run learns from: chosen classes, limits, arrays of one's own, shares held out; and what is settled by it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from compiler import training_plan
from compiler.normalization import ChannelStatistics, normalization, normalized
from runtime.data.datasets import load_dataset
from runtime.data.examples import ArraySource, Examples, class_weights, oversampled
from runtime.data.parts import RunData
from runtime.data.run_data import load_run_data
from runtime.errors import UserError
from runtime.specs.spec_file import SpecFolder
from runtime.training.preparing import channel_statistics, prepared
from spec_lang import check_text

MODEL = "flatten; dense classes softmax"


def loaded(data: str, folder: Path = Path()) -> RunData:
    checked = check_text(f"{data}\n{MODEL}\ntrain {{ seed 3 }}", world=SpecFolder(folder))
    assert checked.program is not None, checked.diagnostics
    assert checked.program.data is not None
    return load_run_data(checked.program.data, training_plan(checked.program), folder)


def counts(examples: Examples, classes: int) -> list[int]:
    return np.bincount(examples.labels, minlength=classes).tolist()


def test_chosen_classes_are_labelled_by_their_order() -> None:
    data = loaded("data digits { classes [7, 3]; validation 0% }".replace("[7, 3]", '["7", "3"]'))
    published = load_dataset("digits")
    sevens = published.x_test[published.y_test == 7]
    assert np.array_equal(data.test.images()[data.test.labels == 0], sevens)
    assert counts(data.test, 2) == [int((published.y_test == digit).sum()) for digit in (7, 3)]


def test_a_limit_takes_a_fair_share_of_each_class() -> None:
    data = loaded("data digits { limit 200; validation 20% }")
    assert data.validation is not None
    assert (len(data.training), len(data.validation)) == (160, 40)
    together = np.concatenate([data.training.labels, data.validation.labels])
    assert set(np.bincount(together)) <= {19, 20, 21}
    assert not set(data.training.indices) & set(data.validation.indices)
    assert len(data.test) == 360


def write_arrays(folder: Path, **extra: np.ndarray) -> None:
    random = np.random.default_rng(0)
    x = random.integers(0, 256, (60, 5, 6), dtype=np.uint8)
    y = np.repeat(np.arange(3, dtype=np.uint8), 20)
    arrays: dict[str, Any] = {"x_train": x, "y_train": y[:, None], **extra}
    np.savez(folder / "own.npz", **arrays)


def test_own_arrays_are_divided(tmp_path: Path) -> None:
    write_arrays(tmp_path)
    data = loaded('data npz "own.npz" { test 10%; validation 20% }', tmp_path)
    assert data.validation is not None
    parts = (data.training, data.validation, data.test)
    assert [len(part) for part in parts] == [43, 11, 6]
    assert len(np.unique(np.concatenate([part.indices for part in parts]))) == 60
    assert data.training.source.image_shape == (5, 6, 1)


def test_chosen_classes_of_own_arrays_are_labelled_by_their_order(tmp_path: Path) -> None:
    write_arrays(tmp_path)
    data = loaded('data npz "own.npz" { classes ["2", "0"]; validation 0% }', tmp_path)
    assert counts(data.training, 2) == [18, 18]
    with np.load(tmp_path / "own.npz") as file:
        twos = file["x_train"][file["y_train"][:, 0] == 2]
    theirs = data.training.images()[data.training.labels == 0][..., 0]
    assert all(any(np.array_equal(image, two) for two in twos) for image in theirs)


def test_labels_of_own_arrays_can_be_given_names(tmp_path: Path) -> None:
    write_arrays(tmp_path)
    data = loaded('data npz "own.npz" { classes [oak, elm, ash]; validation 0% }', tmp_path)
    numbered = loaded('data npz "own.npz" { validation 0% }', tmp_path)
    assert data.training.labels.tolist() == numbered.training.labels.tolist()
    for names in ("[oak, elm]", '[oak, elm, "2"]', "[oak, elm, ash, yew]"):
        checked = check_text(f'data npz "own.npz" {{ classes {names} }}\n{MODEL}', world=SpecFolder(tmp_path))
        assert {each.code for each in checked.diagnostics} == {"E411"}


def test_arrays_that_stand_apart_stay_apart(tmp_path: Path) -> None:
    x, y = np.zeros((4, 5, 6), np.uint8), np.array([0, 1, 2, 0])
    write_arrays(tmp_path, x_test=x, y_test=y, x_val=x[:3], y_val=y[:3])
    data = loaded('data npz "own.npz"', tmp_path)
    assert data.validation is not None
    assert [len(part) for part in (data.training, data.validation, data.test)] == [60, 3, 4]


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"x_train": np.zeros((60, 5, 6))}, "x_train is of type float64"),
        ({"y_train": np.zeros((60, 3), np.int64)}, "y_train has the shape"),
        ({"x_test": np.zeros((4, 7, 7), np.uint8), "y_test": np.zeros(4, np.int64)}, "x_test has images of"),
        (
            {"x_test": np.zeros((4, 5, 6), np.uint8), "y_test": np.full(4, 9)},
            "y_test has the label 9",
        ),
        ({"x_test": np.uint8(3), "y_test": np.zeros(4, np.int64)}, "x_test has 0 axes"),
    ],
)
def test_arrays_of_another_form_are_refused(tmp_path: Path, extra: dict[str, np.ndarray], message: str) -> None:
    write_arrays(tmp_path, **extra)
    checked = check_text(f'data npz "own.npz"\n{MODEL}', world=SpecFolder(tmp_path))
    if checked.program is None:
        assert message in checked.diagnostics[0].message
        return
    with pytest.raises(UserError, match=message):
        loaded('data npz "own.npz"', tmp_path)


def test_images_that_a_share_leaves_nothing_of(tmp_path: Path) -> None:
    np.savez(tmp_path / "own.npz", x_train=np.zeros((3, 4, 4), np.uint8), y_train=np.arange(3))
    with pytest.raises(UserError, match="leaves none to judge by"):
        loaded('data npz "own.npz" { test 10% }', tmp_path)


def test_a_class_that_nothing_is_left_of_is_named(tmp_path: Path) -> None:
    images, labels = np.zeros((60, 5, 6), np.uint8), np.repeat([0, 1, 2], [30, 29, 1])
    write_arrays(tmp_path, x_train=images, y_train=labels)
    with pytest.raises(UserError, match="leaves no images of 2 to train on") as caught:
        loaded('data npz "own.npz" { limit 20 }', tmp_path)
    assert "a higher limit" in str(caught.value.help)
    write_arrays(tmp_path, x_train=images[:59], y_train=np.repeat([0, 2], [30, 29]))
    checked = check_text(f'data npz "own.npz"\n{MODEL}', world=SpecFolder(tmp_path))
    assert [each.message for each in checked.diagnostics] == ["'own.npz' has no pictures of 1 to train on"]


# What is settled by the training images.


def few(labels: list[int], channels: int = 1) -> Examples:
    images = np.random.default_rng(1).integers(0, 256, (len(labels), 4, 5, channels), dtype=np.uint8)
    return Examples(ArraySource(images, np.array(labels)), np.arange(len(labels)))


def test_statistics_are_those_of_numpy() -> None:
    examples = few([0, 1, 1, 0, 1], channels=3)
    values = examples.images() / 255
    found = channel_statistics(Examples(examples.source, examples.indices[::-1].copy()))
    np.testing.assert_allclose(found.mean, values.mean(axis=(0, 1, 2)), rtol=1e-12)
    np.testing.assert_allclose(found.std, values.std(axis=(0, 1, 2)), rtol=1e-12)
    assert found == channel_statistics(examples)


def test_a_channel_that_never_changes_is_only_moved() -> None:
    line = normalization("standard", ChannelStatistics((0.5, 0.25), (0.0, 0.5)))
    assert (line.scale, line.offset) == ((1.0, 2.0), (-0.5, -0.5))


def test_normalized_values() -> None:
    values = np.array([[[[0.0]], [[0.5]], [[1.0]]]], np.float32)
    assert normalized(values, normalization((0.0, 1.0), None)) is values
    assert normalized(values, normalization((-1.0, 1.0), None)).numpy().ravel().tolist() == [-1, 0, 1]


def test_weights_make_classes_weigh_the_same() -> None:
    labels = np.array([0] * 6 + [1] * 3 + [3])
    weights = class_weights(labels, 4)
    assert (np.bincount(labels, minlength=4) * weights).tolist() == pytest.approx([10 / 3, 10 / 3, 0, 10 / 3])
    assert weights[labels].mean() == pytest.approx(1)


def test_rare_images_are_gone_through_more_often() -> None:
    often = oversampled(few([0] * 6 + [1] * 3 + [2]), 3)
    assert counts(often, 3) == [6, 6, 6]
    assert often.ids is not None
    assert len(set(often.ids.tolist())) == 18
    assert often.ids[:6].tolist() == often.indices[:6].tolist()


def test_the_plan_says_what_is_settled() -> None:
    plan = training_plan_of("data digits { balance weights; normalize standard }")
    chosen, preparation = prepared(few([0, 1, 1]), plan, 2)
    assert preparation.class_weights.tolist() == pytest.approx([1.5, 0.75])
    assert preparation.normalization.scale != (1.0,)
    assert len(chosen) == 3


def training_plan_of(data: str):
    program = check_text(f"{data}\n{MODEL}").program
    assert program is not None
    return training_plan(program)


def test_the_fingerprint_of_the_test_images_depends_on_them_alone() -> None:
    whole = loaded("data digits").test_fingerprint
    assert loaded("data digits { limit 100; validation 20% }").test_fingerprint == whole
    chosen = loaded('data digits { classes ["7", "3"] }').test_fingerprint
    swapped = loaded('data digits { classes ["3", "7"] }').test_fingerprint
    assert chosen == swapped != whole


def test_the_fingerprint_of_test_pictures_is_that_of_their_files(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    for part, count in (("train", 4), ("test", 2)):
        for name in ("cat", "dog"):
            (tmp_path / "pets" / part / name).mkdir(parents=True)
            for number in range(count):
                pixels = random.integers(0, 256, (9, 9, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(tmp_path / "pets" / part / name / f"{number}.png")
    spec = 'data folder "pets" {{ size {}x{}; validation 0% }}'
    small = loaded(spec.format(4, 4), tmp_path)
    assert loaded(spec.format(6, 6), tmp_path).test_fingerprint == small.test_fingerprint
    (tmp_path / "pets" / "train" / "cat" / "0.png").unlink()
    fewer = loaded(spec.format(4, 4), tmp_path)
    assert (fewer.test_fingerprint, fewer.fingerprint == small.fingerprint) == (small.test_fingerprint, False)
    (tmp_path / "pets" / "test" / "cat" / "0.png").unlink()
    assert loaded(spec.format(4, 4), tmp_path).test_fingerprint != small.test_fingerprint
