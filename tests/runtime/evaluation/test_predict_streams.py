"""`cnn predict` on many images: in order, as they come, and gone when nobody reads or waits any more."""

import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from compiler import build_model
from compiler.normalization import UNCHANGED
from runtime import cli
from runtime.directory.rundir import open_run
from runtime.evaluation.predict import _predictions, load_model
from runtime.evaluation.prediction_output import WRITERS, Guess, Prediction
from spec_lang import check_text

CNN = (sys.executable, "-m", "runtime.cli")


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """700 images of noise, more than two batches, and among them what is none."""
    folder = tmp_path_factory.mktemp("many")
    random = np.random.default_rng(0)
    for number in range(700):
        Image.fromarray(random.integers(0, 256, (8, 8), np.uint8)).save(folder / f"{number:03}.png")
    (folder / "100.png").write_bytes(b"no image")
    (folder / "300.png").write_bytes((folder / "301.png").read_bytes()[:60])
    return folder


def names(folder: Path) -> list[str]:
    return [str(folder / f"{number:03}.png") for number in range(700) if number not in (100, 300)]


def test_a_folder_a_pattern_and_a_list_give_the_same_in_order(
    finished_run: Path, many: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs = set()
    with tempfile.TemporaryFile() as file:
        file.write("\0".join(str(many / f"{number:03}.png") for number in range(700)).encode())
        file.flush()
        file.seek(0)
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(file))
        for words in ([str(many)], [str(many / "*.png")], ["-", "-0"]):
            assert cli.main(["predict", str(finished_run), *words, "--format", "csv"]) == 1
            captured = capsys.readouterr()
            rows = list(csv.DictReader(io.StringIO(captured.out)))
            assert [row["image"] for row in rows] == names(many)
            assert [line for line in captured.err.splitlines() if line.startswith("error")] == [
                f"error: {many / '100.png'} is not an image that can be read",
                f"error: {many / '300.png'} is damaged: image file is truncated",
            ]
            outputs.add(captured.out)
    assert len(outputs) == 1


def test_without_standard_input_nothing_is_begun(
    finished_run: Path, many: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert cli.main(["predict", str(finished_run), str(many / "000.png"), "-", "--format", "csv"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error: there is no standard input to read from\n")


def test_a_table_of_nothing_has_no_head(finished_run: Path, many: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["predict", str(finished_run), str(many / "100.png")]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"error: {many / '100.png'} is not an image that can be read\n")


@pytest.mark.parametrize(("source", "warned"), [("mnist", True), ("fashion_mnist", True), ("cifar10", False)])
def test_ink_on_paper_is_noted_once_where_the_run_learnt_light_on_dark(
    source: str, warned: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = check_text(f"data {source}\nflatten; dense classes softmax").program
    assert program is not None
    paper = np.full((28, 28), 255, np.uint8)
    paper[8:20, 12:16] = 0
    for name, picture in (("chalk", 255 - paper), ("ink", paper), ("more", paper)):
        Image.fromarray(picture).save(tmp_path / f"{name}.png")
    files = [str(tmp_path / f"{name}.png") for name in ("chalk", *["ink", "more"] * 200)]
    model = build_model(program)
    assert len(list(_predictions(program, lambda: model, UNCHANGED, files, 1, []))) == len(files)
    told = capsys.readouterr().err
    assert told.count("warning:") == warned
    assert (f"ink.png is dark on light; {source}'s " in told) == warned


def test_answers_come_before_the_images_end(finished_run: Path, many: Path) -> None:
    """And of what is still to come, no more is looked at than a few batches."""
    program, model = load_model(open_run(finished_run))
    seen = 0

    def endless() -> Iterator[str]:
        nonlocal seen
        for number in count(1):
            seen = number
            yield str(many / "000.png")

    answers = _predictions(program, lambda: model, UNCHANGED, endless(), 1, [])
    for writer in WRITERS.values():
        lines = writer(answers)
        assert [next(lines) for _ in range(40)]
    assert seen < 5_000


HOSTILE = '=cmd|"/c calc"!A1'


def test_csv_is_nothing_that_a_spreadsheet_runs() -> None:
    prediction = Prediction(HOSTILE, (Guess("@SUM(1)", 1.0),))
    (row,) = csv.DictReader(io.StringIO("\n".join(WRITERS["csv"]([prediction]))))
    # The same file, by another name.
    assert row["image"] == f"./{HOSTILE}"
    assert row["class"] == "'@SUM(1)"


def test_a_terminal_is_not_steered(
    finished_run: Path, many: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = tmp_path / "\x1b[31m\x9b1m\n\N{RIGHT-TO-LEFT OVERRIDE}.png"
    shutil.copy(many / "000.png", odd)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    for format_ in WRITERS:
        assert cli.main(["predict", str(finished_run), str(odd), "--format", format_]) == 0
        shown = capsys.readouterr().out
        assert not {"\x1b", "\x9b", "\N{RIGHT-TO-LEFT OVERRIDE}"} & set(shown)
        assert "31m" in shown


def test_names_that_are_no_text_are_escaped_in_sound_json(finished_run: Path, many: Path, tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"\xff.png")
    shutil.copy(many / "000.png", odd)
    line = next(iter(WRITERS["json"]([Prediction(str(odd), ())])))
    # As the command's standard output encodes it.
    assert json.loads((line + "]").encode(errors="backslashreplace"))[0]["image"] == str(odd)


def test_images_of_too_many_pixels_and_other_traps_are_named(
    finished_run: Path, many: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.new("1", (20_000, 20_000)).save(tmp_path / "vast.png")
    (tmp_path / "cut.png").write_bytes((many / "000.png").read_bytes()[:60])
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "loop.png").symlink_to("loop.png")
    (tmp_path / "line\nbreak.png").write_bytes(b"no image")
    shutil.copy(many / "000.png", tmp_path / "sound.png")
    assert cli.main(["predict", str(finished_run), str(tmp_path), "--format", "csv"]) == 1
    captured = capsys.readouterr()
    errors = [line for line in captured.err.splitlines() if line.startswith("error: ")]
    assert [re.sub(rf"^error: (cannot read )?({re.escape(str(tmp_path))}/)?", "", line) for line in errors] == [
        "cut.png is damaged: image file is truncated",
        r"line\nbreak.png is not an image that can be read",
        "loop.png: too many levels of symbolic links",
        "vast.png is too large an image",
        f"left out, 1 in all (a pipe or device): {tmp_path}/pipe.png",
    ]
    assert captured.out.count("\n") == 2


@pytest.mark.heavy
def test_a_reader_that_has_had_enough_ends_it_quietly(finished_run: Path, many: Path) -> None:
    words = [*CNN, "predict", str(finished_run), str(many), "--format", "csv", "--top", "10"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"image,rank,class,probability\n"
        process.stdout.close()
        assert process.wait(60) == 128 + 13
        assert b"Traceback" not in process.stderr.read()


@pytest.mark.heavy
def test_ctrl_c_ends_it_in_a_word(finished_run: Path) -> None:
    """While it waits for a list."""
    words = [*CNN, "predict", str(finished_run), "-", "--format", "csv"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"image,rank,class,probability\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 128 + signal.SIGINT
        assert process.stderr.read() == b"\ninterrupted\n"


@pytest.mark.heavy
def test_no_standard_input_troubles_nobody_who_does_not_ask_for_it(finished_run: Path, many: Path) -> None:
    command = " ".join([*CNN, "predict", str(finished_run), str(many / "000.png"), "--format", "csv", "<&-"])
    done = subprocess.run(["sh", "-c", command], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.count(b"\n") == 2
