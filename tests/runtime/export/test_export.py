"""Models that leave: what an export holds, that it answers as `cnn predict` does, and what happens otherwise."""

import ast
import dataclasses
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from untrained import untrained_run

from compiler.backend import keras
from runtime import cli
from runtime.data.examples import Images
from runtime.data.images import read_image
from runtime.evaluation.inference import predict_probabilities
from runtime.export import export as export_module
from runtime.export import raw_images, saved_model
from runtime.export.elsewhere import run_elsewhere
from runtime.export.formats import FORMATS, Format
from runtime.export.labels import labels_txt
from runtime.export.script import write as write_script
from runtime.export.trained import load_trained

WITH_STATISTICS = "conv 4 3x3; batchnorm; activation relu; dropout 0.5; globalavgpool; dense 10 softmax"
IN_PROCESS = ("savedmodel", "onnx", "litert")
FILES = {
    "keras": {"model.keras", "labels.txt"},
    "savedmodel": {
        "saved_model.pb",
        "fingerprint.pb",
        "variables/variables.index",
        "variables/variables.data-00000-of-00001",
        "assets/labels.txt",
    },
    "onnx": {"model.onnx", "labels.txt"},
    "litert": {"model.tflite", "labels.txt"},
    "python": {"model.py", "predict.py", "train.py", "weights.npz", "labels.txt"},
}
HOSTILE = (
    "'; import os; os.abort() #",
    '"""\nimport os; os.abort()\n"""',
    "{classes}{0.__class__}%s",
    "line\nbreak\r and \x1b[31mred",
    "\N{RIGHT-TO-LEFT OVERRIDE}\N{LINE SEPARATOR}\x85",
    "\udcff\ud800",
    "\\",
    "日本語",
    "x" * 10_000,
    "#",
)
HOSTILE_FOLDERS = tuple(name[:80].replace("/", "") for name in HOSTILE if "\ud800" not in name)
PETS = (
    'data folder "pets" { size 12x18; resize crop; normalize standard; test 50% }\n'
    "model { conv 4 3x3 relu; batchnorm; globalavgpool; dense 2 softmax }"
)


def pets(folder: Path, classes: tuple[str, ...]) -> None:
    """Pictures of noise of another size than the model's, six of each class."""
    random = np.random.default_rng(3)
    for name in classes:
        (folder / "pets" / name).mkdir(parents=True)
        for number in range(6):
            pixels = random.integers(0, 256, (20, 31, 3), np.uint8)
            Image.fromarray(pixels).save(folder / "pets" / name / f"{number}.png")


def odd_pictures(folder: Path) -> list[Path]:
    """Transparent, deep and sideways."""
    random = np.random.default_rng(4)
    clear = Image.fromarray(random.integers(0, 256, (20, 31, 4), np.uint8))
    deep = Image.fromarray(random.integers(0, 65_536, (20, 31), np.uint16))
    exif = Image.Exif()
    exif[0x0112] = 6
    files = [folder / "clear.png", folder / "deep.png", folder / "sideways.png"]
    clear.save(files[0])
    deep.save(files[1])
    clear.convert("RGB").save(files[2], exif=exif)
    return files


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return untrained_run(tmp_path_factory.mktemp("runs"), WITH_STATISTICS)


def exported(run: Path, target: str, *options: str) -> int:
    return cli.main(["export", str(run), "--to", target, *options])


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def images(shape: tuple[int, ...], count: int = 9) -> Images:
    return np.random.default_rng(1).integers(0, 256, (count, *shape), np.uint8)


def expected(run: Path, given: Images) -> np.ndarray:
    trained = load_trained(run)
    return predict_probabilities(trained.model, given, 256, trained.normalization)


