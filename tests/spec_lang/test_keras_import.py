"""Keras configs, as data, to specs: what can be said is said, all else is named, and nothing is executed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec_lang import check_text
from spec_lang.keras_import import Imported, NotImportableError, import_keras

INPUT: dict[str, Any] = {"class_name": "InputLayer", "config": {"batch_shape": [None, 8, 8, 1]}}


def layer(class_name: str, name: str = "it", **config: object) -> dict[str, Any]:
    return {"class_name": class_name, "config": {"name": name, **config}}


def imported(*layers: object, **more: object) -> Imported:
    return import_keras({"class_name": "Sequential", "config": {"layers": [INPUT, *layers]}, **more})


def lines(result: Imported) -> list[str]:
    """The statements of the model behind its input."""
    model = result.text.partition("model {\n")[2]
    first, *rest = model.partition("\n}\n")[0].split("\n")
    assert first == "  input 8x8x1"
    return [line.removeprefix("  ") for line in rest]


def initializer(class_name: str, **config: object) -> dict[str, object]:
    return {"module": "keras.initializers", "class_name": class_name, "config": config}


CONV: dict[str, Any] = {"filters": 8, "kernel_size": [3, 3]}


@pytest.mark.parametrize(
    ("given_layer", "expected"),
    [
        (layer("Conv2D", **CONV), "conv 8 3x3"),
        (layer("Conv2D", filters=8, kernel_size=3, strides=2, activation="relu"), "conv 8 3x3 relu stride=2"),
        (layer("Conv2D", **CONV, kernel_initializer=initializer("HeNormal", seed=7)), "conv 8 3x3 init=he_normal"),
        (layer("Conv2D", **CONV, kernel_initializer="he_normal"), "conv 8 3x3 init=he_normal"),
        (layer("Conv2D", **CONV, bias_initializer=initializer("Ones")), "conv 8 3x3 bias_init=ones"),
        (
            layer("Conv2D", **CONV, kernel_regularizer={"class_name": "L2", "config": {"l2": 0.0005000000237487257}}),
            "conv 8 3x3 l2=0.0005",
        ),
        (
            layer(
                "Conv2D",
                **CONV,
                kernel_constraint={"class_name": "MaxNorm", "config": {"max_value": 3, "axis": [0, 1, 2]}},
            ),
            "conv 8 3x3 maxnorm=3",
        ),
        (layer("Dense", units=10, activation="softmax", use_bias=False), "dense 10 softmax bias=off"),
        (layer("MaxPooling2D", pool_size=[3, 3], strides=[2, 2]), "pool 3x3 stride=2"),
        (layer("MaxPooling2D", pool_size=[2, 2], strides=[2, 2]), "pool 2x2"),
        (layer("ZeroPadding2D", padding=[[1, 1], [2, 2]]), "zeropad 1x2"),
        (layer("Activation", activation="swish"), "activation swish"),
        (layer("ReLU", max_value=6.0, negative_slope=0.0, threshold=0.0), "activation relu max_value=6"),
        (layer("LeakyReLU", negative_slope=0.30000001192092896), "activation leaky_relu slope=0.3"),
        (layer("Softmax", axis=-1), "activation softmax"),
        (layer("PReLU", shared_axes=[1, 2]), "prelu channel"),
        (layer("Permute", dims=[2, 1, 3]), "permute width height channels"),
        (layer("Dropout", rate=0.5, seed=3, noise_shape=None), "dropout 0.5"),
        (layer("BatchNormalization", axis=[3], momentum=0.9), "batchnorm momentum=0.9"),
        (layer("Sequential", layers=[INPUT, layer("Flatten")]), "flatten"),
    ],
)
def test_what_a_spec_can_say_is_said(given_layer: object, expected: str) -> None:
    result = imported(given_layer)
    assert lines(result) == [expected]
    assert not result.losses


@pytest.mark.parametrize(
    ("given_layer", "statement", "loss"),
    [
        (layer("Lambda", function="..."), "", "it (Lambda): it holds Python code, which is not executed"),
        (layer("Attention"), "", "it (Attention): not a layer of the language"),
        (layer("Functional", layers=[]), "", "it (Functional): it has 0 inputs, where a spec has one"),
        (
            {**layer("Dense", units=4), "registered_name": "mine>Dense"},
            "",
            "it (mine>Dense): not a layer of the language",
        ),
        ({**layer("Dense", units=4), "module": "mine"}, "", "it (mine.Dense): not a layer of the language"),
        (layer("Conv2D", **CONV, trainable=False), "conv 8 3x3", "it (Conv2D): trainable = false"),
        (
            layer("Conv2D", **CONV, data_format="channels_first"),
            "conv 8 3x3",
            "it (Conv2D): data_format = channels_first",
        ),
        (layer("Conv2D", **CONV, dtype="float16"), "conv 8 3x3", "it (Conv2D): dtype = float16"),
        (layer("Conv2D", **CONV, activation="my_own"), "conv 8 3x3", "it (Conv2D): activation = my_own"),
        (layer("Conv2D", filters="8", kernel_size=3), "", "it (Conv2D): filters = 8"),
        (layer("Conv2D", filters=8, kernel_size=[3]), "", "it (Conv2D): kernel_size = [3]"),
        (
            layer("Conv2D", **CONV, bias_initializer=initializer("Constant", value=0.1)),
            "conv 8 3x3",
            "it (Conv2D): bias_initializer = Constant",
        ),
        (
            layer("Conv2D", **CONV, kernel_initializer=initializer("RandomNormal", mean=0.0, stddev=0.01)),
            "conv 8 3x3",
            "it (Conv2D): kernel_initializer = RandomNormal",
        ),
        (
            layer("SeparableConv2D", **CONV, depthwise_initializer="ones", pointwise_initializer="zeros"),
            "sepconv 8 3x3 init=ones",
            "it (SeparableConv2D): pointwise_initializer = zeros",
        ),
        (
            layer("Conv2D", **CONV, bias_regularizer={"class_name": "L2", "config": {"l2": 0.1}}),
            "conv 8 3x3",
            "it (Conv2D): bias_regularizer = L2",
        ),
        (
            layer("Conv2D", **CONV, kernel_constraint={"class_name": "MaxNorm", "config": {"max_value": 3, "axis": 0}}),
            "conv 8 3x3",
            "it (Conv2D): kernel_constraint = MaxNorm",
        ),
        (layer("BatchNormalization", axis=1), "batchnorm", "it (BatchNormalization): axis = 1"),
        (layer("BatchNormalization", renorm=True), "batchnorm", "it (BatchNormalization): renorm = true"),
        (layer("Dropout", rate=0.5, noise_shape=[1, 8]), "dropout 0.5", "it (Dropout): noise_shape = [1, 8]"),
        (layer("PReLU", shared_axes=[3]), "", "it (PReLU): shared_axes = [3]"),
        (layer("Dropout", rate=float("inf")), "", "it (Dropout): rate = Infinity"),
        (layer("Flatten", name="a\n} # \x1b[31m", new_option=3), "flatten", "a?} # ?[31m (Flatten): new_option = 3"),
        (3, "", "3 is no layer"),
    ],
)
def test_what_a_spec_cannot_say_is_named_in_the_spec_and_beside_it(
    given_layer: object, statement: str, loss: str
) -> None:
    result = imported(given_layer)
    assert [str(each) for each in result.losses] == [loss]
    assert lines(result) == [*([statement] if statement else []), f"# {loss}"]


@pytest.mark.parametrize(
    ("config", "expected", "losses"),
    [
        (
            {"optimizer": "adam", "loss": "categorical_crossentropy"},
            ["optimizer adam", "loss categorical_crossentropy"],
            [],
        ),
        (
            {"optimizer": {"class_name": "SGD", "config": {"learning_rate": 0.009999999776482582, "momentum": 0.9}}},
            ["optimizer sgd momentum=0.9"],
            [],
        ),
        (
            {"optimizer": {"class_name": "Adam", "config": {"learning_rate": 0.0003, "beta_1": 0.9, "epsilon": 1e-07}}},
            ["optimizer adam lr=0.0003"],
            [],
        ),
        (
            {"optimizer": {"class_name": "Adam", "config": {"beta_1": 0.5, "amsgrad": True}}},
            ["optimizer adam beta_1=0.5", "# amsgrad = true of the optimizer Adam"],
            ["amsgrad = true of the optimizer Adam"],
        ),
        ({"optimizer": "ftrl"}, ["# the optimizer ftrl"], ["the optimizer ftrl"]),
        (
            {"loss": {"class_name": "CategoricalCrossentropy", "config": {"label_smoothing": 0.1, "axis": -1}}},
            ["loss categorical_crossentropy", "label_smoothing 0.1"],
            [],
        ),
        ({"loss": "mse", "metrics": ["accuracy", "kappa"]}, ["# the loss mse", "# the metric kappa"], None),
        (
            {
                "metrics": [
                    "acc",
                    {"class_name": "AUC", "config": {"name": "auc"}},
                    {"class_name": "Precision", "config": {}},
                    "F1Score",
                    {"class_name": "SparseTopKCategoricalAccuracy", "config": {"k": 3}},
                    {"class_name": "TopKCategoricalAccuracy", "config": {"k": 7}},
                ]
            },
            [
                "# the metric TopKCategoricalAccuracy",
                "metrics auc precision f1 top3",
            ],
            ["the metric TopKCategoricalAccuracy"],
        ),
        (
            {"optimizer": {"class_name": "Adam", "config": {"clipnorm": 1.0, "use_ema": True, "ema_momentum": 0.95}}},
            ["clip norm 1", "average 0.95", "optimizer adam"],
            [],
        ),
        (
            {
                "optimizer": {
                    "class_name": "SGD",
                    "config": {"clipvalue": 0.5, "global_clipnorm": None, "use_ema": False},
                }
            },
            ["clip value 0.5", "optimizer sgd"],
            [],
        ),
        (
            {"optimizer": {"class_name": "SGD", "config": {"global_clipnorm": "x"}}},
            ["# global_clipnorm = x", "optimizer sgd"],
            ["global_clipnorm = x"],
        ),
    ],
)
def test_how_it_was_compiled_is_kept(config: object, expected: list[str], losses: list[str] | None) -> None:
    result = imported(layer("Flatten"), compile_config=config)
    assert result.text.partition("\ntrain {\n")[2] == "".join(f"  {line}\n" for line in expected) + "}\n"
    assert losses is None or [str(each) for each in result.losses] == losses


DENSE: dict[str, Any] = {"units": 10, "activation": "linear"}


def from_logits(class_name: str, **more: object) -> dict[str, Any]:
    return {"loss": {"class_name": class_name, "config": {"from_logits": True, **more}}}


@pytest.mark.parametrize(
    ("scale", "offset", "expected"),
    [
        (1 / 255, 0.0, ["# it (Rescaling) is left out: 'data' scales images to 0..1 by itself"]),
        (
            1 / 127.5,
            -1,
            ["# it (Rescaling) is written for images from 0 to 1, which 'data' gives", "rescale 2 offset=-1"],
        ),
        (2.0, -1.0, ["rescale 2 offset=-1"]),
    ],
)
def test_a_first_layer_for_images_from_0_to_255(scale: float, offset: float, expected: list[str]) -> None:
    """Images come in from 0 to 1: what made them so, or made up for it, is not to be done twice."""
    varying, rescaling = layer("RandomFlip", mode="horizontal"), layer("Rescaling", scale=scale, offset=offset)
    result = imported(layer("Sequential", layers=[varying, rescaling]), layer("Flatten"))
    assert result.text.startswith("augment {\n  flip horizontal\n}\n")
    assert lines(result) == [*expected, "flatten"]
    later = imported(layer("Flatten"), layer("Rescaling", scale=0.0078125, offset=0.0))
    assert (lines(later), later.notes) == (["flatten", "rescale 0.0078125"], ())


@pytest.mark.parametrize(
    ("head", "loss", "expected", "losses"),
    [
        (DENSE, from_logits("SparseCategoricalCrossentropy"), "dense 10 softmax", 0),
        (DENSE, from_logits("CategoricalCrossentropy"), "dense 10 softmax", 0),
        (DENSE, from_logits("CategoricalCrossentropy", label_smoothing=0.1), "dense 10 softmax", 0),
        ({"units": 1}, from_logits("BinaryCrossentropy"), "dense 1 sigmoid", 0),
        ({"units": 1}, from_logits("CategoricalCrossentropy"), "dense 1", 1),
        ({"units": 10, "activation": "softmax"}, from_logits("CategoricalCrossentropy"), "dense 10 softmax", 1),
        (DENSE, {"loss": "categorical_crossentropy"}, "dense 10", 0),
    ],
)
def test_an_activation_that_is_part_of_the_loss(
    head: dict[str, Any], loss: dict[str, Any], expected: str, losses: int
) -> None:
    result = imported(layer("Flatten"), layer("Dense", "hidden", units=4), layer("Dense", **head), compile_config=loss)
    assert lines(result)[-1] == expected
    assert "dense 4" in lines(result)
    assert len(result.losses) == losses
    moved = head.get("activation") != "softmax" and expected.endswith(("softmax", "sigmoid"))
    assert bool(result.notes) == moved


@pytest.mark.parametrize(
    ("given_layer", "setting"),
    [
        (layer("RandomFlip"), "flip horizontal vertical"),
        (layer("RandomFlip", mode="vertical"), "flip vertical"),
        (layer("RandomRotation", factor=[-0.1, 0.1]), "rotate 36deg"),
        (layer("RandomZoom", height_factor=0.2), "zoom 80%..120%"),
        (layer("RandomTranslation", height_factor=0.1, width_factor=0.2), "shift 10% 20%"),
        (layer("RandomTranslation", height_factor=0.1, width_factor=[-0.1, 0.1]), "shift 10%"),
        (layer("RandomZoom", height_factor=[-0.3, 0.1]), "zoom 70%..110%"),
        (layer("RandomZoom", height_factor=[-0.3, 0.1], width_factor=[-0.3, 0.1]), "zoom 70%..110%"),
        (layer("RandomZoom", height_factor=[0.1, 0.3]), "zoom 110%..130%"),
        (layer("RandomContrast", factor=[0, 0.2]), "contrast 100%..120%"),
        (layer("RandomContrast", factor=[0.1, 0.2]), "contrast 90%..120%"),
        (layer("RandomContrast", factor=[0.3, 0.1]), "contrast 70%..110%"),
        (layer("RandomContrast", factor=0.2), "contrast 80%..120%"),  # as Keras 2 writes it
    ],
)
def test_layers_that_vary_images_are_settings_of_augment(given_layer: object, setting: str) -> None:
    result = imported(given_layer, layer("Flatten"))
    assert result.losses == ()
    assert result.text.startswith(f"augment {{\n  {setting}\n}}\n\nmodel {{\n")
    assert result.notes[0].endswith(f"is in the section augment: {setting}")
    assert check_text(f"augment {{ {setting} }}\nflatten; dense 10 softmax").program is not None


@pytest.mark.parametrize(
    "given_layer",
    [
        layer("RandomFlip", mode="sideways"),
        layer("RandomFlip", mode=[3]),
        layer("RandomRotation", factor="much"),
        layer("RandomRotation", factor=0.0),
        layer("RandomZoom", height_factor=float("nan")),
        layer("RandomTranslation", height_factor=2, width_factor=0.1),
        layer("RandomRotation", factor=[0, 0.2]),
        layer("RandomTranslation", height_factor=[0, 0.2], width_factor=0.1),
        layer("RandomZoom", height_factor=0.2, width_factor=0.1),
        layer("RandomZoom", height_factor=[-1, 0.1]),
        layer("RandomBrightness", factor=[-0.2, 0.2]),
        layer("RandomCrop", height=4, width=4),
    ],
)
def test_what_augment_does_not_have_is_named(given_layer: dict[str, Any]) -> None:
    result = imported(given_layer)
    [loss] = result.losses
    why = {
        "RandomCrop": "not a layer of the language",
        "RandomBrightness": "it adds to the values of an image, where `augment { brightness }` multiplies them",
    }
    assert loss.what == why.get(given_layer["class_name"], "it varies images in a way that `augment` does not have")
    assert "augment {\n" not in result.text


def test_a_second_layer_of_a_kind_is_named() -> None:
    flip, flop = layer("RandomFlip", mode="horizontal"), layer("RandomFlip", "again", mode="vertical")
    result = imported(flip, flop)
    assert [str(each) for each in result.losses] == [
        "again (RandomFlip): `augment` has one setting flip, and there is one already"
    ]
    assert result.text.startswith("augment {\n  flip horizontal\n}\n")


def test_the_input_is_found_in_configs_of_old_too() -> None:
    first = layer("Flatten", batch_input_shape=[None, 28, 28])
    built = {"layers": [layer("Flatten")], "build_input_shape": [None, 4]}
    unknown = {"layers": [layer("Flatten")]}
    assert "input 28x28\n" in import_keras({"class_name": "Sequential", "config": {"layers": [first]}}).text
    assert "input 4\n" in import_keras({"class_name": "Sequential", "config": built}).text
    result = import_keras({"class_name": "Sequential", "config": unknown})
    assert [str(each) for each in result.losses] == ["the shape of the input is not known"]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"class_name": "Mine", "config": {}}, "the model is of the class Mine, whose layers are in Python code alone"),
        ({"class_name": "Sequential"}, "no Keras model"),
        ({"dotcnn": 1}, "no Keras model"),
        ([], "no Keras model"),
        (None, "no Keras model"),
    ],
)
def test_what_is_no_model_is_refused(config: object, message: str) -> None:
    with pytest.raises(NotImportableError, match=message):
        import_keras(config)


def test_models_within_models_end_somewhere() -> None:
    inside: dict[str, object] = layer("Flatten")
    for _ in range(400):
        inside = layer("Sequential", layers=[inside])
    with pytest.raises(NotImportableError, match="within each other"):
        imported(inside)


keys = st.sampled_from(["name", "class_name", "config", "layers", "filters", "units", "rate", "activation", "dtype"])
classes = st.sampled_from(["Conv2D", "Dense", "Dropout", "Functional", "Sequential", "PReLU", "Permute", "Add", "relu"])
trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | classes,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(keys, inside, max_size=5),
)


@given(st.lists(trees, max_size=3), trees)
def test_any_config_is_imported_or_refused(layers: list[object], compiled: object) -> None:
    whole = [*layers, *({"class_name": "Conv2D", "config": each} for each in layers)]
    result = imported(*whole, compile_config=compiled)
    # Whatever the names in it: comments stay comments.
    assert all(each.code[1] != "1" for each in check_text(result.text).diagnostics), result.text
