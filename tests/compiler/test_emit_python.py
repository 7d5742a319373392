"""The Keras scripts that programs compile to: they run by themselves, and begin with the weights of a run."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import Network, networks

import specs
from compiler import build_model
from compiler.backend import keras
from compiler.emit_python import emit_python
from runtime.datasets import load_dataset
from runtime.scores import scores_from_probabilities
from runtime.splits import stratified_holdout
from spec_lang import check_text, decode
from spec_lang.datasets import DATASETS
from spec_lang.program import Program

GALLERY = {path.stem: decode(path.read_bytes()) for path in sorted(Path(specs.__file__).parent.glob("*.cnn"))}
ALL_KINDS = """data cifar10 { validation test }
conv 8 3x3 relu; lrn; avgpool 3x3 stride=3 ceil; pool 5x5 stride=2 ceil; activation celu alpha=0.5
activation relu slope=0.2 max_value=6; prelu channel slope=0.25
residual { conv 16 3x3 stride=2 same init=he_normal bias_init=ones maxnorm=3 l1=0.01 l2=0.02; spatialdropout 0.1 }
residual tanh { zeropad 1x0x0x1; crop 1x0x0x1; residual { depthwiseconv 3x3 same } }
permute width height channels; upsample 2x1 bilinear; reshape 2x4x16; groupnorm 4; batchnorm; layernorm
sepconv 8 1x1 init=orthogonal; convtranspose 4 3x3 same; globalavgpool; gaussiannoise 0.1; dense 10 softmax
train { loss sparse_categorical_crossentropy; optimizer sgd nesterov=on momentum=0.9; stop accuracy patience=0 }"""
CHOSEN = """data cifar10 { classes [dog, cat]; limit 4; normalize -1..1; balance weights; validation 25% }
conv 4 3x3 relu; globalavgpool; dense 1 sigmoid"""
STANDARD = """data mnist { normalize standard; balance oversample }
conv 4 3x3 relu; globalavgpool; dense 10 softmax
train { optimizer nadam lr=0.002 beta_1=0.8; schedule cosine warmup=1; clip norm 1; average 0.9; keep val_accuracy
label_smoothing 10% }"""
PLATEAU = """data digits
conv 4 3x3 relu; globalavgpool; dense 10 softmax
train { optimizer lion; schedule plateau patience=1; stop val_loss; keep val_accuracy; time 1h }"""
MEASURED = """data digits
conv 4 3x3 relu; globalavgpool; dense 10 softmax
train { loss sparse_categorical_crossentropy; metrics accuracy top3 f1 recall; stop val_auc; keep val_precision
schedule plateau val_top5 }"""
TEXTS = {
    **GALLERY,
    "measured": MEASURED,
    "all_kinds": ALL_KINDS,
    "chosen": CHOSEN,
    "standard": STANDARD,
    "plateau": PLATEAU,
}
HUGE = {"vgg16"}
"""Half a gigabyte of weights."""


def program(name: str, text: str | None = None) -> Program:
    result = check_text(text or TEXTS[name], f"{name}.cnn")
    assert result.program is not None, result.diagnostics
    return result.program


def names(*, without: set[str]) -> list[Any]:
    return [pytest.param(name, marks=pytest.mark.heavy if name in without else ()) for name in TEXTS]


def assert_clean(folder: Path) -> None:
    """Whether ruff with its default rules finds nothing to say and nothing to format."""
    for command in (["check", "--isolated", "--no-cache"], ["format", "--isolated", "--no-cache", "--diff"]):
        words = [sys.executable, "-m", "ruff", *command, str(folder)]
        done = subprocess.run(words, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_scripts_of_the_gallery_are_clean_and_formatted(tmp_path: Path) -> None:
    for name in TEXTS:
        (tmp_path / f"{name}.py").write_text(emit_python(program(name)), encoding="utf-8")
    assert_clean(tmp_path)


@settings(max_examples=3, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.lists(networks(), min_size=30, max_size=40))
def test_the_script_of_any_network_is_clean_and_formatted(tmp_path: Path, drawn: list[Network]) -> None:
    for old in tmp_path.iterdir():
        old.unlink()
    for number, network in enumerate(drawn):
        (tmp_path / f"n{number}.py").write_text(emit_python(program("network", network.text)), encoding="utf-8")
    assert_clean(tmp_path)


@pytest.fixture
def few_images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of small data sets, three training images a class, where scripts look for data."""
    draw = np.random.default_rng(0)
    for dataset in DATASETS.values():
        labels = np.repeat(np.arange(len(dataset.classes)), 3)
        shape = dataset.image_shape if dataset.image_shape[2] > 1 else dataset.image_shape[:2]
        images = draw.integers(0, 256, (len(labels), *shape), dtype=np.uint8)
        columns = labels[:, None] if len(shape) == 3 else labels
        np.savez(tmp_path / f"{dataset.name}.npz", x_train=images, y_train=columns, x_test=images, y_test=columns)
    monkeypatch.setenv("CNN_DATA_HOME", str(tmp_path))
    return tmp_path


