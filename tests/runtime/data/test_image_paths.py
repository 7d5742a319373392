"""Which files the words of a command line stand for."""

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.data.image_paths import image_paths
from runtime.errors import UserError


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pictures by their names alone: nothing here opens one."""
    for name in (
        "b.png",
        "a.JPG",
        "notes.txt",
        "c/d.webp",
        "c/e/f.tif",
        ".hidden.png",
        ".git/x.png",
        "[1].png",
        "1.png",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def listed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[io.BufferedRandom]:
    with (tmp_path_factory.mktemp("list") / "list").open("w+b") as file:
        yield file


def paths(*words: str) -> list[str]:
    return [f"! {each.message}" if isinstance(each, UserError) else each for each in image_paths(words)]


def in_list(file: io.BufferedRandom, content: bytes, end: bytes = b"\n") -> list[str]:
    file.write(content)
    file.flush()
    file.seek(0)
    return [f"! {each.message}" if isinstance(each, UserError) else each for each in image_paths(["-"], end, file)]


def test_files_are_taken_as_they_are_and_in_their_order(tree: Path) -> None:
    assert paths("notes.txt", "b.png", "gone.png", "b.png") == ["notes.txt", "b.png", "gone.png", "b.png"]


def test_of_a_folder_the_pictures_beneath_it_are_taken_by_name(tree: Path) -> None:
    assert paths("b.png", "c", ".") == [
        *("b.png", "c/d.webp", "c/e/f.tif"),
        *("./1.png", "./[1].png", "./a.JPG", "./b.png", "./c/d.webp", "./c/e/f.tif"),
        "! left out, 1 in all (no picture): ./notes.txt",
    ]


def test_a_folder_of_nothing_is_said_in_its_place(tree: Path) -> None:
    assert paths("b.png", "empty", "1.png") == ["b.png", "! empty is a folder without pictures", "1.png"]


def test_patterns_are_those_of_a_shell(tree: Path) -> None:
    assert paths("*.png") == ["1.png", "[1].png", "b.png"]
    assert paths("?.*") == ["1.png", "a.JPG", "b.png"]
    assert paths("**/*.tif") == ["c/e/f.tif"]
    # A folder that a pattern matches is gone through; what ** comes upon is not gone through twice.
    assert paths("c*") == ["c/d.webp", "c/e/f.tif"]
    assert paths("**") == ["1.png", "[1].png", "a.JPG", "b.png", "c/d.webp", "c/e/f.tif"]
    assert paths("*.gif") == ["! there is no file *.gif"]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tree: Path) -> None:
    assert paths("[1].png") == ["[1].png"]
    (tree / "[1].png").unlink()
    assert paths("[1].png") == ["1.png"]


def test_folders_that_lead_back_are_entered_once(tree: Path) -> None:
    (tree / "c" / "back").symlink_to(tree)
    (tree / "c" / "itself").symlink_to("itself")
    assert paths("c") == [
        *("c/d.webp", "c/e/f.tif"),
        "! left out, 1 in all (a link to a folder that it lies in or that was gone through already): c/back",
        "! left out, 1 in all (a link that leads nowhere): c/itself",
    ]


def test_a_folder_that_cannot_be_read_is_named(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.scandir

    def scandir(folder: str) -> object:
        if folder == "c/e":
            raise PermissionError(13, "Permission denied")
        return real(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    assert paths("c") == ["c/d.webp", "! cannot read c/e: permission denied"]


def test_a_list_names_files_and_folders_and_never_patterns(tree: Path, listed: io.BufferedRandom) -> None:
    assert in_list(listed, b"b.png\r\n\n*.png\nc\n  \nnotes.txt") == [
        *("b.png", "*.png", "c/d.webp", "c/e/f.tif", "  ", "notes.txt"),
    ]


def test_a_list_may_end_its_names_with_a_null_character(tree: Path, listed: io.BufferedRandom) -> None:
    assert in_list(listed, b"line\nbreak.png\0b.png\r\0", b"\0") == ["line\nbreak.png", "b.png\r"]


def test_what_is_no_text_in_a_list_is_one_name_or_one_complaint(tree: Path, listed: io.BufferedRandom) -> None:
    assert in_list(listed, b"\xff\xfe.png\n\x89PNG\0\0\x01\nb.png\n") == [
        "\udcff\udcfe.png",
        "! standard input names no file: \udc89PNG\0\0\x01",
        "b.png",
    ]


def test_a_line_without_end_does_not_fill_the_memory(tree: Path, listed: io.BufferedRandom) -> None:
    assert in_list(listed, b"b.png\n" + b"x" * 3_000_000) == [
        "b.png",
        "! standard input is no list of files: a line in it is longer than any path",
    ]


def test_a_list_is_taken_as_it_comes() -> None:
    """A program that writes the list may wait for what comes of the first files."""
    reading, writing = os.pipe()
    with open(reading, "rb") as source, open(writing, "wb", buffering=0) as sink:
        found = image_paths(["-"], listed=source)
        sink.write(b"one.png\ntwo")
        assert next(found) == "one.png"
        sink.write(b".png\n")
        assert next(found) == "two.png"


def test_a_list_with_null_characters_tells_of_its_option(tree: Path, listed: io.BufferedRandom) -> None:
    listed.write(b"b.png\0c.png\0")
    listed.seek(0)
    (error,) = image_paths(["-"], listed=listed)
    assert isinstance(error, UserError)
    assert "-print0, are read with -0" in (error.help or "")


def test_no_standard_input_is_no_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(UserError, match="there is no standard input to read from"):
        paths("-", "x.png")
