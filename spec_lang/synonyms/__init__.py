"""What people know things by: the names of Keras, PyTorch, Caffe and Darknet, and what each of them is called here.

A name is looked up in any case, with or without underscores, and without the module that it stands in: `nn.Conv2d`,
`conv_2d` and `CONV2D` are one. Only a mistake needs the catalogues: a check of a file without mistakes loads none.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from typing import Final, NamedTuple

MORE: Final = "docs/from-keras.md"
"""Where to read on about what the language does not have."""

CROSSENTROPY: Final = "categorical_crossentropy for a softmax head, binary_crossentropy for one sigmoid unit"
"""What is written for a loss whose name leaves open which of the two it is."""


class Role(StrEnum):
    """What a name is the name of."""

    LAYER = "a layer"
    ACTIVATION = "an activation"
    INITIALIZER = "an initializer"
    OPTIMIZER = "an optimizer"
    LOSS = "a loss"
    METRIC = "a metric"
    SCHEDULE = "a schedule of the learning rate"
    WORD = "a word"
    SETTING = "a setting"
    OPTION = "an option"
    SECTION = "a section"
    DATASET = "a data set"
    TRAINING = "a part of training"
    BACKBONE = "a pretrained network"


class Meaning(NamedTuple):
    """One thing that a name stands for."""

    role: Role
    name: str
    """As it is mostly written."""
    words: tuple[str, ...] = ()
    """What it is called here, of a setting with its section: `augment.flip`; where it has several names, one fits."""
    write: str = ""
    """What says the same here, where that is no word in the same place."""
    reason: str = ""
    """Why there is nothing to write."""

    @property
    def advice(self) -> str:
        """What to do where no word can stand in its place."""
        if self.write:
            return f"write {self.write}"
        return self.reason or f"{self.name} is not in the language: {MORE}"


class Catalogue(NamedTuple):
    """The names of one role. Names are separated by spaces."""

    role: Role
    same: Mapping[str, str] = {}
    """By the word here: the names of the same thing elsewhere."""
    written: Mapping[str, str] = {}
    """By what to write: the names of what is said so."""
    needless: Mapping[str, str] = {}
    """By the reason: the names of what need not be said."""
    absent: str = ""
    """The names of what the language does not have."""

    def meanings(self) -> Iterator[Meaning]:
        for word, names in self.same.items():
            for name in (word.rpartition(".")[2], *names.split()):
                yield Meaning(self.role, name, (word,))
        for text, names in self.written.items():
            for name in names.split():
                yield Meaning(self.role, name, write=text)
        for reason, names in self.needless.items():
            for name in names.split():
                yield Meaning(self.role, name, reason=reason)
        for name in self.absent.split():
            yield Meaning(self.role, name)


def plain(name: str) -> str:
    """A name as the catalogues compare it: without its module, its underscores and its capitals."""
    return name.rpartition(".")[2].lower().replace("_", "").replace("-", "")


@cache
def meanings() -> Mapping[str, tuple[Meaning, ...]]:
    """All that is known, by plain names."""
    from spec_lang.synonyms import layers, settings, training, words

    found: dict[str, list[Meaning]] = {}
    for module in (layers, words, training, settings):
        for catalogue in module.CATALOGUES:
            for meaning in catalogue.meanings():
                of_name = found.setdefault(plain(meaning.name), [])
                same = next((each for each in of_name if each.role is meaning.role), None)
                if same is None:
                    of_name.append(meaning)
                elif same.words and meaning.words and not set(meaning.words) <= set(same.words):
                    of_name[of_name.index(same)] = same._replace(words=(*same.words, *meaning.words))
    return {name: tuple(each) for name, each in found.items()}


def meanings_of(name: str) -> tuple[Meaning, ...]:
    """What a name stands for; nothing where it is not known."""
    return meanings().get(plain(name), ())
