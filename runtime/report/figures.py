"""The figures of a run, each as the bytes of a PNG file.

They are drawn on `Figure` objects alone: no pyplot, no window, nothing shared between calls. Neither the user's
matplotlib settings nor the day changes a byte: the style is reset for each figure, and the files carry no date and no
program name. Colours are the blue and vermilion of Okabe and Ito's palette (https://jfly.uni-koeln.de/color/), told
apart with any colour vision; curves differ in their line style as well.
"""

import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import matplotlib.style
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PathCollection
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from matplotlib.ticker import MaxNLocator, PercentFormatter
from matplotlib.transforms import Affine2D
from numpy.typing import NDArray
from PIL import Image

from runtime.evaluation.evaluation import Evaluation
from runtime.labels import shown_name
from runtime.training.history import EpochRecord

_BLUE, _VERMILION, _INK, _FAINT = "#0072b2", "#d55e00", "#1f2933", "#cbd2d9"
_STYLE: dict[str, Any] = {
    "axes.edgecolor": _FAINT,
    "axes.labelcolor": _INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 13,
    "axes.titleweight": "bold",
    "font.size": 11,
    "grid.color": "#e4e7eb",
    "legend.frameon": False,
    "savefig.dpi": 200,
    "text.color": _INK,
    "text.parse_math": False,  # a class may be called "$5 or $10"
    "xtick.color": _INK,
    "ytick.color": _INK,
}
_RIGHT = LinearSegmentedColormap.from_list("right", ["#ffffff", "#9ecae6", _BLUE, "#00456b"])
_WRONG = LinearSegmentedColormap.from_list("wrong", ["#ffffff", "#fbc9a4", _VERMILION, "#7f3000"])
_RUNNING_MEAN = "training, running mean"
_NAME_LIMIT = 18
_THUMBNAIL_SIDE = 96


def training_curve(
    history: Sequence[EpochRecord], quantity: Literal["loss", "accuracy"], best_epoch: int | None = None
) -> bytes:
    """Loss or accuracy over the epochs, for training and for validation where there was any.

    A line marks `best_epoch`, the one whose weights were kept.
    """
    epochs = [record.epoch for record in history]
    markers: dict[str, Any] = {"marker": "o", "markersize": 4} if len(epochs) <= 30 else {}
    with _drawing(figsize=(4.8, 3.3), layout="constrained") as figure:
        axes = figure.add_subplot(title=quantity.capitalize(), xlabel="epoch")
        axes.grid(axis="y")
        axes.set_axisbelow(True)
        axes.set_xlim(epochs[0] - 0.5, epochs[-1] + 0.5)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        axes.plot(epochs, _series(history, quantity), color=_VERMILION, linestyle="--", label=_RUNNING_MEAN, **markers)
        if any(record.val_loss is not None for record in history):
            axes.plot(epochs, _series(history, f"val_{quantity}"), color=_BLUE, label="validation", **markers)
        if best_epoch is not None:
            axes.axvline(best_epoch, color=_INK, linestyle=":", linewidth=1.2, label=f"kept: epoch {best_epoch}")
        if quantity == "accuracy":
            axes.yaxis.set_major_formatter(lambda share, _: f"{100 * share:g}%")
        figure.legend(loc="outside lower center", ncols=3, fontsize=9)
        return _png(figure)


def confusion_heat_map(evaluation: Evaluation) -> bytes:
    """The confusion matrix with a count in every cell that is not empty: rows the truth, columns the prediction.

    Right answers are blue, mistakes vermilion, each deeper the larger its share of the row; both scales stand beside.
    """
    counts = np.array(evaluation.confusion)
    shares = counts / counts.sum(axis=1, keepdims=True).clip(1)
    diagonal = np.eye(len(counts), dtype=bool)
    mistakes = np.where(diagonal, 0, shares)
    right = ScalarMappable(Normalize(0, 1), _RIGHT)
    wrong = ScalarMappable(Normalize(0, max(0.1, mistakes.max())), _WRONG)
    colours = np.where(diagonal[..., None], right.to_rgba(shares, bytes=True), wrong.to_rgba(mistakes, bytes=True))

    side = _matrix_inches(len(counts))
    with _drawing(figsize=(side, side)) as figure:
        axes = figure.add_axes((0, 0, 1, 1))
        axes.imshow(colours, interpolation="nearest")
        _name_axes(axes, evaluation.class_names, cell=side / len(counts))
        _annotate(axes, counts, colours, cell=side / len(counts))
        height = 0.5 - 0.55 / side
        for mappable, title, bottom in ((right, "right", 0.5 + 0.13 / side), (wrong, "wrong", 0)):
            bar = figure.add_axes((1 + 0.25 / side, bottom, 0.14 / side, height))
            figure.colorbar(mappable, cax=bar, format=PercentFormatter(1.0, decimals=0))
            bar.set_title(f"{title}\n(share of row)", fontsize=9, fontweight="normal", loc="left", pad=8)
            bar.tick_params(labelsize=9, color=_FAINT)
            bar.yaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 5, 10]))
        # Measured here, since "tight" would draw everything a second time to find it out.
        return _png(figure, bbox_inches=figure.get_tightbbox().padded(0.12))


