"""Images that wait together go through the model together, and each answer goes to the one who asked for it."""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Predict: TypeAlias = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
"""Images (n, height, width, channels) to probabilities (n, classes)."""


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    image: NDArray[np.uint8]
    answer: "Future[NDArray[np.float32]]" = field(default_factory=Future)


class Batcher:
    """One thread that calls the model; whatever came in meanwhile is the next batch, so that none waits for others.

    How many may wait is for the caller to bound.
    """

    def __init__(self, predict: Predict, most: int) -> None:
        """`most` images are given to `predict` at a time; only the thread calls it."""
        self._predict = predict
        self._most = most
        self._waiting: queue.SimpleQueue[_Asked | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="model")
        self._thread.start()

    def submit(self, image: NDArray[np.uint8]) -> "Future[NDArray[np.float32]]":
        """The probabilities (classes,) of one image (height, width, channels), once they are known.

        A future that is cancelled before its turn costs the model nothing.
        """
        asked = _Asked(image)
        self._waiting.put(asked)
        return asked.answer

    def close(self) -> None:
        """Answer what was asked so far, and end the thread."""
        self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        going_on = True
        while going_on:
            batch, going_on = self._next_batch()
            if batch:
                self._answer(batch)

    def _next_batch(self) -> tuple[list[_Asked], bool]:
        """What waits, after a wait for the first; and whether more is to come."""
        batch: list[_Asked] = []
        asked = self._waiting.get()
        while asked is not None:
            if asked.answer.set_running_or_notify_cancel():
                batch.append(asked)
            if len(batch) == self._most:
                return batch, True
            try:
                asked = self._waiting.get_nowait()
            except queue.Empty:
                return batch, True
        return batch, False

    def _answer(self, batch: list[_Asked]) -> None:
        try:
            rows = self._predict(np.stack([asked.image for asked in batch]))
        except Exception as error:  # noqa: BLE001 (whoever asked is told)
            for asked in batch:
                asked.answer.set_exception(error)
            return
        for asked, row in zip(batch, rows, strict=True):
            asked.answer.set_result(row)
