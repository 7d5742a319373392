"""The verb `cnn check` beyond a plain check: fixes, selection, folders, formats for programs."""

import io
import json
import os
from pathlib import Path

import pytest

from runtime.cli import main

MISTAKEN = "data minst\nconv 32 3x3 rleu\ndense 12 softmax\ntrian { epoch 3 }\n"
MENDED = "data mnist\nconv 32 3x3 relu\nflatten\ndense 10 softmax\ntrain { epochs 3 }\n"
WARNED = "flatten; dense 20; dense 10 softmax\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_fix_writes_the_mended_spec_and_says_how_much_was_mended(capsys: pytest.CaptureFixture[str]) -> None:
    Path("net.cnn").write_text(MISTAKEN)
    assert main(["check", "--fix", "net.cnn"]) == 0
    assert Path("net.cnn").read_text() == MENDED
    assert "1 file checked: 6 problems fixed\n" in capsys.readouterr().err


def test_fix_keeps_the_line_ends_of_the_file() -> None:
    Path("net.cnn").write_bytes(MISTAKEN.replace("\n", "\r\n").encode())
    assert main(["check", "--fix", "net.cnn"]) == 0
    assert Path("net.cnn").read_bytes() == MENDED.replace("\n", "\r\n").encode()


def test_diff_shows_the_changes_and_makes_none(capsys: pytest.CaptureFixture[str]) -> None:
    Path("net.cnn").write_text(MISTAKEN)
    assert main(["check", "--diff", "net.cnn"]) == 1
    assert Path("net.cnn").read_text() == MISTAKEN
    output = capsys.readouterr().out
    assert "-data minst\n" in output
    assert "+data mnist\n" in output


def test_a_fix_of_standard_input_goes_to_standard_output(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(MISTAKEN.encode())))
    assert main(["check", "--fix", "-"]) == 0
    assert capsys.readouterr().out == MENDED


def test_what_has_no_remedy_is_left_and_reported() -> None:
    text = "data mnist\nflatten; dense 10 relu\n"
    Path("net.cnn").write_text(text)
    assert main(["check", "--fix", "net.cnn"]) == 1
    assert Path("net.cnn").read_text() == text


def test_a_folder_stands_for_its_specs(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.cnn", "deep/b.cnn", ".hidden/c.cnn", "notes.txt"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(WARNED)
    assert main(["check", "."]) == 1
    assert "2 files checked: 2 warnings" in capsys.readouterr().out


def test_a_folder_without_specs_is_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "."]) == 2
    assert "there is no .cnn file in ." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [([], 1), (["--ignore", "W505"], 0), (["--select", "W501"], 0), (["--select", "W5", "--ignore", "W505,W515"], 0)],
)
def test_warnings_are_chosen_by_code(arguments: list[str], code: int) -> None:
    Path("net.cnn").write_text(WARNED)
    assert main(["check", *arguments, "net.cnn"]) == code


def test_errors_cannot_be_ignored(capsys: pytest.CaptureFixture[str]) -> None:
    Path("net.cnn").write_text("data mnist\nflatten; dense 12 softmax\n")
    assert main(["check", "--ignore", "E401", "net.cnn"]) == 2
    assert "E401 cannot be ignored: errors are always shown" in capsys.readouterr().err


def test_an_unknown_code_is_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    Path("net.cnn").write_text(WARNED)
    assert main(["check", "--ignore", "W599", "net.cnn"]) == 2
    assert "no rule has the code 'W599'" in capsys.readouterr().err


def test_a_project_chooses_warnings_and_the_command_line_adds(capsys: pytest.CaptureFixture[str]) -> None:
    Path("specs").mkdir()
    Path("specs/net.cnn").write_text(WARNED)
    Path("pyproject.toml").write_text('[tool.dotcnn]\nignore = ["W505"]\n')
    assert main(["check", "specs/net.cnn"]) == 0
    assert main(["check", "--select", "W505", "--select", "W515", "specs/net.cnn"]) == 1
    assert "W515" in capsys.readouterr().out


