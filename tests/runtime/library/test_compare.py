import hashlib
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from library_runs import SPEC, begun, finished, history, manifest
from programs import program

from runtime import cli
from runtime.library.plot import plot


def compared(capsys: pytest.CaptureFixture[str], *runs: Path) -> dict[str, Any]:
    assert cli.main(["compare", *map(str, runs), "--format", "json"]) == 0
    comparison: dict[str, Any] = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    return comparison


def test_runs_on_the_same_images_are_compared_image_by_image(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = finished(tmp_path / "a-1", wrong=[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 50])
    second = finished(tmp_path / "b-1", wrong=[50, 77])
    assert cli.main(["compare", str(first), str(second)]) == 0
    text = capsys.readouterr().out
    assert "A (a-1)  finished  89.00% (81.37% to 93.75%)" in text
    assert "The difference is statistically significant: B is better on such images." in text
    assert "Of 100 test images, A alone has 1 right, B alone 10." in text
    assert "Accuracy of B less that of A: +9.00 points" in text
    assert "McNemar's test (exact binomial): p = 0.0117." in text
    assert "    77: 7, taken for 8 with 90.0%\n" in text
    assert "and 5 more (--format json has all)" in text
    (pair,) = compared(capsys, first, second)["against_first"]
    assert [flip["index"] for flip in pair["flipped"]] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 77]
    assert pair["flipped"][0]["truth"] == "1"
    assert pair["flipped"][0]["first"] == {"predicted": "2", "confidence": 0.9, "correct": False}
    assert pair["test"]["p"] == 2 * 12 / 2**11
    assert pair["test"]["exceeds_chance"] is True


