import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import pytest

import specs
from runtime import cli
from runtime.verbs import VERBS

SPECS = Path(specs.__file__).parent
GALLERY = ("digits.cnn", "mnist.cnn", "cifar10.cnn")
MISTAKEN = "cnov 32 3x3 relu\nflatten\ndense 10 sofmax\n"


def cnn(
    *arguments: str | os.PathLike[str], cwd: Path | None = None, **environment: str
) -> "subprocess.CompletedProcess[str]":
    """The command as a process of its own."""
    command: Sequence[str | os.PathLike[str]] = [sys.executable, "-m", "runtime.cli", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=cwd, env={**os.environ, **environment}, timeout=300, check=False
    )


@pytest.fixture
def mistaken(tmp_path: Path) -> str:
    path = tmp_path / "mistaken.cnn"
    path.write_text(MISTAKEN)
    return str(path)


def test_check_of_sound_specs(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", *(str(SPECS / name) for name in GALLERY)]) == 0
    assert capsys.readouterr() == ("3 files checked: no problems found\n", "")


def test_check_shows_findings_of_every_file(capsys: pytest.CaptureFixture[str], mistaken: str) -> None:
    assert cli.main(["check", mistaken, str(SPECS / "digits.cnn")]) == 1
    output = capsys.readouterr().out
    assert "unknown layer 'cnov'" in output
    assert f"{mistaken}:1:1" in output
    assert f"{mistaken}:3:10" in output
    assert output.endswith("2 files checked: 2 errors\n")
    assert "\x1b" not in output


def test_a_warning_is_a_finding(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "warned.cnn"
    path.write_text("data digits { validation test }\nflatten; dense 10 softmax\n")
    assert cli.main(["check", str(path)]) == 1
    assert "1 file checked: 1 warning" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "error["),
        (b"\n\n# only a comment\n", "error["),
        (b"\x7fELF\x02\x01\x01\x00\x00", "not a text file"),
        (b"conv 32 3x3 \xe9\xff\n", "UTF-8"),
        (b"model { conv 32 3x3", "error["),
        (b"\x00" * 1000, "not a text file"),
    ],
)
def test_bad_content_is_a_finding(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "bad.cnn"
    path.write_bytes(content)
    for verb in ("check", "plan"):
        assert cli.main([verb, str(path)]) == 1
        output = "".join(capsys.readouterr())
        assert words in output
        assert str(path) in output


def test_files_that_cannot_be_read_are_misuse(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "mnist.cnn").write_text("flatten; dense 10 softmax")
    (tmp_path / "huge.cnn").write_bytes(b"#" * 1_000_001)
    cases = {
        "minst.cnn": ("there is no file", "did you mean"),
        "mnist.cnn/x": ("not a directory", ""),
        "huge.cnn": ("is larger than 1,000,000 bytes", ""),
        "a\0b": ("cannot read", "null"),
        "a" * 300: ("file name too long", ""),
    }
    for name, words in cases.items():
        for verb in ("check", "plan", "run"):
            assert cli.main([verb, f"{tmp_path}/{name}"]) == 2
            captured = capsys.readouterr()
            assert captured.out == ""
            assert all(word in captured.err for word in words), captured.err
            assert captured.err.startswith("error: ")


@pytest.mark.parametrize("verb", ["plan", "run"])
def test_a_folder_is_no_spec(capsys: pytest.CaptureFixture[str], tmp_path: Path, verb: str) -> None:
    (tmp_path / "mnist.cnn").write_text("flatten; dense 10 softmax")
    assert cli.main([verb, str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert "is a folder, not a .cnn file" in error
    assert f"name a file, such as {tmp_path / 'mnist.cnn'}" in error


def test_the_other_files_are_still_checked(capsys: pytest.CaptureFixture[str], mistaken: str) -> None:
    assert cli.main(["check", "missing.cnn", mistaken]) == 2
    captured = capsys.readouterr()
    assert "there is no file missing.cnn" in captured.err
    assert captured.out.endswith("1 file checked: 2 errors\n")


@pytest.mark.parametrize(
    ("override", "code", "words"),
    [
        ("train.epoch=3", 1, "did you mean 'epochs'?"),
        ("train.epochs=none", 1, "epochs"),
        ("epochs", 2, "section.setting=value"),
        ("trian.epochs=3", 2, "did you mean 'train'?"),
    ],
)
def test_a_bad_override_is_named(capsys: pytest.CaptureFixture[str], override: str, code: int, words: str) -> None:
    assert cli.main(["plan", str(SPECS / "digits.cnn"), "--set", override]) == code
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["chek"], "did you mean `cnn check`?"),
        (["frobnicate"], "the verbs are new, check, "),
        (["specs/mnist.cnn"], "to train it: cnn run specs/mnist.cnn"),
        (["--verbose"], "there is no verb '--verbose'"),
        (["check"], "FILE"),
        (["check", "--fast", "a.cnn"], "--fast"),
        (["plan", "a.cnn", "b.cnn"], "b.cnn"),
        (["run", "a.cnn", "--run", "x"], "--run"),  # no abbreviations: a later option would change their meaning
        (["run", "a.cnn", "--epochs", "3"], "`cnn run` has no option --epochs"),
        (["run", "--epochs=3", "a.cnn"], "overridden so: --set train.epochs=VALUE"),
        (["plan", "--validation", "a.cnn"], "--set data.validation=VALUE"),
        (["runs", "--revers"], "did you mean --reverse?"),
        (["help", "chek"], "did you mean `cnn check`?"),
        (["predict", "run"], "IMAGE"),
        (["predict", "run", "a.png", "--top", "0"], "'0' is not a whole number from 1 on"),
        (["predict", "run", "a.png", "--format", "xml"], "has no choice 'xml'\nhelp: choose from table, json, csv\n"),
        (
            ["compile", "a.cnn", "--to", "pyhton"],
            "`cnn compile --to` has no choice 'pyhton'\nhelp: did you mean python?",
        ),
        (["runs", "--sort=acuracy"], "did you mean accuracy?"),
        (["export", "run", "--to", "tflite"], "did you mean litert?"),
        (["export", "run", "--to", "h5"], "did you mean keras?"),
        (["compile", "a.cnn", "--to", "tflite"], "choose from python, json, keras"),
        (["train", "a.cnn"], "did you mean `cnn run`?"),
        (["fit"], "did you mean `cnn run`?"),
        (["summary"], "did you mean `cnn plan`?"),
        (["test"], "did you mean `cnn evaluate`?"),
        (["score"], "did you mean `cnn evaluate`?"),
        (["ls"], "did you mean `cnn runs`?"),
        (["help", "list"], "did you mean `cnn runs`?"),
    ],
)
def test_misuse_is_explained(capsys: pytest.CaptureFixture[str], arguments: list[str], words: str) -> None:
    assert cli.main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err
    assert captured.err.startswith("error: ")


