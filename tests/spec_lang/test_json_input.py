"""Programs that come as JSON: the same checks as for a spec, each finding at its place in the JSON text."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from strategies import Network, networks

import specs
from spec_lang import Checked, OverrideError, Source, check_bytes, check_text, decode, is_json
from spec_lang.fixes import fix_all
from spec_lang.program import Layer, Program
from spec_lang.program_json import to_json
from spec_lang.rendering import render, render_concise

GALLERY = {path.stem: decode(path.read_bytes()) for path in sorted(Path(specs.__file__).parent.glob("*.cnn"))}
FLATTEN = {"layer": "flatten"}
HEAD = {"layer": "dense", "units": 10, "activation": "softmax"}


def program(text: str, name: str = "spec.cnn") -> Program:
    result = check_text(text, name)
    assert result.program is not None, render(result.diagnostics)
    return result.program


def unplaced(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    return tuple(layer._replace(line=0, body=unplaced(layer.body)) for layer in layers)


def same(one: Program, other: Program) -> bool:
    return one._replace(layers=unplaced(one.layers)) == other._replace(layers=unplaced(other.layers))


def checked(*layers: object, file: str = "net.json", **more: object) -> Checked:
    """A JSON program of these layers, checked."""
    return check_text(json.dumps({"dotcnn": 1, "model": {"layers": layers}, **more}, indent=2), file)


def found(result: Checked) -> list[tuple[str, str, str]]:
    """The code, the path and the text of the place of each error."""
    errors = [each for each in result.diagnostics if each.severity == "error"]
    return [(each.code, each.message.partition(": ")[0], each.span.text) for each in errors]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("name", GALLERY)
def test_what_a_spec_compiles_to_is_the_same_program(name: str, indent: int | None) -> None:
    written = program(GALLERY[name], f"{name}.cnn")
    assert same(program(json.dumps(to_json(written), indent=indent), "other.json"), written)


@settings(max_examples=40)
@given(networks())
def test_every_network_comes_back_as_it_was(network: Network) -> None:
    written = program(network.text)
    assert same(program(json.dumps(to_json(written)), "spec.json"), written)


def test_all_but_the_layers_may_be_left_out() -> None:
    assert same(
        program(json.dumps({"dotcnn": 1, "model": {"layers": [FLATTEN, HEAD]}}), "spec.json"),
        program("flatten; dense 10 softmax"),
    )


def test_settings_have_the_defaults_of_a_spec() -> None:
    train = {"epochs": {}, "optimizer": {"name": "sgd", "momentum": 0.9}, "stop": {}, "seed": {"value": 7.0}}
    result = checked(FLATTEN, HEAD, data={"source": "mnist", "validation": {"amount": 0.25}}, train=train)
    expected = program(
        "data mnist { validation 25% }; flatten; dense 10 softmax\ntrain { optimizer sgd momentum=0.9; stop; seed 7 }"
    )
    assert result.program is not None
    assert same(result.program, expected._replace(name="net"))


def test_data_may_be_ruled_out() -> None:
    text = json.dumps({"dotcnn": 1, "data": None, "model": {"input": [4, 4, 1], "layers": [FLATTEN]}})
    assert program(text).data is None


def test_a_name_takes_the_place_of_that_of_the_file() -> None:
    result = checked(FLATTEN, HEAD, file="-", name="letters")
    assert result.program is not None
    assert result.program.name == "letters"


def test_a_number_keeps_every_digit() -> None:
    rate = 0.1234567890123456
    result = checked(FLATTEN, HEAD, train={"optimizer": {"name": "adam", "lr": rate}})
    assert result.program is not None
    assert result.program.train["optimizer"]["lr"] == rate


@pytest.mark.parametrize("text", ['{"a": 1}', '\n\t{\n "a"', "{}", "{ }"])
def test_json_is_known_by_its_beginning(text: str) -> None:
    assert is_json(Source("<stdin>", text))
    assert is_json(Source("a.cnn", text))


@pytest.mark.parametrize("text", ["", "flatten", "{", "{ flatten }", "model { }", '"a"'])
def test_a_spec_is_not_taken_for_json(text: str) -> None:
    assert not is_json(Source("a.cnn", text))
    assert is_json(Source("a.json", text))


def conv(**more: object) -> dict[str, object]:
    return {"layer": "conv", "filters": 8, "kernel": [3, 3], "activation": "relu", **more}


@pytest.mark.parametrize(
    ("layer", "expected", "help_text"),
    [
        (conv(filters="8"), ("E606", "model.layers[0].filters", '"8"'), "how many filters"),
        (conv(filters=0), ("E606", "model.layers[0].filters", "0"), "how many filters"),
        (conv(filters=None), ("E606", "model.layers[0].filters", "null"), "how many filters"),
        (conv(kernel=[3, -1]), ("E606", "model.layers[0].kernel[1]", "-1"), ""),
        (conv(kernel=3), ("E606", "model.layers[0].kernel", "3"), "height x width"),
        (conv(bias="off"), ("E606", "model.layers[0].bias", '"off"'), ""),
        (conv(maxnorm="of"), ("E606", "model.layers[0].maxnorm", '"of"'), ""),
        (conv(activation="rleu"), ("E605", "model.layers[0].activation", '"rleu"'), "did you mean 'relu'?"),
        (conv(padding="round"), ("E605", "model.layers[0].padding", '"round"'), "known are valid, same"),
        (conv(layer="cnov"), ("E605", "model.layers[0]", '"cnov"'), "did you mean 'conv'?"),
        (conv(layer=3), ("E606", "model.layers[0]", "3"), ""),
        (conv(stried=[2, 2]), ("E603", "model.layers[0].stried", '"stried"'), "did you mean 'stride'?"),
        (conv(shell="ls"), ("E603", "model.layers[0].shell", '"shell"'), "known are "),
        ({"layer": "conv", "kernel": [3, 3]}, ("E604", "model.layers[0]", '"conv"'), "filters: how many filters"),
        ({"filters": 8}, ("E604", "model.layers[0]", "{"), ""),
        (
            {"layer": "conv", "filtres": 8, "kernel": [3, 3]},
            ("E603", "model.layers[0].filtres", '"filtres"'),
            "'filters'",
        ),
        ("conv", ("E606", "model.layers[0]", '"conv"'), ""),
        ({"layer": "residual", "body": [conv(filters="8")]}, ("E606", "model.layers[0].body[0].filters", '"8"'), ""),
        ({"layer": "activation", "activation": "elu", "slope": 1}, ("E603", "model.layers[0].slope", '"slope"'), ""),
        ({"layer": "permute", "axes": ["up"]}, ("E605", "model.layers[0].axes[0]", '"up"'), "known are"),
    ],
)
def test_a_layer_that_is_not_of_the_form_is_one_finding(
    layer: object, expected: tuple[str, str, str], help_text: str
) -> None:
    result = checked(layer, FLATTEN, HEAD)
    assert found(result) == [expected]
    assert help_text in result.diagnostics[0].help


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"dotcnn": 2}, ("E606", "dotcnn", "2")),
        ({"name": "../up"}, ("E606", "name", '"../up"')),
        ({"data": "mnist"}, ("E606", "data", '"mnist"')),
        ({"data": {"source": "minst"}}, ("E605", "data.source", '"minst"')),
        ({"data": {"sauce": "mnist"}}, ("E603", "data.sauce", '"sauce"')),
        ({"dta": {"source": "mnist"}}, ("E603", "dta", '"dta"')),
        ({"epochs": 3}, ("E603", "epochs", '"epochs"')),
        ({"train": {"epochs": 3}}, ("E606", "train.epochs", "3")),
        ({"train": {"epochs": {"count": 1e9}}}, ("E606", "train.epochs.count", "1000000000.0")),
        ({"train": {"stop": {"patience": -1}}}, ("E606", "train.stop.patience", "-1")),
        ({"train": {"optimizer": {"name": "sgd", "beta": 1}}}, ("E603", "train.optimizer.beta", '"beta"')),
        ({"train": {"metrics": {"names": ["acuracy"]}}}, ("E605", "train.metrics.names[0]", '"acuracy"')),
    ],
)
def test_anything_else_that_is_not_of_the_form_is_one_finding(more: Any, expected: tuple[str, str, str]) -> None:
    assert found(checked(FLATTEN, HEAD, **more)) == [expected]


def test_several_mistakes_are_several_findings_and_no_more() -> None:
    result = checked(
        conv(filters=-1),
        {"layer": "pool", "window": [2, 2], "sride": [1, 1]},
        {"layer": "droput", "rate": 0.5},
        FLATTEN,
        {"layer": "dense", "units": 10, "activation": "softmx"},
        train={"batch": {"size": "many"}},
    )
    assert [code for code, _, _ in found(result)] == ["E606", "E603", "E605", "E605", "E606"]


@pytest.mark.parametrize(
    ("layers", "more", "code", "path", "text"),
    [
        ([conv(kernel=[9, 9]), FLATTEN, HEAD], {}, "E301", "model.layers[0].kernel", '"kernel": [\n          9,'),
        ([FLATTEN, conv(), HEAD], {}, "E302", "model.layers[1]", '"conv"'),
        ([HEAD], {}, "E303", "model.layers[0]", '"dense"'),
        ([FLATTEN, HEAD | {"units": 9}], {}, "E401", "model.layers[1].units", '"units": 9'),
        ([FLATTEN], {}, "E402", "model.layers[0]", '"flatten"'),
        ([FLATTEN, HEAD], {"train": {"loss": {"name": "binary_crossentropy"}}}, "E404", "train.loss.name", '"name": '),
        ([FLATTEN, HEAD | {"units": 10**9}, HEAD], {}, "E306", "model.layers[1]", '"dense"'),
    ],
)
def test_shapes_heads_and_losses_are_checked_as_in_a_spec(
    layers: list[object], more: Any, code: str, path: str, text: str
) -> None:
    [(found_code, found_path, place)] = found(checked(*layers, **more))
    assert (found_code, found_path) == (code, path)
    assert place.startswith(text)


def test_an_input_must_be_that_of_the_data() -> None:
    model = {"input": [9, 9, 1], "layers": [FLATTEN, HEAD]}
    text = json.dumps({"dotcnn": 1, "data": {"source": "digits"}, "model": model})
    assert found(check_text(text)) == [("E305", "model.input", "[9, 9, 1]")]


def test_warnings_stand_at_their_place() -> None:
    result = checked(FLATTEN, HEAD, data={"source": "digits", "validation": {"amount": "test"}})
    [warning] = result.diagnostics
    assert warning.code == "W501"
    assert warning.message.startswith("data.validation.amount: ")
    assert warning.span.text == '"amount": "test"'
    assert result.program is not None


@pytest.mark.parametrize(
    ("layer", "more", "path", "given"),
    [
        (FLATTEN | {"output": [63]}, {}, "model.layers[0].output", "[\n          63\n        ]"),
        (FLATTEN | {"parameters": 1}, {}, "model.layers[0].parameters", "1"),
        (FLATTEN, {"data": {"source": "digits", "image": [8, 8, 3]}}, "data.image", "[\n      8"),
    ],
)
def test_what_follows_from_the_rest_must_follow_from_it(layer: object, more: Any, path: str, given: str) -> None:
    result = checked(layer, HEAD, **more)
    [(code, found_path, place)] = found(result)
    assert (code, found_path) == ("E607", path)
    assert place.startswith(given)
    assert result.program is None


def test_what_follows_is_compared_inside_of_containers_too() -> None:
    inside = conv(padding="same", output=[8, 8, 9])
    assert (
        found(checked({"layer": "residual", "body": [inside]}, FLATTEN, HEAD))[0][1] == "model.layers[0].body[0].output"
    )


def test_fixes_are_json() -> None:
    text = json.dumps(
        {"dotcnn": 1, "model": {"layers": [FLATTEN | {"output": [1]}, HEAD | {"activation": "sofmax"}]}}, indent=1
    )
    fixed = fix_all(text, check_text)
    assert fixed.checked.program is not None
    assert json.loads(fixed.text)["model"]["layers"][1]["activation"] == "softmax"
    # A fix that would write a spec's text is not offered.
    assert all(each.fix is None for each in checked(HEAD).diagnostics)


def test_settings_are_overridden_as_in_a_spec() -> None:
    text = json.dumps({"dotcnn": 1, "model": {"layers": [FLATTEN, HEAD]}, "train": {"epochs": {"count": 3}}})
    result = check_text(text, "a.json", ["train.epochs=5", "data.validation=0%"])
    assert result.program is not None
    assert result.program.train["epochs"] == {"count": 5}
    assert found(check_text(text, "a.json", ["train.epochs=zero"]))[0][0] == "E206"
    with pytest.raises(OverrideError):
        check_text(text, "a.json", ["epochs"])


def test_a_name_that_stands_twice_is_found() -> None:
    text = '{"dotcnn": 1, "dotcnn": 1, "model": {"layers": [{"layer": "flatten"}]}}'
    assert found(check_text(text))[0] == ("E602", "'dotcnn' stands here a second time", '"dotcnn"')


@pytest.mark.parametrize(
    ("text", "problem", "place"),
    [
        ('{"a": "x', "must end on its line", '"'),
        ('{"a": "x\n"}', "must end on its line", '"'),
        ('{"a": "\x01"}', "must be escaped", "\x01"),
        ('{"a": "\\q"}', "no such escape", "\\"),
        ('{"a": "\\ud800"}', "half a character", '"'),
        ('{"a": True}', "'True' is no JSON value", "True"),
        ('{"a": 01}', "'01' is no JSON value", "01"),
        ('{"a": NaN}', "'NaN' is no JSON value", "NaN"),
        ('{"a": 1e999}', "too large", "1e999"),
        ('{"a": 12345678901234567890}', "too large", "12345678901234567890"),
        ('{"a": 1,}', "must follow a comma", ","),
        ('{"a": [1,]}', "must follow a comma", ","),
        ('{"a" 1}', "expected ':'", "1"),
        ('{"a": 1 "b": 2}', "expected ',' or '}'", '"'),
        ('{"a": 1} x', "more follows", "x"),
        ("{\"a\": 'x'}", "a value is missing", "'"),
        ('{"a": ', "a value is missing", ""),
        ('{"a": 1, b: 2}', "between double quotes", "b"),
        ('{"a": ' + "[" * 100_000, "stand within each other", "["),
    ],
)
def test_text_that_is_not_json_is_one_finding(text: str, problem: str, place: str) -> None:
    [diagnostic] = check_text(text, "a.json").diagnostics
    assert diagnostic.code == "E601"
    assert problem in diagnostic.message
    assert diagnostic.span.text == place


@pytest.mark.parametrize("value", ["[]", "3", '"text"', "null", "[1, {}]"])
def test_json_that_is_no_object_is_one_finding(value: str) -> None:
    assert found(check_text(value, "a.json")) == [("E606", "this must be an object in braces", value)]


def test_what_is_no_text_is_told_as_for_a_spec() -> None:
    assert [each.code for each in check_bytes(b'{"a": "\xff"}', "a.json").diagnostics] == ["E101"]
    assert [each.code for each in check_bytes(b'{"a": "\x00"}', "a.json").diagnostics] == ["E102"]


def test_nesting_as_deep_as_is_read_is_checked() -> None:
    layer: dict[str, object] = {"layer": "dropout", "rate": 0.1}
    for _ in range(29):
        layer = {"layer": "residual", "body": [layer]}
    result = checked(layer, FLATTEN, HEAD)
    assert result.program is not None, render_concise(result.diagnostics)
    assert [each.code for each in checked({"layer": "residual", "body": [layer]} | {"x": [layer]}).diagnostics]


SMALL = json.dumps(to_json(program("residual { conv 8 3x3 same }; pool 2x2; flatten; dense 10 softmax")))
PIECES = [
    *'{}[]",:0',
    "null",
    "-1",
    "1e9",
    '"layer"',
    '"conv"',
    '"x"',
    "[3, 3]",
    "\n",
    "\\",
    "é",
    "{}",
    "[]",
    "true",
    "0.5",
]


def damaged(number: int) -> str:
    random, text = Random(number), SMALL
    for _ in range(random.randint(1, 4)):
        start = random.randrange(len(text))
        end = min(start + random.choice([0, 1, 3, 20, 200]), len(text))
        text = text[:start] + random.choice(["", *PIECES, SMALL[: random.randrange(200)]]) + text[end:]
    return text


def test_any_damage_is_answered() -> None:
    for number in range(500):
        text = damaged(number)
        result = check_text(text, "a.json")
        assert (result.program is None) == any(each.severity == "error" for each in result.diagnostics), text
        for diagnostic in result.diagnostics:
            assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)
        render(result.diagnostics).encode()
