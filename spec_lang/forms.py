"""What layers and settings have in common: a keyword with parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from spec_lang.kinds import Kind
from spec_lang.program import PlainValue


class Required:
    """The default of a parameter that has none."""


REQUIRED = Required()


@dataclass(frozen=True, slots=True)
class SameAs:
    """The default of a parameter that follows another one, as a pool's stride follows its window."""

    parameter: str


Default = PlainValue | Required | SameAs


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value that a layer or a setting takes."""

    name: str
    kind: Kind
    doc: str
    """One line; it follows "name:" in documentation and hover."""
    default: Default = REQUIRED
    keras: str = ""
    """Name of the argument of the Keras class, where it is not `name`."""
    positional: bool = True
    """Whether the value may stand without `name=`: its kind then tells which parameter it is for."""
    many: bool = False
    """Whether any number of values may stand for it; the plain value is then a tuple."""

    @property
    def keras_name(self) -> str:
        return self.keras or self.name


@dataclass(frozen=True, slots=True)
class Form:
    """A keyword with its parameters, as a layer kind or a setting declares them."""

    keyword: str
    summary: str
    """One line, beginning with a capital, ending with a full stop."""
    example: str
    parameters: tuple[Parameter, ...] = ()
    variants: Mapping[str, tuple[Parameter, ...]] = field(default_factory=dict)
    """Further parameters by the word given for the first one: an optimizer's own settings."""

    def parameters_for(self, word: object) -> tuple[Parameter, ...]:
        """All parameters when the first one has the value `word`."""
        return self.parameters + self.variants.get(word, ()) if isinstance(word, str) else self.parameters
