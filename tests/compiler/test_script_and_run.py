"""The script that a spec compiles to and the run of the spec: two programs of one meaning, driven by one test.

Each case takes a setting at the edge of its range. The script must hold the run's images, initial weights, optimizer
and learning rate in every step, must find the same loss and metrics on the same weights, and must come to its end.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from compiler import build_model, training_plan
from compiler.backend import keras
from compiler.emit.script import emit_python
from compiler.optimizers import build_optimizer
from runtime.data.run_data import load_run_data
from runtime.evaluation.inference import judged
from runtime.specs.spec_file import SpecFolder
from runtime.training.preparing import prepared
from spec_lang import check_text
from spec_lang.program import Program
from spec_lang.sections import METRICS, MONITORS, OPTIMIZERS

SOME = "digits { limit 60 }"
TWO = 'digits { limit 60; classes ["3", "8"] }'


def spec(train: str = "", data: str = SOME, head: str = "dense classes softmax", augment: str = "") -> str:
    augmented = f"augment {{ {augment} }}\n" if augment else ""
    layers = f"conv 3 3x3 relu l2=0.01; pool 2x2; flatten; {head}"
    epochs = "" if "epochs" in train else "epochs 1; "
    return f"data {data}\n{augmented}{layers}\ntrain {{ {epochs}seed 5; {train} }}\n"


USUAL = {
    "plain": spec(),
    "warm-up that lasts": spec("epochs 2; schedule cosine warmup=2"),
    "smoothed": spec("label_smoothing 40%; stop val_loss patience=0"),
    "sigmoid": spec(
        "epochs 2; metrics f1; keep val_cross_entropy", f"{TWO[:-1]}; balance weights }}", "dense 1 sigmoid"
    ),
    "class without test images": spec(data='npz "lacking.npz" { balance weights }'),
}
SETTINGS = {
    **{f"optimizer {name}": spec(f"optimizer {name}") for name in OPTIMIZERS},
    "optimizer with all": spec("optimizer sgd lr=1 momentum=0.5 nesterov=on weight_decay=0.1; clip value 0.1"),
    "optimizer adam with all": spec("optimizer adam lr=0.1 beta_1=0 beta_2=0 weight_decay=0.1; clip norm 1"),
    **{
        f"schedule {words} in {epochs}": spec(f"epochs {epochs}; schedule {words}")
        for epochs in (1, 3)
        for words in (
            "cosine",
            "cosine end=100%",
            "cosine warmup=1",
            "cosine warmup=3 end=50%",
            "cosine warmup=100",
            "step",
            "step every=1 factor=0",
            "exponential factor=0",
            "exponential factor=1",
            "plateau patience=0 factor=0",
            "plateau accuracy patience=1",
        )
    },
    **{
        f"watching {name}": spec(f"epochs 2; stop {name} patience=0; schedule plateau {name} patience=0")
        for name in MONITORS
        if "top10" not in name  # of ten classes that is all
    },
    **{f"keep {name}": spec(f"epochs 2; keep {name}; stop loss") for name in ("val_f1", "cross_entropy", "val_auc")},
    "all metrics": spec(f"metrics {' '.join(name for name in METRICS if name != 'top10')}"),
    "all metrics of labels": spec("metrics top2 f1 auc recall; loss sparse_categorical_crossentropy"),
    "all metrics of a sigmoid": spec("metrics f1 auc recall precision", TWO, "dense 1 sigmoid"),
    "sigmoid, smoothed": spec("label_smoothing 99%", TWO, "dense 1 sigmoid"),
    "sigmoid, blended": spec("metrics f1 auc", TWO, "dense 1 sigmoid", "mixup 0.2"),
    "averaged": spec("epochs 2; average 0; stop val_loss; keep val_loss"),
    "averaged much": spec("average 0.999; clip global_norm 0.001"),
    "timed": spec("time 1s"),
    "without validation": spec("stop loss; keep accuracy", "digits { limit 60; validation 0% }"),
    "judged on the test": spec("stop val_loss", "digits { limit 60; validation test }"),
    "batch of one": spec("batch 1", "digits { limit 20 }"),
    "batch of more than all": spec("batch 1000000; schedule cosine"),
    "limit of more than all": spec("batch 512", "digits { limit 100000 }"),
    "standard": spec(data="digits { limit 60; normalize standard; balance oversample }"),
    "shifted": spec(data="digits { limit 60; normalize -1..3; balance weights }", train="label_smoothing 10%"),
    "mixed": spec("precision mixed_bfloat16"),
    **{
        f"augment {words}": spec(augment=words, data="digits { limit 60; normalize -1..1 }")
        for words in (
            "rotate 180deg",
            "shift 99%",
            "shear 45deg",
            "zoom 50%..200%; fill reflect",
            "flip horizontal vertical; fill wrap",
            "crop 4px; fill constant 1",
            "brightness 0%..300%",
            "contrast 0%..300%",
            "channel_shift 100%",
            "noise 100%",
            "erase 99%",
            "mixup 8",
        )
    },
    "augment and oversample": spec(data='npz "two.npz" { balance oversample; validation 30% }', augment="noise 5%"),
    "given parts": spec(data='npz "lacking.npz" { validation given }', train="stop val_auc; metrics f1"),
    "folder without a class to test": spec(data='folder "lacking" { size 6x6; balance weights }'),
    "folder, oversampled": spec(
        data='folder "lacking/train" { size 6x6; test 20%; balance oversample; validation 50%; color gray }',
        augment="rotate 9deg",
    ),
    "table": spec("metrics auc", data='csv "lacking.csv" { size 6x6; test 30% }'),
}
FURTHER = [pytest.param(text, id=name, marks=pytest.mark.heavy) for name, text in SETTINGS.items()]


@pytest.fixture(scope="module", autouse=True)
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Arrays, folders and a table of three classes, the second of which has no image to be tested on."""
    from PIL import Image

    folder, draw = tmp_path_factory.mktemp("own"), np.random.default_rng(0)
    counts = {"train": (14, 30, 9), "val": (4, 4, 4), "test": (7, 0, 5)}
    arrays: dict[str, Any] = {}
    rows = ["image,label"]
    for part, each in counts.items():
        labels = np.repeat(np.arange(3), each)
        images = draw.integers(0, 256, (len(labels), 7, 7, 3), np.uint8)
        arrays |= {f"x_{part}": images, f"y_{part}": labels}
        for number, (image, label) in enumerate(zip(images, labels, strict=True)):
            path = folder / "lacking" / {"val": "validation"}.get(part, part) / "abc"[label] / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image).save(path)
            if part == "train":
                rows.append(f"{path.relative_to(folder)},{'abc'[label]}")
    np.savez(folder / "lacking.npz", **arrays)
    np.savez(folder / "two.npz", **{name: each for name, each in arrays.items() if "val" not in name})
    (folder / "lacking.csv").write_text("\n".join(rows))
    (folder / "lacking" / "test" / "b").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CNN_DATA_HOME", str(folder))
        yield folder


