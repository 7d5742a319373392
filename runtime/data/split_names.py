"""Which names of folders say that they keep images apart: for training, for validation, or for the test."""

import re
from typing import Final, NamedTuple

TRAIN: Final = "train"
VALIDATION: Final = "validation"
TEST: Final = "test"
EVALUATION: Final = "evaluation"
"""What some call the images for validation, and others, beside these, those for the test."""
_WORDS: Final = {
    "train": TRAIN,
    "training": TRAIN,
    "trains": TRAIN,
    "trainval": TRAIN,
    "val": VALIDATION,
    "valid": VALIDATION,
    "validation": VALIDATION,
    "dev": VALIDATION,
    "eval": EVALUATION,
    "evaluation": EVALUATION,
    "test": TEST,
    "testing": TEST,
    "tests": TEST,
}
_SPLIT: Final = re.compile(
    rf"(.*?)(?<![a-z])({'|'.join(sorted(_WORDS, key=len, reverse=True))})(?![a-z])(.*)", re.DOTALL
)
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[a-z])(?=set|data|images|imgs)")
"""Where a name such as trainSet or testdata is parted into words."""
_BETWEEN_WORDS: Final = re.compile(r"[\W\d_]+")


class Split(NamedTuple):
    """What the name of a folder says of the images that it keeps apart."""

    part: str
    """"train", "validation", "test" or "evaluation"."""
    rest: str
    """What else is in the name, but for numbers: the same in all splits of a folder."""


def split_of(name: str) -> Split | None:
    """What the name of a folder says of the images that it keeps apart; None where it is no split's."""
    found = _SPLIT.fullmatch(_HUMP.sub("_", name).casefold())
    if not found:
        return None
    before, word, after = found.groups()
    return Split(_WORDS[word], f"{_words(before)}|{_words(after)}".strip("|"))


def _words(text: str) -> str:
    return _BETWEEN_WORDS.sub(" ", text).strip()
