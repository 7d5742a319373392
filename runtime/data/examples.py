"""Labelled images to learn from or to judge by, wherever they lie."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.uint8]
"""(n, height, width, channels), 0 to 255."""
Indices = NDArray[np.int64]


class ImageSource(Protocol):
    """Images with their labels, numbered from 0 on. Never changed while a run looks at them."""

    @property
    def labels(self) -> NDArray[np.int64]:
        """(n,), the label of each image."""
        ...

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(height, width, channels)."""
        ...

    def batches(self, order: Indices, size: int) -> Iterator[Images]:
        """The images in an order, so many at a time, the last ones perhaps fewer. Each array is the caller's own.

        Raises UserError, naming the file, for an image that can no longer be read.
        """
        ...

    def file_name(self, index: int) -> str | None:
        """The file of an image, by its path below the folder of all of them; None where it is in an array."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class ArraySource:
    """Images that are all in memory."""

    images: Images
    labels: NDArray[np.int64]

    @property
    def image_shape(self) -> tuple[int, int, int]:
        height, width, channels = self.images.shape[1:]
        return height, width, channels

    def batches(self, order: Indices, size: int) -> Iterator[Images]:
        for start in range(0, len(order), size):
            yield self.images[order[start : start + size]]

    def file_name(self, index: int) -> None:  # noqa: ARG002 - the same for all
        return None


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Some images of a source."""

    source: ImageSource
    indices: Indices
    """Which of them; the same one may stand there more than once."""
    ids: Indices | None = None
    """What the random variations of each of them are drawn by; the indices unless given."""

    def __len__(self) -> int:
        return len(self.indices)

    @property
    def labels(self) -> NDArray[np.int64]:
        return self.source.labels[self.indices]

    def batches(self, positions: Indices, size: int) -> Iterator[tuple[Images, NDArray[np.int64], Indices]]:
        """(images, labels, ids) of the examples at some positions, so many at a time."""
        indices = self.indices[positions]
        ids = indices if self.ids is None else self.ids[positions]
        starts = range(0, len(indices), size)
        for start, images in zip(starts, self.source.batches(indices, size), strict=True):
            chosen = slice(start, start + size)
            yield images, self.source.labels[indices[chosen]], ids[chosen]

    def file_names(self) -> list[str] | None:
        """The file of each example; None where they are in arrays."""
        names = [self.source.file_name(index) for index in self.indices.tolist()]
        return [name for name in names if name is not None] if names and names[0] is not None else None

    def name(self, position: int) -> str:
        """What to call the example at a position: its file, or its place among the examples, from 0."""
        return self.source.file_name(int(self.indices[position])) or f"image {position}"

    def images(self) -> Images:
        """All of them in one array: for a few, or for tests."""
        if not len(self):
            return np.empty((0, *self.source.image_shape), np.uint8)
        return next(self.source.batches(self.indices, len(self)))


def oversampled(examples: Examples, classes: int) -> Examples:
    """The examples with those of rare classes several times over, so that every class has about as many.

    A class of n examples stands there round(most / n) times whole; each copy has its own random variations.
    """
    counts = np.bincount(examples.labels, minlength=classes)
    copies = np.maximum(np.rint(counts.max() / np.maximum(counts, 1)), 1).astype(np.int64)[examples.labels]
    indices = np.repeat(examples.indices, copies)
    copy = np.concatenate([np.arange(each) for each in copies]) if len(copies) else np.empty(0, np.int64)
    return Examples(examples.source, indices, indices + copy * len(examples.source.labels))


def class_weights(labels: NDArray[np.int64], classes: int) -> NDArray[np.float32]:
    """How much an image of each class weighs so that all classes weigh the same: n / (classes * images of the class).

    The formula is that of scikit-learn's `compute_class_weight("balanced")`; a class without images weighs 0.
    """
    counts = np.bincount(labels, minlength=classes)
    present = np.count_nonzero(counts)
    return np.where(counts > 0, len(labels) / (present * np.maximum(counts, 1)), 0).astype(np.float32)
