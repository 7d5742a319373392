"""What a verb is told to write never takes the place of what would be missed."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from library_runs import finished

from runtime.cli import main

SPEC = "data digits\nflatten; dense classes softmax\n"
KERAS = '{"class_name": "Sequential", "config": {"name": "s", "layers": []}}'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a spec, a model, two runs, and a pipe."""
    for name in ("a", "b"):
        finished(tmp_path / "runs" / f"{name}-1")
    (tmp_path / "net.cnn").write_text(SPEC)
    (tmp_path / "model.json").write_text(KERAS)
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.chdir(tmp_path)
    return tmp_path


WRITERS: dict[str, Callable[[str], list[str]]] = {
    "compile": lambda out: ["compile", "net.cnn", "--to", "json", "-o", out, "--force"],
    "import": lambda out: ["import", "model.json", "-o", out, "--force"],
    "compare": lambda out: ["compare", "runs/a-1", "runs/b-1", "--html", out, "--force"],
    "new": lambda out: ["new", "mnist", "-o", out],
}
EACH = pytest.mark.parametrize("command", WRITERS.values(), ids=WRITERS)


@EACH
@pytest.mark.parametrize(
    ("out", "why"),
    [
        ("runs/a-1/metrics.json", "is part of the run"),
        ("runs/a-1/figures/new.png", "is part of the run"),
        ("runs", "is a folder"),
        ("pipe", "is a pipe or a device"),
        ("/dev/null", "is a pipe or a device"),
    ],
)
def test_what_would_be_missed_is_left(
    command: Callable[[str], list[str]], out: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = Path("runs/a-1/metrics.json").read_bytes()
    assert main(command(out)) == 2
    captured = capsys.readouterr()
    assert why in captured.err
    assert captured.err.count("error:") == 1
    assert captured.out == ""
    assert Path("runs/a-1/metrics.json").read_bytes() == kept


@pytest.mark.parametrize(("verb", "given"), [("compile", "net.cnn"), ("import", "model.json")])
def test_a_result_does_not_take_the_place_of_what_it_is_made_from(
    verb: str, given: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "same").hardlink_to(given)
    before = (folder / given).read_text()
    for out in (given, f"./{given}", "same"):
        assert main(WRITERS[verb](out)) == 2
        assert "is what the result is made from" in capsys.readouterr().err
    assert (folder / given).read_text() == before


def test_a_file_called_as_a_manifest_makes_no_run(folder: Path) -> None:
    (folder / "manifest.json").write_text('{"name": "a page of the web", "icons": []}')
    assert main(WRITERS["compile"]("out.json")) == 0


def test_a_link_is_written_through(folder: Path) -> None:
    (folder / "there.json").write_text("old")
    for link, target in (("link", "there.json"), ("dangling", "new.json")):
        (folder / link).symlink_to(target)
        assert main(WRITERS["compile"](link)) == 0
        assert (folder / link).is_symlink()
        assert (folder / target).read_text().startswith("{")
