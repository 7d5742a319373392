import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from library_runs import begun, finished, history

from runtime import cli
from runtime.directory.locking import locked
from runtime.errors import UserError
from runtime.library.history_file import history_from
from runtime.runs.results import history_csv
from runtime.training.history import EpochRecord


def test_a_finished_run_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = finished(tmp_path / "tiny-1", wrong=[1, 11, 21, 2])
    assert cli.main(["show", str(run)]) == 0
    text = capsys.readouterr().out
    assert text.startswith("tiny-1: finished, 3 of 3 epochs\n")
    assert "1,293 to train on, 144 to validate, 100 to test" in text
    assert "settings that are not defaults\n  train.epochs  3\n  train.seed    7\n" in text
    assert "kept epoch  3: running mean of training loss 0.7000, of training accuracy 82.50%;" in text
    assert "validation loss 0.8000, validation accuracy 77.50%" in " ".join(text.split())
    assert "accuracy       96.00%, 95% interval 90.16% to 98.43% (96 of 100 images)" in text
    assert "  1   70.00%  █████▋    of 10\n" in text
    assert "  1 taken for 2: 3, 30.0% of the class\n" in text
    assert "to repeat it\n  cnn run tiny.cnn\n  in /home/ada\n" in text
    assert "\x1b" not in text


def test_values_are_wrapped_in_a_narrow_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    assert cli.main(["show", str(finished(tmp_path / "tiny-1"))]) == 0
    about, _, _ = capsys.readouterr().out.partition("training\n")
    assert max(map(len, about.splitlines())) <= 50


def test_a_run_without_mistakes_has_no_worst_classes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["show", str(finished(tmp_path / "tiny-1", wrong=[]))]) == 0
    text = capsys.readouterr().out
    assert "worst" not in text
    assert "most frequent" not in text


def test_runs_that_are_not_finished_are_shown_as_what_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = begun(tmp_path / "tiny-1")
    assert cli.main(["show", str(run.path)]) == 0
    assert f"tiny-1: cut off after 0 of 3 epochs; to go on: cnn resume {run.path}\n" in capsys.readouterr().out
    run.keep("history.csv", history_csv(history()[:2]).encode())  # newer than the manifest
    with locked(run.path):
        assert cli.main(["show", str(run.path)]) == 0
    text = capsys.readouterr().out
    assert text.startswith("tiny-1: still training, 2 of 3 epochs\n")
    assert "last epoch  2: running mean of training loss 0.9000" in text
    assert "on the test images" not in text
    for state in ("interrupted", "failed"):
        run.end(state)
        assert cli.main(["show", str(run.path)]) == 0
        assert f"tiny-1: {state} after 2 of 3 epochs; to go on: cnn resume" in capsys.readouterr().out


def test_a_run_that_was_cut_off_before_it_wrote_anything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = begun(tmp_path / "tiny-1")
    manifest = json.loads((run.path / "manifest.json").read_text())
    (run.path / "manifest.json").write_text(json.dumps(manifest | {"artefacts": {}}))
    assert cli.main(["show", str(run.path)]) == 0
    assert "cut off after 0 of ? epochs" in capsys.readouterr().out


def test_files_that_were_deleted_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = finished(tmp_path / "tiny-1")
    (run / "figures" / "loss.png").unlink()
    assert cli.main(["show", str(run)]) == 0
    assert "figures/loss.png  missing\n" in capsys.readouterr().out
    (run / "metrics.json").unlink()
    assert cli.main(["show", str(run)]) == 2
    assert "there is no file" in capsys.readouterr().err


def test_json_holds_everything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    diverged = (*history()[:2], EpochRecord(3, float("nan"), 0.1, float("inf"), 0.1, 1.0))
    run = finished(tmp_path / "tiny-1", wrong=[1, 11], epochs=diverged)
    assert cli.main(["show", str(run), "--format", "json"]) == 0
    shown = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert shown["state"] == "finished"
    assert shown["metrics"]["accuracy"] == 0.98
    assert shown["metrics"]["mistakes"] == [{"truth": "1", "predicted": "2", "images": 2, "share": 0.2}]
    assert shown["history"][2]["loss"] is shown["history"][2]["val_loss"] is None
    assert shown["not_default"] == {"train.epochs": "3", "train.seed": "7"}
    assert shown["settings"]["train.batch"] == "32"
    assert shown["files"]["spec.cnn"]["missing"] is False
    assert cli.main(["show", str(run)]) == 0
    assert "kept epoch  3: running mean of training loss nan" in capsys.readouterr().out


