"""The parser that remembers lines is held against the parser."""

import random
import time
from pathlib import Path

import pytest

import specs
from spec_lang import Diagnostic, Source, Span
from spec_lang.language_server.by_line import parse_by_line
from spec_lang.parser import parse

GALLERY = [path.read_text(encoding="utf-8") for path in sorted(Path(specs.__file__).parent.glob("*.cnn"))]
LINES = ["conv 8 3x3 relu", "pool 2x2", "", "# c", "dropout 10%; relu", "residual { conv 8 3x3 }", "relu  # why"]
LONG = [
    "model {\n" + "".join(f"  {LINES[(turn * place) % 7]}\n" for place in range(40)) + "  flatten\n}\n"
    for turn in range(1, 6)
]
PIECES = [*" \n\n{}[]();#\"'=x3.-*%\r\t,", "conv ", "🙂", "\u2028", "\x0b", "\n{\n", "\n}\n", "relu", "1..2", "3 x 3"]


def plain(node: object) -> object:
    """A tree that can be compared: sources by their text."""
    match node:
        case Span(source, start, end):
            return source.name, source.text, start, end
        case Source(name=name, text=text):
            return name, text
        case Diagnostic():
            return node.code, node.message, node.help, plain(node.span), plain(node.related), plain(node.fix)
        case tuple():
            return type(node).__name__, *map(plain, node)
    return repr(node)


def assert_same(text: str) -> None:
    source = Source("n.cnn", text)
    found = parse_by_line(source)
    assert source.text == text
    assert plain(found) == plain(parse(Source("n.cnn", text))), text


@pytest.mark.parametrize("text", GALLERY)
def test_the_gallery_gives_the_same_tree(text: str) -> None:
    assert_same(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "# only a comment",
        "model\n{\n conv 3\n}\n",
        "model\n# why\n{\n conv 3\n}\n",
        "repeat 2\n\n  {\nconv 8\n}\ndense 3",
        "data folder {\n classes [\n cat\n,\n dog\n]\n}\nflatten\n",
        "conv 3 x 3\nflatten\n",
        "conv 1..2 4px -3; pool 2x2 stride=1 ; # x",
        "flatten\n" * 3 + "conv 'a\nflatten\n}\nflatten\n",
        "block b(n,\n m=2) { conv n; }\nb 2\n",
        "flatten\n" * 5 + "conv [8\n" + "flatten\n" * 5,
        "flatten\n" * 5 + "conv [8\n" + "flatten\n" * 5 + "]\nflatten\n",
        "flatten\n" * 5 + "conv (8\n" + "flatten; relu\n" * 5 + "= 3\n" + "flatten\n" * 5,
        "flatten\n" * 5 + "= 3\n" * 25 + "flatten\n" * 5,
        "model {\n" + "  conv 8\n" * 5 + "train {\n  epochs 3\n}\n" + "flatten\n" * 5,
        'mode"[l {\n' + "relu\n" * 5 + "}\n" + "relu\n" * 5 + "x3\n}\n{ relu\n  batchnorm\n}\n",
        "conv [\n" * 30 + "flatten\n" * 5,
        "x\n" + "residual {\n" * 70 + "conv 8\n" + "}\n" * 70,
    ],
)
def test_what_reaches_beyond_a_line_gives_the_same_tree(text: str) -> None:
    assert_same(text)


def test_random_edits_give_the_same_tree() -> None:
    random_ = random.Random(3)
    for _ in range(400):
        text = random_.choice([*GALLERY, *LONG])
        for _ in range(random_.randint(1, 6)):
            start = random_.randint(0, len(text))
            end = start + random_.choice([0, 0, 0, 1, 3])
            text = text[:start] + random_.choice(PIECES) + text[end:]
        assert_same(text)


def test_a_long_document_is_parsed_several_times_as_fast() -> None:
    text = "model {\n" + "  conv 8 3x3 relu padding=same\n  batchnorm\n" * 300 + "  flatten\n}\n"
    parse_by_line(Source("n", text))
    assert _seconds(parse_by_line, text) < 0.6 * _seconds(parse, text)


def _seconds(parse_: object, text: str) -> float:
    assert callable(parse_)
    times = []
    for _ in range(5):
        source, start = Source("n", text), time.perf_counter()
        parse_(source)
        times.append(time.perf_counter() - start)
    return min(times)
