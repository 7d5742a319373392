"""What a run learns from: the images of a spec's data section, divided into those to train on, validate and test."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from compiler import TrainingPlan
from runtime.data import darkness
from runtime.data.datasets import load_dataset
from runtime.data.examples import ArraySource, Examples, Images, Indices
from runtime.data.fingerprint import fingerprint_in_order
from runtime.data.parts import RunData, need_images
from runtime.data.splits import stratified_holdout
from spec_lang.datasets import DATASETS
from spec_lang.program import Data

_DIGESTED: Final = 1000
"""Test images that are copied at a time to take their checksums."""


@dataclass(frozen=True, slots=True, eq=False)
class _Arrays:
    """Images and labels of the parts that the data keeps apart, by "train", "validation" and "test"."""

    parts: dict[str, ArraySource]
    fingerprint: str
    origin: str
    notes: tuple[str, ...] = ()


def load_run_data(data: Data, plan: TrainingPlan, folder: Path) -> RunData:
    """Find, read and divide what a spec in `folder` learns from.

    Raises UserError where it is not there, holds something else, or leaves a part without images.
    """
    if data.source in DATASETS:
        return _divided(_published(data), data, plan)
    if data.source == "npz":
        from runtime.data.own_arrays import load_arrays

        parts, fingerprint, origin = load_arrays(str(data.arguments["path"]), folder)
        names = tuple(map(str, range(int(parts["train"].labels.max(initial=-1)) + 1)))
        labels = tuple(map(str, data.labels))
        chosen = {part: _of_classes(each.images, each.labels, names, labels) for part, each in parts.items()}
        greatest = parts["train"].images.max(axis=(1, 2, 3), initial=0).tolist()
        dark = darkness.warning([(each, 255) for each in greatest])
        return _divided(_Arrays(chosen, fingerprint, origin, (dark,) if dark else ()), data, plan)
    from runtime.data.folders.load import load_pictures

    return load_pictures(data, plan, folder)


def _published(data: Data) -> _Arrays:
    loaded = load_dataset(data.source)
    parts = {"train": (loaded.x_train, loaded.y_train), "test": (loaded.x_test, loaded.y_test)}
    names = DATASETS[data.source].classes
    chosen = {part: _of_classes(*arrays, names, data.classes) for part, arrays in parts.items()}
    return _Arrays(chosen, loaded.fingerprint, loaded.origin)


def _of_classes(
    images: Images, labels: NDArray[np.int64], names: tuple[str, ...], chosen: tuple[str, ...]
) -> ArraySource:
    """The images of the chosen classes, labelled by their order; all of them where all are chosen in their order."""
    if chosen == names:
        return ArraySource(images, labels)
    new_labels = np.full(len(names), -1, np.int64)
    for label, name in enumerate(chosen):
        new_labels[names.index(name)] = label
    relabelled = new_labels[labels]
    kept = relabelled >= 0
    return ArraySource(images[kept], relabelled[kept])


def _divided(arrays: _Arrays, data: Data, plan: TrainingPlan) -> RunData:
    """The parts by the shares of the spec; those that the data keeps apart stay what they are."""
    source = arrays.parts["train"]
    usable = np.arange(len(source.labels))
    held_apart = {name: Examples(part, np.arange(len(part.labels))) for name, part in arrays.parts.items()}
    if "test" in arrays.parts:
        test = held_apart["test"]
    else:
        usable, tested = _held_out(source, usable, data.settings["test"]["amount"], plan.seed)
        test = Examples(source, tested)
    limit = data.settings.get("limit", {}).get("images")
    if isinstance(limit, int) and limit < len(usable):
        _, usable = _held_out(source, usable, limit, plan.seed)
    validation: Examples | None = None
    match plan.validation:
        case "test":
            validation = test
        case "given":
            validation = held_apart["validation"]
        case share if share:
            usable, judged = _held_out(source, usable, share, plan.seed)
            validation = Examples(source, judged)
    training = Examples(source, usable)
    need_images(arrays.origin, data.classes, training, test)
    judged_by = _test_fingerprint(test, data.classes)
    return RunData(training, validation, test, arrays.fingerprint, arrays.origin, judged_by, notes=arrays.notes)


def _test_fingerprint(test: Examples, classes: tuple[str, ...]) -> str:
    everything = np.arange(len(test))
    batches = (images for images, _, _ in test.batches(everything, _DIGESTED))
    digests = (hashlib.sha256(image.tobytes()).hexdigest() for images in batches for image in images)
    return fingerprint_in_order(digests, (classes[label] for label in test.labels))


def _held_out(source: ArraySource, among: Indices, amount: object, seed: int) -> tuple[Indices, Indices]:
    """Some of the images kept, others held out: a fair share of each class."""
    assert isinstance(amount, (int, float))
    kept, held_out = stratified_holdout(source.labels[among], amount, seed)
    return among[kept], among[held_out]
