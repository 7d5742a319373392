"""What a section and a setting are: records that hold all that the language knows of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from spec_lang.forms import Form


@dataclass(frozen=True, slots=True)
class Setting(Form):
    """One setting of a section."""

    optional: bool = False
    """Switched off unless written; otherwise its defaults are in force."""
    sources: tuple[str, ...] = ()
    """In the data section: the words of the sources that it is for; of all where there are none."""


class Section(NamedTuple):
    """A section: its own values, as in `data mnist`, and the settings in its braces."""

    form: Form
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