def test_the_name_of_a_spec_may_want_its_ending(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["plan", str(SPECS / "digits")]) == 2
    assert f"did you mean {SPECS / 'digits.cnn'}?" in capsys.readouterr().err


def test_a_setting_without_its_section_is_completed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["plan", str(SPECS / "digits.cnn"), "--set", "epochs=3"]) == 2
    assert "names no section: did you mean 'train.epochs=3'?" in capsys.readouterr().err
    assert cli.main(["plan", str(SPECS / "digits.cnn"), "--set", "optimizer.lr=0.1"]) == 2
    assert "did you mean 'train.optimizer.lr=0.1'?" in capsys.readouterr().err


def test_a_folder_of_runs_is_not_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "tiny-1").mkdir()
    (tmp_path / "tiny-1" / "manifest.json").write_text("{}")
    assert cli.main(["show", str(tmp_path)]) == 2
    assert f"it holds runs, such as {tmp_path / 'tiny-1'}; to list them: cnn runs" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="file descriptors are Unix's")
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_do_no_harm(closed: str) -> None:
    command = f'"{sys.executable}" -m runtime.cli plan "{SPECS / "digits.cnn"}" {closed}'
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="file descriptors are Unix's")
@pytest.mark.parametrize("verb", ["check -", "fmt -", "plan -", "compile - --to json"])
def test_a_spec_from_closed_standard_input_is_one_error(verb: str) -> None:
    command = f'"{sys.executable}" -m runtime.cli {verb} <&-'
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("error: there is no standard input to read from\nhelp: ")
    assert done.stderr.count("\n") == 2


