"""What a section and a setting are: records that hold all that the language knows of them."""

from collections.abc import Mapping
from typing import NamedTuple

from spec_lang.forms import Parameter, PlainForm
from spec_lang.program import Arguments


class Setting(NamedTuple):
    """One setting of a section: a `Form`."""

    keyword: str
    summary: str
    example: str
    parameters: tuple[Parameter, ...] = ()
    variants: Mapping[str, tuple[Parameter, ...]] = {}
    optional: bool = False
    """Switched off unless written; otherwise its defaults are in force."""
    sources: tuple[str, ...] = ()
    """In the data section: the words of the sources that it is for; of all where there are none."""
    neutral: tuple[Arguments, ...] = ()
    """Arguments with which it changes nothing: any of these sets. A length of "0px" stands for one of "0%" too."""


class Section(NamedTuple):
    """A section: its own values, as in `data mnist`, and the settings in its braces."""

    form: PlainForm
    settings: tuple[Setting, ...] = ()
    needs_block: bool = True
    whole: bool = True
    """Whether its settings have defaults that hold without it; otherwise it is switched off unless written."""

    @property
    def keyword(self) -> str:
        return self.form.keyword

    @property
    def by_keyword(self) -> Mapping[str, Setting]:
        return {setting.keyword: setting for setting in self.settings}
