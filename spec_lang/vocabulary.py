"""The words of the language by the part they play: what colours a text reads from the tables.

The Pygments lexer takes them from here, and `generators/keywords.py` writes them into the grammars of the editors.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from spec_lang.explain_form import choice_words
from spec_lang.forms import Form, Parameter
from spec_lang.kinds import FLAG_WORDS
from spec_lang.layers import LAYERS
from spec_lang.numbers import UNITS
from spec_lang.sections import SECTIONS
from spec_lang.structure import STRUCTURES

GIVEN_NAMES: Final = ("classes",)
"""What stands for a value in every model without being declared."""


def sections() -> tuple[str, ...]:
    """The keywords that open a section."""
    return tuple(SECTIONS)


def structures() -> tuple[str, ...]:
    """The keywords that give a spec its structure."""
    return tuple(STRUCTURES)


def layers() -> tuple[str, ...]:
    """The keywords of the layers."""
    return tuple(LAYERS)


def settings() -> dict[str, tuple[str, ...]]:
    """The keywords of the settings, by section."""
    return {name: tuple(section.by_keyword) for name, section in SECTIONS.items()}


def words() -> tuple[str, ...]:
    """The words that stand for values, such as `relu` and `same`, without those of a flag."""
    return _unique(word for form in _forms() for word in _words_of(form) if word not in FLAG_WORDS)


def options() -> tuple[str, ...]:
    """The names that may stand before an equals sign."""
    return _unique(parameter.name for form in _forms() for parameter in _parameters(form))


def units() -> tuple[str, ...]:
    """The units that are spelled with letters."""
    return tuple(unit for unit in UNITS if unit.isalpha())


def _forms() -> Iterator[Form]:
    yield from LAYERS.values()
    yield from STRUCTURES.values()
    for section in SECTIONS.values():
        yield section.form
        yield from section.settings


def _parameters(form: Form) -> Iterator[Parameter]:
    yield from form.parameters
    for variant in form.variants.values():
        yield from variant


def _words_of(form: Form) -> Iterator[str]:
    for parameter in _parameters(form):
        yield from choice_words(parameter.kind)


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))
