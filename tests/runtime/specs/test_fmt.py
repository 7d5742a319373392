import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from runtime import cli

MESSY = "# digits\nmodel{conv  32 4x4 relu;flatten\n\n\n}   # end"
NEAT = "# digits\nmodel {\n  conv 32 4x4 relu; flatten\n}  # end\n"
BROKEN = "model {\n conv   32\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a spec to be formatted, one that is fine and one with a syntax error."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "messy.cnn").write_text(MESSY)
    (tmp_path / "sub" / "neat.cnn").write_text(NEAT)
    (tmp_path / "sub" / "broken.cnn").write_text(BROKEN)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def give(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_files_are_rewritten_in_place(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["fmt", "messy.cnn", "sub/neat.cnn"]) == 0
    assert capsys.readouterr() == ("formatted messy.cnn\n2 files: 1 formatted, 1 unchanged\n", "")
    assert contents(folder) == {"messy.cnn": NEAT, "sub/neat.cnn": NEAT, "sub/broken.cnn": BROKEN}
    assert cli.main(["fmt", "messy.cnn"]) == 0
    assert capsys.readouterr().out == "1 file: 1 unchanged\n"


def test_what_is_canonical_is_not_written_again(folder: Path) -> None:
    before = (folder / "sub" / "neat.cnn").stat()
    assert cli.main(["fmt", "sub/neat.cnn"]) == 0
    after = (folder / "sub" / "neat.cnn").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_a_folder_stands_for_its_specs_and_one_that_is_broken_is_left_alone(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "sub" / "notes.txt").write_text(MESSY)
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "old.cnn").write_text(MESSY)
    before = contents(folder)
    assert cli.main(["fmt", "."]) == 1
    assert contents(folder) == {**before, "messy.cnn": NEAT}
    output, errors = capsys.readouterr()
    assert output == "formatted messy.cnn\n3 files: 1 formatted, 1 unchanged, 1 with syntax errors\n"
    assert "error[E105]" in errors
    assert "sub/broken.cnn:1:7" in errors


def test_check_names_files_and_changes_none(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(folder)
    assert cli.main(["fmt", "--check", "messy.cnn", "sub/neat.cnn"]) == 1
    assert capsys.readouterr().out == "would format messy.cnn\n2 files: 1 to be formatted, 1 unchanged\n"
    assert cli.main(["fmt", "sub/neat.cnn", "--check"]) == 0
    assert contents(folder) == before


@pytest.mark.skipif(not shutil.which("patch"), reason="needs the command `patch`")
@pytest.mark.parametrize("text", [MESSY, MESSY + "\n", "a  'x\x0cy\u2028z'\r\nb\r\n", "\ufeffa  b\n", "\n\na"])
def test_the_diff_is_a_patch_that_does_what_fmt_does(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes], text: str
) -> None:
    path = folder / "messy.cnn"
    path.write_bytes(text.encode())
    assert cli.main(["fmt", "--diff", "messy.cnn"]) == 1
    assert path.read_bytes() == text.encode()
    patch = capfdbinary.readouterr().out
    shutil.copy(path, "copy.cnn")
    subprocess.run(["patch", "--binary", "--quiet", "copy.cnn"], input=patch, check=True)
    assert cli.main(["fmt", "messy.cnn"]) == 0
    assert path.read_bytes() == (folder / "copy.cnn").read_bytes()


def test_the_diff_of_what_is_canonical_is_empty(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["fmt", "--diff", "sub/neat.cnn"]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("content", "code"), [(MESSY, 0), (NEAT, 0), (BROKEN, 1), ("", 0)])
def test_standard_input_goes_to_standard_output(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], content: str, code: int
) -> None:
    give(monkeypatch, content.encode())
    assert cli.main(["fmt", "-"]) == code
    output, errors = capsys.readouterr()
    assert output == {MESSY: NEAT}.get(content, content)
    assert ("<stdin>:1:7" in errors) == bool(code)