def sample_grid(
    images: NDArray[np.uint8], labels: Sequence[int] | NDArray[np.int64], class_names: Sequence[str], columns: int = 8
) -> bytes:
    """Images, (n, height, width, channels), each under the name of its class."""
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    height, width = images.shape[1:3]
    step = height / width + 0.24  # in widths of an image: the image, and a line for its name
    with _drawing(figsize=(columns * 1.1, rows * step * 1.1)) as figure:
        axes = figure.add_axes((0, 0, 1, 1))
        axes.axis("off")
        for place, (image, label) in enumerate(zip(images, labels, strict=True)):
            row, column = divmod(place, columns)
            left, bottom = column + 0.04, (row + 1) * step - 0.04
            axes.imshow(
                _greyscale_or_colour(image),
                cmap="gray",
                vmin=0,
                vmax=255,
                extent=(left, left + 0.92, bottom, bottom - 0.92 * height / width),
            )
            name = shown_name(class_names[label], 13)
            axes.text(left + 0.46, row * step + 0.17, name, fontsize=9, horizontalalignment="center")
        axes.set(xlim=(0, columns), ylim=(rows * step, 0))
        return _png(figure)


def thumbnail(image: NDArray[np.uint8]) -> bytes:
    """One image, (height, width, channels), as it is or made smaller to fit 96 x 96 pixels."""
    picture = Image.fromarray(_greyscale_or_colour(image))
    picture.thumbnail((_THUMBNAIL_SIDE, _THUMBNAIL_SIDE))
    return png_of(picture)


def png_of(picture: Image.Image) -> bytes:
    """A picture as the bytes of a PNG file."""
    data = io.BytesIO()
    picture.save(data, format="PNG")
    return data.getvalue()


def sample_indices(labels: NDArray[np.integer], count: int) -> NDArray[np.integer]:
    """Which images show a data set at a glance: the first of every class, then the second of every class, and so on.

    With more classes than `count`, one image each of classes at even distances.
    """
    by_class = np.argsort(labels, kind="stable")
    in_order = labels[by_class]
    rank = np.arange(len(labels)) - np.searchsorted(in_order, in_order)
    in_turn = by_class[np.lexsort((in_order, rank))]
    present = int(np.count_nonzero(rank == 0))
    if present > count:
        return in_turn[np.linspace(0, present - 1, count).round().astype(int)]
    return in_turn[:count]


@contextmanager
def _drawing(**size: Any) -> Iterator[Figure]:
    with matplotlib.style.context(_STYLE, after_reset=True), warnings.catch_warnings():
        # A name in a script that the font lacks shows boxes in the figure; the report's tables show it in full.
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .*missing from font")
        yield Figure(**size)


def _png(figure: Figure, **options: Any) -> bytes:
    data = io.BytesIO()
    figure.savefig(data, format="png", metadata={"Software": None}, **options)
    return data.getvalue()


def _series(history: Sequence[EpochRecord], name: str) -> list[float]:
    values = (getattr(record, name) for record in history)
    return [np.nan if value is None else value for value in values]


def _greyscale_or_colour(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return image[..., 0] if image.shape[-1] == 1 else image


def _matrix_inches(classes: int) -> float:
    """Side of the square: cells shrink with the number of classes, never below what a count of two digits needs."""
    return max(2.4, min(0.6 * classes, 6 + 0.085 * (classes - 10)))


def _name_axes(axes: Axes, class_names: Sequence[str], cell: float) -> None:
    names = [shown_name(name, _NAME_LIMIT) for name in class_names]
    size = min(11.0, 58 * cell)
    longest = max(map(len, names)) * 0.62 * size / 72
    axes.set_xticks(range(len(names)), names, rotation=90 if longest > cell else 0, fontsize=size)
    axes.set_yticks(range(len(names)), names, fontsize=size)
    axes.set_xlabel("predicted", fontweight="bold", labelpad=8)
    axes.set_ylabel("truth", fontweight="bold", labelpad=8)
    axes.tick_params(length=0)
    if len(names) > 40:  # too far from the left and the bottom to follow a row or a column
        axes.tick_params(labeltop=True, labelright=True)
    axes.spines[:].set_visible(False)
    first, last = -0.5, len(names) - 0.5
    edges = np.arange(first, last + 1)
    for lines in (axes.hlines, axes.vlines):
        lines(edges, first, last, color=_STYLE["grid.color"], linewidth=min(1.0, 3 * cell), clip_on=False)


def _annotate(axes: Axes, counts: NDArray[np.integer], colours: NDArray[np.uint8], cell: float) -> None:
    """Write the counts, all as one collection: ten thousand text objects of their own would take ten seconds."""
    digits = len(str(counts.max()))
    size = min(12.0, 72 * cell * min(0.55, 1.3 / digits))
    truths, predictions = np.nonzero(counts)
    numbers = {count: _centred_path(str(count), size) for count in np.unique(counts)}
    lightness = colours[truths, predictions, :3] @ (0.299, 0.587, 0.114) / 255
    axes.add_collection(
        PathCollection(
            [numbers[count] for count in counts[truths, predictions]],
            offsets=np.column_stack([predictions, truths]),
            offset_transform=axes.transData,
            transform=Affine2D().scale(1 / 72) + axes.figure.dpi_scale_trans,
            facecolors=np.where(lightness > 0.46, _INK, "white"),
            linewidths=0,
        ),
        autolim=False,
    )


def _centred_path(text: str, size: float) -> Path:
    path = TextPath((0, 0), text, size=size)
    return path.transformed(Affine2D().translate(*(-path.get_extents().get_points().mean(axis=0))))