def test_a_small_difference_does_not_exceed_chance(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = finished(tmp_path / "a-1", wrong=[1, 2]), finished(tmp_path / "b-1", wrong=[2, 3, 4])
    assert cli.main(["compare", str(first), str(second)]) == 0
    assert "The difference is not statistically significant: chance alone may have made it." in capsys.readouterr().out
    third = finished(tmp_path / "c-1", wrong=[1, 2])
    assert cli.main(["compare", str(first), str(third)]) == 0
    assert "there is no difference to judge" in capsys.readouterr().out


def test_several_runs_are_compared_with_the_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One p of 0.04 in a single comparison would count; among three it does not."""
    first = finished(tmp_path / "a-1", wrong=range(10))
    others = [finished(tmp_path / f"b-{number}", wrong=range(8, 10 + number - 1)) for number in (1, 2, 3)]
    alone = compared(capsys, first, others[0])
    together = compared(capsys, first, *others)
    assert alone["level"] == 0.05
    assert together["level"] == pytest.approx(0.05 / 3)
    p = alone["against_first"][0]["test"]["p"]
    assert [each["test"]["only_second_right"] for each in together["against_first"]] == [8, 8, 8]
    assert together["against_first"][0]["test"]["p"] == p == 2 / 2**8
    assert cli.main(["compare", *map(str, (first, *others))]) == 0
    assert "p counts as small below 0.017, not 0.05" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("test_fingerprint", "words"),
    [
        ("c" * 64, "they were scored on different test images"),
        ("", "b-1 does not say which test images it was scored on"),
    ],
)
def test_runs_on_other_images_are_compared_as_independent_figures(
    tmp_path: Path, test_fingerprint: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    data = manifest().data
    first = finished(tmp_path / "a-1", wrong=range(30))
    near, far = (
        finished(tmp_path / name / "b-1", wrong=range(wrong), data=replace(data, test_fingerprint=test_fingerprint))
        for name, wrong in (("near", 25), ("far", 2))
    )
    assert cli.main(["compare", str(first), str(near)]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert f"They cannot be compared image by image: {words}" in text
    assert "as figures of different images, they do not differ significantly (p = 0.43)" in text
    assert cli.main(["compare", str(first), str(far)]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "they differ significantly (p < 0.0001). B is better, if both sets of test images are equally hard" in text


def test_a_run_that_is_not_finished_is_compared_as_far_as_it_goes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = finished(tmp_path / "a-1"), begun(tmp_path / "b-1").path
    assert cli.main(["compare", str(first), str(second)]) == 0
    text = capsys.readouterr().out
    assert "B (b-1)  cut off" in text
    assert "b-1 is not finished: it was not scored on its test images" in " ".join(text.split())
    assert cli.main(["compare", str(second), str(first)]) == 0


def test_differences_of_spec_settings_data_and_versions_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = finished(tmp_path / "a-1")
    spec = SPEC.replace("epochs 3", "epochs 5; stop val_loss patience=2").replace("dense 8", "dense 16")
    second = finished(tmp_path / "b-1", spec=spec, versions={**manifest().versions, "keras": "9.9"})
    assert cli.main(["compare", str(first), str(second)]) == 0
    text = capsys.readouterr().out
    rows = {tuple(line.split()) for line in text.splitlines()}
    assert ("model.parameters", "426", "802") in rows
    assert ("train.epochs", "3", "5") in rows
    assert any(row[:2] == ("train.stop", "-") for row in rows)
    assert any(row[0] == "keras" and row[-1] == "9.9" for row in rows if row)
    assert "data: the same" in text
    assert "-train { epochs 3; seed 7 }" in text
    assert "+train { epochs 5; stop val_loss patience=2; seed 7 }" in text
    assert "\n   data digits\n" in text


def test_programs_that_differ_under_one_spec_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As after `--set`, or where an included file changed."""
    first = finished(tmp_path / "a-1")
    second = finished(tmp_path / "b-1", checked=program(SPEC, "train.epochs=9"))
    (pair,) = compared(capsys, first, second)["against_first"]
    assert pair["spec_diff"]["of"] == "the program"
    assert {"-  epochs 3", "+  epochs 9"} <= set(pair["spec_diff"]["lines"])


def put(run: Path, name: str, text: str) -> None:
    """Another content under the checksum that fits."""
    content = text.encode()
    (run / name).write_bytes(content)
    entries = json.loads((run / "manifest.json").read_text())
    entries["artefacts"][name] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    (run / "manifest.json").write_text(json.dumps(entries))


def test_long_differences_of_specs_are_cut(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = finished(tmp_path / "a-1"), finished(tmp_path / "b-1")
    put(second, "spec.cnn", SPEC + "# more\n" * 100_000 + "#" * 100_000)
    assert cli.main(["compare", str(first), str(second)]) == 0
    printed = capsys.readouterr().out
    assert len(printed) < 20_000
    assert " more lines of differences (--format json has all)\n" in printed
    assert (
        f"the last {100_001 + len(SPEC.splitlines()) - 2000:,} lines of the longer one were not compared\n" in printed
    )
    put(second, "spec.cnn", SPEC + "#" * 100_000)
    assert cli.main(["compare", str(first), str(second)]) == 0
    assert len(capsys.readouterr().out) < 20_000


def test_two_equal_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = finished(tmp_path / "x" / "tiny-1")
    second = Path(shutil.copytree(first, tmp_path / "y" / "tiny-1"))
    assert cli.main(["compare", str(first), str(second)]) == 0
    text = capsys.readouterr().out
    assert "spec of A and B: the same" in text
    assert "settings in force: the same" in text
    assert f"A ({first})" in text  # the names alone do not tell them apart


def test_what_cannot_be_compared_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = str(finished(tmp_path / "a-1"))
    assert cli.main(["compare", run]) == 2
    assert "one run alone cannot be compared" in capsys.readouterr().err
    assert cli.main(["compare", run, f"{run}/../a-1"]) == 2
    assert "is named twice" in capsys.readouterr().err
    assert cli.main(["compare", run, str(tmp_path / "b-1")]) == 2
    assert "does not exist" in capsys.readouterr().err
    assert cli.main(["compare", *[run] * 27]) == 2
    assert "too many" in capsys.readouterr().err


def rows(change: Callable[[list[str]], list[str]]) -> Callable[[str], str]:
    return lambda text: "\n".join([(lines := text.splitlines())[0], *change(lines[1:])]) + "\n"


@pytest.mark.parametrize(
    "alter",
    [
        rows(lambda lines: lines[:-1]),
        rows(lambda lines: [*lines, lines[-1]]),
        rows(lambda lines: lines[::-1]),
        rows(lambda lines: [line.replace("0.9,", "nan,", 1) for line in lines]),
        rows(lambda lines: [line.replace("0.9,", "2,", 1) for line in lines]),
        rows(lambda lines: ["0,other,1,true,0.9", *lines[1:]]),
        rows(lambda lines: ["", *lines[1:]]),
        rows(lambda lines: ["0", *lines[1:]]),
        rows(lambda lines: [f'0,"{"x" * 200_000}"', *lines[1:]]),
        rows(lambda lines: [lines[0].replace("0,0,0,", "0,1,1,"), *lines[1:]]),
        lambda text: "a,b\n" + text,
        lambda text: "",
        lambda text: "\0" * 100,
    ],
)
def test_predictions_of_a_stranger_are_refused(
    tmp_path: Path, alter: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = finished(tmp_path / "a-1"), finished(tmp_path / "b-1")
    content = alter((second / "predictions.csv").read_text()).encode()
    (second / "predictions.csv").write_bytes(content)
    entries = json.loads((second / "manifest.json").read_text())
    entries["artefacts"]["predictions.csv"] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    (second / "manifest.json").write_text(json.dumps(entries))
    assert cli.main(["compare", str(first), str(second)]) == 2
    assert "its predictions.csv" in capsys.readouterr().err


def test_files_name_the_images_that_have_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runs = finished(tmp_path / "a-1", wrong=[7]), finished(tmp_path / "b-1", wrong=[])
    for run in runs:
        head, *lines = (run / "predictions.csv").read_text().splitlines()
        named = [f"{place},cats/{place}.png,{line.partition(',')[2]}" for place, line in enumerate(lines)]
        content = "\n".join([head.replace("index,", "index,file,"), *named, ""]).encode()
        (run / "predictions.csv").write_bytes(content)
        entries = json.loads((run / "manifest.json").read_text())
        entries["artefacts"]["predictions.csv"] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        (run / "manifest.json").write_text(json.dumps(entries))
    assert cli.main(["compare", *map(str, runs)]) == 0
    assert "    cats/7.png: 7, taken for 8 with 90.0%\n" in capsys.readouterr().out


def test_a_page_is_written_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runs = [str(finished(tmp_path / name)) for name in ("a-1", "b-1")]
    page = tmp_path / "page.html"
    assert cli.main(["compare", *runs, "--html", str(page)]) == 0
    assert f"wrote {page}" in capsys.readouterr().out
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert cli.main(["compare", *runs, "--html", str(page)]) == 2
    assert "exists already" in capsys.readouterr().err
    assert cli.main(["compare", *runs, "--html", str(page), "--force"]) == 0
    assert cli.main(["compare", *runs, "--html", str(tmp_path)]) == 2
    assert cli.main(["compare", *runs, "--html", str(tmp_path / "no" / "page.html")]) == 2


def test_names_do_not_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evil = "\x1b[2J\N{RIGHT-TO-LEFT OVERRIDE}"
    first = finished(tmp_path / f"a{evil}", spec=f"# {evil}\n{SPEC}")
    second = finished(tmp_path / "b-1", versions={evil: evil}, wrong=[])
    assert cli.main(["compare", str(first), str(second)]) == 0
    text = capsys.readouterr().out
    assert "\x1b" not in text
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in text


def test_curves_are_drawn_on_one_scale() -> None:
    lines = list(plot([[(1, 1.0), (2, 0.5), (3, 0.0)], [(1, 1.0), (2, 0.0)]], width=80))
    assert lines[0].startswith("1 | *")
    assert lines[9].startswith("0 | ")
    assert lines[9].index("B") < lines[9].index("A")
    assert lines[-1].split() == ["1", "3", "epoch"]
    assert list(plot([[], []], width=80)) == []
    assert len(list(plot([[(1, 0.5)]], width=10))) == 12


def test_losses_that_are_no_numbers_are_left_out_of_curves(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = finished(tmp_path / "a-1", epochs=history([1.0, float("nan"), float("inf")]))
    second = finished(tmp_path / "b-1")
    assert cli.main(["compare", str(first), str(second), "--html", str(tmp_path / "page.html")]) == 0
    drawings = re.findall(r"<svg.*?</svg>", (tmp_path / "page.html").read_text())
    assert sum("polyline" in drawing for drawing in drawings) == 2
    assert not [drawing for drawing in drawings if "nan" in drawing or "inf" in drawing]
