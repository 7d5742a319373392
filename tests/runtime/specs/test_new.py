"""`cnn new`: a first spec, from the gallery."""

from pathlib import Path

import pytest

import specs
from runtime import cli
from spec_lang import check_bytes

GALLERY = sorted(Path(specs.__file__).parent.glob("*.cnn"))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_a_spec_of_the_gallery_is_written(path: Path, folder: Path) -> None:
    assert cli.main(["new", path.stem]) == 0
    assert [each.name for each in folder.iterdir()] == [path.name]
    written = (folder / path.name).read_bytes()
    assert written == path.read_bytes()
    assert check_bytes(written, path.name).program is not None


def test_it_may_have_another_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["new", "digits.cnn", "-o", "first.cnn"]) == 0
    assert (folder / "first.cnn").exists()
    assert capsys.readouterr().out == "wrote first.cnn; cnn plan first.cnn shows what it is\n"


def test_it_may_go_to_standard_output(folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert cli.main(["new", "mnist", "-o", "-"]) == 0
    assert capfdbinary.readouterr().out == (Path(specs.__file__).parent / "mnist.cnn").read_bytes()
    assert not list(folder.iterdir())


def test_the_gallery_is_listed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["new"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[: len(GALLERY)]] == [path.stem for path in GALLERY]
    assert all(20 < len(line) < 200 for line in lines[: len(GALLERY)])
    assert not list(folder.iterdir())


def test_nothing_is_overwritten(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "mnist.cnn").write_text("mine")
    assert cli.main(["new", "mnist"]) == 2
    assert (folder / "mnist.cnn").read_text() == "mine"
    assert "mnist.cnn exists already" in capsys.readouterr().err
    (folder / "link.cnn").symlink_to("nowhere.cnn")
    (folder / "there").mkdir()
    assert cli.main(["new", "mnist", "-o", "there"]) == 2
    assert "there is a folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["minst"], "did you mean 'mnist'?"),
        (["../../secret"], "the gallery has all_cnn_c, "),
        (["", "-o", "x.cnn"], "there is no '' in the gallery"),
        (["-o", "x.cnn"], "which spec is to become x.cnn?"),
        (["mnist", "-o", "nowhere/x.cnn"], "nowhere"),
        (["\x1b[31m"], "in the gallery"),
    ],
)
def test_what_is_not_there(words: list[str], said: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["new", *words]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "\x1b" not in error
    assert not list(folder.iterdir())
