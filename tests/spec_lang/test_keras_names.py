"""For every public name of the installed Keras, the suggestion is the word of the same meaning, or there is none.

The names are read from Keras's own files, without importing it; the meanings stand in the tables here, for a person to
read. What is not in a table must not be suggested anything.
"""

import ast
import importlib.util
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from spec_lang import check_text
from spec_lang.fixes import apply_edits

LAYERS: Final = {
    "Activation": "activation",
    "AveragePooling2D": "avgpool",
    "AvgPool2D": "avgpool",
    "BatchNormalization": "batchnorm",
    "Conv2D": "conv",
    "Conv2DTranspose": "convtranspose",
    "Convolution2D": "conv",
    "Convolution2DTranspose": "convtranspose",
    "Cropping2D": "crop",
    "Dense": "dense",
    "DepthwiseConv2D": "depthwiseconv",
    "Dropout": "dropout",
    "ELU": "activation elu",
    "Flatten": "flatten",
    "GaussianNoise": "gaussiannoise",
    "GlobalAveragePooling2D": "globalavgpool",
    "GlobalAvgPool2D": "globalavgpool",
    "GlobalMaxPool2D": "globalpool",
    "GlobalMaxPooling2D": "globalpool",
    "GroupNormalization": "groupnorm",
    "Identity": "activation linear",
    "Input": "input",
    "InputLayer": "input",
    "LayerNormalization": "layernorm",
    "LeakyReLU": "activation leaky_relu",
    "MaxPool2D": "pool",
    "MaxPooling2D": "pool",
    "MixUp": "augment { mixup }",
    "PReLU": "prelu",
    "Permute": "permute",
    "ReLU": "activation relu",
    "Rescaling": "rescale",
    "Reshape": "reshape",
    "SeparableConv2D": "sepconv",
    "SeparableConvolution2D": "sepconv",
    "Softmax": "activation softmax",
    "SpatialDropout2D": "spatialdropout",
    "UpSampling2D": "upsample",
    "ZeroPadding2D": "zeropad",
}
ACTIVATIONS: Final = {
    name: name
    for name in (
        "celu elu exponential gelu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh leaky_relu linear "
        "log_sigmoid log_softmax mish relu relu6 selu sigmoid silu soft_shrink softmax softplus softsign sparse_plus "
        "sparse_sigmoid sparsemax squareplus swish tanh tanh_shrink glu threshold"
    ).split()
}
OPTIMIZERS: Final = {
    "Adagrad": "adagrad",
    "Adam": "adam",
    "AdamW": "adamw",
    "Lion": "lion",
    "Nadam": "nadam",
    "RMSprop": "rmsprop",
    "SGD": "sgd",
}
LOSSES: Final = {
    "BinaryCrossentropy": "binary_crossentropy",
    "CategoricalCrossentropy": "categorical_crossentropy",
    "SparseCategoricalCrossentropy": "sparse_categorical_crossentropy",
    "binary_crossentropy": "binary_crossentropy",
    "categorical_crossentropy": "categorical_crossentropy",
    "sparse_categorical_crossentropy": "sparse_categorical_crossentropy",
}
METRICS: Final = {
    "AUC": "auc",
    "Accuracy": "accuracy",
    "BinaryAccuracy": "accuracy",
    "CategoricalAccuracy": "accuracy",
    "F1Score": "f1",
    "Precision": "precision",
    "Recall": "recall",
    "SparseCategoricalAccuracy": "accuracy",
    "SparseTopKCategoricalAccuracy": "top5",
    "TopKCategoricalAccuracy": "top5",
    "binary_accuracy": "accuracy",
    "categorical_accuracy": "accuracy",
    "sparse_categorical_accuracy": "accuracy",
    "sparse_top_k_categorical_accuracy": "top5",
    "top_k_categorical_accuracy": "top5",
}
INITIALIZERS: Final = {
    "GlorotNormal": "glorot_normal",
    "GlorotUniform": "glorot_uniform",
    "HeNormal": "he_normal",
    "HeUniform": "he_uniform",
    "Identity": "identity",
    "IdentityInitializer": "identity",
    "LecunNormal": "lecun_normal",
    "LecunUniform": "lecun_uniform",
    "Ones": "ones",
    "Orthogonal": "orthogonal",
    "OrthogonalInitializer": "orthogonal",
    "RandomNormal": "random_normal",
    "RandomUniform": "random_uniform",
    "TruncatedNormal": "truncated_normal",
    "VarianceScaling": "variance_scaling",
    "Zeros": "zeros",
    **{
        name: name
        for name in (
            "glorot_normal glorot_uniform he_normal he_uniform identity lecun_normal lecun_uniform ones orthogonal "
            "random_normal random_uniform truncated_normal variance_scaling zeros"
        ).split()
    },
}
PLACES: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "layers": ("conv 8 3x3\n@\nflatten; dense 10 softmax", LAYERS),
    "activations": ("activation @\nflatten; dense 10 softmax", ACTIVATIONS),
    "optimizers": ("flatten; dense 10 softmax\ntrain { optimizer @ }", OPTIMIZERS),
    "losses": ("flatten; dense 10 softmax\ntrain { loss @ }", LOSSES),
    "metrics": ("flatten; dense 10 softmax\ntrain { metrics @ }", METRICS),
    "initializers": ("flatten; dense 10 softmax init=@", INITIALIZERS),
}
_UNKNOWN: Final = ("E201", "E202", "E205")


def public_names(module: str) -> set[str]:
    """The names that a module of Keras exports."""
    spec = importlib.util.find_spec("keras")
    assert spec and spec.origin
    text = (Path(spec.origin).parent / module / "__init__.py").read_text(encoding="utf-8")
    imports = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom))
    return {alias.asname or alias.name for node in imports for alias in node.names}


def spellings(name: str) -> tuple[str, ...]:
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
    return tuple(dict.fromkeys((name, name.lower(), snake)))


def meant(template: str, name: str) -> str | None:
    """What stands in the place of a name after its fix; the name itself where it is known, None where it has no fix."""
    place, text = template.index("@"), template.replace("@", name)
    found = [each for each in check_text(text).diagnostics if each.code in _UNKNOWN and each.span.start == place]
    if not found:
        return name
    assert found[0].help
    if found[0].fix is None:
        return None
    mended = apply_edits(text, found[0].fix.edits)
    return mended[place : len(mended) - len(text) + place + len(name)]


@pytest.mark.parametrize("module", PLACES)
def test_every_public_name_is_suggested_the_word_of_its_meaning_or_none(module: str) -> None:
    template, expected = PLACES[module]
    wrong = {
        spelling: suggested
        for name in public_names(module)
        for spelling in spellings(name)
        if (suggested := meant(template, spelling)) != expected.get(name)
    }
    assert not wrong


@pytest.mark.parametrize("module", PLACES)
def test_the_tables_name_what_keras_has(module: str) -> None:
    assert PLACES[module][1].keys() <= public_names(module)
