"""The sections of a spec and their settings, each declared once."""

from typing import Final

from spec_lang.forms import PlainForm
from spec_lang.sections.augment import AUGMENT
from spec_lang.sections.data import DATA, DEFAULT_DATASET, SOURCES
from spec_lang.sections.form import Section, Setting
from spec_lang.sections.measures import METRICS, MONITORS, is_better_lower, metric_of, top_count
from spec_lang.sections.train import LOSS_BY_HEAD, LOSSES, OPTIMIZERS, TRAIN

__all__ = [
    "AUGMENT",
    "DATA",
    "DEFAULT_DATASET",
    "LOSSES",
    "LOSS_BY_HEAD",
    "METRICS",
    "MODEL",
    "MONITORS",
    "OPTIMIZERS",
    "SECTIONS",
    "SOURCES",
    "TRAIN",
    "Section",
    "Setting",
    "is_better_lower",
    "metric_of",
    "top_count",
]

MODEL: Final = Section(
    PlainForm("model", "The layers, from the image to the probabilities.", "model { flatten; dense 10 softmax }")
)

SECTIONS: dict[str, Section] = {section.keyword: section for section in (DATA, AUGMENT, MODEL, TRAIN)}
"""All sections by keyword."""
