"""Whatever the text, checking it answers: never an exception, never a place outside of the file, never a hang.

Input number n is made from the seed n, so that a failure is repeated with `examine(made(n))`.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

import specs
from spec_lang import Files, check_bytes
from spec_lang.datasets import DATASETS
from spec_lang.fixes import apply_edits
from spec_lang.forms import Form
from spec_lang.kinds import Choice, Either, Kind
from spec_lang.layers import LAYERS
from spec_lang.program import Layer
from spec_lang.program_json import from_json, to_json
from spec_lang.rendering import render, render_concise
from spec_lang.sections import SECTIONS
from spec_lang.structure import STRUCTURES

FEW, MANY = 3_000, 1_000_000
LONGEST_WAIT = 20.0
"""Processor seconds for one input: an editor that waits longer hangs."""

PUNCTUATION = "{ } { } ( ) [ ] = = , ; ; \n \n \n + - * / # \" ' : . .. \\ \t \ufeff \r\n".split(" ")
NUMBERS = "0 1 2 3 8 10 32 128 -1 0.5 1e-3 10% 50% 3x3 4x4 2x2 28x28x1 8x8x1 1x2x3x4 4px 10deg 0.8..1.2 3x 1O".split()
NUMBERS += ["9" * 20, "1000000000", "1e400", "0x0", "1..2..3"]
STRANGE = ["層", "\U0001f600", "e\u0301", "\u00a0", "\u202e", "\x1b[31m", "\x00", "\udcff", "×", "“", "d" * 300]
WORLD = Files({"a.cnn": "block wide(n) { dense n relu }", "b.cnn": 'include "b.cnn"', "c.cnn": "}{"})


@cache
def vocabulary() -> tuple[str, ...]:
    """Every word of the language, with what stands between words."""
    settings = [setting for section in SECTIONS.values() for setting in section.settings]
    forms: list[Form] = [
        *LAYERS.values(),
        *STRUCTURES.values(),
        *settings,
        *(section.form for section in SECTIONS.values()),
    ]
    parameters = [
        each for form in forms for each in (*form.parameters, *(p for v in form.variants.values() for p in v))
    ]
    words = {form.keyword for form in forms} | {each.name for each in parameters} | set(DATASETS) | {"classes"}
    for parameter in parameters:
        words |= set(choices(parameter.kind))
    return (*sorted(words), *PUNCTUATION * 8, *NUMBERS * 4, *STRANGE)


def choices(kind: Kind) -> tuple[str, ...]:
    match kind:
        case Choice(words):
            return tuple(words)
        case Either(kinds):
            return tuple(word for each in kinds for word in choices(each))
    return ()


@cache
def corpus() -> tuple[bytes, ...]:
    folders = (Path(specs.__file__).parent, Path(__file__).parents[1] / "goldens")
    return tuple(path.read_bytes() for folder in folders for path in sorted(folder.glob("*.cnn")))


@cache
def lines() -> tuple[str, ...]:
    """Statements that are sound by themselves."""
    forms: tuple[Form, ...] = (*LAYERS.values(), *STRUCTURES.values())
    written = [form.example for form in forms]
    written += [f"train {{ {setting.example} }}" for setting in SECTIONS["train"].settings]
    written += [f"data {name} {{ validation {amount} }}" for name in DATASETS for amount in ("0%", "10%", "test")]
    return (
        *written,
        "flatten",
        "dense classes softmax",
        "dense 10 softmax",
        'include "a.cnn"; wide 8',
        'include "b.cnn"',
    )


@cache
def programs() -> tuple[bytes, ...]:
    """Checked programs as JSON, which is accepted as input wherever a spec is."""
    checked = (check_bytes(text, "fuzz.cnn", world=WORLD).program for text in corpus() if len(text) < 1000)
    return tuple(json.dumps(to_json(program), indent=1).encode() for program in checked if program)


def of_bytes(random: Random) -> bytes:
    return random.randbytes(random.randint(0, 200))


def of_tokens(random: Random) -> bytes:
    tokens = random.choices(vocabulary(), k=random.randint(1, 40))
    return "".join(token + random.choice(["", " ", " ", " "]) for token in tokens).encode(errors="surrogateescape")


def of_a_damaged_spec(random: Random) -> bytes:
    return damaged(random.choice(corpus())[:2000], random)


def of_a_damaged_program(random: Random) -> bytes:
    return damaged(random.choice(programs()), random)


def damaged(text: bytes, random: Random) -> bytes:
    for _ in range(random.randint(1, 4)):
        start = random.randint(0, len(text))
        end = start + random.choice([0, 1, 1, 2, 10, 50])
        other = random.choice((*corpus(), *programs()))
        from_other = random.randint(0, len(other))
        token = random.choice(vocabulary()).encode(errors="surrogateescape")
        inserted = random.choice([b"", b"", token, random.randbytes(1), other[from_other : from_other + 30]])
        text = text[:start] + inserted + text[end:]
    return text


def of_statements(random: Random) -> bytes:
    written = random.choices(lines(), k=random.randint(1, 8))
    if random.random() < 0.7:
        written += ["flatten", "dense classes softmax"]
    if random.random() < 0.3:
        written.insert(random.randint(0, len(written)), of_tokens(random).decode(errors="surrogateescape"))
    joined = random.choice(["\n", "; ", "\n\n  "]).join(written)
    return (f"model {{\n{joined}\n}}" if random.random() < 0.3 else joined).encode(errors="surrogateescape")


KINDS: tuple[Callable[[Random], bytes], ...] = (
    of_bytes,
    of_tokens,
    of_a_damaged_spec,
    of_a_damaged_program,
    of_statements,
)


def made(number: int) -> bytes:
    return KINDS[number % len(KINDS)](Random(number))


def examine(data: bytes) -> bool:
    """Check a text and everything that is said of it; whether it was accepted."""
    started = time.process_time()
    checked = check_bytes(data, "fuzz.cnn", world=WORLD)
    for diagnostic in checked.diagnostics:
        for label in (diagnostic.primary, *diagnostic.related):
            assert 0 <= label.span.start <= label.span.end <= len(label.span.source.text)
        if diagnostic.fix and all(edit.span.source is checked.source for edit in diagnostic.fix.edits):
            assert apply_edits(checked.source.text, diagnostic.fix.edits) != checked.source.text
        assert len(diagnostic.message) < 2_000
    for text in (render(checked.diagnostics), render_concise(checked.diagnostics)):
        assert "\x1b" not in text
        text.encode()
    has_errors = any(each.severity == "error" for each in checked.diagnostics)
    assert (checked.program is None) == (has_errors or checked.blocks_alone)
    if checked.program:
        written = json.loads(json.dumps(to_json(checked.program)))
        assert from_json(written) == checked.program._replace(layers=unplaced(checked.program.layers))
    assert time.process_time() - started < LONGEST_WAIT
    return checked.program is not None


def unplaced(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    return tuple(layer._replace(line=0, body=unplaced(layer.body)) for layer in layers)


@pytest.mark.parametrize("kind", range(len(KINDS)), ids=[kind.__name__ for kind in KINDS])
def test_any_text_is_answered(kind: int) -> None:
    accepted = sum(examine(made(number)) for number in range(kind, FEW, len(KINDS)))
    # Else the half of the examination that looks at programs would be empty.
    assert accepted > 50 or KINDS[kind] is not of_statements


def doubling(block: str) -> str:
    """Thirty blocks that each use the next one twice."""
    blocks = [block.format(this=each, next=each + 1) for each in range(30)]
    return "\n".join([*blocks, "block b30(n) { dropout 0.1 }", "b0 1", "flatten", "dense 10 softmax"])


@pytest.mark.parametrize(
    "text",
    [
        doubling("block b{this}(n) {{ b{next} n; b{next} n }}"),
        doubling("block b{this}(n) {{ b{next} n*2; b{next} n*2+1 }}"),
        "repeat 1000000000 { }",
        "repeat 9999 { repeat 9999 { conv 8 3x3 relu padding=same } }",
        "model" + "\n" * 100_000 + "{ flatten }",
        "model" + "\n " * 100_000 + "x",
        "dense " + "1" * 100_000,
        "dense " + "1.." * 50_000,
        "dense " + "(" * 10_000,
        "dense " + "1 x " * 2_000,
        "{" * 10_000,
        "}" * 2_000,
        "d" * 500_000,
        "dense [" + "1, " * 10_000,
        "'" * 10_001,
        "include 'b.cnn'\n" * 1_000,
    ],
    ids=lambda text: text[:12],
)
def test_a_text_made_to_be_slow_is_answered_soon(text: str) -> None:
    started = time.process_time()
    examine(text.encode())
    assert time.process_time() - started < 10


@pytest.mark.heavy
def test_a_million_texts_are_answered() -> None:
    processes = os.cpu_count() or 1
    starts = [MANY * each // processes for each in range(processes + 1)]
    commands = [[sys.executable, __file__, str(first), str(end)] for first, end in pairwise(starts)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for command in commands]
    accepted = [int(process.communicate()[0] or 0) for process in running]
    assert [process.returncode for process in running] == [0] * processes
    assert sum(accepted) > MANY // 100


def examine_all(numbers: range) -> int:
    """Examine many inputs; how many were accepted."""
    accepted = 0
    for number in numbers:
        try:
            accepted += examine(made(number))
        except Exception as error:
            raise AssertionError(f"input {number}: {made(number)!r}") from error
    return accepted


if __name__ == "__main__":
    print(examine_all(range(int(sys.argv[1]), int(sys.argv[2]))))
