"""What can be known without TensorFlow is said without it: a mistake is answered before seconds of loading.

All command lines are executed by one process, which looks after each whether TensorFlow has been loaded.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from library_runs import begun, finished

SPEC = "data digits\nflatten; dense classes softmax\n"
RUN = ["predict {}", "evaluate {}", "export {} --to keras", "serve {} --port 0", "resume {}", "show {}"]
FILE = ["check {}", "plan {}", "compile {} --to python", "compile {} --to keras", "run {}", "data {}", "augment {}"]
PICTURE = " a.png"


class Case(NamedTuple):
    """A command line, the exit code, and what is said on standard error or output."""

    line: str
    code: int
    says: str


def of_runs(run: str, says: str, verbs: list[str] = RUN) -> list[Case]:
    lines = (verb.format(run) + (PICTURE if verb.startswith("predict") else "") for verb in verbs)
    return [Case(line, 2, says) for line in lines]


CASES = [
    *(Case(verb.format("nosuch.cnn"), 2, "there is no file nosuch.cnn") for verb in FILE),
    *(Case(verb.format("folder.cnn"), 2, "folder.cnn") for verb in FILE),
    *(Case(verb.format("pipe.cnn"), 2, "pipe.cnn is a pipe or a device, not a file") for verb in FILE),
    *(Case(verb.format("link.cnn"), 2, "link.cnn is a link to nowhere") for verb in FILE),
    *(Case(verb.format("empty.cnn"), 1, "there is nothing in this file") for verb in FILE),
    *(Case(verb.format("binary.cnn"), 1, "this is not a text file") for verb in FILE),
    *of_runs("empty.cnn", "empty.cnn is a file, not a run directory"),
    *of_runs("link.cnn", "link.cnn does not exist"),
    Case("import pipe.cnn", 2, "pipe.cnn is a pipe or a device, not a file"),
    Case("import link.cnn", 2, "link.cnn is a link to nowhere"),
    Case("import empty.cnn", 2, "empty.cnn holds no config of a Keras model"),
    Case("import binary.cnn", 2, "binary.cnn holds no config of a Keras model"),
    Case("runs pipe.cnn", 2, "cannot list the runs in pipe.cnn: not a directory"),
    *(Case(verb.format("broken.cnn"), 1, "did you mean 'softmax'?") for verb in FILE),
    *(Case(verb.format("pets.cnn"), 1, "there is no pets in") for verb in FILE),
    *(Case(f"{verb.format('net.cnn')} --outside nowhere", 2, "--outside nowhere") for verb in FILE),
    *(Case(f"{verb.format('net.cnn')} --set train.epoch=3", 1, "epochs") for verb in FILE[1:]),
    *(Case(f"{verb.format('net.cnn')} --frobnicate", 2, "has no option --frobnicate") for verb in FILE),
    *(Case(f"{verb.format('bare.cnn')}", 2, "has no data") for verb in ("run {}", "data {}", "augment {}")),
    *of_runs("runs/nosuch", "runs/nosuch does not exist"),
    *of_runs("net.cnn", "net.cnn is a file, not a run directory"),
    *of_runs("folder.cnn", "is not a run directory: it has no manifest.json"),
    *of_runs("runs/begun-1", "is not finished", RUN[:4]),
    *of_runs("runs/small-1", "its weights.npz is too small for its program.json", RUN[:4]),
    *of_runs("runs/changed-1", "cannot be used: program.json was changed or damaged"),
    Case("compile net.cnn --to keras -o net.cnn --force", 2, "is what the result is made from"),
    Case("compile net.cnn --to pyhton", 2, "did you mean python?"),
    Case("export runs/whole-1 --to onnxx", 2, "did you mean onnx?"),
    Case("export runs/whole-1 --to keras -o runs/whole-1/figures", 2, "is part of the run"),
    Case("export runs/whole-1 --to keras -o net.cnn --force", 2, "net.cnn is not a folder that an export wrote"),
    Case("predict runs/whole-1 nosuch.png folder.cnn", 1, "cannot read nosuch.png"),
    Case("predict runs/whole-1 pipe.cnn", 1, "pipe.cnn is not an image: it is a pipe or device"),
    Case("evaluate runs/whole-1 --data pipe.cnn", 2, "pipe.cnn"),
    Case("evaluate runs/whole-1 --data nosuch", 2, "there is no file or folder nosuch"),
    Case("augment net.cnn -o sheet.jpg", 2, "does not end in .png"),
    Case("resume runs/whole-1", 2, "is finished"),
    Case("resume runs/whole-1 --epochs 2", 2, "--epochs can only add"),
    Case("run net.cnn --runs net.cnn", 2, "it is not a folder"),
    Case("runs", 1, "program.json was changed"),
]

SCRIPT = """
import contextlib, io, json, sys
from importlib.util import find_spec
from runtime.cli import main

answers = []
for line in json.load(sys.stdin):
    said = io.StringIO()
    said.buffer = io.BytesIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = main(line.split())
    text = said.getvalue() + said.buffer.getvalue().decode()
    answers.append([code, text, sorted({"tensorflow", "keras"} & sys.modules.keys())])
print(json.dumps(answers))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[Case, tuple[int, str, list[str]]]:
    folder = tmp_path_factory.mktemp("mistakes")
    (folder / "folder.cnn").mkdir()
    for name, text in (
        ("net", SPEC),
        ("broken", SPEC.replace("softmax", "sofmax")),
        ("pets", 'data folder "pets" { size 8x8 }\nflatten; dense classes softmax\n'),
        ("bare", "input 8x8x1; flatten; dense 10 softmax\n"),
    ):
        (folder / f"{name}.cnn").write_text(text)
    os.mkfifo(folder / "pipe.cnn")
    (folder / "link.cnn").symlink_to("nowhere")
    (folder / "empty.cnn").touch()
    (folder / "binary.cnn").write_bytes(bytes(range(256)) * 4)
    begun(folder / "runs" / "begun-1")
    finished(folder / "runs" / "small-1")
    whole_run(folder / "runs" / "whole-1")
    (finished(folder / "runs" / "changed-1") / "program.json").write_text("{}")
    process = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        input=json.dumps([case.line for case in CASES]),
        capture_output=True,
        text=True,
        cwd=folder,
        env=dict(os.environ),  # as it is here: readline, which pytest loads, hands COLUMNS on behind its back
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return dict(zip(CASES, (tuple(each) for each in json.loads(process.stdout)), strict=True))


def whole_run(path: Path) -> None:
    """A run whose weights are large enough for its program: only to load them would show that they are none."""
    finished(path, weights=b"\0" * 100_000)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.line)
def test_a_mistake_is_told_before_tensorflow_is_loaded(
    case: Case, answers: dict[Case, tuple[int, str, list[str]]]
) -> None:
    code, said, loaded = answers[case]
    assert case.says in said
    assert (code, loaded) == (case.code, [])
    assert "Traceback" not in said
