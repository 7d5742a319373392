"""How fast training images are varied: this project beside what Keras's tutorials use, same pictures, same settings.

Run it as `CNN_DATA_HOME=FOLDER python -m benchmarks.augmentation [--files 20000] [--rounds 3]`. CIFAR-10 is written out
as PNG files; then each contender, as a process of its own and in turn, goes once through all of them in batches of 32,
with every geometric setting. Nothing is trained. The machine should have nothing else to do.

Keras's generators hand each batch to Python, where `model.fit` takes it from; a training of dotcnn varies a batch in
the graph that uses it. So dotcnn is measured twice: as it trains, and handing each batch over as an array.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.picture_folders import write_folders

BATCH = 32
AT_ONCE = 16 * BATCH
"""Images varied in one call where batches are handed to Python."""
WARM_UP = 3_000
"""Images that are not timed: graphs are traced, files of the libraries read."""
ANGLE, SHIFT, SHEAR, ZOOM = 10, 0.1, 10, (0.9, 1.1)
SPEC = f"""
data folder "." {{ size 32x32; validation 0% }}
augment {{
  rotate {ANGLE}deg; shift {SHIFT:.0%}; shear {SHEAR}deg; zoom {ZOOM[0]}..{ZOOM[1]}; flip horizontal vertical
}}
flatten; dense classes softmax
"""


def ours(folder: Path, *, in_memory: bool = False, handed: bool = False) -> Iterator[int]:
    """The files, or their images in memory, varied in a graph.

    Either in chunks, each batch used inside the same graph, as a training does it; or each batch is `handed` to Python
    as an array, as Keras's generators do it: a part of what was varied in one call.
    """
    from compiler import training_plan
    from compiler.augment import augment
    from compiler.backend import tf
    from compiler.pipeline import scaled
    from compiler.randomness import epoch_order
    from runtime.data.examples import ArraySource, Examples
    from runtime.data.run_data import load_run_data
    from runtime.specs.spec_file import SpecFolder
    from runtime.training.train import chunk_size
    from spec_lang import check_text

    program = check_text(SPEC, "augmentation.cnn", world=SpecFolder(folder)).program
    assert program is not None
    assert program.data is not None
    plan = training_plan(program)
    settings = plan.augmentation
    assert settings is not None
    training = load_run_data(program.data, plan, folder).training
    if in_memory:
        training = Examples(ArraySource(training.images(), training.labels), np.arange(len(training)))

    def varied(images: Any, ids: Any, epoch: Any) -> Any:
        return augment(scaled(images), tf.zeros((tf.size(ids), 1)), epoch, ids, settings, plan.seed)[0]

    def used(images: Any, ids: Any, epoch: Any) -> Any:
        def one_batch(start: Any, total: Any) -> Any:
            part = slice(start, start + BATCH)
            return start + BATCH, total + tf.reduce_sum(varied(images[part], ids[part], epoch))

        return tf.while_loop(lambda start, _: start < tf.size(ids), one_batch, (0, 0.0))[1]

    signature = (
        tf.TensorSpec((None, 32, 32, 3), tf.uint8),
        tf.TensorSpec((None,), tf.int64),
        tf.TensorSpec((), tf.int64),
    )
    graph = tf.function(varied if handed else used, input_signature=signature, autograph=False)
    for epoch in count(1):
        order = epoch_order(plan.seed, epoch, np.arange(len(training)))
        for images, _, ids in training.batches(order, chunk_size(training, BATCH)):
            at_once = AT_ONCE if handed else len(ids)
            for start in range(0, len(ids), at_once):
                result = graph(images[start : start + at_once], ids[start : start + at_once], epoch).numpy()
                if handed:
                    yield from (len(result[first : first + BATCH]) for first in range(0, len(result), BATCH))
                else:
                    yield len(ids)


def generator() -> Any:
    """The tutorials' `ImageDataGenerator` with the same settings."""
    from compiler.backend import tf

    warnings.filterwarnings("ignore", category=DeprecationWarning)
    return tf.keras.preprocessing.image.ImageDataGenerator(
        rotation_range=ANGLE,
        width_shift_range=SHIFT,
        height_shift_range=SHIFT,
        shear_range=SHEAR,
        zoom_range=ZOOM,
        horizontal_flip=True,
        vertical_flip=True,
        rescale=1 / 255,
    )


