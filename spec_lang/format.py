"""The canonical form of a spec: same tree, same comments, one way to space and indent it.

Line breaks stay the author's. What was written on one line stays on one line while it fits: statements joined by a
semicolon, a block in its braces, items in their brackets. What does not fit is broken at its outermost joints. Only a
line with a comment behind it is kept at any width, because the comment may be about all of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from spec_lang.diagnostics import Diagnostic
from spec_lang.layout import Layout, Node, Row
from spec_lang.parser import parse
from spec_lang.source import Source, Span
from spec_lang.syntax import Arithmetic, Block, Call, File, List, Option, Statement, String, Value

WIDTH: Final = 100
"""Columns that a line may take, its indentation included, a comment behind it not."""
INDENT: Final = "  "

_Argument: TypeAlias = Value | Option
_Breaks: TypeAlias = Callable[[Span], bool]
"""Whether brackets with this span are set over several lines."""

_RANKS: Final = {"+": 1, "-": 1, "*": 2, "/": 2}


@dataclass(frozen=True, slots=True)
class Formatted:
    """What formatting a text gave."""

    source: Source
    text: str
    """The canonical form, or the text as it was where it holds syntax errors."""
    diagnostics: tuple[Diagnostic, ...]
    """The syntax errors."""


def format_text(text: str, name: str = "spec.cnn") -> Formatted:
    r"""Bring a text into its canonical form, with lines that end in `\n`. Never raises.

    `name` is what diagnostics call the text, mostly its path.
    """
    source = Source(name, text)
    file, problems = parse(source)
    if file is None or problems:
        return Formatted(source, text, problems)
    return Formatted(source, "".join(f"{line}\n" for line in _Formatter(source).file(file)), ())


@dataclass(frozen=True, slots=True)
class _Joint:
    """What stands between two nodes on one line, and what ends the line if they stand on two."""

    on_line: str
    at_end: str


_STATEMENTS: Final = _Joint("; ", "")
_ITEMS: Final = _Joint(", ", ",")


class _Formatter:
    """Writes nodes as lines, without the indentation of what they stand in; `room` is the width it leaves them."""

    def __init__(self, source: Source) -> None:
        self.text = source.text
        self.layout = Layout(source)

    def file(self, file: File) -> list[str]:
        return self.body(self.layout.rows(file.statements, 0, len(self.text)), WIDTH, _STATEMENTS)

    def body(self, rows: Sequence[Row], room: int, joint: _Joint) -> list[str]:
        last = next((row.nodes[-1] for row in reversed(rows) if row.nodes), None)
        lines: list[str] = []
        for row in rows:
            if row.after_blank:
                lines.append("")
            end = "" if row.nodes and row.nodes[-1] is last else joint.at_end
            lines += _commented(self.row(row, room, joint, end), row.comment)
        return lines

    def row(self, row: Row, room: int, joint: _Joint, end: str) -> list[str]:
        """One line where the author wrote one that fits or has a comment behind it."""
        if not row.nodes:
            return []
        if not any(_over_lines(node.span) for node in row.nodes):
            line = joint.on_line.join(map(self.one_line, row.nodes)) + end
            if row.comment or len(line) <= room:
                return [line]
        *others, last = (self.node(node, room - len(joint.at_end)) for node in row.nodes)
        return [line for lines in others for line in _glued(lines, [joint.at_end])] + _glued(last, [end])

    def node(self, node: Node, room: int) -> list[str]:
        over_lines = _over_lines(node.span)
        if not over_lines and len(line := self.one_line(node)) <= room:
            return [line]
        if isinstance(node, Statement):
            return self.statement(node, room)
        return self.argument(node, room, _over_lines if over_lines else _always)

    def one_line(self, node: Node) -> str:
        if not isinstance(node, Statement):
            return self.argument(node, 0, _never)[0]
        head = self.head(node, 0, _never)[0]
        return head + self.one_line_block(node.block) if node.block else head

    def one_line_block(self, block: Block) -> str:
        return f" {{ {'; '.join(map(self.one_line, block.statements))} }}" if block.statements else " {}"

    def statement(self, statement: Statement, room: int) -> list[str]:
        """A statement that cannot stand on one line: its block is broken first, then the brackets in its head."""
        block = statement.block
        brace = " {" if block else ""
        head = self.head(statement, room, _over_lines)
        if len(head) == 1 and len(head[0] + brace) > room:
            head = self.head(statement, room, _always)
        if block is None:
            return head
        opening, *rows = self.layout.rows(block.statements, statement.head.end, block.span.end, opened=True)
        if not opening.comment and not (rows and _over_lines(block.span)):
            line = self.one_line_block(block)
            if len(head[-1] + line) <= room:
                return _glued(head, [line])
        inside = self.body(rows, room - len(INDENT), _STATEMENTS)
        return [*_commented(_glued(head, [brace]), opening.comment), *_indented(inside), "}"]

    def head(self, statement: Statement, room: int, breaks: _Breaks) -> list[str]:
        """Keyword, values and options, in the order in which they were written."""
        parts = [[statement.keyword.name]]
        for argument in _as_written(statement):
            name = f" {argument.name.name}=" if isinstance(argument, Option) else " "
            value = argument.value if isinstance(argument, Option) else argument
            lines = self.argument(value, room, breaks)
            # Only blanks part the values of a statement. Parentheses show where one ends, and `3 (x) 3` is no size.
            if self.text[statement.span.start : value.span.start].rstrip()[-1] == "(":
                lines = _enclosed(lines)
            parts += [[name], lines]
        return _glued(*parts)

    def argument(self, node: _Argument, room: int, breaks: _Breaks) -> list[str]:
        match node:
            case Option(name=name, value=value):
                return _glued([f"{name.name}="], self.argument(value, room, breaks))
            case List(items=items):
                return self.brackets("[", items, "]", node.span, room, breaks)
            case Call(name=name):
                return self.brackets(f"{name.name}(", _as_written(node), ")", node.span, room, breaks)
            case Arithmetic(operator=operator, left=left, right=right):
                rank = _RANKS[operator]
                return _glued(
                    self.operand(left, rank, room, breaks),
                    [f" {operator} "],
                    self.operand(right, rank + 1, room, breaks),
                )
            case String(text=text):
                return [f"'{text}'" if '"' in text else f'"{text}"']
        return [node.span.text]

    def operand(self, value: Value, least: int, room: int, breaks: _Breaks) -> list[str]:
        lines = self.argument(value, room, breaks)
        return _enclosed(lines) if isinstance(value, Arithmetic) and _RANKS[value.operator] < least else lines

    def brackets(
        self, opening: str, items: Sequence[_Argument], closing: str, span: Span, room: int, breaks: _Breaks
    ) -> list[str]:
        if not items or not breaks(span):
            return [opening + ", ".join(map(self.one_line, items)) + closing]
        first, *rows = self.layout.rows(items, span.start, span.end, opened=True)
        inside = self.body(rows, room - len(INDENT), _ITEMS)
        return [*_commented([opening], first.comment), *_indented(inside), closing]


def _as_written(node: Statement | Call) -> list[_Argument]:
    return sorted((*node.values, *node.options), key=lambda argument: argument.span.start)


def _never(_span: Span) -> bool:
    return False


def _always(_span: Span) -> bool:
    return True


def _over_lines(span: Span) -> bool:
    return span.source.text.find("\n", span.start, span.end) >= 0


def _glued(*parts: Sequence[str]) -> list[str]:
    """Each part begins on the line on which the one before it ends."""
    lines = [""]
    for first, *others in parts:
        lines[-1] += first
        lines += others
    return lines


def _enclosed(lines: Sequence[str]) -> list[str]:
    return _glued(["("], lines, [")"])


def _indented(lines: Sequence[str]) -> list[str]:
    return [INDENT + line if line else "" for line in lines]


def _commented(lines: Sequence[str], comment: str) -> list[str]:
    """The lines with a comment behind the last of them, or the comment alone."""
    if not comment:
        return list(lines)
    return _glued(lines, [f"  {comment}"]) if lines else [comment]
