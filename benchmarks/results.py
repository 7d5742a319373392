"""Trains specs with several seeds and prints the test accuracy that they reach.

Run it as `python -m benchmarks.results mnist cifar10 [--seeds 0 1 2] [--runs runs]`.
"""

import argparse
import csv
import json
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def trained(name: str, seed: int, runs: Path) -> Path:
    """The run directory of a spec of the gallery, trained with a seed."""
    command = [Path(sys.executable).parent / "cnn", "run", ROOT / "specs" / f"{name}.cnn"]
    command += ["--set", f"train.seed={seed}", "--runs", runs]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Path(done.stdout.splitlines()[0].rsplit(" in ", 1)[1])


def row(name: str, seeds: list[int], runs: Path) -> str:
    """A line of the table: accuracy of each seed, their mean and standard deviation, epochs, time."""
    accuracies, epochs, minutes = [], [], []
    for seed in seeds:
        run = trained(name, seed, runs)
        accuracies.append(json.loads((run / "metrics.json").read_text(encoding="utf-8"))["test"]["accuracy"] * 100)
        with (run / "history.csv").open(encoding="utf-8") as history:
            epochs.append(len(list(csv.reader(history))) - 1)
        minutes.append(json.loads((run / "manifest.json").read_text(encoding="utf-8"))["seconds"]["train"] / 60)
    each = ", ".join(f"{accuracy:.2f}" for accuracy in accuracies)
    spread = f" ± {statistics.stdev(accuracies):.2f}" if len(accuracies) > 1 else ""
    shown = ", ".join(map(str, epochs))
    return (
        f"| {name} | {statistics.mean(accuracies):.2f}%{spread} | {each} | {shown} | {statistics.mean(minutes):.1f} |"
    )


def main() -> None:
    """Print one table, a line as soon as its runs are finished."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("specs", nargs="+", metavar="NAME", help="a spec of the gallery, such as mnist")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    options = parser.parse_args()
    print("| spec | test accuracy | each seed | epochs | minutes of training |")
    print("| --- | --- | --- | --- | --- |", flush=True)
    for name in options.specs:
        print(row(name, options.seeds, options.runs), flush=True)


if __name__ == "__main__":
    main()
