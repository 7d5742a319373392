"""Peak memory of training on a folder of many pictures beside one of a tenth as many. Linux and macOS.

Run it as `CNN_DATA_HOME=FOLDER python -m benchmarks.folder_memory [--files 60000] [--rounds 3]`: CIFAR-10 is written
out as PNG files; then a run of one epoch, report included, is made of a tenth of them and of all of them, in turn, each
as a process of its own.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from runtime.data.datasets import load_dataset
from spec_lang.datasets import DATASETS

SPEC = """
data folder "{folder}" {{ size 32x32; validation 10%; test 10% }}
augment {{ rotate 10deg; shift 10%; zoom 90%..110%; flip horizontal }}
conv 16 3x3 relu; pool 4x4; flatten; dense classes softmax
train {{ epochs 1; batch 64 }}
"""


def write(folder: Path, count: int) -> None:
    """So many training and test images of CIFAR-10, by class."""
    data, names = load_dataset("cifar10"), DATASETS["cifar10"].classes
    images, labels = np.concatenate([data.x_train, data.x_test]), np.concatenate([data.y_train, data.y_test])
    for name in names:
        (folder / name).mkdir(parents=True)
    for number in range(min(count, len(images))):
        Image.fromarray(images[number]).save(folder / names[labels[number]] / f"{number:05}.png")


def peak(folder: Path) -> float:
    """Megabytes of a whole `cnn run`."""
    spec = folder.with_suffix(".cnn")
    spec.write_text(SPEC.format(folder=folder.name), encoding="utf-8")
    command = [sys.executable, "-m", "benchmarks.folder_memory", "--only", str(spec)]
    return float(json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.splitlines()[-1]))


def run_here(spec: str) -> float:
    """Megabytes of this process after a run."""
    from runtime.runs.run import run_file

    with tempfile.TemporaryDirectory() as runs:
        if run_file(spec, [], runs):
            sys.exit("the run failed")
    # macOS counts bytes, Linux units of 1024.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e6 / 1024)


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=60_000, help="at most 60000 (default)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", metavar="SPEC", help="run one spec and print the peak, for one round")
    options = parser.parse_args()
    if options.only:
        print(json.dumps(run_here(options.only)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        many, few = Path(temporary, "many"), Path(temporary, "few")
        write(many, options.files)
        write(few, options.files // 10)
        rounds = []
        for number in range(1, options.rounds + 1):
            rounds.append((peak(few), peak(many)))
            print(f"round {number}: {json.dumps(rounds[-1])}", file=sys.stderr, flush=True)
    small, large = (statistics.median(each) for each in zip(*rounds, strict=True))
    ratio = statistics.median(large / small for small, large in rounds)
    print(f"| medians over {options.rounds} rounds | {options.files // 10:,} files | {options.files:,} files | ratio |")
    print("| --- | ---: | ---: | ---: |")
    print(f"| peak memory, MB | {small:,.0f} | {large:,.0f} | {ratio:.3f} |")


if __name__ == "__main__":
    main()
