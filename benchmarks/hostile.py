"""Texts made to be slow: what `cnn check` takes of time, and writes, for each shape at 250 kB and at 1 MB.

Run it as `python -m benchmarks.hostile [SHAPE ...] [--formats]`. Each figure is that of a whole process. The exit code
is 1 where the larger text costs more than 4.5 times the processor time of the smaller, or more than 10 s of it, where
the output is larger than 1 MB, or where the check does not end with 0 or 1. Linux only.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Final, NamedTuple

SMALL, LARGE = 245_000, 980_000
"""Bytes, about; no spec is larger than 1 MB."""
MOST_GROWTH: Final = 4.5
MOST_SECONDS: Final = 10.0
MOST_OUTPUT: Final = 1_000_000
HOPELESS: Final = 30
"""Seconds after which a check is ended."""
FORMATS: Final = ("full", "concise", "json", "github", "sarif")
_HEAD: Final = "flatten\ndense 10 softmax\n"


def repeated(unit: str, *, before: str = "", after: str = _HEAD) -> Callable[[int], str]:
    """A text of copies of a unit; `#` in braces, as {#}, is the number of the copy."""

    def make(size: int) -> str:
        return before + "".join(filled(unit, size - len(before) - len(after))) + after

    return make


def filled(unit: str, size: int) -> Iterator[str]:
    """Copies of a unit up to a size."""
    for number in count():
        text = unit.replace("{#}", str(number))
        size -= len(text.encode())
        if size < 0:
            return
        yield text


def nested(opening: str, closing: str, *, before: str = "", after: str = "") -> Callable[[int], str]:
    """As many openings as closings."""

    def make(size: int) -> str:
        depth = size // (len(opening) + len(closing))
        return f"{before}{opening * depth}{closing * depth}{after}"

    return make


def program(layers: str, *, before: str = "", after: str = "") -> Callable[[int], str]:
    """A JSON program with copies of a piece of text among its layers."""
    head = '{"layer": "flatten"}, {"layer": "dense", "units": 10, "activation": "softmax"}'
    start = f'{{"dotcnn": 1, {before}"model": {{"layers": ['
    return repeated(layers, before=start, after=f"{head}]}}{after}}}")


def chain(body: str) -> Callable[[int], str]:
    """Blocks that each use the one before."""
    return repeated(f"block b{{#}}x(n) {{ {body} }}\n", before="block b(n) { dense n }\n")


def blocks_in_a_row(size: int) -> str:
    """Blocks that each use the one before, and a use of the last."""
    lines = ["block b0(n) { dropout 0.1 }\n"]
    while size > 0:
        lines.append(f"block b{len(lines)}(n) {{ b{len(lines) - 1} n }}\n")
        size -= len(lines[-1])
    return "".join(lines) + f"flatten; b{len(lines) - 1} 3; dense 10 softmax\n"


def tower(size: int) -> str:
    """Blocks that each square their number for the next, and uses of them."""
    blocks = ["block b0(n) { dense n }"]
    blocks += [f"block b{place}(n) {{ b{place - 1} n*n }}" for place in range(1, 40)]
    return "\n".join(blocks) + "\nflatten\n" + "".join(filled("b39 3\n", size)) + "dense 10 softmax\n"


SHAPES: Final[dict[str, Callable[[int], str]]] = {
    # lines and words
    "long line": repeated("conv 8 3x3 relu same; "),
    "long word": lambda size: "conv 32 " + "a" * size,
    "long keyword": lambda size: "c" * size,
    "long string": lambda size: f'data "{"a" * size}"',
    "long number": lambda size: "dense " + "1" * size,
    "long comment": lambda size: f"# {'a' * size}\n{_HEAD}",
    "many words": lambda size: "conv " + "".join(filled("word{#} ", size)),
    "many numbers": lambda size: "conv " + "".join(filled("{#} ", size)),
    "many sizes": lambda size: "conv 3 " + "".join(filled("3x3 ", size)),
    "size with spaces": lambda size: "conv " + "3 x " * (size // 4),
    "many axes": lambda size: "input " + "x".join(["3"] * (size // 2)),
    "many options": lambda size: "conv 32 3x3 " + "".join(filled("o{#}=1 ", size)),
    "one option, often": lambda size: "conv 32 3x3 " + "".join(filled("stride=1 ", size)),
    "many metrics": lambda size: f"{_HEAD}train {{ metrics " + "auc " * (size // 4) + "}",
    # lists
    "many classes": lambda size: f"data digits {{ classes [c{''.join(filled(', c{#}', size))}] }}\n{_HEAD}",
    "classes of a folder": lambda size: (
        f'data folder "x" {{ size 8x8; classes [c{"".join(filled(", c{#}", size))}] }}\nflatten; dense classes softmax'
    ),
    "classes of numbers": lambda size: f"data digits {{ classes [99{''.join(filled(', {#}', size))}] }}\n{_HEAD}",
    "classes without brackets": lambda size: f"data digits {{ classes {''.join(filled('c{#} ', size))} }}\n{_HEAD}",
    "list of lists": nested("[", "]", before="data digits { classes ", after=" }"),
    # structure
    "many layers": repeated("dropout 0.1\n"),
    "many different layers": repeated("dense {#}1 relu\n", before="flatten\n"),
    "many blocks": repeated("block b{#} { dense 3 relu }\n"),
    "many uses of a block": repeated("b 3\n", before="block b(n) { dropout 0.1 }\n"),
    "chain of blocks": blocks_in_a_row,
    "tower of arithmetic": tower,
    "sums": lambda size: "flatten; dense " + "+".join(["1"] * (size // 2)) + " softmax",
    "products": lambda size: "flatten; dense " + "*".join(["9"] * (size // 2)) + " softmax",
    "block with many parameters": lambda size: (
        f"block b(p{''.join(filled(', p{#}', size // 2))}) {{ dense p0 }}\n"
        f"flatten; b {''.join(filled('{#} ', size // 2))}"
    ),
    "parameters behind each other": lambda size: (
        f"block b(p=1{''.join(filled(', p{#}=p*2', size))}) {{ dense p }}\nflatten\nb\ndense 10 softmax"
    ),
    "blocks that call for each other": repeated("block b{#} { c{#} }\nblock c{#} { b{#} }\n"),
    "nested blocks": nested("repeat 1 { ", "}", before="model {", after="}"),
    "nested residuals": nested("residual { ", "}"),
    "braces": nested("{", "}"),
    "parentheses": nested("(", ")", before="dense "),
    "brackets and parentheses": nested("[(", ")]", before="dense "),
    "calls": nested("f(", ")", before="dense "),
    "many repeats": repeated("repeat 2 { dropout 0.1 }\n"),
    "repeats beyond all bounds": repeated("repeat 999999999 { repeat 999999999 { dropout 0.1 } }\n"),
    "includes": repeated('include "f{#}.cnn"\n'),
    "sections twice": repeated("train { epochs 3 }\n"),
    "settings twice": lambda size: f"{_HEAD}train {{\n" + "epochs 3\n" * (size // 9) + "}\n",
    "unknown settings": lambda size: f"{_HEAD}train {{\n" + "".join(filled("set{#} 3\n", size)) + "}\n",
    "inputs": repeated("input 8x8x1\n"),
    "layers beside a model": repeated("dense 3 relu\n", before="model { flatten; dense 10 softmax }\n", after=""),
    # mistakes of form
    "colons": repeated("conv: 3\n"),
    "equals signs": repeated("conv = 3\n"),
    "strange characters": repeated("conv @ 3\n"),
    "only strange characters": lambda size: "@" * size,
    "numbers for keywords": repeated("32 conv\n"),
    "commas": repeated("conv 32, 3x3\n"),
    "unclosed strings": repeated('data "mnist\n'),
    "unclosed braces": repeated("repeat 2 {\n"),
    "closing braces": repeated("}\n"),
    "unclosed brackets": repeated("classes [a, b\n"),
    "unclosed parentheses": repeated("dense (3\n"),
    "unclosed parentheses on a line": lambda size: "dense " + "(3 " * (size // 3),
    "mistakes in blocks": repeated("repeat 2 { conv: 3 }\n"),
    "numbers that are none": repeated("conv 3y3\n"),
    "other people's Python": repeated("model.add(Conv2D({#}, (3, 3), activation='relu'))\n"),
    # mistakes of meaning
    "unknown layers": repeated("layer{#} 3\n"),
    "one unknown layer": repeated("cnov 3\n"),
    "unknown options": repeated("dropout 0.1 p{#}=3\n"),
    "values out of range": repeated("dropout 7\n"),
    "layers that do not fit": repeated("dense 3\n", after=""),
    "warnings": repeated("conv 8 2x2 same\n"),
    "warnings of linear layers": repeated("dense 3\n", before="flatten\n"),
    "ignored warnings": repeated("conv 8 2x2 same  # cnn: ignore[W506]\n"),
    "ignored for nothing": repeated("dropout 0.1  # cnn: ignore[W999, W{#}]\n"),
    # text
    "blank lines": repeated("\n"),
    "blanks": lambda size: _HEAD + " " * size,
    "blank lines before a brace": lambda size: "model" + "\n " * (size // 2) + "{ flatten; dense 10 softmax }",
    "comments": repeated("# a comment of no use\n"),
    "semicolons": repeated(";"),
    "carriage returns": repeated("dropout 0.1\r\n"),
    "tabs": repeated("\tdropout\t0.1\n"),
    "backslashes": repeated("conv 3 \\\n"),
    "byte order marks": repeated("\ufeff"),
    "digits of other scripts": repeated("conv \uff13\uff12 3x3\n"),
    "combining marks": lambda size: "conv a" + "\u0301" * (size // 2),
    "wide characters": repeated("\u5c64 3\n"),
    "right to left": repeated("conv \u202e 3\n"),
    "NUL": lambda size: "conv " + "\0" * size,
    "not UTF-8": lambda size: "conv # " + "\udcff" * size,
    # JSON
    "JSON, many layers": program('{"layer": "dropout", "rate": 0.1}, '),
    "JSON, wrong types": program('{"layer": "dropout", "rate": "x"}, '),
    "JSON, unknown layers": program('{"layer": "layer{#}"}, '),
    "JSON, layers that are none": program("{#}, "),
    "JSON, missing names": program('{"layer": "dense"}, '),
    "JSON, unknown names": program('{"layer": "dropout", "rate": 0.1, "p{#}": 3}, '),
    "JSON, many names in one object": lambda size: (
        '{"dotcnn": 1, "model": {"layers": []}' + "".join(filled(', "name{#}": 3', size)) + "}"
    ),
    "JSON, repeated names": lambda size: '{"dotcnn": 1' + ', "a": 1' * (size // 8) + "}",
    "JSON, repeated names in objects": program('{"layer": "dropout", "rate": 0.1, "rate": 0.1}, '),
    "JSON, long string": lambda size: f'{{"dotcnn": 1, "name": "{"a" * size}"}}',
    "JSON, long name": lambda size: f'{{"dotcnn": 1, "{"a" * size}": 3}}',
    "JSON, escapes": lambda size: f'{{"dotcnn": 1, "name": "{chr(92) + "u0041"}{(chr(92) + "u0041") * (size // 6)}"}}',
    "JSON, long number": lambda size: f'{{"dotcnn": {"1" * size}}}',
    "JSON, nested lists": nested("[", "]", before='{"dotcnn": ', after="}"),
    "JSON, nested objects": nested('{"a": ', "}", before='{"dotcnn": ', after="}"),
    "JSON, nested layers": nested(
        '{"layer": "residual", "body": [', "]}", before='{"model": {"layers": [', after="]}}"
    ),
    "JSON, long list": lambda size: f'{{"dotcnn": 1, "model": {{"input": [{"3, " * (size // 3)}3]}}}}',
    "JSON, many classes": lambda size: (
        '{"dotcnn": 1, "model": {"layers": []}, "data": {"classes": ["c"' + "".join(filled(', "c{#}"', size)) + "]}}"
    ),
    "JSON, one class often": lambda size: (
        '{"dotcnn": 1, "model": {"layers": []}, "data": {"classes": [' + '"c", ' * (size // 5) + '"c"]}}'
    ),
    "JSON, warnings": program(
        '{"layer": "conv", "filters": 8, "kernel": [2, 2], "padding": "same"}, ',
    ),
    "JSON, blanks": lambda size: '{"dotcnn": 1' + " " * size + "}",
    "JSON, unfinished": lambda size: '{"dotcnn": [' + "1, " * (size // 3),
    "JSON, contradictions": program('{"layer": "dropout", "rate": 0.1, "output": [3]}, '),
}


class Cost(NamedTuple):
    """What a check took."""

    seconds: float
    """Of processor time, of the whole process."""
    output: int
    """Bytes."""
    status: int


def measured(path: Path, output_format: str) -> Cost:
    """The cost of checking a file."""
    command = [Path(sys.executable).parent / "cnn", "check", path, "--output-format", output_format]
    with tempfile.TemporaryFile() as written:
        process = subprocess.Popen(command, stdout=written, stderr=subprocess.STDOUT)
        resource.prlimit(process.pid, resource.RLIMIT_CPU, (HOPELESS, HOPELESS))
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        written.seek(0)
        text = written.read()
    status = 3 if b"Traceback" in text else process.returncode
    return Cost(usage.ru_utime + usage.ru_stime, len(text), status)


def tried(name: str, folder: Path, formats: tuple[str, ...]) -> tuple[str, bool]:
    """A line of the table for a shape, and whether it keeps the bounds; of several formats the worst counts."""
    path = folder / ("shape.json" if name.startswith("JSON") else "shape.cnn")
    costs: list[list[Cost]] = []
    for size in (SMALL, LARGE):
        path.write_bytes(SHAPES[name](size).encode(errors="surrogateescape"))
        costs.append([measured(path, each) for each in formats])
    small, large = (max(each.seconds for each in those) for those in costs)
    output = max(each.output for those in costs for each in those)
    statuses = {each.status for those in costs for each in those}
    sound = large <= MOST_GROWTH * small and large <= MOST_SECONDS and output <= MOST_OUTPUT and statuses <= {0, 1}
    verdict = "" if sound else "FAILS"
    line = f"| {name} | {small:.2f} | {large:.2f} | {large / small:.1f} | {output:,} | {verdict} |"
    return line, sound


def main() -> int:
    """Print one table, a line as soon as a shape was tried, and the worst of all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shapes", nargs="*", metavar="SHAPE", help="only these")
    parser.add_argument("--formats", action="store_true", help="in every output format, not in the usual one alone")
    options = parser.parse_args()
    failed: list[str] = []
    print("| shape | 250 kB, s | 1 MB, s | ratio | output, bytes | |")
    print("| --- | --- | --- | --- | --- | --- |", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in options.shapes or SHAPES:
            line, sound = tried(name, Path(folder), FORMATS if options.formats else FORMATS[:1])
            print(line, flush=True)
            failed += [] if sound else [name]
    print(json.dumps({"shapes": len(options.shapes or SHAPES), "failed": failed}))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
