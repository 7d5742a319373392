"""Whatever the JSON, checking it answers, and a program gets one verdict: as JSON, as text, and as that of a run.

Input number n is made from the seed n, so that a failure is repeated with `examine(made(n))`.
"""

import json
import sys
from contextlib import suppress
from copy import deepcopy
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import specs
from spec_lang import check_text, decode
from spec_lang.program import Layer
from spec_lang.program_json import from_json, to_json
from spec_lang.reading import can_be_written
from spec_lang.rendering import render
from spec_lang.unparse import unparse

FEW = 400
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2, 3, 10, 10**9, 10**30, 0.0, 0.5, 1.0, -0.5, 1e-320, 1e305, 1.7e308),
    *(
        "",
        "relu",
        "softmax",
        "same",
        "off",
        "4px",
        "10%",
        "val_loss",
        "top5",
        "a/b",
        'a"b',
        "'\"",
        "\n",
        "\u5c64",
        "x" * 300,
    ),
    *(
        [],
        [1],
        [3, 3],
        [0, 0],
        [1, 2, 3],
        [0.0, 1.0],
        [1e-320, 1.0],
        ["a", "b"],
        ["a", "a"],
        {},
        {"a": 1},
        {"layer": "flatten"},
    ),
    {"layer": "residual", "body": [{"layer": "dropout", "rate": 0.1}]},
    {"amount": 0.0},
    {"monitor": "val_loss"},
    {"name": "sparse_categorical_crossentropy"},
)


@cache
def programs() -> tuple[str, ...]:
    """The gallery as JSON."""
    paths = sorted(Path(specs.__file__).parent.glob("*.cnn"))
    checked = [check_text(decode(path.read_bytes()), path.name).program for path in paths]
    return tuple(json.dumps(to_json(program)) for program in checked if program)


def made(number: int) -> Any:
    """A program of the gallery, changed in a few places."""
    random = Random(number)
    value = json.loads(random.choice(programs()))
    for _ in range(random.choice([0, 1, 1, 1, 2, 3])):
        holder, key = random.choice(list(places(value)))
        match random.randrange(5):
            case 0:
                del holder[key]
            case 1 if isinstance(holder, list):
                holder.insert(key, deepcopy(random.choice(list(places(value)))[0]))
            case 2:
                other, name = random.choice(list(places(json.loads(random.choice(programs())))))
                holder[key] = other[name]
            case 3 if isinstance(holder[key], int | float) and not isinstance(holder[key], bool):
                holder[key] = random.choice([holder[key] * 2, holder[key] + 1, -holder[key], holder[key] / 3])
            case _:
                holder[key] = deepcopy(random.choice(VALUES))
        if not value:
            break
    return value


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every list or object with each of its keys."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        keys = list(holder) if isinstance(holder, dict) else range(len(holder))
        for key in keys:
            found.append((holder, key))
            if isinstance(holder[key], dict | list):
                waiting.append(holder[key])
    return found or [({"": None}, "")]


def examine(value: Any) -> bool:
    """Check a program as JSON, as text and as that of a run; whether it was accepted."""
    checked = check_text(json.dumps(value, indent=1), "fuzz.json")
    assert len(render(checked.diagnostics)) < 1_000_000
    with suppress(ValueError):
        of_run = from_json(value)
        # Folders of classes may have any name; a spec cannot write all of them.
        if of_run.data and not all(map(can_be_written, of_run.data.classes)):
            return False
        assert checked.program, "accepted as a run's program alone"
    if checked.program is None:
        return False
    program = checked.program
    assert from_json(json.loads(json.dumps(to_json(program)))) == program._replace(layers=unplaced(program.layers))
    again = check_text(unparse(program), f"{program.name}.cnn").program
    assert again, f"refused as text: {unparse(program)}"
    same = again._replace(name=program.name, layers=unplaced(again.layers))
    assert same == program._replace(layers=unplaced(program.layers))
    return True


def unplaced(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    return tuple(layer._replace(line=0, body=unplaced(layer.body)) for layer in layers)


def test_any_program_is_answered_alike() -> None:
    accepted = sum(map(examine, map(made, range(FEW))))
    assert FEW // 20 < accepted < FEW


def examine_all(numbers: range) -> int:
    """Examine many inputs; how many were accepted."""
    accepted = 0
    for number in numbers:
        try:
            accepted += examine(made(number))
        except Exception as error:
            raise AssertionError(f"input {number}: {json.dumps(made(number))[:3000]}") from error
    return accepted


if __name__ == "__main__":
    print(examine_all(range(int(sys.argv[1]), int(sys.argv[2]))))
