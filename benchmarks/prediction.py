"""`cnn predict` on a folder of images beside Pillow in a loop and `model.predict` on the arrays, in turn.

Run it as `CNN_DATA_HOME=FOLDER python -m benchmarks.prediction [--data mnist] [--images 10000] [--rounds 5]`. A network
is trained for a moment, test images are written as PNG files, and every round runs three commands, each as a process of
its own: `cnn predict` on the folder, `cnn predict` on one of its images, and `benchmarks.bare_predict`.

Two ratios are printed. The first is of the commands as a whole: TensorFlow's start counts on both sides. The second is
of the work alone: what `cnn predict` takes beyond its time for one image, against decoding and `model.predict`.
The machine should have nothing else to do.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.contender import DATA, data_file

ROOT = Path(__file__).resolve().parent.parent
CNN = (sys.executable, "-m", "runtime.cli")
BOUND = 1.2


@dataclass(frozen=True, slots=True)
class Round:
    """Wall seconds of one round."""

    whole: float
    """`cnn predict` on all images."""
    one: float
    """On one image: the start, for the most part."""
    bare: float
    """The other program as a whole."""
    decode: float
    predict: float

    @property
    def work(self) -> float:
        """The ratio of the work alone."""
        return (self.whole - self.one) / (self.decode + self.predict)


def main() -> None:
    """Print the medians and the two ratios; the exit code is 1 where one is above its bound."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", choices=DATA, default="mnist")
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        images = write_images(options.data, options.images, folder / "images")
        run = trained(options.data, folder)
        measure(run, images, folder)  # once unmeasured: files and libraries come from memory afterwards
        rounds = [measure(run, images, folder) for _ in range(options.rounds)]
    sys.exit(report(rounds, options.images))


def write_images(data: str, count: int, folder: Path) -> Path:
    """The first test images as PNG files, named so that their order by name is that of the data set."""
    folder.mkdir()
    with np.load(data_file(data), allow_pickle=False) as arrays:
        test = arrays["x_test"][:count]
    for number, pixels in enumerate(test):
        Image.fromarray(pixels).save(folder / f"{number:05}.png")
    return folder


def trained(data: str, folder: Path) -> Path:
    """A run of the network of the gallery, after one epoch on a few images."""
    words = [*CNN, "run", str(ROOT / "specs" / f"{data}.cnn"), "--runs", str(folder / "runs")]
    seconds([*words, "--set", "train.epochs=1", "--set", "data.limit=2000"], folder / "run.txt")
    return folder / "runs" / f"{data}-1"


def measure(run: Path, images: Path, folder: Path) -> Round:
    """One round."""
    out = folder / "out.txt"
    predict = [*CNN, "predict", str(run), "--format", "csv"]
    whole = seconds([*predict, str(images)], out)
    answers = out.read_text(encoding="utf-8").count("\n") - 1
    if answers != len(list(images.iterdir())):
        sys.exit(f"cnn predict gave {answers} answers")
    one = seconds([*predict, str(images / "00000.png")], out)
    bare = seconds([sys.executable, "-m", "benchmarks.bare_predict", str(run), str(images)], out)
    parts = json.loads(out.read_text(encoding="utf-8"))
    return Round(whole, one, bare, parts["decode"], parts["predict"])


def seconds(command: Sequence[str], out: Path) -> float:
    """The wall time of a command whose output goes to a file; raises where it fails."""
    start = time.perf_counter()
    with out.open("wb") as file:
        subprocess.run(command, check=True, stdout=file, cwd=ROOT)
    return time.perf_counter() - start


def report(rounds: Sequence[Round], images: int) -> int:
    """Print the figures; 1 where a ratio is above its bound."""
    for name, words in (
        ("whole", f"cnn predict, {images:,} images, s"),
        ("one", "cnn predict, one image, s"),
        ("bare", "Pillow and model.predict, the whole program, s"),
        ("decode", "  decoding, s"),
        ("predict", "  model.predict, s"),
    ):
        print(f"{words:<50} {statistics.median(getattr(each, name) for each in rounds):8.2f}")
    ratios = {
        "the whole commands": statistics.median(each.whole / each.bare for each in rounds),
        "the work without the start": statistics.median(each.work for each in rounds),
    }
    for words, ratio in ratios.items():
        print(f"{words:<50} {ratio:8.2f}  (at most {BOUND})")
    return int(max(ratios.values()) > BOUND)


if __name__ == "__main__":
    main()