def test_further_metrics_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    epochs = tuple(replace(epoch, metrics={"top2": 0.9, "val_top2": None}) for epoch in history())
    run = finished(tmp_path / "tiny-1", epochs=epochs)
    hostile_metrics(run, {"metrics": {"top2": 0.987, "auc": None}})
    assert cli.main(["show", str(run)]) == 0
    text = capsys.readouterr().out
    assert "  top2           0.9870\n" in text
    assert "  auc            -\n" in text
    assert cli.main(["show", str(run), "--format", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["history"][0]["metrics"] == {"top2": 0.9, "val_top2": None}
    assert shown["metrics"]["further"] == {"top2": 0.987, "auc": None}


def hostile_metrics(run: Path, change: dict[str, Any]) -> None:
    """Metrics with other figures and the checksum that fits them."""
    metrics = json.loads((run / "metrics.json").read_text())
    metrics["test"].update(change)
    content = json.dumps(metrics).encode()
    (run / "metrics.json").write_bytes(content)
    manifest = json.loads((run / "manifest.json").read_text())
    manifest["artefacts"]["metrics.json"] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    (run / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    "change",
    [
        {"accuracy": float("nan")},
        {"accuracy": 0.5},
        {"accuracy": True},
        {"accuracy_interval": [0.99, 1.0]},
        {"accuracy_interval": [0.1]},
        {"images": 0},
        {"images": 10**400},
        {"loss": 10**400},
        {"loss": float("inf")},
        {"cross_entropy": None},
        {"confusion": []},
        {"confusion": [[1, 2], [3]]},
        {"confusion": {"a": 1}},
        {"classes": "abc"},
        {"majority_class": None},
        {"metrics": []},
        {"metrics": {"top5": 7}},
    ],
    ids=str,
)
def test_impossible_metrics_are_refused(
    tmp_path: Path, change: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    run = finished(tmp_path / "tiny-1")
    hostile_metrics(run, change)
    for verb in ("show", "runs"):
        code = cli.main([verb, str(run if verb == "show" else tmp_path)])
        assert (verb, code) in (("show", 2), ("runs", 1))
        assert "its metrics.json is not sound" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"images": -1}, "test.images is -1, not a whole number from 0 on"),
        ({"images": 7}, "test.images is not the sum over its classes"),
        ({"loss": "low"}, "test.loss is 'low', not a finite number"),
        ({"classes": [{"name": 1}]}, "test.classes.1.name is 1, not text"),
        ({"metrics": {"top5": 7}}, "test.metrics.top5 is 7, not a number from 0 to 1"),
        ({"accuracy": 0.123}, "test.accuracy is not that of test.confusion"),
    ],
    ids=str,
)
def test_what_is_wrong_in_metrics_is_named(
    tmp_path: Path, change: dict[str, Any], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run = finished(tmp_path / "tiny-1")
    hostile_metrics(run, change)
    assert cli.main(["show", str(run)]) == 2
    assert capsys.readouterr().err == f"error: {run} cannot be used: its metrics.json is not sound: {said}\n"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("1.5", "much"), "not sound: loss in row 1 is 'much', not a number"),
        (("\n2,", "\n3,"), "not sound: epoch in row 2 is '3', not 2"),
        (("\n2,", "\n2,,,,,,,,,,,,"), "not sound: row 2 has more cells than there are columns"),
        (("seconds", "hours"), "not sound: it has no column seconds"),
        (("seconds", "seconds" + ",x" * 2_000), "not sound: it has 2,008 columns, and 1,000 are the most"),
        (("1.5", ""), "not sound: loss in row 1 is missing"),
        (("1.5", '"'), "not sound: unexpected end of data"),
        (("1.5", "\udcff"), "not UTF-8 text"),
    ],
    ids=lambda value: value if isinstance(value, str) else "row",
)
def test_what_is_wrong_in_a_history_is_named(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    text = (finished(tmp_path / "tiny-1") / "history.csv").read_text()
    with pytest.raises(UserError) as caught:
        history_from(text.replace(*change, 1).encode(errors="surrogateescape"))
    assert caught.value.message == f"its history.csv is {said}"


def test_names_do_not_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evil = "\x1b[2J\N{RIGHT-TO-LEFT OVERRIDE}\nrm -rf"
    run = finished(tmp_path / "tiny-1", command=evil, folder=evil, versions={evil: evil})
    assert cli.main(["show", str(run)]) == 0
    text = capsys.readouterr().out
    assert "\x1b" not in text
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in text
    assert "\nrm" not in text