def test_a_plan_comes_of_standard_input_too(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert cli.main(["plan", str(SPECS / "digits.cnn"), "--format", "json"]) == 0
    of_file = capfd.readouterr().out
    with (SPECS / "digits.cnn").open() as file:
        monkeypatch.setattr("sys.stdin", file)
        assert cli.main(["plan", "-", "--format", "json"]) == 0
    assert capfd.readouterr().out == of_file.replace('"name": "digits"', '"name": "<stdin>"')


@pytest.mark.parametrize("verb", ["run", "data", "augment", "import"])
def test_a_verb_that_needs_a_file_says_so(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([verb, "-"]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"error: `cnn {verb}` needs a file: ")
    assert "folder of the spec" in error or verb == "import"


@pytest.mark.skipif(sys.platform == "win32", reason="signals are Unix's")
def test_an_interrupt_that_a_library_turns_into_an_error_is_one_all_the_same() -> None:
    code = """
import os, signal, sys
from runtime import cli

def execute(words):
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except KeyboardInterrupt:
        raise ImportError("numpy could not be loaded")

signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background
cli._execute = execute
sys.exit(cli.main())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "\ninterrupted\n")


def test_help_names_every_verb_and_each_verb_has_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    overview = capsys.readouterr().out
    for name, verb in VERBS.items():
        assert f"{name} {verb.arguments}" in overview
        assert cli.main([name, "--help"]) == 0
        own = capsys.readouterr().out
        assert cli.main(["help", name]) == 0
        assert capsys.readouterr().out == own
        assert own.startswith(f"usage: cnn {name} ")
    assert cli.main([]) == 2


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("cnn ")


def test_a_missing_extra_is_one_line_with_its_command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "tensorflow" else find_spec(name))
    assert cli.main(["run", str(SPECS / "digits.cnn")]) == 2
    assert capsys.readouterr().err == (
        'error: `cnn run` needs tensorflow, which is not installed: pip install ".[train]" in the clone of dotcnn\n'
    )


def test_a_check_imports_nothing_that_it_does_without() -> None:
    """Each of them costs a check of a small file about a twentieth of its time."""
    script = (
        "import sys; from runtime.cli import main; code = main(['check', sys.argv[1]]);"
        "idle = {'dataclasses', 'inspect', 'hashlib', 'shutil', 'lzma', 'json', 'difflib'} & set(sys.modules);"
        "sys.exit(f'imported {idle}' if idle else code)"
    )
    command = [sys.executable, "-c", script, str(SPECS / "mnist.cnn")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_check_and_plan_import_nothing_heavy() -> None:
    script = (
        "import sys; from runtime.cli import main; code = main(sys.argv[1:]);"
        "heavy = {'tensorflow', 'keras', 'numpy', 'matplotlib', 'sklearn', 'PIL', 'rich'} & set(sys.modules);"
        "sys.exit(f'imported {heavy}' if heavy else code)"
    )
    for verb in ("check", "plan"):
        done = subprocess.run(
            [sys.executable, "-c", script, verb, SPECS / "mnist.cnn"], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["plan", SPECS / "mnist.cnn"], 0),
        (["explain", "conv"], 0),
        (["new", "lenet"], 0),
        (["check", SPECS / "mnist.cnn", "--output-format", "json"], 0),
        (["check", "broken.cnn", "--output-format", "json"], 1),
        (["fmt", "--diff", "broken.cnn"], 1),
        (["--help"], 0),
        (["fmt", "--help"], 0),
    ],
    ids=str,
)
def test_a_reader_that_leaves_changes_nothing(arguments: list[str], code: int, tmp_path: Path) -> None:
    (tmp_path / "broken.cnn").write_text("input 8x8x1; flatten\ndense 10 sofmax")
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "runtime.cli", *arguments]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, cwd=tmp_path, timeout=60, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (code, b"")


def test_a_file_name_that_is_no_text_is_shown_escaped(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9\x1b[31m.cnn"
    done = cnn("check", os.fsdecode(path))
    assert done.returncode == 2
    assert r"caf\udce9\x1b[31m.cnn" in done.stderr


def test_a_terminal_that_lacks_a_letter_shows_an_escape(tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xc3\xa9.cnn")
    Path(path).write_text(MISTAKEN)
    done = cnn("check", path, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (1, "")
    assert r"caf\xe9.cnn:1:1" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are Unix's")
@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_colours_are_for_terminals_and_those_who_want_them(mistaken: str, no_color: str, coloured: bool) -> None:
    import pty

    reader, terminal = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "NO_COLOR": no_color}
    subprocess.run(
        [sys.executable, "-m", "runtime.cli", "check", mistaken], stdout=terminal, env=environment, check=False
    )
    os.close(terminal)
    assert (b"\x1b[" in os.read(reader, 100_000)) == coloured
    os.close(reader)


@pytest.mark.parametrize(
    "error",
    [MemoryError(), ImportError("libtensorflow_cc.so.2: failed to map segment from shared object")],
    ids=["allocation", "library"],
)
def test_a_lack_of_memory_is_one_line(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> int:
        raise error

    monkeypatch.setitem(VERBS, "explain", VERBS["explain"]._replace(execute=fail))
    assert cli.main(["explain", "conv"]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("error: there is not enough memory for this\n")
    assert "Traceback" not in captured.err
