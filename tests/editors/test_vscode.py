"""The extension for VS Code: npm tests and packages it, from its lock file, and the package holds what it should."""

import json
import os
import re
import shutil
import subprocess
import tomllib
import zipfile
from pathlib import Path

import pytest

from spec_lang import check_text

CHECKOUT = Path(__file__).parents[2]
EXTENSION = CHECKOUT / "editors" / "vscode"
PACKAGE = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
LOCK = (EXTENSION / "package-lock.json").read_text(encoding="utf-8")
MADE = ("node_modules", "dist", "*.vsix")
IN_PACKAGE = {
    "[Content_Types].xml",
    "extension.vsixmanifest",
    "extension/LICENSE.txt",
    "extension/README.md",
    "extension/dist/extension.js",
    "extension/language-configuration.json",
    "extension/package.json",
    "extension/snippets/cnn.json",
    "extension/syntaxes/cnn.tmLanguage.json",
}
NO_LAYERS = "E217"
"""A part of a spec has none as yet."""
MOST_BYTES = 300_000
UNREACHABLE = re.compile(r"EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ENOTFOUND|ETIMEDOUT")


def npm(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    surroundings = {**os.environ, "NO_COLOR": "1", "npm_config_update_notifier": "false"}
    return subprocess.run(
        ["npm", *words], cwd=folder, env=surroundings, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the extension with its packages, beside the specs that its tests read."""
    if not shutil.which("npm") or not shutil.which("node"):
        pytest.skip("needs node and npm")
    root = tmp_path_factory.mktemp("checkout")
    extension = root / "editors" / "vscode"
    shutil.copytree(EXTENSION, extension, ignore=shutil.ignore_patterns(*MADE))
    (root / "tests").mkdir()
    (root / "specs").symlink_to(CHECKOUT / "specs")
    (root / "tests" / "goldens").symlink_to(CHECKOUT / "tests" / "goldens")
    done = npm(extension, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
    if done.returncode and UNREACHABLE.search(done.stderr):
        pytest.skip("npm does not reach its registry")
    assert done.returncode == 0, done.stderr
    return extension


def test_types_grammar_and_gallery(installed: Path) -> None:
    done = npm(installed, "test", "--silent")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "parts.cnn run success" in done.stdout
    assert "specs of the gallery are coloured throughout" in done.stdout


def test_a_wrong_grammar_fails_the_tests(installed: Path) -> None:
    grammar = installed / "syntaxes" / "cnn.tmLanguage.json"
    text = grammar.read_text(encoding="utf-8")
    grammar.write_text(text.replace("|conv|", "|"), encoding="utf-8")
    try:
        assert npm(installed, "run", "--silent", "grammar").returncode
        assert npm(installed, "run", "--silent", "gallery").returncode
    finally:
        grammar.write_text(text, encoding="utf-8")


def test_one_command_packages_what_is_needed_and_nothing_else(installed: Path) -> None:
    done = npm(installed, "run", "--silent", "package")
    assert done.returncode == 0, done.stdout + done.stderr
    package = installed / "dotcnn.vsix"
    assert package.stat().st_size < MOST_BYTES
    with zipfile.ZipFile(package) as archive:
        assert set(archive.namelist()) == IN_PACKAGE
        code = archive.read("extension/dist/extension.js").decode()
        told = json.loads(archive.read("extension/package.json"))
    assert str(installed) not in code
    assert 'require("vscode")' in code  # VS Code gives it
    assert "vscode-languageclient" not in re.findall(r'require\("([^"]+)"\)', code)  # bundled
    assert told["version"] == PACKAGE["version"]


def test_the_lock_file_names_no_registry() -> None:
    locked = json.loads(LOCK)["packages"]
    assert [name for name, package in locked.items() if name and "integrity" not in package] == []
    assert "resolved" not in LOCK
    assert "registry" not in LOCK


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert PACKAGE["version"] == project["version"]
    # The parser that Lark writes is in the wheel alone.
    assert project["license"] == f"{PACKAGE['license']} AND MPL-2.0"
    assert (EXTENSION / "LICENSE").read_bytes() == (CHECKOUT / "LICENSE").read_bytes()


def test_every_declared_command_is_registered() -> None:
    code = (EXTENSION / "src" / "extension.ts").read_text(encoding="utf-8")
    declared = {command["command"] for command in PACKAGE["contributes"]["commands"]}
    assert set(re.findall(r'registerCommand\("([^"]+)"', code)) == declared


def test_every_file_that_the_manifest_names_is_there() -> None:
    contributes = PACKAGE["contributes"]
    named = [contributes["languages"][0]["configuration"], contributes["grammars"][0]["path"]]
    named += [snippets["path"] for snippets in contributes["snippets"]]
    assert [name for name in named if not (EXTENSION / name).is_file()] == []


def snippet_texts() -> list[tuple[str, str]]:
    snippets = json.loads((EXTENSION / "snippets" / "cnn.json").read_text(encoding="utf-8"))
    return [(name, "\n".join(snippet["body"])) for name, snippet in snippets.items()]


@pytest.mark.parametrize(("name", "body"), snippet_texts(), ids=[name for name, _ in snippet_texts()])
def test_a_snippet_left_as_it_is_holds_no_syntax_error_and_no_unknown_name(name: str, body: str) -> None:
    first_choice = re.sub(r"\$\{\d+\|([^,|]+)[^}]*\}", r"\1", body)
    named = dict(re.findall(r"\$\{(\d+):([^}]*)\}", first_choice))
    text = re.sub(r"\$\{\d+:([^}]*)\}", r"\1", first_choice)
    text = re.sub(r"\$(\d+)", lambda match: named.get(match[1], ""), text)
    found = {each.code for each in check_text(text, "snippet.cnn").diagnostics}
    assert {code for code in found if code.startswith(("E1", "E2"))} <= {NO_LAYERS}, text
