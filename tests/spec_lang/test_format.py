import re
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import specs
from spec_lang import decode
from spec_lang.comments import find_comments
from spec_lang.format import WIDTH, format_text
from spec_lang.parser import parse
from spec_lang.source import Source
from spec_lang.syntax import Call, Statement

SPECS = sorted(Path(specs.__file__).parent.glob("*.cnn"))
CORPUS = [*SPECS, *sorted((Path(__file__).parent.parent / "goldens").glob("*.cnn"))]
LONG = "a_word_that_takes_forty_columns_of_a_line"

# Where an author may put blanks, and where one has to.
MAY, MUST = "\x01", "\x02"


class Author:
    """Writes specs at random, in every layout that the grammar allows; how wide the blanks are is left open."""

    words = ("relu", "same", "y", "größe", "conv", LONG)
    atoms = (
        *words,
        *("0", "32", "-1", "0.50", "-.5", "1e-3", "10%", "4px", "4x4", "28x28x1", "0.8..1.2", "-10deg..10deg"),
        *('"a b"', "'a  b'", "'say \"x\"'", '"it\'s"', '"# no; {comment}"', "''"),
    )
    comments = ("#", "# note", "#it's \t", '# "open', "# a; b { } # c", "#! [x")
    operators = (f"{MAY}+{MAY}", f"{MUST}-{MUST}", f"{MAY}*{MAY}", f"{MAY}/{MAY}")

    def __init__(self, random: Random) -> None:
        self.random = random

    def one_of(self, *texts: str) -> str:
        return self.random.choice(texts)

    def some(self, write: Callable[[int], str], depth: int) -> list[str]:
        return [write(depth) for _ in range(self.random.randrange(4))]

    def line_breaks(self) -> str:
        lines = self.some(lambda _: MAY + self.one_of("", *self.comments), 0)
        return "\n".join([*lines, "", MAY])

    def gap(self) -> str:
        return MAY + self.one_of("", "", "", self.line_breaks())

    def value(self, depth: int) -> str:
        match self.random.randrange(5 if depth else 1):
            case 0:
                return self.one_of(*self.atoms)
            case 1:
                return f"[{','.join(self.some(self.item, depth - 1))}]"
            case 2:
                return f"{self.one_of(*self.words)}({','.join(self.some(self.argument_between_gaps, depth - 1))})"
            case 3:
                return f"({MAY}{self.value(depth - 1)}{MAY})"
        return self.value(depth - 1) + self.one_of(*self.operators) + self.value(depth - 1)

    def item(self, depth: int) -> str:
        return self.gap() + self.value(depth) + self.gap()

    def argument_between_gaps(self, depth: int) -> str:
        return self.gap() + self.argument(depth) + self.gap()

    def argument(self, depth: int) -> str:
        name = f"{self.one_of(*self.words)}{MAY}={MAY}"
        return self.one_of("", name) + self.value(depth)

    def statement(self, depth: int) -> str:
        head = MUST.join([self.one_of(*self.words), *self.some(self.argument, depth)])
        return head + (self.block(depth - 1) if depth and self.random.random() < 0.4 else "")

    def block(self, depth: int) -> str:
        before = self.one_of(MAY, MAY, f"{MAY}\n\n{MAY}", f"{MAY}# before the brace\n{MAY}")
        return f"{before}{{{self.body(depth)}}}"

    def body(self, depth: int) -> str:
        return (
            self.gap()
            + "".join(self.some(self.ended_statement, depth))
            + self.one_of("", self.statement(depth))
            + self.gap()
        )

    def ended_statement(self, depth: int) -> str:
        end = self.one_of(f"{MAY};{MAY}", self.line_breaks(), f"{MAY};{MAY}{self.line_breaks()}")
        return self.statement(depth) + end


def open_text(random: Random, depth: int = 2) -> str:
    return Author(random).body(depth)


def narrow(text: str) -> str:
    return text.replace(MAY, "").replace(MUST, " ")


def spaced(text: str, random: Random) -> str:
    blanks = ("", " ", "  ", "\t", " \r\f")
    return re.sub(f"[{MAY}{MUST}]", lambda mark: " " * (mark[0] == MUST) + random.choice(blanks), text)


seeds = st.integers(0, 2**64)
# These shrink to the smallest text that breaks a law; those from a seed are quicker to make.
texts = st.builds(spaced, st.randoms(use_true_random=False).map(open_text), seeds.map(Random))


