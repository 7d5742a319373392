"""Sliding windows: the arithmetic that convolution and pooling share.

Output sizes follow Keras: without padding floor((n - k) / s) + 1, with `same` ceil(n / s)
(https://keras.io/api/layers/convolution_layers/convolution2d/). With `ceil` they follow Caffe, ceil((n - k) / s) + 1,
save that a window must begin inside the image
(https://github.com/BVLC/caffe/blob/master/src/caffe/layers/pooling_layer.cpp).
"""

from typing import Final

from spec_lang.forms import Parameter
from spec_lang.kinds import Choice, Pair
from spec_lang.layers.kind import Refusal
from spec_lang.program import Shape
from spec_lang.rules import shapes as rules

PADDINGS: Final = {
    "valid": "no padding: the window stays inside the image, which shrinks",
    "same": "zeros around the image, so that stride 1 keeps its size",
}
PADDING: Final = Parameter("padding", Choice(PADDINGS), "what to do at the border", default="valid")
STRIDE: Final = Parameter(
    "stride", Pair(), "pixels from one place of the window to the next", (1, 1), keras="strides", positional=False
)


def slide(
    shape: Shape,
    window: tuple[int, int],
    stride: tuple[int, int],
    padding: str,
    *,
    parameter: str,
    what: str,
    dilation: tuple[int, int] = (1, 1),
) -> tuple[int, int] | Refusal:
    """Height and width that a window leaves of an image (height, width, channels), or why it does not fit."""
    image = shape[0], shape[1]
    if padding == "same":
        return -(-image[0] // stride[0]), -(-image[1] // stride[1])
    # With `ceil` the last window may reach out of the image by less than a stride.
    room = tuple(n + (s - 1 if padding == "ceil" else 0) for n, s in zip(image, stride, strict=True))
    covered = spread(window, dilation)
    if covered[0] > room[0] or covered[1] > room[1]:
        most = [min(k, (n - 1) // d + 1) for k, n, d in zip(window, room, dilation, strict=True)]
        extent = f", spread to {written(covered)} by its dilation" if covered != window else ""
        largest = written(most) if max(room) > 1 else None
        fields = {"what": what, "window": written(window) + extent, "article": "a", "largest": largest}
        return Refusal(rules.WINDOW_TOO_LARGE, parameter, fields)
    height, width = (
        _places(n, k, s) if padding == "ceil" else (n - k) // s + 1
        for n, k, s in zip(image, covered, stride, strict=True)
    )
    return height, width


def spread(window: tuple[int, int], dilation: tuple[int, int]) -> tuple[int, int]:
    """The pixels from the first to the last that a window looks at, where it leaves out dilation - 1 between two."""
    return (window[0] - 1) * dilation[0] + 1, (window[1] - 1) * dilation[1] + 1


def keras_padding(shape: Shape, window: tuple[int, int], stride: tuple[int, int]) -> str | None:
    """The padding of Keras, if one has the very windows of `ceil` on this image.

    `same` has them where a single row or column is missing at most: it adds that one at the end, and any further ones
    in turn at both ends. None: neither padding has these windows.
    """
    possible = ["valid", "same"]
    for n, k, s in zip(shape[:2], window, stride, strict=True):
        places = _places(n, k, s)
        if (places - 1) * s + k > n:
            possible = [padding for padding in possible if padding != "valid"]
        if places != -(-n // s) or (places - 1) * s + k > n + 1:
            possible = [padding for padding in possible if padding != "same"]
    return next(iter(possible), None)


def _places(n: int, k: int, s: int) -> int:
    """How many windows of k pixels, s apart, cover n pixels from the first on, each beginning inside."""
    places = -((k - n) // s) + 1
    return places - 1 if (places - 1) * s >= n else places


def written(size: tuple[int, ...] | list[int]) -> str:
    """A size as the language writes it: 3x3."""
    return "x".join(map(str, size))
