"""The Keras scripts that programs compile to: they run by themselves, and begin with the weights of a run."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pictures import save_tree
from PIL import Image
from strategies import Network, networks

import specs
from compiler import build_model, training_plan
from compiler.augment import augment
from compiler.backend import keras, tf
from compiler.emit.script import emit_python
from compiler.normalization import normalized
from compiler.pipeline import targets as targets_of
from runtime.data.datasets import load_dataset
from runtime.data.parts import RunData
from runtime.data.run_data import load_run_data
from runtime.data.splits import stratified_holdout
from runtime.evaluation.scores import scores_from_probabilities
from runtime.specs.spec_file import SpecFolder
from runtime.training.preparing import prepared
from spec_lang import check_text, decode
from spec_lang.datasets import DATASETS
from spec_lang.program import Data, Program

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
HEAD = "conv 4 3x3 relu; globalavgpool; dense"
EVERYTHING = """augment { rotate 20deg; shift 10% 2px; shear 10deg; zoom 80%..120%; flip horizontal vertical; crop 2px
brightness 0.8..1.2; contrast 0.8..1.2; channel_shift 10%; noise 5%; erase 30%; mixup 0.3; fill reflect }"""
VARIED = f"""data npz "colours.npz" {{ limit 40; normalize standard; balance oversample; validation 20% }}
{EVERYTHING}
{HEAD} 3 softmax"""
FOLDER = f"""data folder "pets" {{ size 9x7; resize crop; classes [dog, cat]; limit 14; corrupt skip; balance oversample
validation 20%; test 20%; normalize standard }}
augment {{ flip horizontal; crop 20%; mixup 0.2; fill constant 0.5 }}
{HEAD} 1 sigmoid"""
TABLE = f"""data csv "pets.csv" image=file label="kind of pet" {{ size 8x8; resize pad; color gray
classes [cat, dog, owl]; validation test; balance weights; normalize -1..1 }}
{HEAD} 3 softmax
train {{ schedule step every=2 }}"""
ARRAYS = f"""data npz "own.npz" {{ classes ["2", "0"]; limit 20; validation 25%; test 20% }}
augment {{ erase 2px }}
{HEAD} 2 softmax
train {{ loss sparse_categorical_crossentropy }}"""
GIVEN = f"""data npz "parts.npz" {{ classes [oak, elm, ash]; validation given; test given; normalize 0..2 }}
{HEAD} 3 softmax"""
TEXTS = {**GALLERY, "all_kinds": ALL_KINDS, "chosen": CHOSEN, "standard": STANDARD, "plateau": PLATEAU}
TEXTS |= {"measured": MEASURED}
TEXTS |= {"varied": VARIED, "folder": FOLDER, "table": TABLE, "arrays": ARRAYS, "given": GIVEN}
OWN = ("cats_and_dogs", "cifar10_folder", "folder", "table", "varied", "arrays", "given")
CIFAR10 = DATASETS["cifar10"].classes
DEVICES = """data digits { limit 200 }
conv 4 3x3 relu; globalavgpool; residual softmax { dense 10 }
train { epochs 1; precision mixed_bfloat16; devices 2; seed 1 }"""
"""Such a script divides all of a process among devices: it gets one of its own."""
HUGE = {"vgg16"}
"""Half a gigabyte of weights."""


@pytest.fixture(scope="module", autouse=True)
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where checks and scripts find pictures of one's own."""
    folder = tmp_path_factory.mktemp("pictures")
    write_pictures(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CNN_DATA_HOME", str(folder))
        yield folder


def write_pictures(folder: Path) -> None:
    """Folders of pictures of several formats, sizes and modes, a table of them, and arrays."""
    draw = np.random.default_rng(0)
    rows = ["kind of pet,file"]
    for label, (kind, count) in enumerate({"cat": 12, "dog": 7, "owl": 9}.items()):
        for number in range(count):
            mode = ["RGB", "L", "RGBA", "P"][number % 4]
            channels = {"L": (), "P": (), "RGB": (3,), "RGBA": (4,)}[mode]
            values = draw.integers(0, 256, (6 + number, 9 + 2 * label, *channels), np.uint8)
            image = Image.fromarray(values, "L" if mode == "P" else mode).convert(mode)
            ending = "jpg" if mode == "RGB" else "PNG"
            path = folder / "pets" / kind / f"nested{number % 2}" / f"{number:02}.{ending}"
            path.parent.mkdir(parents=True, exist_ok=True)
            exif = Image.Exif()
            exif[0x0112] = 6  # to be turned by a quarter
            image.save(path, exif=exif)
            rows.append(f"{kind},{path.relative_to(folder)}")
            for part in ("train", "test"):
                apart = folder / "cats_and_dogs" / part / kind / path.name
                apart.parent.mkdir(parents=True, exist_ok=True)
                image.save(apart)
    save_tree(folder / "cifar10_png", {f"{part}/{name}": 3 for part in ("train", "test") for name in CIFAR10})
    deep = Image.fromarray(draw.integers(0, 65536, (9, 9), np.uint16))
    deep.save(folder / "pets" / "cat" / "deep.png")
    (folder / "pets" / "cat" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "pets" / "cat" / ".hidden.png").write_bytes(b"")
    (folder / "pets" / "cat" / "notes.txt").write_bytes(b"")
    (folder / "pets.csv").write_text("\n".join(rows), encoding="utf-8")
    x, y = draw.integers(0, 256, (60, 5, 6), np.uint8), np.repeat(np.arange(3), 20)
    np.savez(folder / "own.npz", x_train=x, y_train=y[:, None])
    colours = draw.integers(0, 256, (60, 12, 13, 3), np.uint8)
    np.savez(folder / "colours.npz", x_train=colours, y_train=np.minimum(np.arange(60) // 12, 2))
    parts: dict[str, Any] = {}
    for start, part in enumerate(("train", "val", "test")):
        parts |= {f"x_{part}": x[start::3], f"y_{part}": y[start::3]}
    np.savez(folder / "parts.npz", **parts)


def program(name: str, text: str | None = None) -> Program:
    result = check_text(text or TEXTS[name], f"{name}.cnn", world=SpecFolder(Path()))
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
    for name, text in {**TEXTS, "devices": DEVICES}.items():
        (tmp_path / f"{name}.py").write_text(emit_python(program(name, text)), encoding="utf-8")
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
def few_images(tmp_path: Path, pictures: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of small data sets, three training images a class, where scripts look for data."""
    draw = np.random.default_rng(0)
    for dataset in DATASETS.values():
        labels = np.repeat(np.arange(len(dataset.classes)), 3)
        shape = dataset.image_shape if dataset.image_shape[2] > 1 else dataset.image_shape[:2]
        images = draw.integers(0, 256, (len(labels), *shape), dtype=np.uint8)
        columns = labels[:, None] if len(shape) == 3 else labels
        np.savez(tmp_path / f"{dataset.name}.npz", x_train=images, y_train=columns, x_test=images, y_test=columns)
    for each in pictures.iterdir():
        (tmp_path / each.name).symlink_to(each)
    monkeypatch.setenv("CNN_DATA_HOME", str(tmp_path))
    return tmp_path


def until_training(script: str, end: str = "\nmodel.summary()") -> dict[str, Any]:
    """What a script has defined by the time that its model is built."""
    scope: dict[str, Any] = {"__file__": "script.py"}
    registered = keras.saving.get_custom_objects()
    before = registered.copy()
    try:
        exec(compile(script.partition(end)[0].replace("model.summary()", ""), "script.py", "exec"), scope)
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


def data_of(name: str) -> Data:
    data = program(name).data
    assert data is not None
    return data


def run_data(name: str) -> RunData:
    return load_run_data(data_of(name), training_plan(program(name)), Path())


@pytest.mark.parametrize("name", OWN)
def test_own_images_are_divided_as_in_a_run(name: str) -> None:
    scope, data = until_training(emit_python(program(name)), end="\nmodel.compile("), run_data(name)
    assert set(scope["CLASSES"]) == set(data_of(name).classes)
    for part, examples in (("training", data.training), ("validation", data.validation), ("test", data.test)):
        assert examples is not None
        images, labels = part_of(scope, part)
        assert labels.tolist() == examples.labels.tolist(), part
        line = prepared(data.training, training_plan(program(name)), 2)[1].normalization
        theirs = np.asarray(normalized(tf.constant(examples.images() / 255, tf.float32), line))
        np.testing.assert_allclose(images, theirs, atol=1e-5, err_msg=part)


def part_of(scope: dict[str, Any], part: str) -> tuple[Any, Any]:
    """Images as the network sees them but for their variations, and labels, of a part of a script's data."""
    normalize = scope.get("normalize", lambda images: images)
    if "paths" in scope:
        apart = part != "validation" or "validation" in scope
        chosen = scope[{"training": "train"}.get(part, part) if apart else "test"]
        return normalize(scope["read_images"](scope["paths"][chosen])), scope["labels"][chosen]
    if part == "test" or "x_val" in scope:
        short = {"training": "train", "validation": "val", "test": "test"}[part]
        return scope[f"x_{short}"], scope[f"y_{short}"]
    chosen = scope["kept" if part == "training" else "held_out"]
    return normalize(scope["x_train"][chosen]), scope["y_train"][chosen]


@pytest.mark.parametrize("name", ["varied", "folder", "arrays", "cats_and_dogs"])
def test_images_are_varied_as_in_a_run(name: str) -> None:
    plan = training_plan(program(name))
    assert plan.augmentation is not None
    scope, data = until_training(emit_python(program(name)), end="\nmodel.compile("), run_data(name)
    examples, preparation = prepared(data.training, plan, len(data_of(name).classes))
    batches = scope["training"]
    batches.on_epoch_begin()
    batches.on_epoch_begin()
    batches.order = np.arange(len(batches.targets))
    taken = np.arange(plan.batch)[: len(examples)]
    [(images, labels, ids)] = examples.batches(taken, plan.batch)
    outputs = program(name).layers[-1].output_shape[0]
    inputs, wanted = augment(
        tf.constant(images / 255, tf.float32),
        targets_of(tf.constant(labels), plan.loss, outputs),
        tf.constant(2, tf.int64),
        tf.constant(ids),
        plan.augmentation,
        plan.seed,
    )
    theirs, their_targets = batches[0]
    np.testing.assert_allclose(theirs, normalized(inputs, preparation.normalization), atol=1e-4)
    np.testing.assert_allclose(np.ravel(their_targets), np.ravel(wanted), atol=1e-6)


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


@pytest.mark.heavy
def test_a_script_trains_on_two_devices(tmp_path: Path) -> None:
    two = """from tensorflow import config
(processor,) = config.list_physical_devices("CPU")
config.set_logical_device_configuration(processor, [config.LogicalDeviceConfiguration()] * 2)
"""
    script = two + emit_python(program("devices", DEVICES)) + "print(strategy.num_replicas_in_sync)"
    (tmp_path / "script.py").write_text(script)
    done = subprocess.run([sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("\n2\n")
    assert "test loss" in done.stdout
