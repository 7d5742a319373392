"""Text to syntax tree; what is left of one with syntax errors comes from `recovery`.

Lark reads the token stream by `grammar.lark`, as the module that it generated from it; one explicit builder turns its
tree into the nodes of `syntax`.
"""

import re
from typing import Final, TypeAlias

from spec_lang.diagnostics import MOST_FOUND, Diagnostic, Edit, Fix
from spec_lang.grammar import Token, Tree, UnexpectedInput, lark
from spec_lang.numbers import read_number
from spec_lang.rules import syntax as rules
from spec_lang.source import Source, Span
from spec_lang.syntax import (
    Arithmetic,
    Block,
    Call,
    File,
    Invalid,
    List,
    Option,
    Statement,
    String,
    Value,
    Word,
)

DEEPEST: Final = 60

_SPACED_SIZE: Final = re.compile(r"\d+[ \t]*[xX]([ \t]*\d+[ \t]+[xX])*[ \t]+\d+")

_Node: TypeAlias = "Tree[Token] | Token"


class _TooManyError(Exception):
    """So many values cannot be read that the rest is not looked at."""


class _TooDeepError(Exception):
    def __init__(self, offset: int) -> None:
        self.offset = offset


def parse(source: Source) -> tuple[File | None, tuple[Diagnostic, ...]]:
    """The syntax tree of a text and every syntax error in it.

    The tree is None where no statement can be trusted: a binary file, or braces that do not pair.
    """
    if problem := unreadable(source):
        return None, (problem,)
    found: tuple[Diagnostic, ...] = ()
    lost: tuple[int, ...] = ()
    try:
        tree = lark().parse(source.text)
    except UnexpectedInput:
        from spec_lang.recovery import recover  # only a mistake needs it

        recovered, found, lost = recover(source)
        if recovered is None:
            return None, found
        tree = recovered
    builder = _Builder(source)
    try:
        statements = builder.statements(tree.children, 0)
    except _TooManyError:
        return None, (*found, *builder.found)
    except _TooDeepError as deep:
        return None, (*found, rules.TOO_DEEP.at(Span(source, deep.offset, deep.offset + 1), limit=DEEPEST))
    return File(source, statements, lost), (*found, *builder.found)


