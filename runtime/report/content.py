"""What a report tells, as plain data: whoever can fill this in gets the page, whatever trained the model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from runtime.evaluation.evaluation import Evaluation
from runtime.training.history import EpochRecord, StopReason
from spec_lang.program import Shape

ValidatedOn: TypeAlias = Literal["held out", "test", "nothing"]
"""What each epoch was judged by: images held out from training, the test images, or none."""


@dataclass(frozen=True, slots=True)
class Splits:
    """How many images each part held."""

    training: int
    validation: int
    test: int


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One layer of the network."""

    kind: str
    arguments: str
    """In words."""
    output_shape: Shape
    parameters: int
    """Of a container, with those of its body."""
    body: tuple["LayerRow", ...] = ()
    """The layers inside, for a residual."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting in force, given or by default."""

    name: str
    """With its section, e.g. "train.batch"."""
    value: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One image of the data set."""

    class_name: str
    png: bytes


@dataclass(frozen=True, slots=True)
class Mistake:
    """One test image that was taken for something else."""

    name: str
    """The name of its file, or its place in the test set."""
    truth: str
    truth_label: int
    truth_probability: float
    answer: str
    answer_label: int
    answer_probability: float
    """That of the answer: the confidence."""
    png: bytes


@dataclass(frozen=True, slots=True)
class ReportContent:
    """Everything that the page shows."""

    spec_name: str
    spec_text: str
    """As written."""
    command: str
    """What repeats the run."""
    seed: int
    data_name: str
    data_fingerprint: str
    """sha256 of the images and labels."""
    image_shape: Shape
    splits: Splits
    validated_on: ValidatedOn
    layers: tuple[LayerRow, ...]
    settings: tuple[Setting, ...]
    history: tuple[EpochRecord, ...]
    """At least one epoch."""
    best_epoch: int | None
    """The epoch whose weights were kept and tested; None where they are of an unfinished one."""
    stop_reason: str
    """Why training ended when it did, as a sentence."""
    evaluation: Evaluation
    mistakes: tuple[Mistake, ...]
    """The most telling ones, made with most confidence first."""
    samples: tuple[Sample, ...]
    versions: Mapping[str, str]
    """Of the programs that took part, by name; whatever else tells the machine may stand here too."""
    finished: str
    """When, as it is to be shown."""
    stopped: StopReason = "completed"
    """What ended the training."""
    validation_decided: tuple[str, ...] = ()
    """What was decided by the figures of the validation images, e.g. "when to stop"."""
    scored_before: bool = False
    """Whether the run had been finished, and was trained on."""
    harder: tuple[str, ...] = ()
    """What made the training images harder to get right than others, e.g. "dropout"."""
    training_majority: float | None = None
    """The share of the most common class among the training images; None where rare classes weigh more in the loss."""
    varied: bytes = b""
    """A PNG of training images beside their variants; empty where they were not varied."""
    varied_words: str = ""
    """What that shows, as a sentence."""
    left_out: tuple[str, ...] = ()
    """Files that could not be read, each with the reason."""
    warnings: tuple[str, ...] = ()
    """What the reader must know before believing the figures, one sentence or more each."""
