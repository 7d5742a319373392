"""The syntax tree: statements and values as they were written, each with its span. It knows no layer and no setting.

The nodes are named tuples, not dataclasses: to define a dataclass takes six times as long, and `cnn check` is a short
process that would spend a tenth of its time on it.
"""

from typing import NamedTuple, TypeAlias

from spec_lang.source import Source, Span


class Number(NamedTuple):
    """`32`, `0.5`, `10%`, `4px`: a number with the unit that was written behind it."""

    span: Span
    value: int | float
    unit: str = ""


class Size(NamedTuple):
    """`4x4` or `28x28x1`: whole numbers joined by x."""

    span: Span
    axes: tuple[int, ...]


class Range(NamedTuple):
    """`0.8..1.2`."""

    span: Span
    low: Number
    high: Number


class String(NamedTuple):
    """Text between quotes."""

    span: Span
    text: str


class Word(NamedTuple):
    """A bare name: `relu`, `same`, or a block's parameter."""

    span: Span
    name: str


class List(NamedTuple):
    """`[cat, dog]`."""

    span: Span
    items: tuple["Value", ...]


class Arithmetic(NamedTuple):
    """`filters * 2`: a sum, difference, product or quotient of whole numbers."""

    span: Span
    operator: str
    left: "Value"
    right: "Value"


class Call(NamedTuple):
    """`vgg(n, filters=64)`: a name with arguments in parentheses, as a block's definition has them."""

    span: Span
    name: Word
    values: tuple["Value", ...]
    options: tuple["Option", ...]


class Invalid(NamedTuple):
    """A value that could not be read. It was reported; later checks stay quiet about it."""

    span: Span
    rest: bool = False
    """Whether it stands for all that a statement may have held."""


Value: TypeAlias = Number | Size | Range | String | Word | List | Arithmetic | Call | Invalid


class Option(NamedTuple):
    """`name=value`."""

    span: Span
    name: Word
    value: Value


class Block(NamedTuple):
    """Statements between braces; the span holds the braces."""

    span: Span
    statements: tuple["Statement", ...]


class Statement(NamedTuple):
    """A keyword, its values, its options, and what stands in its braces."""

    span: Span
    keyword: Word
    values: tuple[Value, ...]
    options: tuple[Option, ...]
    block: Block | None = None

    @property
    def is_damaged(self) -> bool:
        """Whether the keyword is all that could be read of it, but for its block."""
        return any(isinstance(value, Invalid) and value.rest for value in self.values)

    @property
    def head(self) -> Span:
        """The span without the block."""
        if self.block is None:
            return self.span
        parts = (self.keyword, *self.values, *self.options)
        # An overridden statement has arguments from another source.
        last = max(part.span.end for part in parts if part.span.source is self.span.source)
        return Span(self.span.source, self.span.start, last)


class File(NamedTuple):
    """A whole spec."""

    source: Source
    statements: tuple[Statement, ...]
    lost: tuple[int, ...] = ()
    """Where statements stood of which nothing is left: nothing is said of shapes behind them."""
