"""What a spec may include: files of its own folder, and of those that its reader names."""

from pathlib import Path

import pytest

from runtime.cli import main
from runtime.specs.lsp import Disk
from runtime.specs.spec_file import SpecFolder
from spec_lang.world import Unread

BLOCK = "block wide { dense 16 relu }\n"
MODEL = "flatten; wide; dense 10 softmax\n"
SECRET = "root:x:0:0\nblock key_of_mine { dense 8 }\npassword hunter2\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a stranger's spec, beside one of shared blocks and one of secrets."""
    for name, text in (("shared/blocks.cnn", BLOCK), ("secrets/passwd", SECRET), ("secrets/keys.cnn", SECRET)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    theirs = tmp_path / "theirs"
    (theirs / "sub").mkdir(parents=True)
    (theirs / "own.cnn").write_text(BLOCK)
    (theirs / "sub" / "link").symlink_to(tmp_path / "secrets")
    (theirs / "sub" / "keys.cnn").symlink_to(tmp_path / "secrets" / "keys.cnn")
    (theirs / "sub" / "within").symlink_to(theirs)
    (theirs / "plain.cnn").symlink_to(tmp_path / "secrets" / "passwd")
    (theirs / "own-passwd").write_text(SECRET)
    (theirs / "hidden.cnn").symlink_to("own-passwd")
    monkeypatch.chdir(theirs)
    return theirs


def write(include: str) -> None:
    Path("spec.cnn").write_text(f"include {include}\n{MODEL}")


OUTSIDE = [
    "../secrets/passwd",
    "../secrets/keys.cnn",
    "sub/link/passwd",
    "sub/link/keys.cnn",
    "sub/keys.cnn",
    "plain.cnn",
]


@pytest.mark.parametrize("path", [*OUTSIDE, "/etc/passwd"])
@pytest.mark.parametrize("leave", ["", " outside=on"])
def test_what_lies_elsewhere_is_not_read_and_not_quoted(
    path: str, leave: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(f'"{path}"{leave}')
    assert main(["check", "spec.cnn"]) == 1
    said = capsys.readouterr().out
    assert ("error[E259]" if leave else "error[E256]") in said
    assert "1 file checked: 1 error\n" in said
    assert not any(line in said for line in [*SECRET.splitlines(), "root"])


@pytest.mark.parametrize("path", ["own-passwd", "hidden.cnn"])
def test_only_a_spec_can_be_included(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    write(f'"{path}"')
    assert main(["check", "spec.cnn"]) == 1
    said = capsys.readouterr().out
    assert "error[E255]" in said
    assert not any(line in said for line in SECRET.splitlines())


def test_a_spec_with_mistakes_is_not_quoted_at_length(capsys: pytest.CaptureFixture[str]) -> None:
    Path("broken.cnn").write_text("".join(f"line{n} := {n}\n" for n in range(50)))
    write('"broken.cnn"')
    assert main(["check", "spec.cnn"]) == 1
    said = capsys.readouterr().out
    assert "error[E260]: the included file 'broken.cnn' has" in said
    assert said.count(":= ") == 1


def test_a_file_of_something_else_is_not_quoted_at_length(capsys: pytest.CaptureFixture[str]) -> None:
    Path("words.cnn").write_text("".join(f"word{n} {n}\n" for n in range(50)))
    write('"words.cnn"')
    assert main(["check", "spec.cnn"]) == 1
    assert capsys.readouterr().out.count("| word") == 1


@pytest.mark.parametrize("path", ["own.cnn", "sub/../own.cnn", "sub/within/own.cnn", "../theirs/own.cnn"])
def test_what_really_lies_in_the_folder_may_be_read(path: str) -> None:
    write(f'"{path}"')
    assert main(["check", "--ignore", "W5", "spec.cnn"]) == 0


@pytest.mark.parametrize("verb", ["check", "plan", "compile"])
def test_the_reader_allows_a_folder(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    write('"../shared/blocks.cnn"')
    command = [verb, "spec.cnn", *(["--to", "json"] if verb == "compile" else [])]
    assert main(command) == 1
    said = capsys.readouterr()
    assert "--outside ../shared " in said.out + said.err
    assert main([*command, "--outside", "../shared"]) == 0
    assert main([*command, "--outside", "../secrets", "--outside", "../shared"]) == 0
    assert main([*command, "--outside", "../secrets"]) == 1


def test_the_old_leave_is_removed_by_the_fix(capsys: pytest.CaptureFixture[str]) -> None:
    write('outside=on "../shared/blocks.cnn"')
    assert main(["check", "--fix", "--outside", "../shared", "spec.cnn"]) == 0, capsys.readouterr().err
    assert Path("spec.cnn").read_text() == f'include "../shared/blocks.cnn"\n{MODEL}'


def test_a_folder_that_is_not_there_is_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    write('"own.cnn"')
    assert main(["check", "spec.cnn", "--outside", "nowhere"]) == 2
    assert "--outside nowhere: there is no such folder" in capsys.readouterr().err


def test_links_in_a_circle_are_no_file() -> None:
    for here, there in (("a", "b"), ("b", "a")):
        Path(here).symlink_to(there)
    assert isinstance(SpecFolder(Path()).spec_text("a/x.cnn"), Unread)


def test_an_editor_allows_folders_as_its_settings_say(folder: Path) -> None:
    disk = Disk()
    world, shared = disk.world(str(folder)), str(folder.parent / "shared")
    assert world.spec_text("../shared/blocks.cnn") is Unread.OUTSIDE
    assert disk.allow([shared, "nowhere"]) == ["nowhere"]
    assert world.spec_text("../shared/blocks.cnn") == BLOCK
    assert world.spec_text("../secrets/keys.cnn") is Unread.OUTSIDE
    assert disk.allow([]) == []
    assert world.spec_text("../shared/blocks.cnn") is Unread.OUTSIDE
