from itertools import permutations

import pytest

from spec_lang.arguments import Bound, bind
from spec_lang.diagnostics import Diagnostic
from spec_lang.forms import Form
from spec_lang.kinds import UNKNOWN
from spec_lang.layers import LAYERS
from spec_lang.parser import parse
from spec_lang.sections import SECTIONS
from spec_lang.source import Source
from spec_lang.syntax import Number, Statement

SETTINGS = {setting.keyword: setting for section in SECTIONS.values() for setting in section.settings}


def statement(text: str) -> Statement:
    file, _ = parse(Source("spec.cnn", text))
    assert file is not None
    return file.statements[0]


def bound(text: str, **environment: int) -> tuple[Bound, tuple[Diagnostic, ...]]:
    node = statement(text)
    form: Form = LAYERS.get(node.keyword.name) or SETTINGS[node.keyword.name]
    return bind(node, form, {name: Number(node.span, value) for name, value in environment.items()})


def arguments(text: str, **environment: int) -> dict[str, object]:
    binding, found = bound(text, **environment)
    assert not found
    return dict(binding.arguments())


def codes(text: str) -> list[str]:
    return [each.code for each in bound(text)[1]]


@pytest.mark.parametrize("text", ["conv 32 4x4 relu same", "dense 10 softmax", "pool 2x2 same"])
def test_the_order_of_values_of_different_kinds_does_not_matter(text: str) -> None:
    keyword, *values = text.split()
    for order in permutations(values):
        assert arguments(" ".join((keyword, *order))) == arguments(text)


def test_a_value_may_stand_under_its_name() -> None:
    assert arguments("conv filters=32 kernel=4x4 activation=relu") == arguments("conv 32 4x4 relu")
    assert arguments("conv relu stride=2 32 4x4") == arguments("conv 32 4x4 relu stride=2")


def test_defaults_fill_in_what_is_not_written() -> None:
    given = arguments("conv 32 4x4")
    assert (given["activation"], given["padding"], given["stride"]) == ("linear", "valid", (1, 1))
    assert arguments("pool 3x2")["stride"] == (3, 2)


def test_a_whole_number_goes_to_the_count_first_and_then_to_the_size() -> None:
    given = arguments("conv 32 5")
    assert (given["filters"], given["kernel"]) == (32, (5, 5))


def test_arguments_come_in_the_order_of_their_declaration() -> None:
    for text in ("conv relu 4x4 32", "conv kernel=4x4 filters=32"):
        assert list(arguments(text)) == [each.name for each in LAYERS["conv"].parameters]


def test_names_stand_for_what_they_mean() -> None:
    assert arguments("dense classes softmax", classes=7)["units"] == 7
    assert arguments("dense units=n*2+1", n=4)["units"] == 9
    assert arguments("conv n k", n=8, k=3)["kernel"] == (3, 3)


def test_an_optimizer_has_options_of_its_own() -> None:
    assert arguments("optimizer sgd momentum=0.9 nesterov=on") == {
        "name": "sgd",
        "lr": 0.01,
        "momentum": 0.9,
        "nesterov": True,
        "weight_decay": 0.0,
    }
    assert codes("optimizer adam momentum=0.9") == ["E204"]


def test_a_mistake_leaves_its_argument_unknown_and_the_others_known() -> None:
    binding, found = bound("conv 32 0x0 relu")
    assert [each.code for each in found] == ["E207"]
    assert binding.values["kernel"] is UNKNOWN
    assert (binding.values["filters"], binding.values["activation"]) == (32, "relu")
    assert not binding.complete


def test_spans_lead_to_what_was_written() -> None:
    binding, _ = bound("conv 32 stride=2 relu 4x4")
    assert {name: span.text for name, span in binding.spans.items()} == {
        "filters": "32",
        "stride": "stride=2",
        "activation": "relu",
        "kernel": "4x4",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("conv", ["E208", "E208"]),
        ("conv 32", ["E208"]),
        ("conv relu", ["E208", "E208"]),
        ("dense '10' softmax", ["E206"]),
        ("dense 10 softmax 'x'", ["E209"]),
        ("dense 10 20", ["E210"]),
        ("dense 10 units=20", ["E210"]),
        ("conv 32 3x3 5x5", ["E210"]),
        ("flatten 3", ["E209"]),
        ("flatten relu", ["E209"]),
        ("conv 32 3x3 rleu smae", ["E205", "E205"]),
        ("conv 32 kernel_size=3x3", ["E204"]),
        ("conv 32 3x3 colour=red", ["E204"]),
        ("conv 3.5 3x3", ["E206"]),
        ("conv 32 4*4", ["E206"]),
        ("conv 32 kernel=4*4", ["E206"]),
        ("conv 8 / 3 3x3", ["E206"]),
        ("dense n*2 softmax", ["E206"]),
        ("epochs ten", ["E206"]),
        ("metrics accuracy accuracy f2", ["E205"]),
    ],
)
def test_each_mistake_is_told_once(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "conv 32 3x3 relu flatten dense 10 softmax",
        "conv 32 3x3 stride 2 relu",
        "stop val_loss patience 2",
    ],
)
def test_a_stray_word_is_told_once_with_what_stands_behind_it(text: str) -> None:
    assert codes(text) == ["E205"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("conv 32 3x3 2x2", "stride=2x2"),
        ("optimizer adam 0.01", "lr=0.01"),
        ("stop val_loss 3", "patience=3"),
        ("conv 32 3x3 stride 2", "stride=2"),
        ("conv 32 3x3 relu dense", "'dense' is a layer"),
        ("conv 32 kernel_size=3", "'kernel'"),
        ("conv 32 4*4", "4x4"),
        ("dense clases", "'classes'"),
    ],
)
def test_the_help_tells_how_to_write_it(text: str, told: str) -> None:
    node = statement(text)
    form: Form = LAYERS.get(node.keyword.name) or SETTINGS[node.keyword.name]
    [found] = bind(node, form, {"classes": Number(node.span, 10)})[1]
    assert told in found.help


@pytest.mark.parametrize("form", [*LAYERS.values(), *SETTINGS.values()], ids=lambda form: form.keyword)
def test_the_example_of_every_form_binds(form: Form) -> None:
    binding, found = bind(statement(form.example), form)
    assert not found
    assert binding.complete


def test_what_is_remembered_of_a_statement_is_not_taken_for_another() -> None:
    """Equal numbers of other types, another environment, values from elsewhere: the second is bound by itself."""
    assert codes("dense 32") == []
    assert codes("dense 32.0") == ["E206"]
    assert codes("dense 32") == []
    first = arguments("conv 8 3x3 relu")
    assert arguments("conv relu 3x3 8") == first
    assert arguments("conv 8 3x3") != first
