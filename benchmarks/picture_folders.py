"""CIFAR-10 as a person would have it: a folder of PNG files for each class, beneath train and test.

Run it as `CNN_DATA_HOME=FOLDER python -m benchmarks.picture_folders OUT [--classes cat dog] [--limit 20000]`. The files
hold the published pixels; their names are the places of the images in the published arrays. OUT must not exist.
"""

import argparse
from collections.abc import Collection
from pathlib import Path

import numpy as np
from PIL import Image

from runtime.data.datasets import load_dataset
from spec_lang.datasets import DATASETS

CLASSES = DATASETS["cifar10"].classes


def write_folders(out: Path, classes: Collection[str] = CLASSES, limit: int | None = None) -> int:
    """Write OUT/{train,test}/CLASS/NUMBER.png; returns how many files of train there are, at most `limit`."""
    data = load_dataset("cifar10")
    labels = {CLASSES.index(name) for name in classes}
    wanted = np.flatnonzero(np.isin(data.y_train, list(labels)))[:limit]
    for part, images, where, numbers in (
        ("train", data.x_train, data.y_train, wanted),
        ("test", data.x_test, data.y_test, np.flatnonzero(np.isin(data.y_test, list(labels)))),
    ):
        for name in classes:
            (out / part / name).mkdir(parents=True)
        for number in numbers:
            Image.fromarray(images[number]).save(out / part / CLASSES[where[number]] / f"{number:05}.png")
    return len(wanted)


def main() -> None:
    """Write the folders."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, metavar="OUT")
    parser.add_argument("--classes", nargs="+", choices=CLASSES, default=CLASSES, metavar="NAME")
    parser.add_argument("--limit", type=int, help="at most so many training images")
    options = parser.parse_args()
    if options.out.exists():
        parser.error(f"{options.out} exists already")
    count = write_folders(options.out, options.classes, options.limit)
    print(f"{options.out}: {count:,} pictures to train on, of {', '.join(options.classes)}")


if __name__ == "__main__":
    main()
