"""What is written down for TensorBoard and MLflow, read back by them."""

import csv
import json
import os
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from runtime import cli
from runtime.training import logs
from runtime.training.logs.mlflow_log import MlflowLog

SPEC = """data digits { limit 300 }
conv 4 3x3 relu; flatten; dense 10 softmax
train { epochs 2; metrics f1; log tensorboard mlflow; seed 1 }
"""


def run(folder: Path, *overrides: str) -> int:
    (folder / "tiny.cnn").write_text(SPEC)
    words = [word for text in overrides for word in ("--set", text)]
    return cli.main(["run", str(folder / "tiny.cnn"), "--runs", str(folder / "runs"), *words])


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was logged, then extended by an epoch."""
    for name in ("tensorboard", "mlflow"):
        if find_spec(name) is None:
            pytest.skip(f"needs {name}: pip install '.[{name}]'")
    folder = tmp_path_factory.mktemp("logged")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        assert run(folder) == 0
        assert cli.main(["resume", str(folder / "runs" / "tiny-1"), "--epochs", "3"]) == 0
    return folder / "runs" / "tiny-1"


def history(run: Path) -> list[dict[str, str]]:
    with (run / "history.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def scalars(folder: Path, tag: str) -> dict[int, float]:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(folder))
    events.Reload()
    return {event.step: event.value for event in events.Scalars(tag)}


@pytest.mark.parametrize(
    ("part", "tag", "column"),
    [
        ("train", "epoch_loss", "loss"),
        ("train", "epoch_f1", "f1"),
        ("validation", "epoch_loss", "val_loss"),
        ("validation", "epoch_accuracy", "val_accuracy"),
        ("validation", "epoch_f1", "val_f1"),
    ],
)
def test_tensorboard_reads_the_figures_of_each_epoch(logged: Path, part: str, tag: str, column: str) -> None:
    expected = {int(row["epoch"]): float(row[column]) for row in history(logged)}
    assert len(expected) == 3
    assert scalars(logged / "tensorboard" / part, tag) == pytest.approx(expected, rel=1e-6)


def test_tensorboard_reads_the_scores_of_the_test(logged: Path) -> None:
    scores = json.loads((logged / "metrics.json").read_text())["test"]
    for tag, value in (("test_accuracy", scores["accuracy"]), ("test_f1", scores["metrics"]["f1"])):
        assert scalars(logged / "tensorboard" / "test", tag)[3] == pytest.approx(value, rel=1e-6)


def mlflow_run(logged: Path) -> tuple[Any, Any]:
    """A client of the local store, and the one run in it."""
    from mlflow.tracking import MlflowClient

    client = MlflowClient(tracking_uri=(logged.parent / "mlruns").as_uri())
    experiment = client.get_experiment_by_name("dotcnn")
    assert experiment is not None
    (found,) = client.search_runs([experiment.experiment_id])
    return client, found


def test_mlflow_has_one_run_with_all_epochs(logged: Path) -> None:
    client, found = mlflow_run(logged)
    assert (found.info.run_name, found.info.status) == ("tiny-1", "FINISHED")
    for name in ("loss", "val_loss", "val_f1"):
        values = {each.step: each.value for each in client.get_metric_history(found.info.run_id, name)}
        assert values == {int(row["epoch"]): float(row[name]) for row in history(logged)}
    scores = json.loads((logged / "metrics.json").read_text())["test"]
    assert found.data.metrics["test_accuracy"] == scores["accuracy"]


def test_mlflow_has_the_settings(logged: Path) -> None:
    parameters = mlflow_run(logged)[1].data.params
    assert parameters["train.optimizer"].startswith("adam lr=0.001")
    assert parameters["train.batch"] == "32"
    assert parameters["spec"] == "tiny"


def test_mlflow_is_told_to_keep_to_itself(logged: Path) -> None:
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"


def test_another_store_may_be_named(logged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", (tmp_path / "store").as_uri())
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    copy = Path(shutil.copytree(logged, tmp_path / "runs" / "tiny-1"))
    MlflowLog(copy, {"a": "b"}).finish({"accuracy": 0.5})  # the run that the copy names is in the other store
    assert not (tmp_path / "runs" / "mlruns").exists()
    assert mlflow_run_ids(tmp_path / "store") == [json.loads((copy / "mlflow.json").read_text())["run_id"]]


def mlflow_run_ids(store: Path) -> list[str]:
    return [path.parent.name for path in store.glob("*/*/meta.yaml")]


@pytest.mark.parametrize("content", ["", "[]", '{"run_id": "../../etc"}', '{"run_id": 7}', "[" * 9000])
def test_a_strangers_state_leads_nowhere(logged: Path, tmp_path: Path, content: str) -> None:
    copy = Path(shutil.copytree(logged, tmp_path / "runs" / "tiny-1"))
    (copy / "mlflow.json").write_text(content)
    MlflowLog(copy, {})
    assert mlflow_run_ids(tmp_path / "runs" / "mlruns") == [json.loads((copy / "mlflow.json").read_text())["run_id"]]


def test_a_store_that_cannot_be_reached_is_said_before_training(
    logged: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    assert run(tmp_path) == 2
    errors = capsys.readouterr().err
    assert "cannot log to MLflow at http://127.0.0.1:9" in errors and "Traceback" not in errors


@pytest.mark.parametrize("name", ["tensorboard", "mlflow"])
def test_a_missing_package_is_said_with_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.setattr(logs, "find_spec", lambda _: None)
    assert run(tmp_path, f"train.log={name}") == 2
    assert (
        f'`log {name}` needs {name}, which is not installed: pip install ".[{name}]" in the clone of dotcnn'
        in capsys.readouterr().err
    )
    assert not (tmp_path / "runs").exists()


def test_a_log_that_fails_later_does_not_end_training(
    logged: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(EventFileWriter, "flush", full)
    assert run(tmp_path, "train.log=tensorboard") == 0
    assert "warning: cannot write" in capsys.readouterr().err