def checked(text: str, folder: Path) -> Program:
    result = check_text(text, "case.cnn", world=SpecFolder(folder))
    assert result.program is not None, result.diagnostics
    return result.program


class Script:
    """A script, carried out piece by piece in this process."""

    def __init__(self, source: str) -> None:
        self.scope: dict[str, Any] = {"__file__": "script.py"}
        self._rest = source.replace("model.summary()", "")

    def run_until(self, mark: str) -> None:
        piece, found, rest = self._rest.partition(mark)
        assert found, f"{mark!r} is not in the script"
        self._rest = found + rest
        exec(compile(piece, "script.py", "exec"), self.scope)

    def finish(self) -> None:
        exec(compile(self._rest, "script.py", "exec"), self.scope)

    def judged(self) -> dict[str, float]:
        """What its model says of its test images."""
        given = self._rest.partition("model.evaluate(")[2].partition(")")[0].removesuffix(", return_dict=True")
        figures: dict[str, float] = eval(f"model.evaluate({given}, verbose=0, return_dict=True)", self.scope)
        return figures


@pytest.fixture
def untouched() -> Iterator[None]:
    """Scripts set policies and register layers of their own for the whole process."""
    policy, registered = keras.config.dtype_policy(), keras.saving.get_custom_objects()
    before = registered.copy()
    yield
    keras.config.set_dtype_policy(policy)
    registered.clear()
    registered.update(before)


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("text", [*(pytest.param(text, id=name) for name, text in USUAL.items()), *FURTHER])
def test_the_script_does_what_the_run_does(text: str, own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = checked(text, own)
    plan, model = training_plan(program), build_model(program)
    assert program.data is not None
    data = load_run_data(program.data, plan, own)
    training, preparation = prepared(data.training, plan, len(program.data.classes))
    script = Script(emit_python(program))
    script.run_until("model.fit(")

    theirs, steps = script.scope["model"], -(-len(training) // plan.batch)
    assert all(map(np.array_equal, theirs.get_weights(), model.get_weights()))
    assert script.scope.get("steps", steps) == steps
    check_optimizers(theirs.optimizer, build_optimizer(plan, steps), steps * plan.epochs)
    if preparation.class_weights is not None:
        weights = [script.scope["class_weight"].get(label, 0) for label in range(len(program.data.classes))]
        assert weights == pytest.approx(preparation.class_weights.tolist())

    ours, _ = judged(model, plan, data.test, program.data.classes, preparation.normalization)
    figures = {"loss": ours.loss, "cross_entropy": ours.cross_entropy, "accuracy": ours.accuracy, **ours.metrics}
    found = script.judged()
    assert set(found) - {"cross_entropy"} == set(figures) - {"cross_entropy"}
    assert found["loss"] == pytest.approx(ours.loss, rel=0.01 if "mixed" in text else 1e-6)
    if "mixed" not in text:
        for name, value in found.items():  # Keras's areas are sums over 200 thresholds
            assert value == pytest.approx(figures[name], abs=0.03 if name == "auc" else 1e-5), name

    script.finish()
    validated = {f"val_{name}" for name in found} if data.validation else set()
    assert set(theirs.history.history) - {"learning_rate"} == {*found, *validated}
    report = capsys.readouterr().out
    assert f"{len(data.test)}" in report.splitlines()[-2]


def check_optimizers(one: Any, other: Any, steps: int) -> None:
    """The same class with the same arguments, and the same learning rate in every step."""
    assert type(one).__name__ == type(other).__name__.removeprefix("Fused")
    arguments = [{**each.get_config(), "name": ""} for each in (one, other)]
    assert arguments[0] == arguments[1]
    rates, others = ([rate_of(each, step) for step in range(steps)] for each in (one, other))
    np.testing.assert_allclose(rates, others, rtol=0, atol=1e-7)


def rate_of(optimizer: Any, step: int) -> float:
    optimizer.iterations.assign(step)
    rate = float(optimizer.learning_rate)
    optimizer.iterations.assign(0)
    return rate
