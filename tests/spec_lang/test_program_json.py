import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import specs
from spec_lang import check_text, decode
from spec_lang.layers import LAYERS
from spec_lang.program import Layer, Program
from spec_lang.program_json import Json, from_json, to_json

GALLERY = {path.stem: decode(path.read_bytes()) for path in sorted(Path(specs.__file__).parent.glob("*.cnn"))}
TEXTS = {
    **GALLERY,
    "architecture": "input 32x32x3; conv 8 3x3 relu; globalavgpool; dense 3 softmax",
    "nested": "residual { conv 8 3x3 relu padding=same; residual { dropout 10% } }; flatten; dense 10 softmax",
    "noisy head": "flatten; dense 10 softmax; dropout 10%",
    "every setting": "data mnist { validation 0% }; flatten; dense 10 softmax\n"
    "train { epochs 3; batch 8; optimizer sgd nesterov=on; loss sparse_categorical_crossentropy; metrics accuracy; "
    "stop loss patience=0; seed 9 }",
    "unmonitored": "data mnist { validation test }; flatten; dense 10 softmax",
}
EXAMPLES = {
    kind.keyword: kind.example
    for kind in LAYERS.values()
    if kind.keyword not in ("input", "flatten", "dense") and not kind.join
} | {"reshape": "reshape 13x13x32"}


def program(text: str) -> Program:
    result = check_text(text, "spec.cnn")
    assert result.program is not None, result.diagnostics
    return result.program


