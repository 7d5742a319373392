import csv
import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from library_runs import begun, finished, history

from runtime import cli
from runtime.directory.locking import locked
from runtime.library.listing import duration, natural, when
from runtime.runs.results import history_csv

HEAVY = {"keras", "matplotlib", "numpy", "sklearn", "tensorflow", "PIL", "rich"}


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with runs in every state, in the working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    folder = tmp_path / "runs"
    finished(folder / "tiny-2", wrong=range(10), started="2026-11-25T12:00:00Z")
    finished(folder / "tiny-10", wrong=range(5), started="2026-11-25T11:00:00Z")
    for number, state in ((3, "interrupted"), (4, "failed")):
        run = begun(folder / f"tiny-{number}", started=f"2026-11-24T0{number}:00:00Z")
        run.write("history.csv", history_csv(history()[:1]))
        run.end(state)
    begun(folder / "tiny-5", started="2026-11-23T00:00:00Z")
    return folder


def listed(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, object]]:
    assert cli.main(["runs", *words, "--format", "json"]) == 0
    entries: list[dict[str, object]] = json.loads(capsys.readouterr().out)
    return entries


def test_runs_are_listed_the_newest_first(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["runs"]) == 0
    head, *lines, _, total = capsys.readouterr().out.splitlines()
    assert head.split()[:3] == ["run", "spec", "data"]
    assert [line.split()[0] for line in lines] == [f"runs/tiny-{number}" for number in (2, 10, 4, 3, 5)]
    assert lines[0].split()[3:5] == ["2026-11-25", "12:00"]
    assert "finished        3/3         90.00%  82.56% to 94.48%" in lines[0]
    assert lines[2].split()[-2:] == ["failed", "1/3"]
    assert total.split() == ["5", "runs", "best", "95.00%"]


