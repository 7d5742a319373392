"""Training throughput, memory and accuracy: the network written by hand, by this project, and a bare loop as the limit.

Run it as `CNN_DATA_HOME=FOLDER python -m benchmarks.throughput --data mnist [--rounds 3] [--epochs 10]`: every round
runs each program once, as a process of its own. The machine should have nothing else to do.
"""

import argparse
import json
import statistics
import subprocess
import sys

from benchmarks.contender import DATA

CONTENDERS = {"by hand": "benchmarks.by_hand", "dotcnn": "benchmarks.ours", "bare loop": "benchmarks.bare_loop"}
FIGURES = {
    "images_per_second": ("training images a second, validation included", ",.0f"),
    "peak_megabytes": ("peak memory, MB", ",.0f"),
    "accuracy": ("test accuracy", ".2%"),
    "epochs": ("epochs", ".0f"),
}


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", choices=DATA, default="mnist")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=10, help="at most so many (default 10)")
    args = parser.parse_args()
    rounds = []
    for number in range(1, args.rounds + 1):
        rounds.append({name: measured(module, args.data, args.epochs) for name, module in CONTENDERS.items()})
        print(f"round {number}: {json.dumps(rounds[-1])}", file=sys.stderr, flush=True)

    print(f"| {args.data}, medians over {args.rounds} rounds | {' | '.join(CONTENDERS)} | dotcnn / by hand |")
    print(f"| --- |{' ---: |' * (len(CONTENDERS) + 1)}")
    for figure, (words, form) in FIGURES.items():
        cells = [format(statistics.median(each[name][figure] for each in rounds), form) for name in CONTENDERS]
        ratio = statistics.median(each["dotcnn"][figure] / each["by hand"][figure] for each in rounds)
        print(f"| {words} | {' | '.join(cells)} | {ratio:.2f} |")


def measured(module: str, data: str, epochs: int) -> dict[str, float]:
    """The figures that a contender prints."""
    command = [sys.executable, "-m", module, data, "--epochs", str(epochs)]
    line = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1]
    figures: dict[str, float] = json.loads(line)
    return figures


if __name__ == "__main__":
    main()