@pytest.mark.parametrize(
    "target", [*IN_PROCESS, *(pytest.param(name, marks=pytest.mark.heavy) for name in ("keras", "python"))]
)
def test_an_export_answers_as_predict_does_and_says_how_closely(
    run: Path, target: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "left" / target
    assert exported(run, target, "-o", str(out)) == 0
    captured = capfd.readouterr()
    # Not a word of the converters'.
    assert captured.err == ""
    assert captured.out.startswith(f"wrote {out}\nlargest difference from `cnn predict` ")
    assert captured.out.count("\n") == 2
    assert files_in(out) == FILES[target] | {"export.json"}
    assert [path.name for path in out.parent.iterdir()] == [target]

    described = json.loads((out / "export.json").read_text())
    assert described["format"] == target
    assert described["classes"] == list("0123456789")
    assert described["input"]["shape"] == ["n", 8, 8, 1]
    compared = described["compared"]
    assert compared["images"] == 360
    assert compared["of"] == "test images of digits"
    assert 0 <= compared["largest_difference"] <= 1e-5
    assert set(described["files"]) == FILES[target]
    for name, entry in described["files"].items():
        content = (out / name).read_bytes()
        assert entry == {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}

    given = images((8, 8, 1))
    answers, _ = FORMATS[target].run(out, given)
    np.testing.assert_allclose(answers, expected(run, given), atol=1e-5)


def test_every_format_of_the_command_is_here() -> None:
    assert set(FORMATS) == set(FILES)


NETWORKS = {
    "residual": "conv 8 3x3 same; residual relu { conv 8 3x3 same; batchnorm; activation relu; conv 8 3x3 same }\n"
    "residual { conv 16 3x3 same stride=2 }; flatten; residual { dense 20 relu }; dense 10 softmax",
    "norms": "conv 8 3x3; lrn 3; groupnorm 4; layernorm; prelu channel slope=0.2; conv 8 1x1; prelu; prelu layer\n"
    "flatten; dense 10 softmax",
    "ceiling": "conv 4 3x3; pool 3x5 stride=4x3 padding=ceil; flatten; dense 10 softmax",
    "ceiling of means": "conv 4 3x3; avgpool 2x5 stride=4x4 padding=ceil; flatten; dense 10 softmax",
    "shapes": "zeropad 1; crop 1; upsample 2 bilinear; permute width height channels; convtranspose 4 3x3 stride=2\n"
    "reshape 33x33x4; sepconv 4 3x3; depthwiseconv 3x3; avgpool 2x2; globalpool; rescale 0.5 offset=-0.2\n"
    "dense 10 softmax",
    "activations": "conv 8 3x3 relu; activation celu alpha=0.7; activation gelu approximate=on; activation gelu\n"
    "activation hard_shrink threshold=0.1; activation soft_shrink threshold=0.01; activation squareplus b=2\n"
    "activation threshold default_value=0.1; activation leaky_relu slope=0.1; activation elu alpha=0.5\n"
    "activation relu slope=0.1 max_value=6; activation glu; activation mish; activation softsign\n"
    "activation selu; activation tanh_shrink; flatten; dense 10 softmax",
    "one unit": 'data digits { classes ["3", "8"]; normalize -1..1 }\n'
    "model { conv 8 3x3 relu; spatialdropout 0.2; gaussiannoise 0.1; flatten; dense 1 sigmoid }",
}


@pytest.mark.heavy
@pytest.mark.parametrize("target", FORMATS)
@pytest.mark.parametrize("network", NETWORKS)
def test_every_kind_of_layer_leaves(
    network: str, target: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run = untrained_run(tmp_path, NETWORKS[network])
    assert exported(run, target) == 0
    assert capfd.readouterr().err == ""
    assert json.loads((run / "export" / target / "export.json").read_text())["compared"]["largest_difference"] < 1e-5
    # A layer that Keras lacks travels with the model.
    own = {"norms", "ceiling", "ceiling of means", "activations"}
    if target == "keras":
        assert (run / "export" / target / "own_layers.py").exists() == (network in own)


@pytest.mark.heavy
@pytest.mark.parametrize("target", FORMATS)
def test_colours_normalized_by_their_channels_and_pictures_of_ones_own(
    target: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    classes = ("cat", "dog")
    pets(tmp_path, classes)
    run = untrained_run(tmp_path, PETS)
    assert exported(run, target) == 0
    assert capfd.readouterr().err == ""
    described = json.loads((run / "export" / target / "export.json").read_text())
    assert described["classes"] == list(classes)
    assert described["input"]["resize"] == "crop"
    assert len(described["normalization"]["scale"]) == 3
    assert described["compared"]["of"] == "test images of folder"
    if target == "python":
        # Its own reading of files is that of `cnn predict`.
        for file in odd_pictures(tmp_path):
            code = f"from predict import read\nname = ''\ndef predict(_):\n    return read({str(file)!r})[None]\n"
            read, _ = run_elsewhere(code, run / "export" / target, images((12, 18, 3), 1))
            np.testing.assert_array_equal(read[0], read_image(file, (12, 18, 3), "crop"))


def test_an_export_takes_the_place_of_nothing_but_an_export(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"

    def refused(*options: str) -> str:
        before = files_in(tmp_path)
        assert exported(run, "savedmodel", "-o", str(out), *options) == 2
        assert files_in(tmp_path) == before
        return capsys.readouterr().err

    out.write_text("mine")
    assert "exists already" in refused()
    assert "is not a folder that an export wrote" in refused("--force")
    out.unlink()
    out.symlink_to(tmp_path / "elsewhere")
    assert "is not a folder that an export wrote" in refused("--force")
    out.unlink()
    out.mkdir()
    assert "--force" in refused()
    assert exported(run, "savedmodel", "-o", str(out), "--force") == 0
    first = (out / "export.json").stat().st_mtime_ns
    assert "exists already" in refused()
    assert exported(run, "savedmodel", "-o", str(out), "--force") == 0
    assert (out / "export.json").stat().st_mtime_ns > first
    (out / "variables" / "notes.txt").write_text("mine")
    assert "holds variables/notes.txt, which no export wrote" in refused("--force")
    (out / "variables" / "notes.txt").unlink()
    # Another format may take the place too: no file of the first is left.
    assert exported(run, "onnx", "-o", str(out), "--force") == 0
    assert files_in(out) == FILES["onnx"] | {"export.json"}
    (out / "export.json").write_text("[" * 100_000)
    assert "which no export wrote" in refused("--force")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_that_cannot_be_made_is_said(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("mine")
    assert exported(run, "savedmodel", "-o", str(tmp_path / "file" / "out")) == 2
    assert capsys.readouterr().err.startswith(f"error: cannot write {tmp_path / 'file' / 'out'}: not a directory")


def forget_normalization(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = raw_images.raw_image_model
    monkeypatch.setattr(
        saved_model,
        "raw_image_model",
        lambda model, line: whole(model, dataclasses.replace(line, offset=(line.offset[0] + 0.05,))),
    )


def infer_as_in_training(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a layer that defaults to training does to those beside it."""
    call = keras.layers.BatchNormalization.call
    monkeypatch.setattr(keras.layers.BatchNormalization, "call", lambda self, x, **_: call(self, x, training=True))


@pytest.mark.parametrize("target", IN_PROCESS)
@pytest.mark.parametrize("break_it", [forget_normalization, infer_as_in_training])
def test_an_export_that_answers_otherwise_is_not_kept(
    run: Path,
    target: str,
    break_it: Callable[[pytest.MonkeyPatch], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    from runtime.export.comparison import compare as real

    def compare(trained: Any, given: Any, run: Any, folder: Path) -> Any:
        monkeypatch.undo()  # what `cnn predict` answers is as ever
        return real(trained, given, run, folder)

    break_it(monkeypatch)
    monkeypatch.setattr(export_module, "compare", compare)
    assert exported(run, target, "-o", str(tmp_path / "deep" / "out")) == 1
    captured = capfd.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error: the export was not kept: largest difference from `cnn predict` 0.")
    assert captured.err.count("\n") == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda right: right + 1.1e-4, "0.00011"),
        (lambda right: right * np.nan, "nan"),
        (lambda right: right[:, :-1], "inf"),
        (lambda right: right[:-1], "inf"),
    ],
)
def test_a_difference_past_one_in_ten_thousand_fails(
    run: Path,
    answer: Callable[[Any], Any],
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    wrong = Format(FORMATS["litert"].write, lambda folder, given: (answer(expected(run, given)), "a test"))
    monkeypatch.setitem(FORMATS, "litert", wrong)
    assert exported(run, "litert") == 1
    assert f"largest difference from `cnn predict` {says}, on 360 test images of digits" in capsys.readouterr().err
    assert not (run / "export").exists()


def test_what_goes_wrong_in_a_converter_is_one_message(
    run: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        os.write(1, b"noise of a converter")
        raise RuntimeError("operator missing\nand a long story")

    for target, place in (
        ("onnx", "tf2onnx.convert.from_function"),
        ("onnx", "onnxruntime.InferenceSession"),
        ("litert", "tensorflow.lite.TFLiteConverter.from_saved_model"),
        ("litert", "tensorflow.lite.Interpreter"),
        ("savedmodel", "tensorflow.saved_model.load"),
        ("savedmodel", "tensorflow.saved_model.save"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(place, fail)
            assert exported(run, target) == 2
        captured = capfd.readouterr()
        assert captured.err.startswith("error: ")
        assert captured.err.splitlines()[0].endswith(": operator missing")
        assert "noise" not in captured.out + captured.err
        assert not (run / "export").exists()


def test_a_missing_package_is_named_with_what_installs_it(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(export_module, "find_spec", lambda name: None if name == "tf2onnx" else object())
    assert exported(run, "onnx") == 2
    assert capsys.readouterr().err == (
        "error: `cnn export --to onnx` needs tf2onnx, which is not installed: "
        'pip install ".[export]" in the clone of dotcnn\n'
    )


def test_without_its_test_images_an_export_is_compared_on_random_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pets(tmp_path, ("cat", "dog"))
    run = untrained_run(tmp_path, PETS)
    shutil.rmtree(tmp_path / "pets")
    assert exported(run, "litert") == 0
    captured = capsys.readouterr()
    assert captured.err.startswith(
        "warning: the export is compared on random pixels, since the test images cannot be had"
    )
    assert json.loads((run / "export" / "litert" / "export.json").read_text())["compared"]["images"] == 200


def test_names_do_not_get_out_of_their_quotes(run: Path, tmp_path: Path) -> None:
    trained = load_trained(run)

    def script(classes: tuple[str, ...]) -> ast.Module:
        assert trained.program.data is not None
        data = trained.program.data._replace(source="folder", classes=classes)
        hostile = trained.program._replace(data=data, name=classes[0])
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        write_script(dataclasses.replace(trained, program=hostile), folder)
        network = ast.parse((folder / "model.py").read_text(encoding="utf-8"))
        assert [type(node) for node in network.body] == [ast.Import, ast.ImportFrom, ast.Assign]
        return ast.parse((folder / "predict.py").read_text(encoding="utf-8"))

    def classes_taken_out(module: ast.Module) -> list[str]:
        (assignment,) = [
            node for node in module.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "CLASSES"
        ]
        names = ast.literal_eval(assignment.value)
        assignment.value = ast.Constant(None)
        return list(names)

    plain, hostile = script(tuple("0123456789")), script(HOSTILE)
    assert classes_taken_out(plain) == list("0123456789")
    assert classes_taken_out(hostile) == list(HOSTILE)
    assert ast.dump(plain) == ast.dump(hostile)


def test_labels_are_a_line_each() -> None:
    lines = labels_txt(HOSTILE).split("\n")
    assert len(lines) == len(HOSTILE) + 1
    assert lines[3] == r"line\nbreak\r and \x1b[31mred"
    assert lines[5] == r"\udcff\ud800"


@pytest.mark.parametrize(
    "target", [*IN_PROCESS, *(pytest.param(name, marks=pytest.mark.heavy) for name in ("keras", "python"))]
)
def test_classes_of_any_name_leave(target: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    pets(tmp_path, HOSTILE_FOLDERS)
    run = untrained_run(tmp_path, PETS.replace("dense 2", f"dense {len(HOSTILE_FOLDERS)}"))
    assert exported(run, target) == 0
    captured = capfd.readouterr()
    assert captured.err == ""
    assert captured.out.count("\n") == 2
    described = json.loads((run / "export" / target / "export.json").read_text())
    assert described["classes"] == sorted(HOSTILE_FOLDERS)


def alter(run: Path, name: str, change: Callable[[Any], object]) -> None:
    """Change a JSON file of a run, its checksum made to fit, as a stranger could."""
    entries = json.loads((run / name).read_text())
    change(entries)
    content = json.dumps(entries).encode()
    (run / name).write_bytes(content)
    if name != "manifest.json":
        digest = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        alter(run, "manifest.json", lambda manifest: manifest["artefacts"].update({name: digest}))


@pytest.mark.parametrize(
    "given",
    [
        {"scale": [1.0, 1.0], "offset": [0.0]},
        {"scale": [], "offset": []},
        {"scale": [float("nan")], "offset": [0.0]},
        {"scale": [1.0], "offset": [float("inf")]},
        {"scale": [10**400], "offset": [0.0]},
        {"scale": [True], "offset": [0.0]},
        {"scale": ["__import__('os').abort()"], "offset": [0.0]},
    ],
)
def test_a_normalization_that_is_none_is_refused(
    run: Path, given: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(run, copy)
    alter(copy, "manifest.json", lambda manifest: manifest.update(normalization=given))
    for verb in (["export", str(copy), "--to", "python"], ["predict", str(copy), "x.png"], ["evaluate", str(copy)]):
        assert cli.main(verb) == 2
        assert "normalization" in capsys.readouterr().err


def test_the_script_carries_the_weights_of_the_network_and_no_others(run: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(run, copy)
    with np.load(copy / "weights.npz", allow_pickle=False) as weights:
        arrays = dict(weights)
    np.savez(copy / "weights.npz", **dict(reversed(arrays.items())), more=np.zeros(3))
    content = (copy / "weights.npz").read_bytes()
    digest = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    alter(copy, "manifest.json", lambda manifest: manifest["artefacts"].update({"weights.npz": digest}))
    write_script(load_trained(copy), tmp_path)
    assert (tmp_path / "weights.npz").read_bytes() == (run / "weights.npz").read_bytes()


@pytest.mark.heavy
def test_an_export_is_opened_where_this_package_is_not(tmp_path: Path) -> None:
    code = """
found = []
for each in ("compiler", "runtime.cli", "spec_lang"):
    try:
        __import__(each)
        found.append(each)
    except ModuleNotFoundError:
        pass
name = repr(found)
def predict(images):
    return images[:, 0, 0, :]
"""
    answers, name = run_elsewhere(code, tmp_path, images((2, 2, 3)))
    assert name == "[]"
    assert answers.shape == (9, 3)
