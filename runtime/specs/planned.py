"""What a spec comes to, as `cnn plan` tells it: shapes and costs, the settings in force, the division of the data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from runtime.specs.as_written import settings_of
from spec_lang import Checked
from spec_lang.check.sections import Settings
from spec_lang.datasets import DATASETS
from spec_lang.program import PlainValue, Program
from spec_lang.sections import AUGMENT, DATA, TRAIN, Section
from spec_lang.statics import Statics, statics

Origin: TypeAlias = Literal["spec", "default", "--set"]


@dataclass(frozen=True, slots=True)
class Argument:
    """One value of a setting that is in force."""

    name: str
    value: PlainValue
    origin: Origin
    """Whether it stands in the spec, on the command line, or nowhere."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A setting that is in force."""

    section: Section
    keyword: str
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """How many images each part of the data holds."""

    train: int
    validation: int
    test: int


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is told about a spec."""

    program: Program
    known: Statics
    settings: tuple[InForce, ...]
    split: Split | None
    """None without data."""
    memory: int | None
    """Bytes that this machine has; None where it does not tell."""


def plan_of(checked: Checked, program: Program, memory: int | None) -> Plan:
    """The plan of a spec that was found sound, on a machine with so much memory."""
    bound = {DATA.keyword: checked.data, AUGMENT.keyword: checked.augment, TRAIN.keyword: checked.train}
    settings = tuple(
        InForce(section, keyword, tuple(_arguments(checked, bound[section.keyword], keyword, arguments)))
        for section, values in settings_of(program)
        for keyword, arguments in values.items()
    )
    return Plan(program, statics(program), settings, split_of(program), memory)


def split_of(program: Program) -> Split | None:
    """How many images a run trains on, validates on and tests on; None where only the data itself can tell."""
    dataset = DATASETS.get(program.data.source) if program.data else None
    if program.data is None or dataset is None or len(program.data.classes) < len(dataset.classes):
        return None
    if "limit" in program.data.settings:
        return None
    match program.data.settings["validation"]["amount"]:
        case "test":
            return Split(dataset.train_images, dataset.test_images, dataset.test_images)
        case float() | int() as share:
            held_out = round(share * dataset.train_images)
            return Split(dataset.train_images - held_out, held_out, dataset.test_images)
        case other:
            raise TypeError(f"{other!r} is no amount of images")


def _arguments(
    checked: Checked, settings: Settings, keyword: str, values: Mapping[str, PlainValue]
) -> Iterator[Argument]:
    bound = settings.written.get(keyword)
    for name, value in values.items():
        span = bound.spans.get(name) if bound else None
        yield Argument(name, value, "default" if span is None else "spec" if span.source is checked.source else "--set")
