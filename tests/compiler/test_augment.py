"""What each setting of `augment` does to an image, and what its draws depend on."""

import inspect
from typing import Any

import numpy as np
import pytest
from scipy import stats

from compiler import variation as module
from compiler.augment import augment
from compiler.augment_draws import image_keys, mixed, normal, uniform
from compiler.augment_geometry import Movement, matrices, transformed
from compiler.backend import tf
from spec_lang import check_text

IMAGES = np.random.default_rng(0).random((7, 6, 8, 3), np.float32)
IDS = np.arange(100, 107)
EVERYTHING = (
    "rotate 20deg; shift 10% 2px; shear 10deg; zoom 80%..120%; flip horizontal vertical; crop 2px; brightness 0.8..1.2;"
    "contrast 0.8..1.2; channel_shift 10%; noise 5%; erase 30%; fill reflect"
)


def section(written: str) -> Any:
    program = check_text(f"data cifar10\naugment {{ {written} }}\nflatten; dense classes softmax").program
    assert program is not None, written
    return program.augment


def varied(
    written: str, images: np.ndarray = IMAGES, ids: np.ndarray = IDS, epoch: int = 1, seed: int = 5
) -> np.ndarray:
    targets = tf.zeros((len(images), 2))
    settings = section(written)

    @tf.function(
        autograph=False, input_signature=[tf.TensorSpec((None, *images.shape[1:])), tf.TensorSpec((None,), tf.int64)]
    )
    def graph(batch: Any, numbers: Any) -> Any:
        return augment(batch, targets[: tf.shape(batch)[0]], tf.constant(epoch, tf.int64), numbers, settings, seed)[0]

    return np.asarray(graph(images, ids))


# What the draws depend on.


def test_nothing_drawn_leaves_every_bit() -> None:
    assert np.array_equal(varied("fill reflect"), IMAGES)


def test_settings_that_move_nothing_leave_every_pixel() -> None:
    still = "rotate 0deg; shift 0px; shear 0deg; zoom 1..1; crop 0px; brightness 1..1; contrast 1..1; channel_shift 0%"
    np.testing.assert_allclose(varied(still), IMAGES, atol=1e-6)


def test_an_image_is_varied_the_same_in_every_batch() -> None:
    whole = varied(EVERYTHING)
    order = np.array([4, 0, 6, 2])
    assert np.array_equal(varied(EVERYTHING, IMAGES[order], IDS[order]), whole[order])
    assert np.array_equal(varied(EVERYTHING, IMAGES[3:4], IDS[3:4]), whole[3:4])


@pytest.mark.parametrize("change", [{"epoch": 2}, {"seed": 6}, {"ids": IDS + 1}])
def test_another_epoch_seed_or_image_is_varied_otherwise(change: dict[str, Any]) -> None:
    changed = varied(EVERYTHING, **change)
    assert not any(np.array_equal(one, other) for one, other in zip(changed, varied(EVERYTHING), strict=True))


def test_values_stay_between_black_and_white() -> None:
    result = varied("brightness 0.5..3; contrast 0.5..3; channel_shift 50%; noise 30%")
    assert result.min() == 0
    assert result.max() == 1
    assert result.dtype == np.float32


def test_the_hash_is_that_of_splitmix64() -> None:
    """The first outputs of the reference implementation for the seed 1234567."""
    state, golden = 1234567, 0x9E3779B97F4A7C15
    known = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821]
    states = tf.constant([(state + number * golden) % 2**64 for number in range(5)], tf.uint64)
    assert mixed(states).numpy().tolist() == known


def test_draws_are_uniform_and_independent() -> None:
    keys = image_keys(3, tf.constant(1, tf.int64), tf.range(20_000, dtype=tf.int64))
    first, second = uniform(keys, 1, 2).numpy().T
    other = uniform(keys, 2).numpy()[:, 0]
    later = uniform(image_keys(3, tf.constant(2, tf.int64), tf.range(20_000, dtype=tf.int64)), 1).numpy()[:, 0]
    for sample in (first, second, other, later):
        assert 0 <= sample.min() < sample.max() < 1
        assert stats.kstest(sample, "uniform").pvalue > 1e-4
        assert abs(np.corrcoef(sample[1:], sample[:-1])[0, 1]) < 0.03
    for sample in (second, other, later):
        assert abs(np.corrcoef(first, sample)[0, 1]) < 0.03
    assert stats.kstest(normal(keys[:500], 3, 40).numpy().ravel(), "norm").pvalue > 1e-4


# What each setting does.


def moved(image: np.ndarray, fill: str = "nearest", value: float = 0.0, **given: float) -> np.ndarray:
    zooms = {"zoom_height": 1.0, "zoom_width": 1.0}
    move = Movement(*(np.array([{**zooms, **given}.get(name, 0.0)], np.float32) for name in Movement._fields))
    batch = tf.constant(image[None, :, :, None], tf.float32)
    return transformed(batch, matrices(move, *image.shape), fill, value)[0, :, :, 0].numpy()


PICTURE = np.arange(20, dtype=np.float32).reshape(4, 5) / 20
SQUARE = np.arange(16, dtype=np.float32).reshape(4, 4) / 16


def test_a_quarter_turn_is_counterclockwise() -> None:
    np.testing.assert_allclose(moved(SQUARE, rotate=90.0), np.rot90(SQUARE), atol=1e-6)
    np.testing.assert_allclose(moved(PICTURE, rotate=180.0), PICTURE[::-1, ::-1], atol=1e-6)


