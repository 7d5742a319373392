"""The published JSON Schema: it takes every program, and nothing that no spec can say."""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from strategies import Network, networks

import spec_lang
import specs
from spec_lang import check_text, decode
from spec_lang.layers import LAYERS
from spec_lang.program_json import from_json, to_json
from spec_lang.schema import DERIVED_OF_DATA, DERIVED_OF_LAYER, program_schema
from spec_lang.sections import DATA, TRAIN

SCHEMA: Any = program_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
GALLERY = sorted(Path(specs.__file__).parent.glob("*.cnn"))
SPEC = """data mnist
residual relu { conv 8 3x3 padding=same }; pool 2x2; activation leaky_relu slope=0.1; zeropad 1x0x2x0
flatten; dense 8 maxnorm=2; dense 10 softmax
train { optimizer sgd lr=0.1; stop val_loss; metrics accuracy }"""


def as_json(text: str) -> Any:
    program = check_text(text).program
    assert program is not None
    return json.loads(json.dumps(to_json(program)))


SMALL = as_json(SPEC)


def changed(path: tuple[str | int, ...], new: object) -> Any:
    """The small program with another value at a path."""
    whole = deepcopy(SMALL)
    here = whole
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = new
    return whole


def test_it_is_a_schema_of_the_dialect_that_it_names() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_published_file_is_current() -> None:
    published = Path(spec_lang.__file__).with_name("program.schema.json")
    assert json.loads(published.read_text(encoding="utf-8")) == SCHEMA, "run `make generated`"


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_every_program_of_the_gallery_is_valid(path: Path) -> None:
    VALIDATOR.validate(as_json(decode(path.read_bytes())))


@settings(max_examples=40)
@given(networks())
def test_every_network_is_valid(network: Network) -> None:
    VALIDATOR.validate(as_json(network.text))


@pytest.mark.parametrize(
    ("path", "new"),
    [
        (("dotcnn",), 2),
        (("dotcnn",), True),
        (("name",), "a/b"),
        (("name",), "a\\b"),
        (("name",), ""),
        (("network",), {}),
        (("data",), "mnist"),
        (("data", "source"), "minst"),
        (("data", "folder"), "pictures"),
        (("data", "validation"), 0.1),
        (("data", "validation", "amount"), 1.0),
        (("data", "validation", "amount"), "train"),
        (("model", "layers"), []),
        (("model", "layers"), {"layer": "flatten"}),
        (("model", "input"), [28, 28, 1, 1]),
        (("model", "input"), [28, 0, 1]),
        (("model", "layers", 0), "flatten"),
        (("model", "layers", 0, "layer"), "Lambda"),
        (("model", "layers", 0, "layer"), "input"),
        (("model", "layers", 0, "body"), 3),
        (("model", "layers", 0, "body", 0, "filters"), "8"),
        (("model", "layers", 0, "body", 0, "filters"), 8.5),
        (("model", "layers", 0, "body", 0, "filters"), True),
        (("model", "layers", 0, "body", 0, "filters"), 0),
        (("model", "layers", 0, "body", 0, "kernel"), [3]),
        (("model", "layers", 0, "body", 0, "kernel"), "3x3"),
        (("model", "layers", 0, "body", 0, "bias"), 1),
        (("model", "layers", 0, "body", 0, "units"), 8),
        (("model", "layers", 0, "body", 0, "l2"), -1),
        (("model", "layers", 1, "body"), []),
        (("model", "layers", 2, "alpha"), 0.5),
        (("model", "layers", 2, "slope"), None),
        (("model", "layers", 3, "padding"), [1, 0, 2]),
        (("model", "layers", 5, "maxnorm"), 0),
        (("model", "layers", 5, "maxnorm"), "on"),
        (("model", "layers", 6, "activation"), "Softmax"),
        (("model", "layers", 6, "output"), 10),
        (("train", "epochs"), 3),
        (("train", "epochs", "count"), 0),
        (("train", "optimizer", "rho"), 0.1),
        (("train", "optimizer", "lr"), 0),
        (("train", "metrics", "names"), "accuracy"),
        (("train", "metrics", "names"), []),
        (("train", "shell"), {"command": "ls"}),
    ],
)
def test_what_no_spec_can_say_is_invalid(path: tuple[str | int, ...], new: object) -> None:
    VALIDATOR.validate(SMALL)
    assert not VALIDATOR.is_valid(changed(path, new))


REQUIRED = [
    ("dotcnn",),
    ("model",),
    ("model", "layers"),
    ("model", "layers", 0, "layer"),
    ("model", "layers", 0, "body"),
    ("model", "layers", 0, "body", 0, "filters"),
    ("model", "layers", 1, "window"),
    ("model", "layers", 2, "activation"),
    ("model", "layers", 6, "units"),
]


@pytest.mark.parametrize("path", REQUIRED, ids=lambda path: ".".join(map(str, path)))
def test_what_has_no_default_is_required(path: tuple[str | int, ...]) -> None:
    whole = deepcopy(SMALL)
    here = whole
    for step in path[:-1]:
        here = here[step]
    del here[path[-1]]
    assert not VALIDATOR.is_valid(whole)


def test_all_that_has_a_default_may_be_left_out() -> None:
    head = {"layer": "dense", "units": 10, "activation": "softmax"}
    VALIDATOR.validate({"dotcnn": 1, "model": {"layers": [{"layer": "flatten"}, head]}})


def test_an_architecture_on_its_own_needs_an_input() -> None:
    model = {"layers": [{"layer": "flatten"}]}
    assert not VALIDATOR.is_valid({"dotcnn": 1, "data": None, "model": model})
    VALIDATOR.validate({"dotcnn": 1, "data": None, "model": {"input": [8, 8, 1], **model}})


HOSTILE: tuple[object, ...] = (
    None,
    -1,
    0,
    1.5,
    "",
    "relu",
    "../../etc/passwd",
    [],
    [1],
    [2, 2],
    [-1, -1, -1, -1],
    {},
    {"layer": "lambda"},
)


def places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    steps: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inside in steps:
        yield (*path, step)
        yield from places(inside, (*path, step))


@pytest.mark.parametrize("path", list(places(SMALL)), ids=lambda path: ".".join(map(str, path)))
def test_whatever_program_is_read_is_written_validly(path: tuple[str | int, ...]) -> None:
    for new in HOSTILE:
        try:
            program = from_json(changed(path, new))
        except ValueError:
            continue
        VALIDATOR.validate(to_json(program))


def test_every_parameter_has_its_description() -> None:
    for keyword, kind in LAYERS.items():
        if keyword != "input":
            text = json.dumps(SCHEMA["$defs"][keyword])
            parameters = (*kind.parameters, *(each for variant in kind.variants.values() for each in variant))
            assert all(json.dumps(each.doc)[1:-1] in text and f'"{each.name}"' in text for each in parameters)
    for section in (DATA, TRAIN):
        for setting in section.settings:
            assert json.dumps(setting.summary) in json.dumps(SCHEMA["properties"][section.keyword])


def test_no_parameter_has_the_name_of_another_field() -> None:
    for kind in LAYERS.values():
        names = {each.name for parameters in (kind.parameters, *kind.variants.values()) for each in parameters}
        assert not names & {"layer", "body", *DERIVED_OF_LAYER}
    names = {setting.keyword for setting in DATA.settings} | {each.name for each in DATA.form.parameters}
    assert not names & {*DERIVED_OF_DATA}
    assert not {"layer", "layers"} & LAYERS.keys()