def arrays(folder: Path) -> Iterator[int]:
    """The images in memory, through `ImageDataGenerator.flow`."""
    from PIL import Image

    images = np.stack([np.asarray(Image.open(path)) for path in sorted(folder.rglob("train/*/*.png"))])
    for batch in generator().flow(images.astype(np.float32), batch_size=BATCH, seed=0):
        yield len(batch)


def directory(folder: Path) -> Iterator[int]:
    """The files, through `ImageDataGenerator.flow_from_directory`."""
    flow = generator().flow_from_directory(folder / "train", target_size=(32, 32), batch_size=BATCH, seed=0)
    for images, _ in flow:
        yield len(images)


def layers(folder: Path) -> Iterator[int]:
    """The files, through `image_dataset_from_directory` and Keras's `Random*` layers, mapped and ahead of the step."""
    from compiler.backend import keras, tf

    files = keras.utils.image_dataset_from_directory(
        folder / "train", image_size=(32, 32), batch_size=BATCH, seed=0, verbose=False
    )
    varied = keras.Sequential(
        [
            keras.layers.Rescaling(1 / 255),
            keras.layers.RandomFlip(),
            keras.layers.RandomRotation(ANGLE / 360, fill_mode="nearest"),
            keras.layers.RandomTranslation(SHIFT, SHIFT, fill_mode="nearest"),
            keras.layers.RandomShear(SHEAR / 90, SHEAR / 90, fill_mode="nearest"),
            keras.layers.RandomZoom((ZOOM[0] - 1, ZOOM[1] - 1), (ZOOM[0] - 1, ZOOM[1] - 1), fill_mode="nearest"),
        ]
    )
    mapped = files.map(lambda images, _: varied(images, training=True), num_parallel_calls=tf.data.AUTOTUNE)
    for images in mapped.repeat().prefetch(tf.data.AUTOTUNE):
        yield len(images)


CONTENDERS: dict[str, Callable[[Path], Iterator[int]]] = {
    "dotcnn, files": ours,
    "dotcnn, arrays": partial(ours, in_memory=True),
    "dotcnn handing batches over, files": partial(ours, handed=True),
    "dotcnn handing batches over, arrays": partial(ours, in_memory=True, handed=True),
    "ImageDataGenerator, arrays": arrays,
    "flow_from_directory, files": directory,
    "Random* layers, files": layers,
}


def images_per_second(batches: Iterator[int], files: int) -> float:
    """Over as many images as there are files, after some to warm up."""
    warm = 0
    while warm < WARM_UP:
        warm += next(batches)
    began, done = time.perf_counter(), 0
    while done < files:
        done += next(batches)
    return done / (time.perf_counter() - began)


def measured(name: str, folder: Path, files: int) -> float:
    """Images a second of a contender, as a process of its own."""
    command = [sys.executable, "-m", "benchmarks.augmentation", "--only", name, "--folder", str(folder)]
    command += ["--files", str(files)]
    return float(json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.splitlines()[-1]))


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--folder", type=Path, help="written by benchmarks.picture_folders; a temporary one unless given"
    )
    parser.add_argument("--only", choices=CONTENDERS, help="print one contender's images a second, for this round")
    options = parser.parse_args()
    if options.only:
        print(json.dumps(images_per_second(CONTENDERS[options.only](options.folder), options.files)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary, "pictures")
        files = options.files if options.folder else write_folders(folder, limit=options.files)
        rounds = []
        for number in range(1, options.rounds + 1):
            rounds.append({name: measured(name, folder, files) for name in CONTENDERS})
            print(f"round {number}: {json.dumps(rounds[-1])}", file=sys.stderr, flush=True)
    heading = f"{files:,} pictures, medians over {options.rounds} rounds | images a second"
    print(f"| {heading} | dotcnn / it | handing over / it |")
    print("| --- | ---: | ---: | ---: |")
    for name in CONTENDERS:
        speed = statistics.median(each[name] for each in rounds)
        on = name.rpartition(", ")[2]
        ratios = [
            statistics.median(each[f"{ours_}, {on}"] / each[name] for each in rounds)
            for ours_ in ("dotcnn", "dotcnn handing batches over")
        ]
        print(f"| {name} | {speed:,.0f} | " + " | ".join(f"{ratio:.2f}" for ratio in ratios) + " |")


if __name__ == "__main__":
    main()
