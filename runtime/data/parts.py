"""The parts of the data that a run learns from and is judged by."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from runtime.data.examples import Examples
from runtime.errors import UserError
from runtime.terminal import printable

_MOST_NAMED: Final = 5
"""Files or classes named in one message."""


@dataclass(frozen=True, slots=True, eq=False)
class RunData:
    """The three parts, no image in two of them unless the test images are validated on."""

    training: Examples
    validation: Examples | None
    test: Examples
    fingerprint: str
    """SHA-256 over the images and labels, whatever file they came from."""
    origin: str
    """Where they were found."""
    test_fingerprint: str
    """Of the test images with their classes, in order: see `runtime.data.fingerprint`."""
    skipped: tuple[str, ...] = ()
    """Files that were left out, each with the reason."""
    notes: tuple[str, ...] = ()
    """What is to be said before a run begins: what else is left out, and pictures that are nearly black."""


def need_images(origin: str, classes: Sequence[str], training: Examples, test: Examples) -> None:
    """Raise UserError where a part is without images, or a class without any to train on."""
    for part, examples in (("train on", training), ("test on", test)):
        if not len(examples):
            raise UserError(f"{origin} leaves no images to {part}", help="check the shares in the data section")
    taught = set(training.labels.tolist())
    untaught = [name for label, name in enumerate(classes) if label not in taught]
    if untaught:
        raise UserError(
            f"{origin} leaves no images of {named(untaught)} to train on",
            help="add some, take a higher limit if there is one, or leave the class out: classes [ … ]",
        )


def named(names: Sequence[str], between: str = ", ") -> str:
    """The first of some names, and how many more there are."""
    more = f"{between}and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return between.join(map(printable, names[:_MOST_NAMED])) + more
