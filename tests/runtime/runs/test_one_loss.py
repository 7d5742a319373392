"""One loss from the first epoch to the script that leaves: the run's, that of `cnn evaluate`, the script's, Keras's."""

import csv
import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from programs import program
from sklearn.metrics import log_loss

from compiler.backend import keras
from compiler.emit.script import emit_python
from runtime import cli

SOFTMAX = """data digits { validation test; limit 300 }
conv 4 3x3 relu l2=0.1; flatten; dense classes softmax l1=0.001
train { epochs 1; label_smoothing 40%; stop val_loss; seed 3 }
"""
SIGMOID = """data digits { classes ["0", "1"]; validation test; balance weights }
augment { mixup 0.3 }
conv 4 3x3 relu l2=0.1; flatten; dense 1 sigmoid
train { epochs 1; label_smoothing 40%; keep val_cross_entropy; seed 3 }
"""


class Run(NamedTuple):
    folder: Path
    test: dict[str, Any]
    """Of metrics.json."""
    epoch: dict[str, float]
    """The last of history.csv."""


def run(folder: Path, text: str) -> Run:
    (folder / "loss.cnn").write_text(text)
    assert cli.main(["run", str(folder / "loss.cnn"), "--runs", str(folder / "runs")]) == 0
    run = folder / "runs" / "loss-1"
    rows = list(csv.DictReader((run / "history.csv").read_text().splitlines()))
    epoch = {name: float(value) for name, value in rows[-1].items() if value}
    return Run(run, json.loads((run / "metrics.json").read_text())["test"], epoch)


@pytest.mark.parametrize("text", [SOFTMAX, SIGMOID], ids=["softmax", "sigmoid"])
def test_one_loss(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = run(tmp_path, text)
    shown = capsys.readouterr().out
    assert "val_cross_entropy" in shown

    assert cli.main(["evaluate", str(made.folder), "--format", "json"]) == 0
    evaluated = json.loads(capsys.readouterr().out)
    scripts = script_says(text, made.folder)
    bare = log_loss(*labels_and_probabilities(made.folder))
    for name, others in (
        ("loss", [made.epoch["val_loss"], evaluated["loss"], scripts["loss"]]),
        (
            "cross_entropy",
            [made.epoch["val_cross_entropy"], evaluated["cross_entropy"], scripts["cross_entropy"], bare],
        ),
    ):
        assert others == pytest.approx([made.test[name]] * len(others), abs=1e-6), name
    assert made.test["loss"] > made.test["cross_entropy"] + 0.05
    assert set(scripts) == {"loss", "cross_entropy", "accuracy"}

    assert cli.main(["evaluate", str(made.folder)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert f"loss {made.test['loss']:.4f}" in lines
    assert f"cross-entropy {made.test['cross_entropy']:.4f}" in lines


def script_says(text: str, folder: Path) -> dict[str, float]:
    """What `model.evaluate` of the script says with the weights of the run, in Keras's own file."""
    scope: dict[str, Any] = {"__file__": "script.py"}
    registered = keras.saving.get_custom_objects()
    before = registered.copy()
    source = emit_python(program(text))
    compiled, _, rest = source.partition("\nmodel.fit(")
    try:
        exec(compile(compiled.replace("model.summary()", ""), "script.py", "exec"), scope)
    finally:
        registered.update(before)
    scope["model"].set_weights(keras.saving.load_model(folder / "model.keras").get_weights())
    given = rest.partition("model.evaluate(")[2].partition(")")[0].removesuffix(", return_dict=True")
    return eval(f"model.evaluate({given}, verbose=0, return_dict=True)", scope)


def labels_and_probabilities(folder: Path) -> tuple[list[str], np.ndarray]:
    """Of predictions.csv, as any reader takes them from there."""
    rows = list(csv.DictReader((folder / "predictions.csv").read_text().splitlines()))
    columns = [name for name in rows[0] if name.startswith("p(")]
    return [row["label"] for row in rows], np.array([[row[name] for name in columns] for row in rows], np.float32)
