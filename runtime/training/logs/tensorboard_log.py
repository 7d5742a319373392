"""The figures of each epoch for TensorBoard, below the run directory, as Keras's own callback lays them out."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from runtime.errors import UserError
from runtime.files import inside, reason
from runtime.training.history import EpochRecord

FOLDER: Final = "tensorboard"


class TensorBoardLog:
    """Event files in `tensorboard/train` and `tensorboard/validation`; both curves of a figure share a chart."""

    def __init__(self, run: Path) -> None:
        """Raises UserError where the folder cannot be written."""
        self._folder = run / FOLDER
        self._writers: dict[str, Any] = {}
        self._epochs = 0

    def settle(self, record: EpochRecord) -> None:
        """Write one epoch, flushed: it outlives whatever ends the run."""
        self._epochs = record.epoch
        for part, figures in by_part(record).items():
            self._write(part, {f"epoch_{name}": value for name, value in figures.items()}, record.epoch)

    def finish(self, figures: Mapping[str, float]) -> None:
        """Write the scores on the test images, as of the last epoch."""
        self._write("test", {f"test_{name}": value for name, value in figures.items()}, self._epochs)
        for writer in self._writers.values():
            writer.close()

    def fail(self) -> None:
        """Nothing: what was written is on disk."""

    def _write(self, part: str, figures: Mapping[str, float], step: int) -> None:
        from tensorboard.compat.proto.event_pb2 import Event
        from tensorboard.compat.proto.summary_pb2 import Summary

        values = [Summary.Value(tag=name, simple_value=value) for name, value in figures.items()]
        try:
            writer = self._writer(part)
            writer.add_event(Event(wall_time=time.time(), step=step, summary=Summary(value=values)))
            writer.flush()
        except OSError as error:
            raise UserError(f"cannot write {self._folder}: {reason(error)}") from error

    def _writer(self, part: str) -> Any:
        from tensorboard.summary.writer.event_file_writer import EventFileWriter

        if part not in self._writers:
            # A link in a stranger's run must not have the events written elsewhere.
            place = inside(self._folder.parent, f"{FOLDER}/{part}/events").parent
            self._writers[part] = EventFileWriter(str(place))
        return self._writers[part]


def by_part(record: EpochRecord) -> dict[str, dict[str, float]]:
    """The figures of an epoch by the images that they are of, "train" or "validation"; names are without "val_"."""
    parts: dict[str, dict[str, float]] = {"train": {}, "validation": {}}
    for name, value in record.figures().items():
        parts["validation" if name.startswith("val_") else "train"][name.removeprefix("val_")] = value
    return {part: figures for part, figures in parts.items() if figures}
