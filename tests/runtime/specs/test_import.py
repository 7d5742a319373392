"""The verb `cnn import`: saved Keras models as specs, without Keras, and without trust."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from runtime import cli
from spec_lang import check_text

MODEL = {
    "class_name": "Sequential",
    "config": {
        "layers": [
            {"class_name": "InputLayer", "config": {"batch_shape": [None, 8, 8, 1]}},
            {"class_name": "Flatten", "config": {"name": "flatten"}},
            {"class_name": "Dense", "config": {"name": "head", "units": 10, "activation": "softmax"}},
        ]
    },
}
TEXT = "model {\n  input 8x8x1\n  flatten\n  dense 10 softmax\n}\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a model as an archive and as a config."""
    monkeypatch.chdir(tmp_path)
    archive(json.dumps(MODEL).encode())
    (tmp_path / "net.json").write_text(json.dumps(MODEL))
    return tmp_path


def archive(config: bytes, name: str = "net.keras", member: str = "config.json") -> None:
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(member, config)


@pytest.mark.parametrize("name", ["net.keras", "net.json"])
def test_a_model_becomes_a_spec(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["import", name]) == 0
    assert capsys.readouterr() == (TEXT, "")


def test_what_comes_to_the_same_is_noted_and_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    layers: list[object] = [*MODEL["config"]["layers"]]  # type: ignore[index]
    layers.insert(1, {"class_name": "Rescaling", "config": {"name": "scaled", "scale": 1 / 255, "offset": 0.0}})
    Path("net.json").write_text(json.dumps({"class_name": "Sequential", "config": {"layers": layers}}))
    assert cli.main(["import", "net.json"]) == 0
    output, errors = capsys.readouterr()
    assert [line for line in output.splitlines() if "#" not in line] == TEXT.splitlines()
    assert errors == "note: scaled (Rescaling) is left out: 'data' scales images to 0..1 by itself\n"


def test_a_spec_is_written_where_nothing_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["import", "net.keras", "-o", "net.cnn"]) == 0
    assert capsys.readouterr().out == "wrote net.cnn\n"
    assert Path("net.cnn").read_text() == TEXT
    Path("net.cnn").write_text("mine")
    assert cli.main(["import", "net.keras", "-o", "net.cnn"]) == 2
    assert Path("net.cnn").read_text() == "mine"


def test_what_cannot_be_said_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    layers = [*MODEL["config"]["layers"], {"class_name": "Lambda", "config": {"name": "odd"}}]  # type: ignore[index]
    archive(json.dumps({"class_name": "Sequential", "config": {"layers": layers}}).encode())
    assert cli.main(["import", "net.keras"]) == 1
    output, errors = capsys.readouterr()
    loss = "odd (Lambda): it holds Python code, which is not executed"
    assert f"  # {loss}\n" in output
    assert loss in errors


def test_a_model_that_keras_saved_is_read() -> None:
    from compiler import build_model

    text = "input 8x8x1; residual relu { conv 4 3x3 same init=he_normal }; flatten; dense 10 softmax l2=0.001"
    program = check_text(text).program
    assert program is not None
    build_model(program).save("saved.keras")
    assert cli.main(["import", "saved.keras", "-o", "saved.cnn"]) == 0
    again = check_text(Path("saved.cnn").read_text()).program
    assert again is not None
    assert [layer.arguments for layer in again.layers] == [layer.arguments for layer in program.layers]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "holds no config"),
        (b"model {}", "holds no config"),
        (b'{"class_name": "Sequential", "config": {"layers": [NaN]}}', "no JSON number"),
        (b"[" * 100_000, "holds no config"),
        (b"\x89HDF\r\n\x1a\n", "HDF5"),
        (b"PK\x03\x04 broken", "damaged"),
        (b'{"class_name": "Functional", "config": {"layers": []}}', "it has 0 inputs, where a spec has one"),
        (b'{"class_name": "Mine", "config": {}}', "layers are in Python code alone"),
        (b"\xff\xfe\x00", "holds no config"),
    ],
)
def test_what_is_no_model_is_refused(content: bytes, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.keras").write_bytes(content)
    assert cli.main(["import", "bad.keras"]) == 2
    errors = capsys.readouterr().err
    assert message in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize(("path", "message"), [("none.keras", "there is no file"), (".", "is a folder")])
def test_what_is_not_there_is_told(path: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["import", path]) == 2
    assert message in capsys.readouterr().err


def test_an_archive_without_a_config_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    archive(b"{}", member="other.json")
    assert cli.main(["import", "net.keras"]) == 2
    assert "without a config.json" in capsys.readouterr().err


def test_an_archive_that_unpacks_to_too_much_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    archive(b" " * (17 << 20))
    assert Path("net.keras").stat().st_size < 100_000
    assert cli.main(["import", "net.keras"]) == 2
    assert "larger than 16 MiB" in capsys.readouterr().err


def test_neither_keras_nor_numpy_is_imported() -> None:
    code = "import sys; from runtime.cli import main; main(['import', 'net.keras'])"
    code += "; print({'keras', 'numpy'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == f"{TEXT}set()\n"
