"""The geometry of `augment` against `ImageDataGenerator.apply_transform`, the tutorials' way, on the same parameters.

Its `tx` and `zx` belong to the width, whatever its own documentation says of them.
"""

import numpy as np
import pytest

from compiler.augment_geometry import Movement, matrices, transformed
from compiler.backend import tf

pytestmark = pytest.mark.filterwarnings("ignore:Please import `affine_transform`:DeprecationWarning")
FILLS = ("nearest", "reflect", "constant")


def generator(fill: str, value: float) -> tf.keras.preprocessing.image.ImageDataGenerator:
    return tf.keras.preprocessing.image.ImageDataGenerator(fill_mode=fill, cval=value)


def drawn(random: np.random.Generator, height: int, width: int) -> dict[str, float]:
    """By the names of `apply_transform`; each setting is switched off now and then, as in real specs."""

    def maybe(value: float, otherwise: float = 0.0) -> float:
        return value if random.random() < 0.7 else otherwise

    return {
        "theta": maybe(random.uniform(-180, 180)),
        "tx": maybe(random.uniform(-0.5, 0.5) * height),
        "ty": maybe(random.uniform(-0.5, 0.5) * width),
        "shear": maybe(random.uniform(-60, 60)),
        "zx": maybe(random.uniform(0.4, 1.8), 1.0),
        "zy": maybe(random.uniform(0.4, 1.8), 1.0),
        "flip_horizontal": bool(random.integers(2)),
        "flip_vertical": bool(random.integers(2)),
    }


def largest_difference(count: int, seed: int) -> float:
    random = np.random.default_rng(seed)
    worst = 0.0
    for place in range(count):
        # Square: of others, Keras takes the width for the height, and turns them about another point than the centre.
        side, channels = (int(each) for each in random.integers((2, 1), (40, 4)))
        height = width = side
        image = random.random((height, width, channels), np.float32)
        fill, value = FILLS[place % 3], float(random.random())
        given = drawn(random, height, width)
        names = ("theta", "ty", "tx", "shear", "zy", "zx", "flip_horizontal", "flip_vertical")
        move = Movement._make(np.array([number], np.float32) for number in (*(given[name] for name in names), 0.0, 0.0))
        given |= {name: float(np.float32(each)) for name, each in given.items() if not isinstance(each, bool)}
        theirs = generator(fill, value).apply_transform(image, given)
        matrix = matrices(move, height, width)
        ours = transformed(tf.constant(image[None]), matrix, fill, value)[0].numpy()
        differences = np.abs(ours - theirs).max(axis=-1)
        if fill == "constant":
            differences = differences[~on_an_edge(matrix.numpy()[0], side)]
        worst = max(worst, float(differences.max(initial=0.0)))
    return worst


def on_an_edge(matrix: np.ndarray, side: int) -> np.ndarray:
    """Pixels looked up on the very edge: whether that is inside is a matter of the last bit of a sum."""
    rows, columns = np.mgrid[:side, :side]
    places = np.stack([row * rows + column * columns + start for row, column, start in matrix])
    return (np.abs(places[..., None] - [0, side - 1]) < 1e-9).any(axis=(0, 3))


def test_it_is_the_transform_of_the_tutorials() -> None:
    assert largest_difference(150, seed=1) < 1e-4


@pytest.mark.heavy
def test_it_is_the_transform_of_the_tutorials_thoroughly() -> None:
    difference = largest_difference(1_000, seed=4)
    print(f"largest difference over 1,000 settings: {difference:.2e}")
    assert difference < 1e-4
