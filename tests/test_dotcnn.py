"""`import dotcnn`, and `python -m dotcnn` beside files that have the names of its packages."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import dotcnn
from dotcnn import _FROM

SPEC = "data digits\nflatten; dense classes softmax\n"


def python(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Python as a person starts it: what lies in the folder comes first."""
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
    return subprocess.run(
        [sys.executable, *words], cwd=folder, env=surroundings, capture_output=True, text=True, check=False
    )


def test_every_name_is_there() -> None:
    assert sorted(_FROM) == dotcnn.__all__
    assert set(dotcnn.__all__) <= set(dir(dotcnn))
    for name in ("Checked", "check_text", "explain", "format_text", "render", "unparse", "open_run", "UserError"):
        assert getattr(dotcnn, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'frobnicate'"):
        dotcnn.frobnicate  # noqa: B018


def test_the_example_of_the_package_works() -> None:
    checked = dotcnn.check_text(SPEC)
    assert checked.program is not None
    assert dotcnn.render(checked.diagnostics) == ""
    assert dotcnn.unparse(checked.program).startswith("data digits")


def test_the_import_loads_nothing_heavy(tmp_path: Path) -> None:
    code = "import sys, dotcnn; dotcnn.check_text; print({'tensorflow', 'keras', 'numpy'} & sys.modules.keys())"
    assert python(tmp_path, "-c", code).stdout == "set()\n"


def test_the_command_is_the_module(tmp_path: Path) -> None:
    (tmp_path / "net.cnn").write_text(SPEC)
    done = python(tmp_path, "-m", "dotcnn", "check", "net.cnn")
    assert (done.returncode, done.stdout, done.stderr) == (0, "1 file checked: no problems found\n", "")


@pytest.mark.parametrize("package", ["runtime", "compiler", "spec_lang", "specs"])
@pytest.mark.parametrize("file", ["{}.py", "{}/__init__.py"])
def test_a_file_that_hides_a_package_is_named(package: str, file: str, tmp_path: Path) -> None:
    own = tmp_path / file.format(package)
    own.parent.mkdir(exist_ok=True)
    own.write_text("ANSWER = 42\n")
    named = own.parent if own.name == "__init__.py" else own
    (tmp_path / "net.cnn").write_text(SPEC)
    said = f"{named} has the name of a package of dotcnn, which is hidden by it: rename it"
    words = ["new", "digits"] if package == "specs" else ["compile", "net.cnn", "--to", "python"]
    done = python(tmp_path, "-m", "dotcnn", *words)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"error: {said}\n")
    if package != "specs":
        name = {"runtime": "open_run", "compiler": "training_plan", "spec_lang": "check_text"}[package]
        done = python(tmp_path, "-c", f"import dotcnn; dotcnn.{name}")
        assert done.stderr.endswith(f"ImportError: {said}\n")