def test_standard_input_can_be_checked_and_compared(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    give(monkeypatch, b"a  b\n")
    assert cli.main(["fmt", "-", "--check"]) == 1
    assert capsys.readouterr().out == "would format <stdin>\n"
    give(monkeypatch, b"a  b\n")
    assert cli.main(["fmt", "-", "--diff"]) == 1
    assert capsys.readouterr().out == "--- <stdin>\n+++ <stdin>\n@@ -1 +1 @@\n-a  b\n+a b\n"


def test_bytes_that_are_no_text_come_back_as_they_were(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    give(monkeypatch, b"a  \xff\r\n")
    assert cli.main(["fmt", "-"]) == 1
    assert capfdbinary.readouterr().out == b"a  \xff\r\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a  b\r\nc\r\n", b"a b\r\nc\r\n"),
        (b"a  b\r\nc\n", b"a b\r\nc\r\n"),
        (b"a\nb\r\n", b"a\nb\n"),
        (b"a\rb", b"a\nb\n"),
        (b"\xef\xbb\xbfa  b", b"\xef\xbb\xbfa b\n"),
    ],
)
def test_line_ends_and_byte_order_mark_stay(tmp_path: Path, before: bytes, after: bytes) -> None:
    path = tmp_path / "spec.cnn"
    path.write_bytes(before)
    assert cli.main(["fmt", str(path)]) == 0
    assert path.read_bytes() == after
    assert cli.main(["fmt", "--check", str(path)]) == 0


def test_permissions_and_links_stay(folder: Path) -> None:
    (folder / "messy.cnn").chmod(0o640)
    (folder / "link.cnn").symlink_to("messy.cnn")
    assert cli.main(["fmt", "link.cnn"]) == 0
    assert (folder / "link.cnn").is_symlink()
    assert (folder / "messy.cnn").read_text() == NEAT
    assert (folder / "messy.cnn").stat().st_mode & 0o777 == 0o640


def test_a_file_protected_from_writing_is_not_replaced(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # as for everyone but root
    assert cli.main(["fmt", "messy.cnn"]) == 2
    assert "messy.cnn is protected from writing" in capsys.readouterr().err
    assert (folder / "messy.cnn").read_text() == MESSY


def test_the_spec_of_a_run_is_left_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = folder / "runs" / "messy-1"
    run.mkdir(parents=True)
    (run / "manifest.json").write_text('{"format": 1, "artefacts": {}}')
    (run / "spec.cnn").write_text(MESSY)
    assert cli.main(["fmt", "."]) == 1
    assert (run / "spec.cnn").read_text() == MESSY
    assert "3 files" in capsys.readouterr().out
    assert cli.main(["fmt", "runs/messy-1/spec.cnn"]) == 2
    assert "is part of the run" in capsys.readouterr().err
    assert cli.main(["fmt", "runs"]) == 2
    assert "there is no .cnn file in runs, except those of runs" in capsys.readouterr().err
    assert (run / "spec.cnn").read_text() == MESSY


def test_a_failed_write_loses_nothing_and_the_other_files_go_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    assert cli.main(["fmt", "messy.cnn", "missing.cnn", "sub/neat.cnn"]) == 2
    output, errors = capsys.readouterr()
    assert output == "3 files: 1 unchanged, 2 failed\n"
    assert "no space left on device" in errors
    assert "there is no file missing.cnn" in errors
    assert contents(folder) == {"messy.cnn": MESSY, "sub/neat.cnn": NEAT, "sub/broken.cnn": BROKEN}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-", "messy.cnn"], "together with files"),
        (["--check", "--diff", "messy.cnn"], "not allowed with"),
        ([], "required"),
        (["empty"], "there is no .cnn file in empty"),
    ],
)
def test_misuse(folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str) -> None:
    (folder / "empty").mkdir()
    assert cli.main(["fmt", *arguments]) == 2
    assert words in capsys.readouterr().err
    assert (folder / "messy.cnn").read_text() == MESSY


def test_it_imports_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "messy.cnn").write_text(MESSY)
    script = (
        "import sys; from runtime.cli import main; assert main(['fmt', sys.argv[1]]) == 0; "
        "assert not {'tensorflow', 'keras', 'numpy', 'matplotlib'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "messy.cnn")], check=True)
