"""What the programs that `benchmarks.throughput` compares have in common: arguments, and the figures they leave."""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

DATA = ("mnist", "cifar10")
BATCH = 32


def arguments(description: str) -> argparse.Namespace:
    """The data set, the folder to write to and the number of epochs from the command line."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", choices=DATA)
    parser.add_argument("folder", type=Path, help="where the results go")
    parser.add_argument("--epochs", type=int, default=3, help="at most so many (default 3)")
    return parser.parse_args()


def data_file(name: str) -> Path:
    """The .npz file of a data set in the folder CNN_DATA_HOME; ends the program where there is none."""
    path = Path(os.environ.get("CNN_DATA_HOME", ""), f"{name}.npz")
    if not path.is_file():
        sys.exit(f"set CNN_DATA_HOME to a folder that holds {name}.npz")
    return path


class Stopwatch:
    """Seconds from one end of an epoch to the next, validation included."""

    def __init__(self) -> None:
        self.laps: list[float] = []
        self._began = self._last = time.perf_counter()

    def lap(self) -> None:
        now = time.perf_counter()
        self.laps.append(now - self._last)
        self._last = now

    @property
    def total(self) -> float:
        """From the beginning until now."""
        return time.perf_counter() - self._began


def epoch_figures(images: int, seconds: Sequence[float], fit: float, accuracy: float) -> dict[str, float]:
    """What is compared.

    Args:
        images: Images trained on in an epoch.
        seconds: Of each epoch. The first, in which graphs are traced, does not count for the images a second unless it
            is the only one.
        fit: Seconds that all of the training took, tracing included.
        accuracy: On the test images, 0..1.
    """
    rate = images / statistics.median(seconds[1:] or seconds)
    return {"images_per_second": rate, "fit": fit, "epochs": len(seconds), "accuracy": accuracy}


def leave(folder: Path, figures: dict[str, float]) -> None:
    """Write figures.json."""
    (folder / "figures.json").write_text(json.dumps(figures), encoding="utf-8")
