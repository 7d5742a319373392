"""The same seed gives the same bits in another process: for every spec of the gallery, and for all that is random.

Each spec is cut down to about a hundred images and two epochs; what is compared are the weights and all figures.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import specs
from spec_lang.datasets import DATASETS

HUGE = {"vgg16"}
"""Half a gigabyte of weights, for images of 224x224 pixels: no minute's work."""
GALLERY = sorted(path for path in Path(specs.__file__).parent.glob("*.cnn") if path.stem not in HUGE)
VARIED = """data digits
augment { rotate 20deg; shift 10%; shear 10deg; zoom 80%..120%; flip horizontal; crop 1px; brightness 0.8..1.2
contrast 0.8..1.2; channel_shift 10%; noise 5%; erase 30%; mixup 0.3 }
conv 4 3x3 relu; spatialdropout 0.2; gaussiannoise 0.1; flatten; dropout 0.4; dense 10 softmax
train { average 0.9; label_smoothing 10%; schedule cosine warmup=1; metrics top3 f1 auc; keep val_auc; seed 3 }
"""
TRAIN = """import hashlib, json, sys
from dataclasses import replace
from pathlib import Path
from compiler import build_model
from runtime.training.preparing import prepared
from runtime.runs.run import make_job
from runtime.specs.spec_file import check_content
from runtime.training.train import train
for name in sys.argv[1:]:
    path = Path(name)
    limits = ["train.epochs=2", "data.limit=96"]
    checked = check_content(path.read_bytes(), name, limits)
    job = make_job(checked.program, b"", path.absolute().parent)
    model = build_model(job.program, job.plan.precision)
    images, preparation = prepared(job.data.training, job.plan, len(job.classes))
    result = train(model, job.plan, images, job.data.validation, preparation=preparation)
    weights = hashlib.sha256(b"".join(weight.numpy().tobytes() for weight in model.weights)).hexdigest()
    figures = [record.figures() for record in result.history]
    print(json.dumps({"spec": path.stem, "weights": weights, "figures": figures}), flush=True)
"""


def outcomes(paths: list[Path], salt: int) -> list[dict[str, object]]:
    """What trainings come to in a process of their own, whose sets and dictionaries are ordered by the salt."""
    done = subprocess.run(
        [sys.executable, "-c", TRAIN, *map(str, paths)],
        env={**os.environ, "PYTHONHASHSEED": str(salt)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def check_repeats(paths: list[Path]) -> None:
    one, other = outcomes(paths, 1), outcomes(paths, 2)
    assert [each["spec"] for each in one] == [path.stem for path in paths]
    for ours, theirs in zip(one, other, strict=True):
        assert ours == theirs
    assert len({str(each["weights"]) for each in one}) == len(paths)


def test_all_that_is_drawn_at_random_repeats(tmp_path: Path) -> None:
    (tmp_path / "varied.cnn").write_text(VARIED)
    check_repeats([tmp_path / "varied.cnn"])


@pytest.mark.heavy
def test_the_gallery_repeats(tmp_path: Path) -> None:
    data = Path(os.environ.get("CNN_DATA_HOME", ""))
    if missing := [name for name in ("mnist.npz", "cifar10.npz") if not (data / name).is_file()]:
        pytest.skip(f"needs {' and '.join(missing)} in the folder that CNN_DATA_HOME names")
    make_pictures(tmp_path / "cats_and_dogs", ("cat", "dog"))
    make_pictures(tmp_path / "cifar10_png", DATASETS["cifar10"].classes)
    check_repeats([Path(shutil.copy(path, tmp_path)) for path in GALLERY])


def make_pictures(folder: Path, classes: Sequence[str]) -> None:
    """Small pictures of noise where a spec looks for its own."""
    draw = np.random.default_rng(0)
    for part, count in (("train", 12), ("test", 2)):
        for name in classes:
            (folder / part / name).mkdir(parents=True)
            for number in range(count):
                picture = Image.fromarray(draw.integers(0, 256, (40, 50, 3), dtype=np.uint8))
                picture.save(folder / part / name / f"{number}.png")
