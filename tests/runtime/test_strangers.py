"""What comes from strangers may waste time; it runs no code, and nothing waits for it without end."""

import ast
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from reports import HOSTILE_NAMES

from compiler.emit.python_source import literal
from compiler.emit.script import emit_python
from runtime import cli
from runtime.data.own_pictures import look
from runtime.errors import UserError
from runtime.specs.project import read_project
from runtime.specs.spec_file import SpecFolder
from spec_lang import check_text
from spec_lang.world import PictureSource


def at_once(function: Callable[[], Any]) -> Any:
    """What a call gives; it fails where that takes longer than a reader of pipes would have patience."""
    answers: list[Any] = []
    thread = threading.Thread(target=lambda: answers.append(function()), daemon=True)
    thread.start()
    thread.join(5)
    assert answers, "it waits"
    return answers[0]


@pytest.mark.parametrize("kind", ["csv", "npz", "folder"])
def test_a_pipe_or_a_device_is_no_data(kind: Any, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zeros").symlink_to("/dev/zero")
    for name in ("pipe", "zeros"):
        said = at_once(lambda name=name: look(PictureSource(kind, name, "image", "label"), tmp_path))  # type: ignore[misc]
        assert said.reason == f"{tmp_path / name} is a pipe or a device"
        assert at_once(lambda name=name: cli.main(["check", str(spec(tmp_path, kind, name))])) == 1  # type: ignore[misc]


def spec(folder: Path, kind: str, path: str) -> Path:
    file = folder / "spec.cnn"
    file.write_text(f'data {kind} "{path}"\nmodel {{ flatten; dense 2 softmax }}\n')
    return file


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[tool]\ndotcnn = 3  # tool.dotcnn", "is not a table"),
        ("# tool.dotcnn\na = " + "[" * 100_000, "is not valid TOML"),
        ("[tool.dotcnn]\nselect = [1]", "must be a list of codes"),
    ],
    ids=["no table", "deep", "numbers"],
)
def test_settings_of_a_project_that_are_none_are_refused(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(UserError, match=says):
        read_project(tmp_path / "pyproject.toml")


def test_a_project_without_tools_selects_nothing(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("tool = 3  # tool.dotcnn")
    assert read_project(tmp_path / "pyproject.toml").select == ()


def test_a_vast_project_file_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text('[tool.dotcnn]\nselect = ["W505"]\n' + "#" * 2_000_000)
    assert read_project(file).select == ()


@pytest.mark.parametrize("name", [*HOSTILE_NAMES, "\udcff", "\\", '"""', "{0}%s", "\r\x85\x0c\0"])
def test_a_text_in_a_script_stays_that_text(name: str) -> None:
    written = literal(name)
    assert isinstance(written, str)
    # As it stands in a file.
    assert ast.literal_eval(written.encode().decode()) == name


def test_names_of_folders_do_not_get_out_of_a_script(tmp_path: Path) -> None:
    """Class names and paths from a tree that somebody sent."""
    names = ["'; import os; os.abort() #", '"""\nimport os', "{x}%s\\", "line\nbreak\r", os.fsdecode(b"caf\xe9")]

    def script(classes: list[str], root: str) -> str:
        for name in classes:
            (tmp_path / root / name).mkdir(parents=True)
            (tmp_path / root / name / "a.png").touch()
        text = f'data folder "{root}" {{ size 8x8 }}\nmodel {{ flatten; dense {len(classes)} softmax }}'
        checked = check_text(text, "spec.cnn", world=SpecFolder(tmp_path))
        assert checked.program is not None, checked.diagnostics
        return emit_python(checked.program)

    def shape(source: str) -> str:
        """The script without its constants."""
        tree = ast.parse(source.encode())
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant):
                node.value, node.kind = None, None
        return ast.dump(tree)

    assert shape(script(names, "hostile")) == shape(script(list("abcde"), "plain"))


def test_a_link_in_a_run_leads_no_export_elsewhere(
    finished_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy, elsewhere = tmp_path / "copy", tmp_path / "elsewhere"
    shutil.copytree(finished_run, copy)
    elsewhere.mkdir()
    (copy / "export").symlink_to(elsewhere)
    assert cli.main(["export", str(copy), "--to", "savedmodel"]) == 2
    assert "is a link, which is not followed here" in capsys.readouterr().err
    assert list(elsewhere.iterdir()) == []
