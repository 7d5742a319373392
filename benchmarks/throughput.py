"""Whole trainings side by side: the network written by hand in plain Keras, by `cnn run`, and a bare loop as the limit.

Run it as `CNN_DATA_HOME=FOLDER python -m benchmarks.throughput --data mnist [--rounds 3] [--epochs 3]`: every round
runs each program once, as a process of its own. The machine should have nothing else to do.
"""

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.contender import BATCH, DATA, epoch_figures

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to train the network."""

    command: Callable[[str, int, Path], list[str]]
    """From data set, epochs and an empty folder to write to."""
    figures: Callable[[Path], dict[str, float]]
    """What it left there."""


def _program(name: str) -> Contender:
    """One of the programs beside this file."""

    def command(data: str, epochs: int, folder: Path) -> list[str]:
        return [sys.executable, "-m", f"benchmarks.{name}", data, str(folder), "--epochs", str(epochs)]

    return Contender(command, lambda folder: json.loads((folder / "figures.json").read_text(encoding="utf-8")))


def _run_command(data: str, epochs: int, folder: Path) -> list[str]:
    words = [sys.executable, "-m", "runtime.cli", "run", str(ROOT / "specs" / f"{data}.cnn")]
    return [*words, "--set", f"train.epochs={epochs}", "--set", f"train.batch={BATCH}", "--runs", str(folder)]


def _run_figures(folder: Path) -> dict[str, float]:
    (run,) = folder.iterdir()
    manifest, metrics = (json.loads((run / f"{name}.json").read_text("utf-8")) for name in ("manifest", "metrics"))
    with (run / "history.csv").open(encoding="utf-8") as history:
        seconds = [float(row["seconds"]) for row in csv.DictReader(history)]
    return epoch_figures(
        manifest["data"]["train_images"], seconds, manifest["seconds"]["train"], metrics["test"]["accuracy"]
    )


CONTENDERS = {
    "by hand": _program("by_hand"),
    "dotcnn": Contender(_run_command, _run_figures),
    "bare loop": _program("bare_loop"),
}
FIGURES = {
    "images_per_second": ("training images a second, validation included", ",.0f"),
    "fit": ("the fit phase, seconds", ",.1f"),
    "whole": ("the whole command, seconds", ",.1f"),
    "peak_megabytes": ("peak memory, MB", ",.0f"),
    "accuracy": ("test accuracy", ".2%"),
    "epochs": ("epochs", ".0f"),
}


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", choices=DATA, default="mnist")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=3, help="at most so many (default 3)")
    args = parser.parse_args()
    rounds = []
    for number in range(1, args.rounds + 1):
        rounds.append({name: measured(each, args.data, args.epochs) for name, each in CONTENDERS.items()})
        print(f"round {number}: {json.dumps(rounds[-1])}", file=sys.stderr, flush=True)

    names = [*CONTENDERS, "dotcnn / by hand", "dotcnn / bare loop"]
    print(f"| {args.data}, medians over {args.rounds} rounds | {' | '.join(names)} |")
    print(f"| --- |{' ---: |' * len(names)}")
    for figure, (words, form) in FIGURES.items():
        cells = [format(statistics.median(each[name][figure] for each in rounds), form) for name in CONTENDERS]
        cells += [_ratio(rounds, figure, peer) for peer in ("by hand", "bare loop")]
        print(f"| {words} | {' | '.join(cells)} |")


def _ratio(rounds: list[dict[str, dict[str, float]]], figure: str, peer: str) -> str:
    if peer == "bare loop" and figure != "images_per_second":
        return ""  # it does nothing else
    return f"{statistics.median(each['dotcnn'][figure] / each[peer][figure] for each in rounds):.2f}"


def measured(contender: Contender, data: str, epochs: int) -> dict[str, float]:
    """The figures of one contender, as a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        began = time.perf_counter()
        process = subprocess.Popen(contender.command(data, epochs, folder), stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{process.args!r} ended with exit code {process.returncode}")
        whole = time.perf_counter() - began
        # macOS counts bytes, Linux units of 1024.
        peak = usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e6 / 1024)
        told: dict[str, Any] = contender.figures(folder)
        return {**told, "whole": whole, "peak_megabytes": peak}


if __name__ == "__main__":
    main()