def tree(node: object) -> object:
    """A syntax tree without its places, but with values and options in the order they were written."""
    if not isinstance(node, tuple):
        return node
    names = getattr(node, "_fields", None)
    if names is None:
        return [tree(each) for each in node]
    parts = [tree(getattr(node, name)) for name in names if name not in ("span", "source")]
    if isinstance(node, Statement | Call):
        parts += [tree(each) for each in sorted((*node.values, *node.options), key=lambda each: each.span.start)]
    return [type(node).__name__, *parts]


def parsed(text: str) -> object:
    file, problems = parse(Source("test.cnn", text))
    assert file is not None and not problems, problems
    return tree(file)


def comments_of(text: str) -> list[str]:
    return [comment.text for comment in find_comments(Source("test.cnn", text))]


def obey_the_laws(text: str) -> None:
    formatted = format_text(text)
    assert not formatted.diagnostics
    new = formatted.text
    same_tree = parsed(new) == parsed(text)
    assert same_tree, new  # pytest would spend minutes on the difference of two trees
    assert comments_of(new) == comments_of(text)
    assert format_text(new).text == new
    skeleton = re.sub(r"#.*|\".*?\"|'.*?'", "#", new)
    assert not re.search(r"\A\s|[ \t\r\f]\n|\n\n\n|[{\[(](  #)?\n\n|\n\n *[}\])]|\n\n\Z|[^\n]\Z", skeleton)


@settings(max_examples=50)
@given(texts)
def test_tree_and_comments_stay_and_a_second_time_changes_nothing(text: str) -> None:
    obey_the_laws(text)


@given(seeds.map(Random))
def test_blanks_within_lines_do_not_matter(random: Random) -> None:
    text = open_text(random)
    assert format_text(spaced(text, random)).text == format_text(narrow(text)).text


def laws_for_any(text: str) -> None:
    if format_text(text).diagnostics:
        assert format_text(text).text == text
    else:
        obey_the_laws(text)


tokens = (*"a 1 -1 4x4 .. % \" ' # ; , = ( ) [ ] { } + - * / :".split(), " ", "\n", "\r\n", "f(", "\ufeff", "\udc80")
soups = st.lists(st.sampled_from(tokens), max_size=30).map("".join)


@given(st.text() | soups)
def test_no_text_is_too_odd(text: str) -> None:
    laws_for_any(text)


@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(20))
def test_the_laws_at_length(seed: int) -> None:
    random = Random(seed)
    for _ in range(1000):
        obey_the_laws(spaced(open_text(random, depth=3), random))