def unplaced(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """The layers without the lines of the text that they came from."""
    return tuple(layer._replace(line=0, body=unplaced(layer.body)) for layer in layers)


def outcome(value: object) -> Program | str:
    """The program, or why there is none."""
    try:
        return from_json(value)
    except ValueError as error:
        return str(error)


def through_json(value: object) -> object:
    return json.loads(json.dumps(value))


SMALL = to_json(program(TEXTS["nested"]))


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_program_comes_back_from_json_as_it_was(text: str) -> None:
    written = program(text)
    assert from_json(through_json(to_json(written))) == written._replace(layers=unplaced(written.layers))


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_every_layer_comes_back_from_json_as_it_was(example: str) -> None:
    written = program(f"data mnist; conv 8 3x3 relu; {example}; flatten; dense 10 softmax")
    assert from_json(through_json(to_json(written))) == written._replace(layers=unplaced(written.layers))


def places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    if isinstance(value, dict):
        for name, inside in value.items():
            yield from places(inside, (*path, name))
    elif isinstance(value, list):
        for index, inside in enumerate(value):
            yield from places(inside, (*path, index))


def changed(path: tuple[str | int, ...], new: object) -> object:
    if not path:
        return new
    whole = deepcopy(SMALL)
    here: object = whole
    for step in path[:-1]:
        here = here[step]  # type: ignore[index]
    here[path[-1]] = new  # type: ignore[index]
    return whole


def without(path: tuple[str | int, ...]) -> object:
    whole = deepcopy(SMALL)
    here: object = whole
    for step in path[:-1]:
        here = here[step]  # type: ignore[index]
    del here[path[-1]]  # type: ignore[attr-defined]
    return whole


HOSTILE: tuple[object, ...] = (
    None,
    True,
    -1,
    0,
    10**9 + 1,
    10**40,
    1.5,
    float("nan"),
    float("inf"),
    "",
    "relu",
    "../../etc/passwd",
    "\x1b[31m",
    [],
    [1],
    [True, True],
    [2, 2],
    [2.0, 2.0],
    [-1, -1, -1, -1],
    {},
    {"layer": "lambda"},
    [[[[]]]],
)


@pytest.mark.parametrize("path", list(places(SMALL)), ids=lambda path: ".".join(map(str, path)) or "whole")
def test_any_field_with_any_value_is_read_or_refused_with_its_reason(path: tuple[str | int, ...]) -> None:
    for new in HOSTILE:
        value = changed(path, new)
        match outcome(value):
            case Program() as read:
                assert from_json(through_json(to_json(read))) == read
            case reason:
                assert 0 < len(reason) < 500


INDISPENSABLE = {"dotcnn", "model", "input", "layers", "layer", "filters", "kernel", "window", "units", "rate"}


@pytest.mark.parametrize("path", [each for each in places(SMALL) if each and isinstance(each[-1], str)], ids=str)
def test_a_missing_field_has_its_default_or_the_program_is_refused(path: tuple[str | int, ...]) -> None:
    match outcome(without(path)):
        case Program() as read:
            assert path[-1] not in INDISPENSABLE
            assert from_json(through_json(to_json(read))) == read
        case reason:
            assert reason


def test_a_parameter_that_came_later_has_its_default() -> None:
    read = from_json(without(("model", "layers", 0, "body", 0, "dilation")))
    assert read.layers[0].body[0].arguments["dilation"] == (1, 1)


@pytest.mark.parametrize(
    ("path", "new"),
    [
        (("dotcnn",), 2),
        (("dotcnn",), "1"),
        (("model", "input"), [8, 8, 3]),
        (("model", "input"), [True, 8, 1]),
        (("model", "layers", 0, "output"), [8, 8, 4]),
        (("model", "layers", 0, "parameters"), 1),
        (("model", "layers", 0, "layer"), "Lambda"),
        (("model", "layers", 0, "layer"), "input"),
        (("model", "layers", 0, "body", 0, "kernel"), [True, 3]),
        (("model", "layers", 0, "body", 0, "kernel"), [0, 3]),
        (("model", "layers", 0, "body", 0, "activation"), "eval"),
        (("model", "layers", 0, "body", 1, "body", 0, "rate"), 1.0),
        (("model", "layers", 0, "body", 1, "body", 0, "rate"), float("nan")),
        (("model", "layers", 2, "units"), 9),
        (("data", "classes"), ["a", "b"]),
        (("data", "image"), [28, 28, 1]),
        (("data", "source"), "mnist"),
        (("data", "source"), "../mnist"),
        (("data", "validation", "amount"), 1.0),
        (("train", "optimizer", "lr"), 0.0),
        (("train", "optimizer", "lr"), float("inf")),
        (("train", "loss", "name"), "binary_crossentropy"),
        (("train", "metrics", "names"), ["accuracy", "f2"]),
        (("train", "epochs"), {"count": True}),
        (("train", "shell"), {"command": "ls"}),
    ],
)
def test_what_no_spec_can_say_is_refused(path: tuple[str | int, ...], new: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_json(changed(path, new))


def test_the_reason_names_the_place() -> None:
    with pytest.raises(ValueError, match=r"model\.layers\[0\]\.body\[0\]\.kernel"):
        from_json(changed(("model", "layers", 0, "body", 0, "kernel"), "3x3"))


def test_containers_nested_without_end_are_refused() -> None:
    inside: Json = {"layer": "dropout", "rate": 0.1}
    for _ in range(5000):
        inside = {"layer": "residual", "activation": "linear", "body": [inside]}
    with pytest.raises(ValueError, match="list of layers"):
        from_json(changed(("model", "layers"), [inside]))


trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.sampled_from(sorted(LAYERS)),
    lambda inside: (
        st.lists(inside, max_size=4)
        | st.dictionaries(st.sampled_from(["layer", "model", "layers", "input", "train", "dotcnn", "body"]), inside)
    ),
)


@given(trees)
def test_any_json_is_read_or_refused(value: object) -> None:
    for each in (value, changed(("model",), value), changed(("model", "layers"), value), changed(("train",), value)):
        assert outcome(each)


FOLDER = 'data folder "PATH" { size 8x8; classes [cat, dog] }\nflatten; dense classes softmax'


@pytest.mark.parametrize("path", ["pets\tand more", "\x1b[31m", "a\u202eb", "層"])
def test_a_path_may_hold_whatever_a_spec_can_say(path: str) -> None:
    written = program(FOLDER.replace("PATH", path))
    again = from_json(json.loads(json.dumps(to_json(written))))
    assert again.data == written.data
    assert again.data
    assert again.data.arguments["path"] == path


@pytest.mark.parametrize("path", ["", "two\nlines", "null\0", "\udcff"])
def test_a_path_holds_nothing_that_no_spec_can_say(path: str) -> None:
    entries = json.loads(json.dumps(to_json(program(FOLDER))))
    entries["data"]["arguments"]["path"] = path
    with pytest.raises(ValueError, match="path"):
        from_json(entries)


LABELS = ["0", "1", "2"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            {"data": {"validation": {"amount": 0.0}}, "train": {"keep": {"monitor": "val_loss"}}},
            "train.keep.monitor is 'val_loss'",
        ),
        (
            {"train": {"loss": {"name": "sparse_categorical_crossentropy"}, "label_smoothing": {"share": 0.1}}},
            "no labels that label_smoothing spreads",
        ),
        ({"data": {"classes": LABELS}, "train": {"metrics": {"names": ["top5"]}}}, "always 1 with 3 classes"),
    ],
)
def test_a_program_is_refused_where_its_spec_would_be(change: dict[str, Any], problem: str) -> None:
    program = check_text('data digits { classes ["0", "1", "2"] }; flatten; dense classes softmax').program
    assert program is not None
    written = json.loads(json.dumps(to_json(program)))
    assert from_json(written)
    for section, settings in change.items():
        for name, values in settings.items():
            written[section][name] = values
    with pytest.raises(ValueError, match=problem):
        from_json(written)
    given = {key: value for key, value in written.items() if key != "name"}
    assert check_text(json.dumps(given), "program.json").program is None
