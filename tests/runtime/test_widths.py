"""What a verb prints fits into the terminal, broken between words; a file is as wide as it need be."""

from pathlib import Path
from unicodedata import east_asian_width

import pytest
from library_runs import finished

from runtime.cli import main
from runtime.verbs import VERBS
from spec_lang.explain_word import known_words
from spec_lang.layers import LAYERS
from spec_lang.rules import RULES

SPECS = sorted((Path(__file__).parents[2] / "specs").glob("*.cnn"))
MISTAKEN = f"""data mnist {{ validation 10%; limit 1000 }}  # {"a comment that goes on and on " * 9}
model {{ conv 32 3x3 relu stride=2 kernel_regularizer=l2; conv 64 3x3 rleu; conv 64 3x3 sofmax; pool 40x40 }}
{"層 畳み込み " * 30}
include "a/folder/with/a/long/name/and/another/folder/within/it/and/a/file/that/is/not/there/at/all.cnn"
"""
LINES = [
    ["--help"],
    *([verb, "--help"] for verb in VERBS),
    ["new"],
    ["check", "mistaken.cnn"],
    ["runs"],
    ["show", "runs/a-1"],
    ["compare", "runs/a-1", "runs/b-1"],
    ["frobnicate"],
    ["run", "nosuch.cnn", "--frobnicate"],
    ["check", "--select", "Q999", "mistaken.cnn"],
    *(["plan", str(spec)] for spec in SPECS),
]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mistaken.cnn").write_text(MISTAKEN, encoding="utf-8")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wide")
    for name, wrong in (("a", (1, 2, 3)), ("b", (4, 5))):
        finished(folder / "runs" / f"{name}-1", wrong)
    return folder / "runs"


def cells(line: str) -> int:
    return sum(2 if east_asian_width(each) in "WF" else 1 for each in line)


def too_wide(said: str, width: int) -> list[str]:
    """Lines that do not fit, but for those that hold one word alone, or an option with all of its choices."""
    return [line for line in said.split("\n") if cells(line) > width and len(line.split()) > 1 + ("  --" in line)]


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("line", LINES, ids=" ".join)
def test_everything_fits_into_the_terminal(
    line: list[str],
    width: int,
    runs: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    (tmp_path / "runs").symlink_to(runs)
    main(line)
    said = capsys.readouterr()
    assert too_wide(said.out + said.err, width) == []


@pytest.mark.parametrize("width", [40, 80])
def test_every_explanation_fits_into_the_terminal(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    for topic in (*RULES, *LAYERS, *sorted(set(known_words()))):
        main(["explain", topic])
    assert too_wide(capsys.readouterr().out, width) == []


def test_words_are_whole(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever the width, the same words in the same order."""
    said = []
    for width in ("30", "40", "80", "500"):
        monkeypatch.setenv("COLUMNS", width)
        for line in (["--help"], ["new"], ["explain", "conv"]):
            main(line)
        said.append(capsys.readouterr().out.split())
    assert all(each == said[0] for each in said)


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_a_file_gets_all_columns(
    spec: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["plan", str(spec)])
    unbounded = capsys.readouterr().out
    monkeypatch.setenv("COLUMNS", "1000")
    main(["plan", str(spec)])
    assert unbounded == capsys.readouterr().out
    assert "sees" in unbounded


def test_a_folder_without_runs_is_no_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs"]) == 0
    assert capsys.readouterr() == ("there are no runs in runs yet; to make one: cnn run FILE\n", "")
    assert main(["runs", "--format", "json"]) == 0
    assert capsys.readouterr().out == "[]\n"
    Path("mine").mkdir()
    assert main(["runs", "mine"]) == 0
    assert "cnn run FILE --runs mine" in capsys.readouterr().out
    assert main(["runs", "nosuch"]) == 2
