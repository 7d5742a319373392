from collections.abc import Iterator
from random import Random

import pytest

from spec_lang import check_text
from spec_lang.parser import parse
from spec_lang.recovery import MOST_ERRORS
from spec_lang.source import Source, Span
from spec_lang.syntax import (
    Arithmetic,
    Call,
    File,
    Invalid,
    List,
    Number,
    Option,
    Range,
    Size,
    Statement,
    String,
    Value,
    Word,
)

SPEC = """# a spec with every form of statement and value
include "common.cnn"; data mnist { validation 10% }
block stage(filters, times=2) {
  repeat times { conv filters * 2 3x3 relu stride=1x2 }
  pool (1 + 1)
}

model
{
  stage 8; stage 16 times=3
  gaussiannoise .5e-1  # behind it, a comment
  rotate -10deg..10deg [cat, "a dog", 3]
  dense 10 softmax
}
"""


def tree(text: str) -> File:
    file, found = parse(Source("spec.cnn", text))
    assert not found
    assert file is not None
    return file


def value(text: str) -> Value:
    [statement] = tree(f"dense {text}").statements
    [only] = statement.values
    return only


def nodes(node: object) -> Iterator[object]:
    if isinstance(node, tuple) and not isinstance(node, Span):
        if is_node(node):
            yield node
        for each in node:
            yield from nodes(each)


def is_node(value: object) -> bool:
    return hasattr(value, "_fields")


def shape(node: object) -> object:
    """A node without its places, to compare what was read and not where."""
    if isinstance(node, Span | Source) or not isinstance(node, tuple):
        return None if isinstance(node, Span | Source) else node
    parts = [shape(each) for each in node]
    return (type(node), parts) if is_node(node) else parts


def test_statements_end_with_lines_and_semicolons() -> None:
    assert [each.keyword.name for each in tree("a; b\nc;;\n\n;d").statements] == ["a", "b", "c", "d"]


def test_values_and_options_are_told_apart() -> None:
    [statement] = tree("conv 32 stride=2 relu").statements
    assert [each.span.text for each in statement.values] == ["32", "relu"]
    assert [each.name.name for each in statement.options] == ["stride"]


def test_a_block_may_open_on_the_next_line() -> None:
    [statement] = tree("model # the layers\n\n{\n flatten\n}").statements
    assert statement.block
    assert [each.keyword.name for each in statement.block.statements] == ["flatten"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("32", Number),
        ("10%", Number),
        ("3x3", Size),
        ("0.8..1.2", Range),
        ("'a b'", String),
        ("relu", Word),
        ("[a, b]", List),
        ("[\n a,\n b\n]", List),
        ("n * 2 + 1", Arithmetic),
        ("stage(8, times=2)", Call),
    ],
)
def test_values_are_told_apart_by_their_form(text: str, expected: type) -> None:
    assert isinstance(value(text), expected)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("1 + 2 * 3", "(1 + (2 * 3))"),
        ("(1 + 2) * 3", "((1 + 2) * 3)"),
        ("8 - 4 - 2", "((8 - 4) - 2)"),
        ("8 / 4 / 2", "((8 / 4) / 2)"),
        ("n-1", "(n - 1)"),
    ],
)
def test_arithmetic_binds_as_in_school(text: str, meaning: str) -> None:
    def written(node: Value) -> str:
        if isinstance(node, Arithmetic):
            return f"({written(node.left)} {node.operator} {written(node.right)})"
        return node.span.text

    assert written(value(text)) == meaning


def test_a_minus_that_touches_only_what_follows_is_a_sign() -> None:
    [statement] = tree("dense n -1").statements
    assert [each.span.text for each in statement.values] == ["n", "-1"]


def test_the_span_of_every_node_reads_as_the_node() -> None:
    for node in nodes(tree(SPEC)):
        match node:
            case Statement(span=span):
                assert shape(tree(span.text).statements) == [shape(node)]
            case Option(span=span):
                assert shape(tree(f"dense {span.text}").statements[0].options) == [shape(node)]
            case Number() | Size() | Range() | String() | Word() | List() | Arithmetic() | Call():
                assert shape(value(node.span.text)) == shape(node)


def test_every_node_lies_inside_of_the_one_that_holds_it() -> None:
    for node in nodes(tree(SPEC)):
        if isinstance(node, Statement):
            for inside in nodes((node.values, node.options, node.block or ())):
                span = getattr(inside, "span", node.span)
                assert node.span.start <= span.start <= span.end <= node.span.end