@pytest.mark.heavy
@settings(max_examples=20_000)
@given(st.text() | soups)
def test_odd_texts_at_length(text: str) -> None:
    laws_for_any(text)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_the_laws_for_the_corpus(path: Path) -> None:
    laws_for_any(decode(path.read_bytes()))


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_the_gallery_is_formatted(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert format_text(text).text == text


FORMS = {
    "spaces": ("data   mnist\n\n\tdense\t10  softmax ;", "data mnist\n\ndense 10 softmax\n"),
    "options": ("conv 32 stride = 2x2 relu", "conv 32 stride=2x2 relu\n"),
    "order is kept": ("conv relu padding=same 32 4x4", "conv relu padding=same 32 4x4\n"),
    "numbers are kept": ("x 0.50 1E-3 007", "x 0.50 1E-3 007\n"),
    "statements share a line": ("conv 32 3x3 ;pool 2x2;;  flatten", "conv 32 3x3; pool 2x2; flatten\n"),
    "blank lines": ("\n\na\n\n\n\nb\n;\nc\n\n", "a\n\nb\nc\n"),
    "nothing": ("", ""),
    "only blanks": (" \n\t\n", ""),
    "indentation": (
        "model\n{\n      repeat 3 {\nconv 32\n\n\n\tpool }\n\n}",
        "model {\n  repeat 3 {\n    conv 32\n\n    pool\n  }\n}\n",
    ),
    "a block on one line": ("train\n{epochs 10;seed 7  }", "train { epochs 10; seed 7 }\n"),
    "an empty block": ("model {\n\n}", "model {}\n"),
    "a block over lines stands alone": ("a; b {\nc }; d; e", "a\nb {\n  c\n}\nd\ne\n"),
    "quotes": ("""include 'a.cnn' "b" 'say "c"' ''""", """include "a.cnn" "b" 'say "c"' ""\n"""),
    "byte-order mark and carriage returns": ("\ufeffa {\r\n\r\n b # c\r\n}\r\n", "a {\n  b  # c\n}\n"),
    "comments": (
        "#!a\n\n\n#b  \nm { # c\n\n# d\nx# e\n # f\n\n}#g\n   # h",
        "#!a\n\n#b\nm {  # c\n  # d\n  x  # e\n  # f\n}  #g\n# h\n",
    ),
    "a comment before the brace": ("m # c\n{ a; b }", "m {  # c\n  a; b\n}\n"),
    "two comments around the brace": ("m # c\n{ # d\na }", "m {  # c\n  # d\n  a\n}\n"),
    "a sign in a string begins no comment": ("x '#' # c", 'x "#"  # c\n'),
    "lists and calls": ("x [ a,b ]  f( c,d = [ ] , 2 )g()", "x [a, b] f(c, d=[], 2) g()\n"),
    "lists over lines": (
        "x [a,# one\nb,c # two\n\n, d\n # three\n] y",
        "x [\n  a,  # one\n  b, c,  # two\n\n  d\n  # three\n] y\n",
    ),
    "calls over lines": (
        "block f(\na, b=[1,\n2],c=[3]) { d }",
        "block f(\n  a,\n  b=[\n    1,\n    2\n  ],\n  c=[3]\n) { d }\n",
    ),
    "arithmetic": ("x n*2-1 n/ 2+k", "x n * 2 - 1 n / 2 + k\n"),
    "minus signs": ("x a -1 a-1 a - -1 y=-2 f(-3)-4", "x a -1 a - 1 a - -1 y=-2 f(-3) - 4\n"),
    "parentheses that do nothing": ("x f((a*b)+c, ((a)), d=(a+b)) [ (1) ]", "x f(a * b + c, a, d=a + b) [1]\n"),
    "parentheses that are needed": (
        "x [(a+b)*c, a-(b-c), a/(b*c), (a-b)-c, a*(b/c)]",
        "x [(a + b) * c, a - (b - c), a / (b * c), a - b - c, a * (b / c)]\n",
    ),
    "parentheses that part values": (
        "x ((a-1)) (b*2) y=( (a)+1 ) c*2 3 ( x )3",
        "x (a - 1) (b * 2) y=(a + 1) c * 2 3 (x) 3\n",
    ),
}


@pytest.mark.parametrize(("text", "expected"), FORMS.values(), ids=FORMS)
def test_the_canonical_form(text: str, expected: str) -> None:
    assert format_text(text).text == expected


def test_what_does_not_fit_on_its_line_is_broken_at_the_outermost_joint() -> None:
    word, half = "w" * (WIDTH - 4), "h" * (WIDTH // 2)
    assert format_text(f"{word}; ab").text == f"{word}; ab\n"
    assert format_text(f"{word}; abc").text == f"{word}\nabc\n"
    assert format_text(f"{word} {{}}; a").text == f"{word} {{}}\na\n"
    assert format_text(f"{half} {{ {half[:-5]} }}").text == f"{half} {{ {half[:-5]} }}\n"
    assert format_text(f"{half} {{ a; {half[:-7]} }}").text == f"{half} {{\n  a; {half[:-7]}\n}}\n"
    assert format_text(f"a {{ {half}; {half} }}").text == f"a {{\n  {half}\n  {half}\n}}\n"
    assert format_text(f"x [a, {half}] f({half}, b=[c])").text == (f"x [\n  a, {half}\n] f(\n  {half}, b=[c]\n)\n")
    assert format_text(f"x y=[{half}, f({half})] {{ a }}").text == f"x y=[\n  {half},\n  f({half})\n] {{ a }}\n"


def test_the_width_counts_indentation_commas_and_braces() -> None:
    def stays(text: str) -> bool:
        return format_text(text).text == text

    for fitting, words in ((True, "w" * 94), (False, "w" * 95)):
        assert stays(f"m {{\n  {words}; ab\n}}\n") is fitting
        assert stays(f"x [\n  {words}, ab\n]\n") is fitting
        assert stays(f"x [\n  f({words}),\n  ab\n]\n") is fitting
        assert stays(f"x [{words}] {{\n  a\n}}\n") is fitting


def test_a_comment_keeps_its_line_together() -> None:
    line = f"a; {'w' * WIDTH}; b [c] {{ d }}  # cnn: ignore[W503]\n"
    assert format_text(line).text == line


@pytest.mark.parametrize("text", ["conv   32\ndense 1O\n", "conv   32\n10 dense\n", "conv   32\nmodel {\n", "a  \0"])
def test_syntax_errors_are_reported_and_nothing_is_changed(text: str) -> None:
    formatted = format_text(text, "broken.cnn")
    assert formatted.text == text
    [(code, name)] = [(each.code, each.span.source.name) for each in formatted.diagnostics]
    assert code.startswith("E1")
    assert name == "broken.cnn"
