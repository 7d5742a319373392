"""Runs of versions that knew one loss only, the bare cross-entropy of the test images among them."""

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from library_runs import finished
from trainings import PLAN, TRAINING, untrained

from runtime import cli
from runtime.errors import UserError
from runtime.library.record import open_record
from runtime.training.checkpoint import checkpoint_npz
from runtime.training.train import train


def earlier(run: Path) -> Path:
    """The run as such a version wrote it."""
    metrics = json.loads((run / "metrics.json").read_text())
    metrics["test"]["loss"] = metrics["test"].pop("cross_entropy")
    rows = list(csv.DictReader((run / "history.csv").read_text().splitlines()))
    table = io.StringIO()
    writer = csv.DictWriter(table, [name for name in rows[0] if "cross_entropy" not in name], extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    manifest = json.loads((run / "manifest.json").read_text())
    for name, text in (("metrics.json", json.dumps(metrics)), ("history.csv", table.getvalue())):
        (run / name).write_text(text)
        sum_ = hashlib.sha256((run / name).read_bytes()).hexdigest()
        manifest["artefacts"][name] = {"sha256": sum_, "size": (run / name).stat().st_size}
    (run / "manifest.json").write_text(json.dumps(manifest))
    return run


def test_their_loss_is_shown_as_what_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = earlier(finished(tmp_path / "tiny-1"))
    record = open_record(run)
    assert record.metrics is not None
    assert record.metrics.loss is None
    assert record.history[0].cross_entropy is None
    assert cli.main(["show", str(run)]) == 0
    text = capsys.readouterr().out
    assert "loss           not written by the version that made this run\n" in text
    assert f"cross-entropy  {record.metrics.cross_entropy:.4f}\n" in text
    assert cli.main(["runs", str(tmp_path)]) == 0


def test_they_are_compared_with_runs_of_this_version(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = earlier(finished(tmp_path / "tiny-1")), finished(tmp_path / "tiny-2", wrong=(1, 2))
    assert cli.main(["compare", str(old), str(new), "--html", str(tmp_path / "both.html")]) == 0
    assert "validation loss by epoch" in capsys.readouterr().out
    assert cli.main(["compare", str(old), str(new), "--format", "json"]) == 0
    [first, second] = json.loads(capsys.readouterr().out)["runs"]
    assert first["loss"] is None
    assert first["cross_entropy"] == pytest.approx(second["cross_entropy"], abs=0.2)


def test_their_checkpoints_are_refused_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.npz"
    kept: list[bytes] = []
    train(untrained(), PLAN, TRAINING, save=lambda *state: kept.append(checkpoint_npz(*state)))
    with np.load(io.BytesIO(kept[-1])) as file:
        arrays: dict[str, Any] = dict(file)
    about = json.loads(arrays["about"].tobytes())
    sums = [about["totals"][name] for name in ("images", "loss", "hits")]
    text = json.dumps(about | {"totals": sums}).encode()
    arrays |= {"size": np.array(len(text)), "about": np.frombuffer(text, np.uint8)}
    np.savez(path, **arrays)
    with pytest.raises(UserError, match="an earlier version of dotcnn wrote it") as refused:
        train(untrained(), PLAN, TRAINING, resume=path)
    assert "begin the training anew" in (refused.value.help or "")