class _Builder:
    """Turns Lark's tree into nodes of `syntax` and collects what is wrong with single values."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.found: list[Diagnostic] = []

    def span(self, token: Token) -> Span:
        return Span(self.source, token.start_pos or 0, token.end_pos or 0)

    def word(self, token: Token) -> Word:
        return Word(self.span(token), str(token))

    def statements(self, nodes: list[_Node], depth: int) -> tuple[Statement, ...]:
        return tuple(
            self.statement(node, depth) for node in nodes if isinstance(node, Tree) and node.data == "statement"
        )

    def statement(self, tree: "Tree[Token]", depth: int) -> Statement:
        if len(self.found) >= MOST_FOUND:
            raise _TooManyError
        keyword, *rest = tree.children
        assert isinstance(keyword, Token)
        block = self.block(rest.pop(), depth + 1) if rest and _is(rest[-1], "block") else None
        values, options = self.arguments(rest, depth)
        span = self.span(keyword).to(self.span(_last(tree)))
        return Statement(span, self.word(keyword), values, options, block)

    def block(self, node: _Node, depth: int) -> Block:
        assert isinstance(node, Tree)
        opening, *inside, closing = node.children
        assert isinstance(opening, Token) and isinstance(closing, Token)
        self.bound(depth, opening)
        return Block(self.span(opening).to(self.span(closing)), self.statements(inside, depth))

    def arguments(self, nodes: list[_Node], depth: int) -> tuple[tuple[Value, ...], tuple[Option, ...]]:
        # Between arguments there is punctuation: tokens.
        given = [node for node in nodes if isinstance(node, Tree)]
        values = self.values([node for node in given if node.data != "option"], depth)
        return values, tuple(self.option(node, depth + 1) for node in given if node.data == "option")

    def values(self, nodes: list["Tree[Token]"], depth: int) -> tuple[Value, ...]:
        values: list[Value] = []
        at = 0
        while at < len(nodes):
            pieces = self.pieces_of_size(nodes[at : at + 5]) if nodes[at].data == "number" else 0
            values.append(self.size(nodes[at : at + pieces]) if pieces else self.value(nodes[at], depth + 1))
            at += pieces or 1
        return tuple(values)

    def pieces_of_size(self, nodes: list["Tree[Token]"]) -> int:
        """How many of the values are the pieces of one size, written with spaces: `3 x 3`; 0 where it is none."""
        following = _first(nodes[1]) if len(nodes) > 1 else ""
        if not (_first(nodes[0]).endswith(("x", "X")) or following[:1] in ("x", "X")):
            return 0
        numbers = (n for n in (5, 3, 2) if n <= len(nodes))
        return next((n for n in numbers if _SPACED_SIZE.fullmatch(self.all_of(nodes[:n]).text)), 0)

    def size(self, nodes: list["Tree[Token]"]) -> Invalid:
        span = self.all_of(nodes)
        meant = "".join(span.text.lower().split())
        fix = Fix(f"replace by '{meant}'", (Edit(span, meant),))
        self.found.append(rules.BAD_NUMBER.at(span, fix=fix, text=span.text, suggestion=meant))
        return Invalid(span)

    def all_of(self, nodes: list["Tree[Token]"]) -> Span:
        return self.span(_first(nodes[0])).to(self.span(_last(nodes[-1])))

    def option(self, node: _Node, depth: int) -> Option:
        assert isinstance(node, Tree)
        name, _, value_node = node.children
        assert isinstance(name, Token)
        word, value = self.word(name), self.value(value_node, depth)
        return Option(word.span.to(self.span(_last(node))), word, value)

    def value(self, node: _Node, depth: int) -> Value:
        assert isinstance(node, Tree)
        first, last = _first(node), _last(node)
        self.bound(depth, first)
        span = self.span(first).to(self.span(last))
        match node.data, node.children:
            case "number", [Token()]:
                number, problem = read_number(span)
                if problem:
                    self.found.append(problem)
                return number
            case "word", [Token()]:
                return Word(span, str(first))
            case "string", [Token() as given]:
                return self.string(span) if given else Invalid(span, rest=True)
            case "list", [_, *items, _]:
                return List(span, tuple(self.value(item, depth + 1) for item in items if isinstance(item, Tree)))
            case "group", [_, inner, _]:
                return self.value(inner, depth + 1)
            case "arithmetic", [left, Token() as operator, right]:
                return Arithmetic(span, str(operator), self.value(left, depth + 1), self.value(right, depth + 1))
            case "call", [Token() as name, _, *arguments, _]:
                values, options = self.arguments(arguments, depth)
                return Call(span, self.word(name), values, options)
        raise AssertionError(f"grammar.lark has a value that parser.py does not know: {node.data}")

    def string(self, span: Span) -> String | Invalid:
        text = span.text
        if len(text) > 1 and text[0] == text[-1]:
            return String(span, text[1:-1])
        self.found.append(rules.UNCLOSED_STRING.at(span, quote=text[0]))
        return Invalid(span)

    def bound(self, depth: int, token: Token) -> None:
        if depth > DEEPEST:
            raise _TooDeepError(token.start_pos or 0)


def _is(node: _Node, rule: str) -> bool:
    return isinstance(node, Tree) and node.data == rule


def _first(node: _Node) -> Token:
    while isinstance(node, Tree):
        node = node.children[0]
    return node


def _last(node: _Node) -> Token:
    while isinstance(node, Tree):
        node = node.children[-1]
    return node


def unreadable(source: Source) -> Diagnostic | None:
    """Why a source is no text at all: it is binary, or not UTF-8."""
    text = source.text
    utf_16 = text.startswith(("\udcff\udcfe", "\udcfe\udcff"))
    if (offset := text.find("\0")) >= 0 and not utf_16:
        return rules.BINARY.at(Span(source, offset, offset + 1))
    for offset, character in enumerate(text) if not text.isascii() else ():
        if "\udc80" <= character <= "\udcff":
            return rules.NOT_UTF8.at(Span(source, offset, offset + 1), byte=f"{ord(character) - 0xDC00:02x}")
    return None