def test_the_window_moves_down_and_to_the_right() -> None:
    np.testing.assert_allclose(moved(PICTURE, down=1.0)[:-1], PICTURE[1:], atol=1e-6)
    np.testing.assert_allclose(moved(PICTURE, right=2.0)[:, :-2], PICTURE[:, 2:], atol=1e-6)
    np.testing.assert_allclose(moved(PICTURE, crop_down=1.0, mirror_across=1.0)[:-1], PICTURE[1:, ::-1], atol=1e-6)


def test_mirrors() -> None:
    np.testing.assert_allclose(moved(PICTURE, mirror_across=1.0), PICTURE[:, ::-1], atol=1e-6)
    np.testing.assert_allclose(moved(PICTURE, mirror_down=1.0), PICTURE[::-1], atol=1e-6)


def test_a_small_window_enlarges() -> None:
    dot = np.zeros((9, 9), np.float32)
    dot[3:6, 3:6] = 1
    assert moved(dot, zoom_height=0.5, zoom_width=0.5).sum() > 2 * dot.sum()
    assert moved(dot, zoom_height=2.0, zoom_width=2.0).sum() < dot.sum()
    assert moved(dot, zoom_height=0.5).sum(axis=0)[4] > dot.sum(axis=0)[4]


@pytest.mark.parametrize(("fill", "row"), [("nearest", 0), ("reflect", 0), ("wrap", 3), ("constant", None)])
def test_what_stands_outside(fill: str, row: int | None) -> None:
    result = moved(PICTURE, fill, 0.7, down=-1.0)
    expected = np.full(5, 0.7) if row is None else PICTURE[row]
    np.testing.assert_allclose(result[0], expected, atol=1e-6)
    np.testing.assert_allclose(result[1:], PICTURE[:-1], atol=1e-6)


def test_wrapping_goes_round() -> None:
    for steps in (-7, -1, 3, 9):
        np.testing.assert_allclose(moved(PICTURE, "wrap", right=float(steps)), np.roll(PICTURE, -steps, 1), atol=1e-6)


def test_a_shift_in_pixels_is_whole_and_bounded() -> None:
    many = np.tile(PICTURE[None, :, :, None], (200, 1, 1, 1))
    shifted = varied("shift 2px 0px; fill constant", many, np.arange(200))[..., 0]
    kinds = {tuple(np.round(image[:, 0] * 20).astype(int)) for image in shifted}
    assert kinds == {(0, 5, 10, 15), (5, 10, 15, 0), (10, 15, 0, 0), (0, 0, 5, 10), (0, 0, 0, 5)}


def test_half_of_the_images_are_mirrored() -> None:
    many = np.tile(PICTURE[None, :, :, None], (400, 1, 1, 1))
    changed = [not np.allclose(image, many[0]) for image in varied("flip horizontal", many, np.arange(400))]
    assert 150 < sum(changed) < 250


def test_brightness_and_contrast() -> None:
    flat = np.full((1, 4, 4, 1), 0.4, np.float32)
    np.testing.assert_allclose(varied("brightness 0.5..0.5", flat, IDS[:1]), flat * 0.5, atol=1e-6)
    np.testing.assert_allclose(varied("contrast 0.3..0.3", flat, IDS[:1]), flat, atol=1e-6)
    edge = np.array([0.2, 0.6], np.float32).reshape(1, 1, 2, 1)
    np.testing.assert_allclose(varied("contrast 0.5..0.5", edge, IDS[:1]).ravel(), [0.3, 0.5], atol=1e-6)


def test_channels_are_shifted_each_by_itself() -> None:
    shift = (varied("channel_shift 10%", np.full((50, 2, 2, 3), 0.5, np.float32), np.arange(50)) - 0.5)[:, 0, 0]
    assert np.abs(shift).max() <= 0.1
    assert np.abs(np.corrcoef(shift.T) - np.eye(3)).max() < 0.5


def test_noise_has_its_deviation() -> None:
    noise = varied("noise 5%", np.full((4, 50, 50, 1), 0.5, np.float32), IDS[:4]) - 0.5
    assert noise.std() == pytest.approx(0.05, rel=0.05)
    assert abs(noise.mean()) < 0.005


def test_a_square_is_erased() -> None:
    images = np.random.default_rng(1).random((100, 10, 12, 2), np.float32)
    erased = varied("erase 4px", images, np.arange(100))
    for before, after in zip(images, erased, strict=True):
        rows, columns = np.nonzero((before != after).any(axis=2))
        assert 1 <= np.ptp(rows) + 1 <= 4
        assert 1 <= np.ptp(columns) + 1 <= 4
        np.testing.assert_allclose(
            after[rows, columns], np.broadcast_to(before.mean(axis=(0, 1)), (len(rows), 2)), 1e-5
        )
    assert np.median([(b != a).any(axis=2).sum() for b, a in zip(images, erased, strict=True)]) == 16


def test_mixup_blends_images_and_targets_alike() -> None:
    targets = tf.one_hot(tf.range(6), 6)
    images = tf.reshape(targets, (6, 1, 6, 1))
    mixed_images, mixed_targets = augment(
        images, targets, tf.constant(1, tf.int64), tf.range(6, dtype=tf.int64), section("mixup 0.4"), 0
    )
    np.testing.assert_allclose(np.asarray(mixed_images)[:, 0, :, 0], mixed_targets, atol=1e-6)
    np.testing.assert_allclose(tf.reduce_sum(mixed_targets, 1), np.ones(6), atol=1e-6)
    assert len(set(np.asarray(mixed_targets).max(axis=1).tolist())) > 3


def test_every_setting_is_used() -> None:
    """A setting that the compiler does not know would be a silent one."""
    from spec_lang.sections import AUGMENT

    source = inspect.getsource(module)
    assert all(f'"{setting.keyword}"' in source for setting in AUGMENT.settings)