def test_each_state_is_told_from_the_others(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with locked(runs / "tiny-5"):
        states = {str(entry["run"])[10:]: entry["state"] for entry in listed(capsys)}
    assert states == {"2": "finished", "10": "finished", "3": "interrupted", "4": "failed", "5": "training"}
    assert {entry["state"] for entry in listed(capsys)} == {"finished", "interrupted", "failed", "cut off"}


@pytest.mark.parametrize(
    ("order", "numbers"),
    [
        ("started", [2, 10, 4, 3, 5]),
        ("name", [2, 3, 4, 5, 10]),
        ("accuracy", [10, 2, 3, 4, 5]),
        ("state", [5, 4, 2, 10, 3]),
    ],
)
def test_sorting(runs: Path, capsys: pytest.CaptureFixture[str], order: str, numbers: list[int]) -> None:
    assert [entry["run"] for entry in listed(capsys, "--sort", order)] == [f"runs/tiny-{each}" for each in numbers]
    turned = [str(entry["run"]) for entry in listed(capsys, "--sort", order, "--reverse")]
    assert turned[-1] == f"runs/tiny-{numbers[0]}" or order in ("accuracy", "state")


def test_json_and_csv_hold_the_same(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entries = listed(capsys)
    assert entries[0] == {
        "run": "runs/tiny-2",
        "spec": "tiny",
        "data": "digits",
        "started": "2026-11-25T12:00:00Z",
        "seconds": entries[0]["seconds"],
        "state": "finished",
        "epochs": 3,
        "planned_epochs": 3,
        "accuracy": 0.9,
        "accuracy_low": pytest.approx(0.82563, abs=1e-5),
        "accuracy_high": pytest.approx(0.94477, abs=1e-5),
        "test_images": 100,
        "stopped": None,
        "extension": None,
    }
    assert cli.main(["runs", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [{name: "" if value is None else str(value) for name, value in entry.items()} for entry in entries] == rows


def test_damaged_runs_are_named_and_the_others_listed(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (runs / "tiny-2" / "manifest.json").write_text("{")
    (runs / "tiny-10" / "metrics.json").write_text("{}")
    (runs / "tiny-3" / "history.csv").write_text("epoch,loss\n1,nonsense\n")
    (runs / "tiny-4" / "manifest.json").unlink()
    (runs / "notes").mkdir()
    (runs / "file").write_text("")
    (runs / ".hidden").mkdir()
    (runs / ".hidden" / "manifest.json").write_text("{")
    assert cli.main(["runs"]) == 1
    printed = capsys.readouterr()
    assert len(printed.out.splitlines()) == 4
    warnings = printed.err.splitlines()
    assert [line.split()[1] for line in warnings] == [f"runs/tiny-{number}" for number in (2, 3, 4, 10)]
    assert warnings[0] == "warning: runs/tiny-2 cannot be used: its manifest.json is not JSON"
    assert warnings[1] == "warning: runs/tiny-3 cannot be used: its history.csv is not sound: it has no column accuracy"
    assert "has no manifest.json" in warnings[2]
    assert "metrics.json was changed or damaged" in warnings[3]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_that_leads_to_itself_is_passed_over(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (runs / "loop").symlink_to("loop")
    assert len(listed(capsys)) == 5


def test_names_do_not_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    finished(tmp_path / "runs" / "evil\x1b[2J-1", spec="data digits\nflatten; dense 10 softmax", started="\x1b[31mnow")
    assert cli.main(["runs", str(tmp_path / "runs")]) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_formulas_stay_text_in_a_spreadsheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    finished(tmp_path / "=1+1", started="=cmd")
    assert cli.main(["runs", ".", "--format", "csv"]) == 0
    assert "'=1+1" in (text := capsys.readouterr().out)
    assert "'=cmd" in text


def test_a_folder_without_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["runs", str(tmp_path)]) == 0
    assert (
        capsys.readouterr().out == f"there are no runs in {tmp_path} yet; to make one: cnn run FILE --runs {tmp_path}\n"
    )
    assert listed(capsys, str(tmp_path)) == []


def test_what_is_no_folder_of_runs_is_refused(
    runs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["runs", "nothing"]) == 2
    assert "there is no folder nothing" in capsys.readouterr().err
    assert cli.main(["runs", "runs/tiny-2"]) == 2
    assert "to see it: cnn show runs/tiny-2" in capsys.readouterr().err
    assert cli.main(["runs", "runs/tiny-2/manifest.json"]) == 2
    assert "not a directory" in capsys.readouterr().err


def test_a_narrow_terminal_does_without_columns(
    runs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    assert cli.main(["runs"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 70
    assert "test accuracy" in lines[0]
    assert "interval" not in lines[0]


def test_hundreds_of_runs_are_listed_at_once_without_heavy_libraries(
    runs: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(request.config.invocation_params.dir)
    for number in range(20, 320):
        folder = runs / f"tiny-{number}"
        folder.mkdir()
        for name in ("manifest.json", "metrics.json", "history.csv", "program.json"):
            os.link(runs / "tiny-2" / name, folder / name)
    code = f"""
import json, sys
from runtime.cli import main
assert main(["runs", {str(runs)!r}, "--format", "csv"]) == 0
print(json.dumps(sorted({{name.partition(".")[0] for name in sys.modules}})))
"""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    *lines, modules = done.stdout.splitlines()
    assert len(lines) == 1 + 305
    assert not (HEAVY | {"spec_lang"}) & set(json.loads(modules))
    assert seconds < 5  # a third of a second, where nothing else keeps the machine busy


def test_words_for_times() -> None:
    assert when("2026-11-25T10:07:59Z") == "2026-11-25 10:07"
    assert when("\x1b[31m" * 100).startswith("\\x1b")
    assert [duration(seconds) for seconds in (0.04, 59.9, 60, 3599, 7260)] == [
        "0.0 s",
        "59.9 s",
        "1 min 00 s",
        "59 min 59 s",
        "2 h 01 min",
    ]


def test_numbers_in_names_count() -> None:
    assert sorted(["a-10", "a-9", "a-2b", "b-1", "a"], key=natural) == ["a", "a-2b", "a-9", "a-10", "b-1"]
