"""The gallery: every spec is clean, and has the number of parameters that its source publishes."""

import re
from pathlib import Path

import pytest

import specs
from spec_lang import check_bytes

GALLERY = sorted(Path(specs.__file__).parent.glob("*.cnn"))
PUBLISHED = {
    "all_cnn_c": 1_369_738,
    "cifar10": 121_802,
    "cifar10_cnn": 1_250_858,
    "cifar10_quick": 145_578,
    "lenet": 431_080,
    "mnist": 591_786,
    "mnist_cnn": 1_199_882,
    "mnist_convnet": 34_826,
    "network_in_network": 966_986,
    "resnet20": 274_442,
    "vgg16": 138_357_544,
}


def test_every_published_network_is_there() -> None:
    assert PUBLISHED.keys() <= {path.stem for path in GALLERY}


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_a_spec_is_clean_and_names_its_source(path: Path) -> None:
    assert check_bytes(path.read_bytes(), path.name).diagnostics == ()
    assert re.search(r"^# +(.*Sources?.*:)", path.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_parameters_are_as_many_as_published(name: str) -> None:
    (path,) = (path for path in GALLERY if path.stem == name)
    program = check_bytes(path.read_bytes(), path.name).program
    assert program is not None
    assert program.parameters == PUBLISHED[name]


@pytest.mark.parametrize("name", ["resnet20", "cifar10_quick", "network_in_network", "mnist_convnet"])
def test_keras_counts_the_same(name: str) -> None:
    from compiler import build_model

    (path,) = (path for path in GALLERY if path.stem == name)
    program = check_bytes(path.read_bytes(), path.name).program
    assert program is not None
    assert build_model(program).count_params() == PUBLISHED[name]
