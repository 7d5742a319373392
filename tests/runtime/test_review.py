"""Checks in review: the hooks for pre-commit and the workflow of docs/ci.md do what they are described to do."""

import json
import re
import shlex
from pathlib import Path

import pytest
import yaml

from runtime.cli import main

CHECKOUT = Path(__file__).parents[2]
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((CHECKOUT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
EXAMPLES = re.findall(r"```yaml\n(.*?)```", (CHECKOUT / "docs" / "ci.md").read_text(encoding="utf-8"), re.DOTALL)
CONFIG, WORKFLOW = (yaml.safe_load(example) for example in EXAMPLES)
STEPS = WORKFLOW["jobs"]["specs"]["steps"]
COMMANDS = [step["run"] for step in STEPS if step.get("run", "").startswith("cnn ")]

CLEAN = "flatten\ndense 10 softmax\n"
WARNED = "flatten\ndense 64\ndense 10 softmax\n"
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
