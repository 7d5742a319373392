"""Python expressions as text, laid out as `ruff format` and `black` lay them out with their default settings."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from json import dumps
from typing import Final, TypeAlias

WIDTH: Final = 88
_INDENT: Final = 4
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Bracketed:
    """A call or a collection: `opening`, items parted by commas, `closing`."""

    opening: str
    items: tuple["Expression", ...]
    closing: str
    labels: tuple[str, ...] = ()
    """What stands before each item, such as `name=`; empty for nothing before any."""
    always_broken: bool = False
    """Whether each item has a line of its own even where all fit on one."""

    @property
    def is_call(self) -> bool:
        return self.closing == ")" and self.opening != "("


Expression: TypeAlias = str | Bracketed


def call(function: str, *positional: Expression, **named: Expression) -> Bracketed:
    """A call by the dotted name of its function."""
    labels = (*[""] * len(positional), *(f"{name}=" for name in named))
    return Bracketed(f"{function}(", (*positional, *named.values()), ")", labels)


def list_of(items: Sequence[Expression], *, always_broken: bool = False) -> Bracketed:
    """A list, each item on a line of its own where that is asked for or they do not fit on one."""
    return Bracketed("[", tuple(items), "]", always_broken=always_broken and bool(items))


def literal(value: object) -> Expression:
    """A plain value: text, number, flag, None, tuple, list or dictionary of such."""
    match value:
        case str():
            return _text(value)
        case tuple():
            return f"({', '.join(one_line(literal(each)) for each in value)}{',' if len(value) == 1 else ''})"
        case list():
            return list_of([literal(each) for each in value])
        case Mapping():
            labels = tuple(f"{dumps(name)}: " for name in value)
            return Bracketed("{", tuple(literal(each) for each in value.values()), "}", labels)
    return repr(value)


def _text(value: str) -> str:
    """A text in quotes. Halves of surrogates, from a name in another encoding, are escaped: no file holds them."""
    return _SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", dumps(value, ensure_ascii=False))


def lines(expression: Expression, indent: int = 0, before: str = "", after: str = "") -> list[str]:
    """The expression at an indentation, with text before it on its first line and behind it on its last."""
    margin, deeper = " " * indent, indent + _INDENT
    flat = margin + before + one_line(expression) + after
    if isinstance(expression, str) or (len(flat) <= WIDTH and not _must_break(expression)):
        return [flat]
    inner = _joined(expression)
    # The arguments of a call may share a line below it; the items of a collection do not.
    if expression.is_call and deeper + len(inner) <= WIDTH and not _must_break(expression):
        inside = [" " * deeper + inner]
    elif expression.is_call and len(expression.items) == 1:
        inside = lines(expression.items[0], deeper, "".join(expression.labels))
    else:
        inside = [line for label, item in _labelled(expression) for line in lines(item, deeper, label, ",")]
    return [margin + before + expression.opening, *inside, margin + expression.closing + after]


def one_line(expression: Expression) -> str:
    """The expression on one line, however long."""
    return expression if isinstance(expression, str) else expression.opening + _joined(expression) + expression.closing


def _joined(expression: Bracketed) -> str:
    return ", ".join(label + one_line(item) for label, item in _labelled(expression))


def _labelled(expression: Bracketed) -> list[tuple[str, Expression]]:
    return list(zip(expression.labels or [""] * len(expression.items), expression.items, strict=True))


def _must_break(expression: Expression) -> bool:
    return isinstance(expression, Bracketed) and (expression.always_broken or any(map(_must_break, expression.items)))
