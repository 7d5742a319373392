"""A file whose text is replaced stays the file that it was, and its text is never lost."""

import errno
import os
from contextlib import suppress
from pathlib import Path

import pytest

from runtime import rewriting
from runtime.errors import UserError
from runtime.rewriting import rewrite

OLD, NEW = b"old text\n" * 9, b"new\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "net.cnn"
    path.write_bytes(OLD)
    path.chmod(0o640)
    return path


def names(file: Path) -> set[str]:
    return {each.name for each in file.parent.iterdir()}


def test_a_file_keeps_its_permissions(file: Path) -> None:
    rewrite(file, NEW)
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (NEW, 0o640)


def test_a_file_keeps_its_other_names(file: Path) -> None:
    other = file.with_name("other.cnn")
    other.hardlink_to(file)
    rewrite(file, NEW)
    assert other.samefile(file)
    assert other.read_bytes() == NEW
    assert names(file) == {"net.cnn", "other.cnn"}


def test_a_link_goes_on_pointing_to_its_file(file: Path) -> None:
    link = file.with_name("link.cnn")
    link.symlink_to(file)
    rewrite(link, NEW)
    assert link.is_symlink()
    assert file.read_bytes() == NEW


def test_a_file_of_somebody_else_stays_theirs(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    before = file.stat()
    rewrite(file, NEW)
    after = file.stat()
    assert (after.st_ino, after.st_uid, after.st_gid) == (before.st_ino, before.st_uid, before.st_gid)
    assert file.read_bytes() == NEW
    assert names(file) == {"net.cnn"}


@pytest.mark.parametrize("several_names", [False, True])
@pytest.mark.parametrize("step", range(4))
def test_a_disk_that_fills_up_costs_no_text(
    file: Path, several_names: bool, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each wait for the disk fails in turn, and so does what is done about it."""
    if several_names:
        file.with_name("other.cnn").hardlink_to(file)
    fsync, calls = os.fsync, 0

    def full(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls > step:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    before = names(file)
    # Whether it is refused depends on what is done last: the folder's names, after all has gone well.
    with suppress(UserError):
        rewrite(file, NEW)
    assert file.read_bytes() in (OLD, NEW)
    assert before <= names(file)


def test_a_kill_between_two_writes_leaves_a_whole_text(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.with_name("other.cnn").hardlink_to(file)
    written = rewriting._fill_and_sync

    class Killed(BaseException):
        pass

    def killed(path: Path, mode: str, content: bytes) -> None:
        if mode == "r+b":
            path.write_bytes(content[:2])  # the process is gone in the middle of it
            raise Killed
        written(path, mode, content)

    monkeypatch.setattr(rewriting, "_fill_and_sync", killed)
    with pytest.raises(Killed):
        rewrite(file, NEW)
    [left] = names(file) - {"net.cnn", "other.cnn"}
    assert file.with_name(left).read_bytes() == NEW
