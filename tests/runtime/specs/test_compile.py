"""The verb `cnn compile`."""

import io
import json
import sys
from pathlib import Path

import pytest

from runtime import cli
from spec_lang import check_text

SPEC = "data digits\nflatten; dense 10 softmax\ntrain { seed 3 }\n"


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sound spec in the working folder."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "tiny.cnn"
    path.write_text(SPEC)
    return path


def test_python_goes_to_standard_output(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["compile", "tiny.cnn", "--to", "python"]) == 0
    script, errors = capsys.readouterr()
    assert script.startswith("# The network 'tiny'")
    assert errors == ""
    compile(script, "script.py", "exec")


def test_json_is_taken_wherever_a_spec_is(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["compile", "tiny.cnn", "--to", "json", "-o", "tiny.json"]) == 0
    assert capsys.readouterr().out == "wrote tiny.json\n"
    for words in (["check", "tiny.json"], ["plan", "tiny.json"]):
        assert cli.main(words) == 0
    capsys.readouterr()
    assert cli.main(["compile", "tiny.json", "--to", "json"]) == 0
    assert capsys.readouterr().out == Path("tiny.json").read_text()


def test_json_comes_through_standard_input(
    spec: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.main(["compile", "tiny.cnn", "--to", "json"])
    written = capsys.readouterr().out
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(written.encode())))
    assert cli.main(["compile", "-", "--to", "json"]) == 0
    assert capsys.readouterr().out == written


def test_a_dash_stands_for_standard_output(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["compile", "tiny.cnn", "--to", "json"]) == 0
    written = capsys.readouterr().out
    assert cli.main(["compile", "tiny.cnn", "--to", "json", "-o", "-"]) == 0
    assert capsys.readouterr().out == written
    assert not Path("-").exists()


def test_settings_are_overridden(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["compile", "tiny.cnn", "--to", "json", "--set", "train.epochs=3"]) == 0
    assert json.loads(capsys.readouterr().out)["train"]["epochs"] == {"count": 3}


def test_the_keras_config_is_that_of_the_model(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["compile", "tiny.cnn", "--to", "keras"]) == 0
    config = json.loads(capsys.readouterr().out)
    assert config["class_name"] == "Sequential"
    assert [layer["class_name"] for layer in config["config"]["layers"]] == ["InputLayer", "Flatten", "Dense"]


def test_a_spec_with_errors_gives_nothing(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec.write_text("flaten; dense 10 softmax")
    assert cli.main(["compile", "tiny.cnn", "--to", "json", "-o", "out.json"]) == 1
    output, errors = capsys.readouterr()
    assert output == ""
    assert "E20" in errors
    assert not Path("out.json").exists()


def test_a_file_is_only_replaced_when_asked(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = Path("mine.json")
    target.write_text("mine")
    assert cli.main(["compile", "tiny.cnn", "--to", "json", "-o", "mine.json"]) == 2
    assert target.read_text() == "mine"
    assert "--force" in capsys.readouterr().err
    assert cli.main(["compile", "tiny.cnn", "--to", "json", "-o", "mine.json", "--force"]) == 0
    assert check_text(target.read_text(), "mine.json").program is not None


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["compile", "tiny.cnn"], "--to"),
        (["compile", "tiny.cnn", "--to", "java"], "java"),
        (["compile", "none.cnn", "--to", "json"], "there is no file none.cnn"),
        (["compile", "tiny.cnn", "--to", "json", "-o", "."], "is a folder"),
        (["compile", "tiny.cnn", "--to", "json", "-o", "no/where.json"], "cannot write"),
    ],
)
def test_misuse_is_told_in_one_line(
    spec: Path, words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(words) == 2
    errors = capsys.readouterr().err
    assert message in errors
    assert "Traceback" not in errors
