"""What the programs that `benchmarks.throughput` compares have in common: arguments, and the figures they print."""

import argparse
import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

DATA = ("mnist", "cifar10")


def arguments(description: str) -> argparse.Namespace:
    """The data set and the number of epochs from the command line."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", choices=DATA)
    parser.add_argument("--epochs", type=int, default=10, help="at most so many (default 10)")
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
        self._last = time.perf_counter()

    def lap(self) -> None:
        now = time.perf_counter()
        self.laps.append(now - self._last)
        self._last = now


def report(images: int, seconds: Sequence[float], accuracy: float) -> None:
    """Print one line of JSON.

    Args:
        images: Images trained on in an epoch.
        seconds: Of each epoch. The first, in which graphs are traced, does not count unless it is the only one.
        accuracy: On the test images, 0..1.
    """
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    figures = {
        "images_per_second": images / statistics.median(seconds[1:] or seconds),
        "epochs": len(seconds),
        "accuracy": accuracy,
        # macOS counts bytes, Linux units of 1024.
        "peak_megabytes": largest / (1e6 if sys.platform == "darwin" else 1e6 / 1024),
    }
    print(json.dumps(figures))
