"""Pictures as a source of images: decoded as they are needed, by several threads, ahead of the step."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from runtime.data.examples import Images, Indices
from runtime.data.folders.cache import Pixels
from runtime.data.folders.facts import WORKERS, in_parallel
from runtime.data.images import Resize, read_image, read_plain
from runtime.data.native import read_native

_TASK: Final = 16
"""Images that a thread decodes at a time: fewer cost more to hand out, more leave threads idle at the end."""


class PictureFiles:
    """An `ImageSource` of files. Nothing is kept: memory does not grow with their number."""

    def __init__(
        self,
        paths: Sequence[Path],
        labels: NDArray[np.int64],
        image_shape: tuple[int, int, int],
        resize: Resize,
        plain: NDArray[np.bool_] | None = None,
        native: NDArray[np.bool_] | None = None,
        workers: int = WORKERS,
        root: Path | None = None,
    ) -> None:
        """`plain` tells which pictures need only be decoded, `native` which of these inside TensorFlow: see `is_plain`
        and `is_native`. All are read with care unless given.

        `root` is the folder that names of files begin at, where they are in it.
        """
        self.paths = paths
        self._root = root
        self.labels = labels
        self.image_shape = image_shape
        self.resize = resize
        self.kept: Pixels | None = None
        """All of them, decoded already, where there is room for that on disk."""
        self._plain = np.zeros(len(paths), np.bool_) if plain is None else plain
        self._native = np.zeros(len(paths), np.bool_) if native is None else native
        self._workers = workers

    def batches(self, order: Indices, size: int) -> Iterator[Images]:
        """The images in an order, so many at a time; the number of threads leaves no trace in them.

        While one batch is used, the next is decoded.
        """
        # A task lies within one batch.
        tasks = (
            (start // size, order[begin : min(begin + _TASK, start + size)])
            for start in range(0, len(order), size)
            for begin in range(start, min(start + size, len(order)), _TASK)
        )
        decoded = in_parallel(self._decoded, tasks, self._workers, ahead=-(-size // _TASK) + self._workers)
        for _, parts in groupby(decoded, key=lambda part: part[0]):
            yield np.concatenate([images for _, images in parts])

    def file_name(self, index: int) -> str:
        path = self.paths[index]
        inside = self._root is not None and path.is_relative_to(self._root)
        return path.relative_to(self._root).as_posix() if inside and self._root else str(path)

    def _decoded(self, task: tuple[int, Indices]) -> tuple[int, Images]:
        batch, indices = task
        images = np.empty((len(indices), *self.image_shape), np.uint8)
        native = self._native[indices] if self.kept is None else np.zeros(len(indices), np.bool_)
        if native.any():
            together = read_native([self.paths[index] for index in indices[native].tolist()], self.image_shape)
            if together is None:
                native[:] = False
            else:
                images[native] = together
        for place in np.flatnonzero(~native).tolist():
            images[place] = self._read(int(indices[place]))
        return batch, images

    def _read(self, index: int) -> Images:
        image = self.kept.image(index) if self.kept else None
        if image is not None:
            return image
        if self._plain[index]:
            return read_plain(self.paths[index], self.image_shape)
        return read_image(self.paths[index], self.image_shape, self.resize)
