"""Checks in review: the hooks for pre-commit and the workflow of docs/ci.md do what they are described to do."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import runtime
from runtime.cli import main

CHECKOUT = Path(__file__).parents[2]
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((CHECKOUT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
EXAMPLES = re.findall(r"```yaml\n(.*?)```", (CHECKOUT / "docs" / "ci.md").read_text(encoding="utf-8"), re.DOTALL)
CONFIG, WORKFLOW = (yaml.safe_load(example) for example in EXAMPLES)
STEPS = WORKFLOW["jobs"]["specs"]["steps"]
COMMANDS = [step["run"] for step in STEPS if step.get("run", "").startswith("cnn ")]

CLEAN = "flatten\ndense 10 softmax\n"
WARNED = "flatten\ndense 64\ndense 10 softmax\n"
BLOCKS = "block wide(n) {\n  conv n 3x3 relu\n}\n"
"""For other files to include."""
UNTIDY = "flatten;   dense 10 softmax\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(command: str, *files: str) -> int:
    """The exit code of a command line that begins with `cnn`, without what its output goes to."""
    name, *words = shlex.split(command.partition(" > ")[0])
    assert name == "cnn"
    return main([*words, *files])


@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
def test_a_hook_is_for_specs_alone(hook: dict) -> None:
    assert re.search(hook["files"], "models/net.cnn")
    assert not re.search(hook["files"], "net.cnn.txt")
    assert hook["language"] == "python"
    assert {"id", "name", "description", "entry"} <= hook.keys()


def as_pre_commit_does(hook: dict, *files: str) -> tuple[int, bool]:
    """The exit code of a hook's entry with files behind it, and whether it changed one: either stops a commit."""
    before = [Path(each).read_bytes() for each in files]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    tested = str(Path(runtime.__file__).parents[1])
    command = [*shlex.split(hook["entry"]), *hook.get("args", []), *files]
    surroundings = {**os.environ, "PATH": path, "PYTHONPATH": tested}
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False, timeout=60)
    assert "Traceback" not in done.stderr
    return done.returncode, before != [Path(each).read_bytes() for each in files]


def test_hooks_stop_a_commit_of_bad_files_alone(here: Path) -> None:
    for name, text in {"clean": CLEAN, "warned": WARNED, "untidy": UNTIDY, "blocks": BLOCKS}.items():
        (here / f"{name}.cnn").write_text(text)
    good = ("clean.cnn", "blocks.cnn")
    check, fmt = HOOKS["cnn-check"], HOOKS["cnn-fmt"]
    assert as_pre_commit_does(check, *good) == (0, False)
    assert as_pre_commit_does(fmt, *good, "warned.cnn") == (0, False)
    assert as_pre_commit_does(check, *good, "warned.cnn") == (1, False)
    assert as_pre_commit_does(fmt, *good, "untidy.cnn") == (0, True)
    assert as_pre_commit_does(fmt, "untidy.cnn") == (0, False)


def test_the_check_hook_fails_on_findings(here: Path) -> None:
    (here / "clean.cnn").write_text(CLEAN)
    (here / "warned.cnn").write_text(WARNED)
    assert run(HOOKS["cnn-check"]["entry"], "clean.cnn") == 0
    assert run(HOOKS["cnn-check"]["entry"], "clean.cnn", "warned.cnn") == 1
    assert (here / "warned.cnn").read_text() == WARNED


def test_the_format_hook_writes_the_file(here: Path) -> None:
    (here / "net.cnn").write_text(UNTIDY)
    assert run(HOOKS["cnn-fmt"]["entry"], "net.cnn") == 0
    assert (here / "net.cnn").read_text() != UNTIDY
    assert run("cnn fmt --check", "net.cnn") == 0


def test_the_documented_configuration_names_the_hooks() -> None:
    (repository,) = CONFIG["repos"]
    assert {hook["id"] for hook in repository["hooks"]} == set(HOOKS)


@pytest.mark.parametrize(
    ("text", "codes"), [(CLEAN, [0, 0, 0]), (WARNED, [1, 0, 1]), (UNTIDY, [0, 1, 0])], ids=["clean", "warned", "untidy"]
)
def test_the_workflow_fails_where_it_should(here: Path, text: str, codes: list[int]) -> None:
    (here / "net.cnn").write_text(text)
    assert [run(command) for command in COMMANDS] == codes


def test_the_workflow_uploads_what_it_writes(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (command,) = (command for command in COMMANDS if "sarif" in command)
    (upload,) = (step for step in STEPS if "upload-sarif" in step.get("uses", ""))
    assert command.partition(" > ")[2] == upload["with"]["sarif_file"]
    (here / "models").mkdir()
    (here / "models" / "net.cnn").write_text(WARNED)
    run(command)
    (result,) = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "models/net.cnn"
