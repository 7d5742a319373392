import errno
import os
from pathlib import Path

import pytest

from runtime.errors import UserError
from runtime.files import inside, read_regular, write_whole, write_whole_with


def names_in(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir()]


def fail_with(number: int):
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def test_text_is_written_as_utf8_with_its_newlines_as_they_stand(tmp_path: Path) -> None:
    write_whole(tmp_path / "note.txt", "grün\r\nrot\n")
    assert (tmp_path / "note.txt").read_bytes() == b"gr\xc3\xbcn\r\nrot\n"
    assert names_in(tmp_path) == ["note.txt"]


def test_a_failed_write_leaves_the_old_content_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "note.txt"
    write_whole(path, "old")
    monkeypatch.setattr(os, "fsync", fail_with(errno.ENOSPC))
    with pytest.raises(UserError, match="no space left on device") as caught:
        write_whole(path, "new")
    assert "free some space" in (caught.value.help or "")
    assert path.read_text() == "old"
    assert names_in(tmp_path) == ["note.txt"]


def test_the_content_is_on_disk_before_its_name_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def logged_fsync(descriptor: int) -> None:
        events.append("fsync")
        fsync(descriptor)

    def logged_replace(old: Path, new: Path) -> Path:
        events.append("rename")
        return replace(old, new)

    monkeypatch.setattr(os, "fsync", logged_fsync)
    monkeypatch.setattr(Path, "replace", logged_replace)
    write_whole(tmp_path / "note.txt", "text")
    assert events == ["fsync", "rename", "fsync"]


def test_a_failing_writer_leaves_no_litter(tmp_path: Path) -> None:
    def write(path: Path) -> None:
        path.write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole_with(tmp_path / "model.keras", write)
    assert names_in(tmp_path) == []


def test_a_writer_sees_the_ending_of_the_file(tmp_path: Path) -> None:
    write_whole_with(tmp_path / "model.keras", lambda path: path.write_text(path.suffix))
    assert (tmp_path / "model.keras").read_text() == ".keras"


def test_a_link_is_replaced_and_its_target_left_alone(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("precious")
    (tmp_path / "link").symlink_to("target")
    write_whole(tmp_path / "link", "new")
    assert (tmp_path / "target").read_text() == "precious"
    assert (tmp_path / "link").read_text() == "new"


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.EACCES, "permission denied"), (errno.EROFS, "read-only file system"), (errno.EIO, "input/output error")],
)
def test_what_stops_a_write_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str) -> None:
    monkeypatch.setattr(Path, "replace", fail_with(number))
    with pytest.raises(UserError, match=words):
        write_whole(tmp_path / "note.txt", "text")


def test_writing_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="not a directory"):
        write_whole(tmp_path / "file" / "note.txt", "text")


def test_reading_refuses_links_pipes_folders_and_what_is_too_large(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    (tmp_path / "link").symlink_to("file")
    os.mkfifo(tmp_path / "pipe")
    assert read_regular(tmp_path / "file", limit=5) == b"12345"
    for name in ("link", "pipe", ""):
        with pytest.raises(UserError, match="not a regular file"):
            read_regular(tmp_path / name, limit=100)
    with pytest.raises(UserError, match="larger than the 4 bytes"):
        read_regular(tmp_path / "file", limit=4)
    with pytest.raises(UserError, match="there is no file"):
        read_regular(tmp_path / "missing", limit=4)


def test_folders_on_the_way_are_looked_at(tmp_path: Path) -> None:
    (tmp_path / "run" / "a" / "b").mkdir(parents=True)
    (tmp_path / "run" / "link").symlink_to(tmp_path)
    (tmp_path / "run" / "file").write_text("")
    (tmp_path / "way").symlink_to(tmp_path / "run")
    for name in ("x", "a/x", "a/b/x", "missing/x", "link"):
        assert inside(tmp_path / "way", name) == tmp_path / "way" / name
    for name in ("link/x", "link/run/a/x"):
        with pytest.raises(UserError, match="way/link is a link, which is not followed here"):
            inside(tmp_path / "way", name)
    with pytest.raises(UserError, match="file is not a folder"):
        inside(tmp_path / "run", "file/x")
