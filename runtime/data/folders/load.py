"""What a run learns from, where that is files: found, looked at, divided."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from compiler import TrainingPlan
from runtime.data import darkness
from runtime.data.examples import Examples
from runtime.data.fingerprint import fingerprint_in_order
from runtime.data.folders import cache
from runtime.data.folders.division import held_out, limited, ranks
from runtime.data.folders.facts import Facts, facts_of
from runtime.data.folders.index import Index, Picture, index_folder, index_table
from runtime.data.folders.source import PictureFiles
from runtime.data.images import Resize
from runtime.data.native import is_native, is_plain
from runtime.data.own_pictures import resolved
from runtime.data.parts import RunData, named, need_images
from runtime.data.unusable import UnusableError
from runtime.errors import UserError
from runtime.terminal import printable, show_warning
from spec_lang.program import Data

_TOGETHER = 256
"""Pictures that are decoded together to be kept."""
_MANY = 2_000
"""Pictures that take long enough to look at for a word beforehand."""


def find_pictures(data: Data, folder: Path) -> Index:
    """The files that the data section of a spec in `folder` names. Raises UserError where there are none."""
    try:
        root = resolved(str(data.arguments["path"]), folder)
    except UnusableError as error:
        raise UserError(str(error), help="paths begin at the folder of the spec, or at CNN_DATA_HOME") from error
    if data.source == "csv":
        index = index_table(root, str(data.arguments["image"]), str(data.arguments["label"]), data.classes)
    else:
        index = index_folder(root, data.classes)
    if not index.pictures:
        raise UserError(
            f"there are no pictures of {named(data.classes)} in {printable(str(root))}",
            help="each class is a folder of PNG, JPEG, BMP, GIF, WebP or TIFF files",
        )
    return index


def load_pictures(data: Data, plan: TrainingPlan, folder: Path) -> RunData:
    """Find the pictures, look at each, and divide them.

    Raises UserError where files cannot be read and are not to be skipped, and where a part is left without images.
    """
    index = find_pictures(data, folder)
    if len(index.pictures) > _MANY:
        print(f"looking at {len(index.pictures):,} pictures in {printable(str(index.root))}", flush=True)
    facts = facts_of([picture.path for picture in index.pictures])
    broken = unreadable(index, facts)
    if broken and data.settings["corrupt"]["what"] == "fail":
        raise UserError(
            f"{broken_words(index, broken)}: {named(broken, '; ')}",
            help="repair or remove them, or write `corrupt skip` in the data section to leave them out",
        )
    pictures, looked = sound(index, facts)
    labels = np.array([picture.label for picture in pictures], np.int64)
    given = np.array([picture.part for picture in pictures])
    parts = divide(labels, given, looked, data, plan)
    resize: Resize = str(data.settings["resize"]["how"])  # type: ignore[assignment]
    source = picture_source(pictures, looked, data.image_shape, resize, index.root)
    if most := cache.limit():
        _keep(source, looked, most)
    training, validation, test = (Examples(source, part) for part in parts)
    if plan.validation == "test":
        validation = test
    need_images(printable(str(index.root)), data.classes, training, test)
    return RunData(
        training=training,
        validation=validation if len(validation) else None,
        test=test,
        fingerprint=content_fingerprint(given, labels, looked),
        origin=printable(str(index.root)),
        test_fingerprint=fingerprint_in_order(
            (looked[place].sha256 for place in test.indices), (data.classes[label] for label in test.labels)
        ),
        skipped=tuple(map(printable, broken)),
        notes=tuple(map(printable, _notes(index, looked))),
    )


def _notes(index: Index, looked: list[Facts]) -> Iterator[str]:
    yield from index.left_out_lines()
    if dark := darkness.warning([(each.look.greatest, each.look.white) for each in looked if each.look]):
        yield dark


def unreadable(index: Index, facts: list[Facts]) -> list[str]:
    """The pictures and folders that cannot be read, each with the reason."""
    broken = [f"{each.path} {each.problem}" for each in facts if each.look is None]
    return broken + [f"{path} cannot be looked into: {why}" for path, why in index.unread]


def broken_words(index: Index, broken: list[str]) -> str:
    """How many of all cannot be read, in words."""
    return f"{len(broken):,} of {len(index.pictures) + len(index.unread):,} pictures and folders cannot be read"


def sound(index: Index, facts: list[Facts]) -> tuple[list[Picture], list[Facts]]:
    """The pictures that can be read, and the facts of each."""
    pairs = [(picture, each) for picture, each in zip(index.pictures, facts, strict=True) if each.look is not None]
    return [picture for picture, _ in pairs], [each for _, each in pairs]


def picture_source(
    pictures: list[Picture], facts: list[Facts], image_shape: tuple[int, ...], resize: Resize, root: Path | None = None
) -> PictureFiles:
    """Pictures that can be read, as images of a shape; what is known of each lets most be read faster."""
    height, width, channels = image_shape
    shape = height, width, channels
    plain, native = (
        np.array([each.look is not None and found(each.look, shape) for each in facts], np.bool_)
        for found in (is_plain, is_native)
    )
    labels = np.array([picture.label for picture in pictures], np.int64)
    return PictureFiles([picture.path for picture in pictures], labels, shape, resize, plain, native, root=root)


def _keep(source: PictureFiles, facts: list[Facts], most: int) -> None:
    """Have the pictures decoded on disk; where they cannot be, a run goes on without."""
    decoded = source.batches(np.arange(len(facts)), _TOGETHER)
    try:
        source.kept = cache.kept([each.sha256 for each in facts], source.image_shape, source.resize, decoded, most)
    except (UserError, OSError) as error:
        show_warning(f"decoded pictures are not kept: {error}")
        return
    if source.kept is None:
        show_warning(f"decoded pictures are not kept: they take more than the {most:,} bytes of {cache.VARIABLE}")


def divide(
    labels: NDArray[np.int64], given: NDArray[np.str_], facts: list[Facts], data: Data, plan: TrainingPlan
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The indices of the pictures to train on, to validate on, and to test on."""
    everything = np.arange(len(labels))
    digests = [each.sha256 for each in facts]
    rest = everything[(given == "") | (given == "train")]
    if data.settings["test"]["amount"] == "given":
        test = everything[given == "test"]
    else:
        rest, test = _apart(rest, labels, digests, data.settings["test"]["amount"], plan.seed, "test")
    limit = data.settings.get("limit", {}).get("images")
    if isinstance(limit, int):
        chosen = ranks([digests[place] for place in rest], plan.seed, "limit")
        rest = rest[limited(labels[rest], chosen, limit)]
    match plan.validation:
        case "given":
            validation = everything[given == "validation"]
        case str():
            validation = everything[:0]
        case share:
            rest, validation = _apart(rest, labels, digests, share, plan.seed, "validation")
    return rest, validation, test


def _apart(
    among: NDArray[np.int64], labels: NDArray[np.int64], digests: list[str], share: object, seed: int, purpose: str
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    assert isinstance(share, (int, float))
    held = held_out(labels[among], ranks([digests[place] for place in among], seed, purpose), share)
    return among[~held], among[held]


def content_fingerprint(given: NDArray[np.str_], labels: NDArray[np.int64], facts: list[Facts]) -> str:
    """One SHA-256 over what the pictures are, in the order of their names: a line `part label sha256` each.

    The part is the one that a picture was given to, empty where the spec divides them. Whatever else they are called,
    the same pictures in the same order make the same run.
    """
    rows = zip(given.tolist(), labels.tolist(), facts, strict=True)
    return hashlib.sha256("".join(f"{part} {label} {each.sha256}\n" for part, label, each in rows).encode()).hexdigest()
