"""Run directories from strangers: whatever verb opens them, they are refused, execute nothing and change nothing."""

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

from runtime import cli
from runtime.verbs import VERBS

CALLS: dict[str, Callable[[str, str, str], list[str]]] = {
    "predict": lambda run, _good, image: ["predict", run, image],
    "evaluate": lambda run, _good, _image: ["evaluate", run],
    "export": lambda run, _good, _image: ["export", run, "--to", "keras"],
    "resume": lambda run, _good, _image: ["resume", run, "--epochs", "9"],
    "serve": lambda run, _good, _image: ["serve", run],
    "show": lambda run, _good, _image: ["show", run],
    "compare": lambda run, good, _image: ["compare", good, run],
}
"""A command line for each verb that takes a run: of the run, a sound one, and a picture."""


def test_every_verb_that_takes_a_run_is_tried() -> None:
    assert {name for name, verb in VERBS.items() if verb.arguments.startswith("RUN")} <= CALLS.keys()


def put(run: Path, name: str, content: bytes) -> None:
    """Write an artefact with the checksum that fits it: a stranger can do that too."""
    (run / name).write_bytes(content)
    digest = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    change_manifest(run, lambda manifest: manifest["artefacts"].update({name: digest}))


def change_manifest(run: Path, change: Callable[[dict[str, Any]], object]) -> None:
    manifest = json.loads((run / "manifest.json").read_text())
    change(manifest)
    (run / "manifest.json").write_text(json.dumps(manifest))


def change_program(run: Path, change: Callable[[dict[str, Any]], object]) -> None:
    program = json.loads((run / "program.json").read_text())
    change(program)
    put(run, "program.json", json.dumps(program).encode())


def altered_weights(run: Path) -> None:
    content = bytearray((run / "weights.npz").read_bytes())
    content[len(content) // 2] ^= 1
    (run / "weights.npz").write_bytes(content)


def altered_program(run: Path) -> None:
    with (run / "program.json").open("ab") as file:
        file.write(b" ")


def another_checksum(run: Path) -> None:
    change_manifest(run, lambda manifest: manifest["artefacts"]["weights.npz"].update(sha256="0" * 64))


def lambda_layer(run: Path) -> None:
    code = f"__import__('pathlib').Path({str(run / 'ran')!r}).touch()"
    layer = {"layer": "lambda", "class_name": "Lambda", "module": "keras.layers", "function": code}
    change_program(run, lambda program: program["model"]["layers"].insert(0, layer))


def name_outside(run: Path) -> None:
    digest = {"sha256": "0" * 64, "size": 1}
    change_manifest(run, lambda manifest: manifest["artefacts"].update({"../../secret": digest}))


def program_name_outside(run: Path) -> None:
    change_program(run, lambda program: program.update(name="../../secret"))


def linked_program(run: Path) -> None:
    (run / "program.json").rename(run.parent / "elsewhere.json")
    (run / "program.json").symlink_to(run.parent / "elsewhere.json")


def pipe(run: Path) -> None:
    (run / "program.json").unlink()
    os.mkfifo(run / "program.json")


def huge_weights(run: Path) -> None:
    with (run / "weights.npz").open("r+b") as file:
        file.truncate(1 << 40)  # a sparse file: it takes no room


def huge_claim(run: Path) -> None:
    change_manifest(run, lambda manifest: manifest["artefacts"]["program.json"].update(size=10**40))


def deep_program(run: Path) -> None:
    put(run, "program.json", b"[" * 200_000)


def nan_normalization(run: Path) -> None:
    change_manifest(run, lambda manifest: manifest.update(normalization={"scale": [float("nan")], "offset": [0.0]}))


def seven_channels(run: Path) -> None:
    change_manifest(run, lambda manifest: manifest.update(normalization={"scale": [1.0] * 7, "offset": [0.0] * 7}))


def another_format(run: Path) -> None:
    change_manifest(run, lambda manifest: manifest.update(format=99))


def hostile(run: Path, tmp_path: Path, alter: Callable[[Path], None]) -> Path:
    copy = Path(shutil.copytree(run, tmp_path / "runs" / "tiny-7"))
    alter(copy)
    return copy


def content(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path.relative_to(folder)): (status.st_size, status.st_mtime_ns)
        for path in folder.rglob("*")
        for status in [path.lstat()]
    }


@pytest.mark.parametrize("verb", [name for name in CALLS if name in VERBS])
@pytest.mark.parametrize(
    "alter",
    [
        altered_weights,
        altered_program,
        another_checksum,
        lambda_layer,
        name_outside,
        program_name_outside,
        linked_program,
        pytest.param(pipe, marks=pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")),
        huge_weights,
        huge_claim,
        deep_program,
        nan_normalization,
        another_format,
    ],
)
def test_it_is_refused_and_runs_nothing(
    finished_run: Path, tmp_path: Path, alter: Callable[[Path], None], verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run = hostile(finished_run, tmp_path, alter)
    image = tmp_path / "picture.png"
    Image.new("L", (8, 8)).save(image)
    before = content(tmp_path)
    assert cli.main(CALLS[verb](str(run), str(finished_run), str(image))) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith("error: ")
    assert "tiny-7" in printed.err
    assert "Traceback" not in printed.err
    assert not (run / "ran").exists()
    assert content(tmp_path) == before


def test_pickled_weights_are_not_unpickled(
    finished_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Code:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "ran",)

    run = hostile(finished_run, tmp_path, lambda _run: None)
    with np.load(run / "weights.npz") as arrays:
        names = list(arrays)
    evil: dict[str, Any] = {name: np.array([Code()] * 1000, object) for name in names}
    np.savez(tmp_path / "evil.npz", **evil)
    put(run, "weights.npz", (tmp_path / "evil.npz").read_bytes())
    image = tmp_path / "picture.png"
    Image.new("L", (8, 8)).save(image)
    assert cli.main(["predict", str(run), str(image)]) == 2
    assert "holds other data" in capsys.readouterr().err
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("verb", ["predict", "evaluate", "export"])
def test_a_normalization_of_other_images_is_refused(
    finished_run: Path, tmp_path: Path, verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run = hostile(finished_run, tmp_path, seven_channels)
    assert cli.main(CALLS[verb](str(run), "", str(tmp_path / "none.png"))) == 2
    assert "its normalization does not fit the images of its program" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="needs links")
@pytest.mark.parametrize("folder", ["figures", "tensorboard"])
def test_a_failed_run_whose_folder_leads_elsewhere_is_not_gone_on_with(
    finished_run: Path, tmp_path: Path, folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The files of a run that failed are not compared with their checksums: it would train, and then write there."""
    outside = tmp_path / "outside"
    outside.mkdir()

    def failed_and_linked(run: Path) -> None:
        change_program(run, lambda program: program["train"].update(log={"programs": ["tensorboard"]}))
        change_manifest(run, lambda manifest: manifest.update(state="failed", stopped=None))
        shutil.rmtree(run / folder, ignore_errors=True)
        (run / folder).symlink_to(outside)

    run = hostile(finished_run, tmp_path, failed_and_linked)
    before = content(tmp_path)
    assert cli.main(["resume", str(run)]) == 2
    said = f"error: {run / folder} is a link, which is not followed here\nhelp: put a folder in its place\n"
    assert capsys.readouterr().err == said
    assert content(tmp_path) == before
    (run / folder).unlink()
    assert cli.main(["resume", str(run)]) == 0  # the advice works
    assert list((run / folder).iterdir())
    assert not list(outside.iterdir())
