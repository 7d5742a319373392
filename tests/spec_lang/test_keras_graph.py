"""Configs of functional models, as data: chains and residuals are specs, all else is named by its layer."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec_lang import check_text
from spec_lang.keras_graph import MOST_LAYERS
from spec_lang.keras_import import Imported, NotImportableError, import_keras


def tensor(name: str, *shape: int, part: tuple[int, int] = (0, 0)) -> dict[str, object]:
    return {"class_name": "__keras_tensor__", "config": {"shape": [None, *shape], "keras_history": [name, *part]}}


def node(name: str, class_name: str, *feeds: object, calls: int = 1, **config: object) -> dict[str, Any]:
    inbound = [{"args": list(feeds), "kwargs": {"mask": None}}] * calls if feeds else []
    return {"class_name": class_name, "config": {"name": name, **config}, "name": name, "inbound_nodes": inbound}


def model(*nodes: object, last: object = "last", first: object = "in") -> dict[str, Any]:
    ends = {"input_layers": first, "output_layers": last}
    ends = {key: [[name, 0, 0]] if isinstance(name, str) else name for key, name in ends.items()}
    return {"class_name": "Functional", "config": {"name": "net", "layers": list(nodes), **ends}}


def conv(name: str, feed: str, channels: int = 4, kernel: int = 3, **more: Any) -> dict[str, Any]:
    """A convolution of images of 8x8 with four channels that keeps their size."""
    return node(name, "Conv2D", t(feed), filters=channels, kernel_size=kernel, padding="same", **more)


def t(name: str, channels: int = 4) -> dict[str, object]:
    return tensor(name, 8, 8, channels)


def join(class_name: str, name: str, *feeds: object) -> dict[str, Any]:
    return node(name, class_name, [t(each) if isinstance(each, str) else each for each in feeds])


SOURCE = node("in", "InputLayer", batch_shape=[None, 8, 8, 4])


def lines(result: Imported) -> list[str]:
    """The statements of the model behind its input."""
    body = result.text.partition("model {\n")[2].partition("\n}\n")[0].split("\n")
    assert body[0] == "  input 8x8x4"
    return [line.removeprefix("  ") for line in body[1:]]


RESIDUAL = ["residual {", "  conv 4 3x3 same", "}"]
PLAIN = [
    (model(SOURCE, conv("a", "in"), node("last", "Flatten", t("a"))), ["conv 4 3x3 same", "flatten"]),
    (model(SOURCE, last="in"), []),
    # An identity, on either side.
    (model(SOURCE, conv("a", "in"), join("Add", "last", "a", "in")), RESIDUAL),
    (model(SOURCE, conv("a", "in"), join("Add", "last", "in", "a")), RESIDUAL),
    # As the operator + has it: two arguments instead of a list.
    (model(SOURCE, conv("a", "in"), node("last", "Add", t("a"), t("in"))), RESIDUAL),
    # A projection, and what is applied to the sum, under two names.
    (
        model(
            SOURCE,
            conv("a", "in", 8),
            conv("b", "in", 8, 1),
            join("Add", "sum", t("a", 8), t("b", 8)),
            node("last", "ReLU", t("sum", 8)),
        ),
        ["residual relu {", "  conv 8 3x3 same", "}"],
    ),
    (
        model(
            SOURCE,
            conv("a", "in"),
            join("Add", "sum", "a", "in"),
            node("last", "Activation", t("sum"), activation="elu"),
        ),
        ["residual elu {", "  conv 4 3x3 same", "}"],
    ),
    # An activation with settings, or whose sum is used otherwise too, is a layer of its own.
    (
        model(SOURCE, conv("a", "in"), join("Add", "sum", "a", "in"), node("last", "ReLU", t("sum"), max_value=6)),
        [*RESIDUAL, "activation relu max_value=6"],
    ),
    (
        model(
            SOURCE,
            conv("a", "in"),
            join("Add", "sum", "a", "in"),
            node("relu", "ReLU", t("sum")),
            conv("b", "relu"),
            join("Add", "last", "b", "sum"),
        ),
        [*RESIDUAL, "residual {", "  activation relu", "  conv 4 3x3 same", "}"],
    ),
    # Within each other.
    (
        model(
            SOURCE,
            conv("a", "in"),
            conv("b", "a"),
            join("Add", "inner", "b", "a"),
            join("Add", "last", "inner", "in"),
        ),
        ["residual {", "  conv 4 3x3 same", "  residual {", "    conv 4 3x3 same", "  }", "}"],
    ),
    # A model within the model.
    (model(SOURCE, {**node("last", "", t("in")), **model(SOURCE, conv("last", "in"))}), ["conv 4 3x3 same"]),
    # The order of the list is not that of the graph.
    (model(join("Add", "last", "a", "in"), conv("a", "in"), SOURCE), RESIDUAL),
]


@pytest.mark.parametrize(("config", "expected"), PLAIN)
def test_chains_and_residuals_are_said(config: dict[str, Any], expected: list[str]) -> None:
    result = import_keras(config)
    assert lines(result) == expected
    assert result.losses == ()


NO_SHORTCUT = (
    "neither branch is a shortcut of the language: the input itself, or where the shapes differ the input through one "
    "plain 1x1 convolution"
)


ALL_SIX = "all of the 6 layers in its branches"


@pytest.mark.parametrize(
    ("nodes", "loss"),
    [
        (
            [conv("a", "in"), conv("b", "in"), join("Concatenate", "last", "a", "b")],
            "last (Concatenate): it joins 2 branches, which the language cannot; left out with it: a, b",
        ),
        (
            [conv("a", "in"), join("Multiply", "last", "a", "in")],
            "last (Multiply): it joins 2 branches, which the language cannot; left out with it: a",
        ),
        (
            [conv("a", "in"), conv("b", "in"), join("Add", "last", "a", "b", "in")],
            "last (Add): it adds 3 branches, where a residual adds two; left out with it: a, b",
        ),
        (
            [conv("a", "in"), conv("b", "in"), join("Add", "last", "a", "b")],
            f"last (Add): {NO_SHORTCUT}; left out with it: a, b",
        ),
        # A projection that is not the language's: with settings of its own, or with a layer behind it.
        (
            [conv("a", "in", 8), conv("b", "in", 8, 1, use_bias=False), join("Add", "last", t("a", 8), t("b", 8))],
            f"last (Add): {NO_SHORTCUT}; left out with it: a, b",
        ),
        (
            [
                *(conv("a", "in", 8), conv("b", "in", 8, 1), node("c", "BatchNormalization", t("b", 8))),
                join("Add", "last", t("a", 8), t("c", 8)),
            ],
            f"last (Add): {NO_SHORTCUT}; left out with it: a, b, c",
        ),
        (
            [node("a", "Conv2D", t("in"), filters=1, kernel_size=1), join("Add", "last", t("a", 1), "in")],
            "last (Add): what it adds differs in shape; left out with it: a",
        ),
        ([join("Add", "last", "in", "in")], "last (Add): it adds a layer to itself"),
        # Dense connections, by addition.
        (
            [
                *(conv("a", "in"), conv("b", "in"), join("Add", "c", "a", "b"), join("Add", "d", "b", "in")),
                join("Add", "last", "c", "d"),
            ],
            f"last (Add): {NO_SHORTCUT}; left out with it: a, b, c, d",
        ),
        (
            [
                *(conv(name, before) for name, before in zip("abcdef", ["in", *"abcde"], strict=True)),
                join("Dot", "last", "f", "in"),
            ],
            f"last (Dot): it joins 2 branches, which the language cannot; left out with it: {ALL_SIX}",
        ),
    ],
)
def test_what_joins_branches_otherwise_is_named(nodes: list[dict[str, Any]], loss: str) -> None:
    tail = node("tail", "Flatten", t("last"))
    result = import_keras(model(SOURCE, *nodes, tail, last="tail"))
    assert sorted(map(str, result.losses)) == [loss]
    assert lines(result) == [f"# {loss}", "flatten"]


def test_how_a_layer_is_called_is_named() -> None:
    dropout = node("last", "Dropout", t("in"), rate=0.5)
    dropout["inbound_nodes"][0]["kwargs"] = {"training": False, "mask": None, "scale": 2}
    result = import_keras(model(SOURCE, dropout))
    assert [str(each) for each in result.losses] == ["last (Dropout): it is called with scale = 2"]


def test_what_varies_images_varies_no_other_values() -> None:
    flip = node("last", "RandomFlip", t("a"), mode="horizontal")
    result = import_keras(model(SOURCE, conv("a", "in"), flip))
    assert [each.what for each in result.losses] == ["it varies what other layers leave, where `augment` varies images"]


def test_an_activation_that_is_part_of_the_loss() -> None:
    loss = {"class_name": "SparseCategoricalCrossentropy", "config": {"from_logits": True}}
    head = node("last", "Dense", tensor("a", 256), units=10, activation="linear")
    config = model(SOURCE, node("a", "Flatten", t("in")), head) | {"compile_config": {"loss": loss}}
    assert lines(import_keras(config)) == [
        "flatten",
        "# softmax is part of the loss in Keras (from_logits=True), and of the last layer here",
        "dense 10 softmax",
    ]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (model(SOURCE, last=["a", "b"]), "0 outputs"),
        (
            model(SOURCE, node("other", "InputLayer"), first=[["in", 0, 0], ["other", 0, 0]], last="in"),
            r"it has 2 inputs \(in, other\), where a spec has one",
        ),
        (model(SOURCE, first={"left": ["in", 0, 0], "right": ["b", 0, 0]}), r"it has 2 inputs \(in, b\)"),
        (model(SOURCE, conv("a", "in"), last=[["a", 0, 0], ["in", 0, 0]]), r"it has 2 outputs \(a, in\)"),
        (
            model(SOURCE, node("a", "Conv2D", t("in"), calls=2), last="a"),
            "a is called 2 times: a layer of a spec stands in one place",
        ),
        (model(SOURCE, node("a", "LSTM", tensor("in", 8, part=(0, 1))), last="a"), "one of several outputs of in"),
        (model(SOURCE, {**SOURCE, "name": "a", "inbound_nodes": [[["in", 0, 0, {}]]]}), "saved by a Keras before 3"),
        (model(SOURCE, conv("a", "b"), conv("b", "a"), last="a"), "feed each other in a circle"),
        (model(SOURCE, conv("last", "gone")), "last is fed by gone, which is none of its layers"),
        (model(SOURCE, last="gone"), "its output gone is none of its layers"),
        (model(SOURCE, first="gone"), "names no layer as its input"),
        (model(SOURCE, node("constant", "Constant"), last="in"), "constant is fed by no layer"),
        (model(SOURCE, 3), "3 is no layer"),
        (model(*[SOURCE] * (MOST_LAYERS + 1)), f"more than {MOST_LAYERS} layers"),
    ],
)
def test_what_is_no_chain_is_refused_or_as_a_part_named(config: dict[str, Any], message: str) -> None:
    with pytest.raises(NotImportableError, match=message):
        import_keras(config)
    source = {"class_name": "InputLayer", "config": {"batch_shape": [None, 8, 8, 4]}}
    part = {"class_name": "Sequential", "config": {"layers": [source, config]}}
    [loss] = import_keras(part).losses
    assert (loss.layer, loss.class_name) == ("net", "Functional")


names = st.sampled_from("abcdef")
feeds = st.lists(st.sampled_from(["in", *"abcdef"]), max_size=3)
parts = st.builds(
    lambda name, class_name, fed_by: node(name, class_name, *map(t, fed_by), filters=4, kernel_size=1, padding="same"),
    names,
    st.sampled_from(["Add", "Conv2D", "ReLU", "Concatenate"]),
    feeds,
)


@given(st.lists(parts, max_size=8), names)
def test_any_graph_is_imported_or_refused(layers: list[dict[str, Any]], last: str) -> None:
    try:
        result = import_keras(model(SOURCE, *layers, last=last))
    except NotImportableError:
        return
    assert all(each.code[1] != "1" for each in check_text(result.text).diagnostics), result.text