@pytest.mark.parametrize("line", ["10 dense", "epochs: 10", "conv = 32", "dense (10", "dense 10,", "?", "conv(32)"])
def test_a_mistake_on_each_line_is_an_error_on_each_line(line: str) -> None:
    lines = [line, "flatten"] * 5
    file, found = parse(Source("spec.cnn", "\n".join(lines)))
    assert [each.span.line for each in found] == [1, 3, 5, 7, 9]
    assert file is not None
    assert [each.keyword.name for each in file.statements if not each.is_damaged] == ["flatten"] * 5


def test_values_that_cannot_be_read_are_told_and_stand_in_the_tree() -> None:
    file, found = parse(Source("spec.cnn", "conv 3y 'open\ndense 1O"))
    assert [each.code for each in found] == ["E108", "E107", "E108"]
    assert file is not None
    assert [type(each) for statement in file.statements for each in statement.values] == [Invalid] * 3


def test_it_is_known_where_statements_were_lost() -> None:
    file, _ = parse(Source("spec.cnn", "flatten\n  10 dense\nflatten\n5 dense"))
    assert file is not None
    assert file.lost == (10, 27)


def test_of_an_unreadable_statement_the_keyword_is_left_and_its_block() -> None:
    file, found = parse(Source("spec.cnn", "model = {\n  conv: 3; dropout 0.1\n}"))
    assert [each.code for each in found] == ["E104", "E104"]
    assert file is not None
    [model] = file.statements
    assert model.is_damaged and model.block
    assert [(each.keyword.name, each.is_damaged) for each in model.block.statements] == [
        ("conv", True),
        ("dropout", False),
    ]


def test_errors_are_capped() -> None:
    _, found = parse(Source("spec.cnn", "1 a\n" * (MOST_ERRORS + 30)))
    assert len(found) == MOST_ERRORS


def test_a_missing_brace_is_put_where_the_indentation_says() -> None:
    file, [found] = parse(Source("spec.cnn", "model {\n  cnov 1\n  repeat 2 {\n    x\n  }\ntrain {\n  y\n}"))
    assert found.span.line == 1
    assert "line 6" in found.help
    assert file is not None
    assert [each.keyword.name for each in file.statements] == ["model", "train"]


def test_nothing_is_trusted_behind_a_brace_without_partner_where_no_indentation_tells() -> None:
    file, [found] = parse(Source("spec.cnn", "model {\ncnov 1\nrepeat 2 {\nx\n}\ntrain {\ny\n}"))
    assert file is None
    assert found.code == "E105"


def test_a_closing_brace_too_many_costs_nothing_else() -> None:
    file, found = parse(Source("spec.cnn", "model { flatten }\n}\nflatten"))
    assert [each.code for each in found] == ["E106"]
    assert file is not None
    assert len(file.statements) == 2


@pytest.mark.parametrize(
    "text", ["dense " + "(" * 3000 + "1" + ")" * 3000, "a {" * 3000 + "}" * 3000, "x " + "1+" * 3000 + "1"]
)
def test_deep_nesting_is_an_error_and_no_stack_overflow(text: str) -> None:
    file, found = parse(Source("spec.cnn", text))
    assert file is None
    assert len(found) == 1


def test_blank_space_between_tokens_changes_nothing() -> None:
    random = Random(7)
    for _ in range(50):
        spread = "".join(
            character + random.choice(["", " ", "\t", "  "]) if character in "{};,[" else character
            for character in SPEC
        )
        assert shape(tree(spread).statements) == shape(tree(SPEC).statements)


def test_a_long_text_is_quoted_by_its_beginning() -> None:
    """A quote that is forgotten runs on to the next one, which may be far."""
    quoted = check_text(f'"name{"; dense 8 relu" * 500}": 3').diagnostics
    assert any("cannot stand here" in each.message for each in quoted)
    names = " ".join(f"name{number}" for number in range(500))
    listed = check_text(f'data folder "x" {{ size 8x8; classes {names} }}').diagnostics
    assert any("write [name0" in (each.help or "") for each in listed)
    for diagnostic in (*quoted, *listed):
        assert len(diagnostic.message) < 200
        assert len(diagnostic.help or "") < 300
