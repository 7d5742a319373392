"""What layers and settings have in common: a keyword with parameters."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from spec_lang.kinds import Kind
from spec_lang.program import PlainValue


class Required:
    """The default of a parameter that has none."""


REQUIRED = Required()


class SameAs:
    """The default of a parameter that follows another one, as a pool's stride follows its window.

    No tuple, as other records are: a tuple is a plain value.
    """

    __slots__ = ("parameter",)
    __match_args__ = ("parameter",)

    def __init__(self, parameter: str) -> None:
        self.parameter = parameter


Default = PlainValue | Required | SameAs


class Parameter(NamedTuple):
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


class Form(Protocol):
    """A keyword with its parameters, as layer kinds and settings declare them."""

    @property
    def keyword(self) -> str: ...

    @property
    def summary(self) -> str:
        """One line, beginning with a capital, ending with a full stop."""
        ...

    @property
    def example(self) -> str: ...

    @property
    def parameters(self) -> tuple[Parameter, ...]: ...

    @property
    def variants(self) -> Mapping[str, tuple[Parameter, ...]]:
        """Further parameters by the word given for the first one: an optimizer's own settings."""
        ...


class PlainForm(NamedTuple):
    """A form that declares nothing else: the head of a section, or a statement of the language itself."""

    keyword: str
    summary: str
    example: str
    parameters: tuple[Parameter, ...] = ()
    variants: Mapping[str, tuple[Parameter, ...]] = {}


def parameters_for(form: Form, word: object) -> tuple[Parameter, ...]:
    """All parameters of a form when the first one has the value `word`."""
    return form.parameters + form.variants.get(word, ()) if isinstance(word, str) else form.parameters
