"""Text of another format, called by its name: a Keras script, a Caffe network, a Darknet file, YAML, JSON, TOML.

What is looked at are the lines: how many of them only that format writes. A stray line of Python in a spec stays a
finding of its own; a file of them is told once what it is.
"""

import re
from collections.abc import Callable
from typing import Final, NamedTuple

MOST_LINES: Final = 200
"""What a file is can be seen by its beginning."""
LEAST_LINES: Final = 2
_LONGEST_LINE: Final = 500


class Format(NamedTuple):
    """A format that people have networks in."""

    name: str
    advice: str
    marks: re.Pattern[str]
    """What only a line of it looks like."""
    certain: re.Pattern[str] | None = None
    """What one line at least must look like, where other formats have the marks too."""
    holds_layers: bool = False
    """Whether single lines of it may be layers that have another form in a spec."""


_IMPORT: Final = "`cnn import MODEL.keras` makes a spec of a model that Keras has saved"
_WRITE: Final = "write each layer as a line, such as conv 32 3x3 relu; `cnn new` has specs to begin with"

_PYTHON: Final = (
    r"(?:from [\w.]+ )?import [\w.*, ]+(?: as \w+)?$|(?:class|def) \w+.*:$|(?:for|if|while|with|else|try|elif)\b.*:$"
    r"|[\w.]+ ?[+]?= ?[\w.]*[(\[\"'].*|[\w.]+\.\w+\(.*|return\b.*|[\])},]+$|@\w+|(?:\w+\.)*[A-Z]\w*\(.*\)?,?$|\"\"\".*"
    r"|super\(|print\(.*|\w+ ?= ?\w+(?:\.\w+)+.*"
)

FORMATS: Final = (
    Format(
        "a PyTorch program",
        f"cnn cannot import one: {_WRITE}; docs/from-keras.md has the words",
        re.compile(_PYTHON),
        re.compile(r"import torch\b|from torch\b|.*\bnn\.\w+\("),
        holds_layers=True,
    ),
    Format(
        "a Python program for Keras",
        f"{_IMPORT}; docs/from-keras.md says what each of its lines is in a spec",
        re.compile(_PYTHON),
        re.compile(
            r"import (?:keras|tensorflow)\b|from (?:keras|tensorflow)\b|.*\b(?:keras|layers|tf)\.\w+"
            r"|model\.(?:add|fit|compile)\(|.*\bSequential\("
        ),
        holds_layers=True,
    ),
    Format("a Python program", f"a spec holds no code: {_WRITE}", re.compile(_PYTHON), holds_layers=True),
    Format(
        "a Caffe network (prototxt)",
        f"cnn cannot import one: {_WRITE}",
        re.compile(r"\w+ ?:.*|\w+ ?\{.*|\}+$"),
        re.compile(r"layers? ?\{|(?:inner_product|convolution|pooling|input)_param ?\{|type: ?\"|bottom: ?\"|top: ?\""),
    ),
    Format(
        "a Darknet configuration",
        f"cnn cannot import one: {_WRITE}",
        re.compile(r"\[\w+\]$|\w+ ?= ?[\w.,\- ]*$"),
        re.compile(
            r"\[(?:net|network|convolutional|maxpool|avgpool|connected|softmax|route|shortcut|yolo|region|cost)\]$"
        ),
    ),
    Format(
        "TOML or an INI file",
        f"settings stand between braces, such as train {{ epochs 10 }}: {_WRITE}",
        re.compile(r"\[+[\w.\"-]+\]+$|[\w.-]+ ?= ?.+$"),
        re.compile(r"\[+[\w.\"-]+\]+$"),
    ),
    Format(
        "JSON",
        "a program as JSON is a file of its own kind: `cnn compile FILE --to json` prints one",
        re.compile(r"[{}\[\],]+$|\"[^\"]*\" ?:.*|[\d\"].*,?$"),
        re.compile(r"\"[^\"]*\" ?:"),
    ),
    Format(
        "YAML",
        f"settings stand between braces and have no colon, such as train {{ epochs 10 }}: {_WRITE}",
        re.compile(r"[\w.-]+ ?:(?: .*)?$|- .*|---$"),
        re.compile(r"- [\w.-]+ ?:(?: .*)?$|[\w.-]+:$|---$"),
    ),
    Format(
        "XML or HTML",
        f"cnn cannot import it: {_WRITE}",
        re.compile(r"<.*>?$|.*>$"),
        re.compile(r"<[\w?!/]"),
    ),
)


def format_of(text: str) -> Format | None:
    """The format that a text is written in, where it is none of ours; only the first lines are looked at."""
    lines = [line for each in text.split("\n", MOST_LINES)[:MOST_LINES] if (line := _bare(each))]
    if len(lines) < LEAST_LINES:
        return None
    return next((each for each in FORMATS if _is_written_in(each, lines)), None)


def _bare(line: str) -> str:
    """A line without its comment, as far as it is looked at."""
    return re.sub(r"(?:^|\s)(?:#|//).*", "", line[:_LONGEST_LINE]).strip()


def _is_written_in(each: Format, lines: list[str]) -> bool:
    matches: Callable[[str], re.Match[str] | None] = each.marks.match
    fitting = sum(matches(line) is not None for line in lines)
    if each.certain is None:
        return fitting >= LEAST_LINES + 1 and 3 * fitting >= 2 * len(lines)
    certain = sum(each.certain.match(line) is not None for line in lines)
    return certain >= 1 and fitting >= LEAST_LINES and 3 * fitting >= 2 * len(lines)