def until_training(script: str) -> dict[str, Any]:
    """What a script has defined by the time that its model is built."""
    scope: dict[str, Any] = {}
    registered = keras.saving.get_custom_objects()
    before = registered.copy()
    try:
        exec(compile(script.partition("\nmodel.summary()")[0], "script.py", "exec"), scope)
    finally:
        # A script registers its own copies of our layers; later tests load models with ours.
        registered.update(before)
    return scope


@pytest.mark.parametrize("name", names(without=HUGE))
def test_the_initial_weights_are_those_of_a_run(name: str, few_images: Path) -> None:
    ours, theirs = (model.get_weights() for model in (build_model(program(name)), built(name)))
    assert len(ours) == len(theirs)
    assert all(np.array_equal(one, other) for one, other in zip(ours, theirs, strict=True))


def built(name: str) -> Any:
    return until_training(emit_python(program(name)))["model"]


def test_another_seed_gives_other_weights() -> None:
    one, other = (
        until_training(emit_python(program("seeded", f"flatten; dense 10 softmax\ntrain {{ seed {seed} }}")))["model"]
        for seed in (1, 2)
    )
    assert not np.array_equal(one.get_weights()[0], other.get_weights()[0])


def test_the_images_are_those_of_a_run() -> None:
    scope = until_training(emit_python(program("digits")))
    data = load_dataset("digits")
    kept, held_out = stratified_holdout(data.y_train, 0.1, seed=0)
    assert np.array_equal(scope["x_train"], data.x_train.astype(np.float32) / 255)
    assert np.array_equal(scope["x_test"], data.x_test.astype(np.float32) / 255)
    assert np.array_equal(scope["y_train"], data.y_train)
    assert np.array_equal(scope["y_test"], data.y_test)
    assert np.array_equal(scope["kept"], kept)
    assert np.array_equal(scope["held_out"], held_out)
    assert scope["CLASSES"] == [str(digit) for digit in range(10)]


@pytest.mark.parametrize("fraction", [0.05, 0.1, 0.123, 0.5, 0.9, 0.96])
@pytest.mark.parametrize("sizes", [(10, 10, 10), (3, 40, 7, 101), (2, 2, 50)])
def test_images_are_held_out_as_a_run_holds_them_out(sizes: tuple[int, ...], fraction: float) -> None:
    hold_out = until_training(emit_python(program("digits")))["hold_out"]
    labels = np.random.default_rng(1).permutation(np.repeat(np.arange(len(sizes)), sizes))
    expected = stratified_holdout(labels, fraction, seed=3)
    for one, other in zip(hold_out(labels, round(fraction * len(labels)), 3), expected, strict=True):
        assert np.array_equal(one, other)


def execute(name: str, folder: Path, text: str | None = None) -> str:
    """What a script prints in a process of its own, cut to one epoch."""
    script = emit_python(program(name, text))
    (folder / "script.py").write_text(re.sub(r"\bepochs=\d+", "epochs=1", script), encoding="utf-8")
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    words = [sys.executable, "-P", "script.py"]
    done = subprocess.run(words, check=False, cwd=folder, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_a_script_runs_by_itself(few_images: Path) -> None:
    small = "data mnist; conv 4 3x3 relu; globalavgpool; dense 10 softmax\ntrain { epochs 5; stop val_loss patience=1 }"
    output = execute("small", few_images, small)
    assert "test accuracy" in output
    assert "macro avg" in output


@pytest.mark.heavy
@pytest.mark.parametrize("name", TEXTS)
def test_the_script_of_every_spec_runs_by_itself(name: str, few_images: Path) -> None:
    output = execute(name, few_images)
    assert "Total params" in output
    assert ("test accuracy" in output) == (program(name).data is not None)


def test_an_architecture_on_its_own_is_built_and_not_trained() -> None:
    script = emit_python(program("alone", "input 8x8x1; conv 4 3x3 relu"))
    assert "fit(" not in script
    assert "numpy" not in script
    assert until_training(script)["model"].output_shape == (None, 6, 6, 4)


def test_what_has_its_default_is_not_written() -> None:
    script = emit_python(program("plain", "data mnist\nconv 8 3x3 relu; pool 2x2; flatten; dense 10 softmax"))
    assert "layers.MaxPooling2D((2, 2))," in script
    assert "keras.optimizers.Adam()" in script
    assert not re.search(r"padding|strides|use_bias|name=|learning_rate|EarlyStopping", script)


@pytest.mark.parametrize("form", ["one-hot", "numbers", "column"])
@pytest.mark.parametrize("name", ["precision", "recall", "f1"])
def test_a_script_measures_as_a_run_does(name: str, form: str) -> None:
    scope = until_training(emit_python(program("measured")))
    draw = np.random.default_rng(3)
    labels, probabilities = draw.integers(0, 4, 50), draw.random((50, 5))  # no image of the last class
    metric = scope["ClassMean"](name, 5)
    for part in (slice(0, 30), slice(30, 50)):
        truth = labels[part]
        forms = {"one-hot": keras.utils.to_categorical(truth, 5), "numbers": truth, "column": truth[:, None]}
        metric.update_state(forms[form], probabilities[part])
    expected = scores_from_probabilities([name], labels, probabilities)[name]
    assert float(metric.result()) == pytest.approx(expected, abs=1e-6)