def test_the_command_line_ignores_what_the_project_selects() -> None:
    Path("net.cnn").write_text(WARNED)
    Path("pyproject.toml").write_text('[tool.dotcnn]\nselect = ["W505"]\n')
    assert main(["check", "net.cnn"]) == 1
    assert main(["check", "--ignore", "W505", "net.cnn"]) == 0


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ('ignored = ["W505"]', "did you mean 'ignore'?"),
        ('ignore = "W505"', "must be a list of codes"),
        ('ignore = ["X1"]', "no rule has the code 'X1'"),
        ('ignore = ["W999"]', "no rule has the code 'W999'"),
        ('ignore = ["E301"]', "E301 cannot be ignored"),
        ("ignore = [", "is not valid TOML"),
    ],
)
def test_a_mistaken_project_is_misuse(settings: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("project").mkdir()
    Path("project/net.cnn").write_text(WARNED)
    Path("project/pyproject.toml").write_text(f"[tool.dotcnn]\n{settings}\n")
    assert main(["check", "project/net.cnn"]) == 2
    assert words in capsys.readouterr().err


def test_a_comment_suppresses_a_warning_on_its_line() -> None:
    for comment, code in (("# cnn: ignore", 0), ("# cnn: ignore[W505]", 0), ("# cnn: ignore[W501]", 1), ("# W505", 1)):
        Path("net.cnn").write_text(WARNED.replace("\n", f"  {comment}\n"))
        assert main(["check", "net.cnn"]) == code


def test_concise_is_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    Path("net.cnn").write_text(WARNED)
    main(["check", "--output-format", "concise", "net.cnn"])
    assert capsys.readouterr().out == "net.cnn:1:10: warning[W505]: 'dense' has no activation, and 'dense' follows\n"


def test_json_tells_place_and_fix(capsys: pytest.CaptureFixture[str]) -> None:
    Path("net.cnn").write_text("data mnist { validation test }\nflatten; dense 10 softmax\n")
    main(["check", "--output-format", "json", "net.cnn"])
    (finding,) = json.loads(capsys.readouterr().out)
    assert (finding["code"], finding["line"], finding["column"], finding["end_column"]) == ("W501", 1, 25, 29)
    assert finding["fix"]["edits"][0]["replacement"] == "10%"


def test_github_annotations_escape_what_would_end_them(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a,b%.cnn").write_text("data mnist { validation test }\nflatten; dense 10 softmax\n")
    main(["check", "--output-format", "github", "a,b%.cnn"])
    output = capsys.readouterr().out
    assert output.startswith("::warning file=a%2Cb%25.cnn,line=1,endLine=1,col=25,endColumn=29,title=W501 ")
    assert output.count("\n") == 1
    assert "validation 10%25" in output


def test_sarif_names_rules_places_and_fixes(capsys: pytest.CaptureFixture[str]) -> None:
    Path("net.cnn").write_text(MISTAKEN)
    main(["check", "--output-format", "sarif", "net.cnn"])
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [rules[result["ruleIndex"]] for result in run["results"]] == [each["ruleId"] for each in run["results"]]
    first = run["results"][0]
    assert first["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 1,
        "startColumn": 6,
        "endLine": 1,
        "endColumn": 11,
    }
    assert first["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"] == "mnist"


def test_explain_tells_of_rules_layers_and_settings(capsys: pytest.CaptureFixture[str]) -> None:
    for topic, words in (("E301", "window-too-large"), ("w505", "linear"), ("conv", "Conv2D"), ("stop", "patience")):
        assert main(["explain", topic]) == 0
        assert words in capsys.readouterr().out


def test_explain_suggests_what_was_meant(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "cov"]) == 2
    assert "did you mean 'conv'?" in capsys.readouterr().err


def test_a_file_of_blocks_alone_is_no_mistake_and_nothing_to_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = tmp_path / "blocks.cnn"
    blocks.write_text("block wide(n) { conv n 3x3 relu }\n", encoding="utf-8")
    assert main(["check", str(blocks)]) == 0
    for words in (["plan"], ["run"], ["compile", "--to", "json"]):
        capsys.readouterr()
        assert main([*words, str(blocks)]) == 2
        assert capsys.readouterr().err.startswith("error: blocks.cnn holds blocks and no model\n")


def test_the_folder_of_nobody_is_one_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = tmp_path / "net.cnn"
    spec.write_text('data folder "~nobody/of/this/name" { size 8x8 }\nflatten; dense 2 softmax\n', encoding="utf-8")
    assert main(["check", str(spec), "--output-format", "concise"]) == 1
    [line, *_] = capsys.readouterr().out.splitlines()
    assert "E410" in line


@pytest.mark.parametrize("how", [["--fix"], ["--diff"], []])
def test_bytes_that_are_no_text_are_said_and_stay(how: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    content = b"flatten; dense 10 sofmax\n# caf\xe9\n"
    Path("net.cnn").write_bytes(content)
    assert main(["check", *how, "net.cnn"]) == 1
    assert Path("net.cnn").read_bytes() == content
    said = capfd.readouterr()
    assert "byte 0xe9 is not UTF-8" in said.out + said.err
    assert "1 file checked: 1 error\n" in said.out + said.err


def test_a_diff_says_what_it_leaves(capsys: pytest.CaptureFixture[str]) -> None:
    Path("net.cnn").write_text("data mnist\nflatten; dense 10 relu\n")
    assert main(["check", "--diff", "net.cnn"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "1 file checked: 1 error\n" in said.err


@pytest.mark.parametrize("verb", [["check"], ["fmt"], ["fmt", "--check"], ["plan"], ["compile", "--to", "json"]])
def test_nothing_waits_for_what_is_no_file(verb: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo("pipe.cnn")
    Path("zeros.cnn").symlink_to("/dev/zero")
    Path("nowhere.cnn").symlink_to("gone.cnn")
    for name, says in (
        ("pipe.cnn", "pipe.cnn is a pipe or a device, not a file"),
        ("zeros.cnn", "zeros.cnn is a pipe or a device, not a file"),
        ("nowhere.cnn", "nowhere.cnn is a link to gone.cnn, where there is nothing"),
    ):
        assert main([*verb, name]) == 2
        assert f"error: {says}\n" in capsys.readouterr().err


def test_a_folder_called_like_a_spec_stands_for_its_specs(capsys: pytest.CaptureFixture[str]) -> None:
    Path("net.cnn").mkdir()
    assert main(["check", "net.cnn"]) == 2
    assert "there is no .cnn file in net.cnn" in capsys.readouterr().err
    Path("net.cnn", "a.cnn").write_text(WARNED)
    assert main(["check", "net.cnn"]) == 1
    assert main(["plan", "net.cnn"]) == 2
    assert "net.cnn is a folder, not a .cnn file" in capsys.readouterr().err


def test_what_cannot_be_read_in_a_folder_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    Path("specs").mkdir()
    Path("specs", "a.cnn").write_text(WARNED)
    os.mkfifo("specs/pipe.cnn")
    Path("specs", "gone.cnn").symlink_to("nowhere")
    assert main(["check", "specs"]) == 2
    said = capsys.readouterr()
    assert "1 file checked" in said.out
    assert "specs/gone.cnn is a link" in said.err
    assert "specs/pipe.cnn is a pipe" in said.err
