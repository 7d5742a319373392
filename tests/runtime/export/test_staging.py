"""What killed exports leave, and what the next export makes of it."""

import os
from pathlib import Path

import pytest

from runtime.directory.locking import locked
from runtime.export.staging import clear_killed, put_in_place, staging_beside

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows locks no folders")


def folder(path: Path) -> Path:
    path.mkdir()
    (path / "labels.txt").write_text(path.name)
    return path


def names(exports: Path) -> list[str]:
    return sorted(path.name for path in exports.iterdir())


def test_what_killed_exports_left_is_cleared(tmp_path: Path) -> None:
    for name in (".onnx.0123abcd", ".keras.89abcdef.old", "keras", ".mine", ".onnx.0123", ".onnx.0123abcd.mine"):
        folder(tmp_path / name)
    (tmp_path / ".onnx.00000000").symlink_to(tmp_path / "keras")
    clear_killed(tmp_path)
    assert names(tmp_path) == sorted(["keras", ".mine", ".onnx.0123", ".onnx.0123abcd.mine", ".onnx.00000000"])


def test_an_export_that_was_put_aside_gets_its_name_back(tmp_path: Path) -> None:
    folder(tmp_path / ".onnx.0123abcd.old")
    folder(tmp_path / ".onnx.0123abcd")
    clear_killed(tmp_path)
    assert names(tmp_path) == ["onnx"]
    assert (tmp_path / "onnx" / "labels.txt").read_text() == ".onnx.0123abcd.old"


def test_an_export_under_way_stays(tmp_path: Path) -> None:
    with staging_beside(tmp_path / "onnx") as staging, locked(folder(tmp_path / ".keras.0123abcd")):
        (staging / "labels.txt").write_text("new")
        clear_killed(tmp_path)
        assert names(tmp_path) == sorted([staging.name, ".keras.0123abcd"])
        put_in_place(staging, tmp_path / "onnx")
    clear_killed(tmp_path)
    assert names(tmp_path) == ["onnx"]


def test_there_need_be_no_exports(tmp_path: Path) -> None:
    clear_killed(tmp_path / "export")
    assert not list(tmp_path.iterdir())
