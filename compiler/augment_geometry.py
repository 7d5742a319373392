"""Turning, shifting, slanting, scaling and mirroring images: one matrix for each, one resampling for all of it.

The matrix is that of Keras's `ImageDataGenerator`: about the image's centre, rotation * shift * shear * zoom, from
places in the result to places in the image; a mirrored result is looked up at the mirrored place. For images that are
not square, Keras takes the width for the height and turns about another point; here it is the centre.
"""

from typing import Any, Final, NamedTuple

from compiler.backend import tf

Tensor = Any
"""A TensorFlow tensor; TensorFlow has no types."""

FILLS: Final = {"nearest": "NEAREST", "reflect": "REFLECT", "constant": "NEAREST"}
"""TensorFlow's names. Constant: beyond the outermost pixels' centres the value alone, as SciPy has it."""


class Movement(NamedTuple):
    """How each of n images is moved, each field (n,) float32."""

    rotate: Tensor
    """Degrees; a positive angle turns the picture counterclockwise on the screen."""
    down: Tensor
    """Pixels that the window moves down over the image, and the picture up: `ty` of `apply_transform`."""
    right: Tensor
    """Pixels that the window moves to the right: `tx`."""
    shear: Tensor
    """Degrees."""
    zoom_height: Tensor
    """The part of the height that is shown: below 1 the picture grows."""
    zoom_width: Tensor
    mirror_across: Tensor
    """Left and right change places where it is 1."""
    mirror_down: Tensor
    """Top and bottom change places where it is 1."""
    crop_down: Tensor
    """Whole pixels that the window is moved at last."""
    crop_right: Tensor


def matrices(move: Movement, height: int, width: int) -> Tensor:
    """(n, 2, 3) float64: from (row, column) in the result to (row, column) in the image."""
    move = Movement(*(tf.cast(each, tf.float64) for each in move))
    to_radians = tf.constant(3.141592653589793 / 180, tf.float64)
    theta, shear = move.rotate * to_radians, move.shear * to_radians
    cos, sin = tf.cos(theta), tf.sin(theta)
    # Rotation times shear times zoom, from (x, y) to (x, y): a is x by x, b x by y, c y by x, d y by y.
    a = cos * move.zoom_width
    b = (-cos * tf.sin(shear) - sin * tf.cos(shear)) * move.zoom_height
    c = sin * move.zoom_width
    d = (-sin * tf.sin(shear) + cos * tf.cos(shear)) * move.zoom_height
    across, down = width / 2 - 0.5, height / 2 - 0.5
    # The shift is turned with the rotation. Sums go in the order of NumPy's and SciPy's: on an edge, the last bit tells
    # whether a place lies inside.
    column = -a * across - b * down + (cos * move.right - sin * move.down + across)
    row = -c * across - d * down + (sin * move.right + cos * move.down + down)
    # The place in the result: first the crop's offset, then the mirror.
    sign_row, sign_column = 1 - 2 * move.mirror_down, 1 - 2 * move.mirror_across
    start_row = move.crop_down * sign_row + (height - 1) * move.mirror_down
    start_column = move.crop_right * sign_column + (width - 1) * move.mirror_across
    row, column = (
        row + d * start_row + c * start_column,
        column + b * start_row + a * start_column,
    )
    rows = tf.stack([d * sign_row, c * sign_column, row], -1)
    columns = tf.stack([b * sign_row, a * sign_column, column], -1)
    return tf.stack([rows, columns], 1)


def still(keys: Tensor) -> Movement:
    """No movement, for as many images as there are keys."""
    none = tf.zeros_like(keys, tf.float32)
    move = Movement(*[none] * len(Movement._fields))
    return move._replace(zoom_height=none + 1, zoom_width=none + 1)


def transformed(images: Tensor, matrix: Tensor, fill: str, value: float) -> Tensor:
    """Images (n, height, width, channels) float32, each looked up through its matrix with bilinear interpolation."""
    if fill == "wrap":
        return _wrapped(images, matrix)
    a, b, row = (matrix[:, 0, place] for place in range(3))
    c, d, column = (matrix[:, 1, place] for place in range(3))
    zero = tf.zeros_like(a)
    # TensorFlow has x, the column, first.
    projection = tf.stack([d, c, column, b, a, row, zero, zero], -1)
    moved = tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=tf.cast(projection, tf.float32),
        output_shape=images.shape[1:3],
        fill_value=value,
        interpolation="BILINEAR",
        fill_mode=FILLS[fill],
    )
    if fill != "constant":
        return moved
    height, width = images.shape[1:3]
    rows, columns = _places(matrix, height, width)
    within_height = (rows >= 0) & (rows <= height - 1)
    within_width = (columns >= 0) & (columns <= width - 1)
    inside = within_height & within_width
    return tf.where(inside[..., None], moved, tf.constant(value, tf.float32))


def _places(matrix: Tensor, height: int, width: int) -> tuple[Tensor, Tensor]:
    """Where each pixel of each result is looked up: rows and columns, (n, height, width) float64."""
    y = tf.cast(tf.range(height), tf.float64)[None, :, None]
    x = tf.cast(tf.range(width), tf.float64)[None, None, :]
    a, b, row = (matrix[:, 0, place, None, None] for place in range(3))
    c, d, column = (matrix[:, 1, place, None, None] for place in range(3))
    return row + a * y + b * x, column + c * y + d * x


def _wrapped(images: Tensor, matrix: Tensor) -> Tensor:
    """The image repeated without end; TensorFlow's own way of it, and SciPy's, leave out a row and a column."""
    height, width = images.shape[1:3]
    rows, columns = _places(matrix, height, width)
    top, left = tf.floor(rows), tf.floor(columns)
    down = tf.cast(rows - top, tf.float32)[..., None]
    right = tf.cast(columns - left, tf.float32)[..., None]
    image = tf.range(tf.shape(images)[0])[:, None, None]
    numbers = image + tf.zeros_like(top, tf.int32)

    def pixels(row: Tensor, column: Tensor) -> Tensor:
        row = tf.cast(row % height, tf.int32)
        column = tf.cast(column % width, tf.int32)
        return tf.gather_nd(images, tf.stack([numbers, row, column], -1))

    above = pixels(top, left) * (1 - right) + pixels(top, left + 1) * right
    below = pixels(top + 1, left) * (1 - right) + pixels(top + 1, left + 1) * right
    return above * (1 - down) + below * down
