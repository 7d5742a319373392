"""What `cnn plan` shows: golden outputs for wide and narrow terminals, the keys of its JSON, and when it objects."""

import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from pictures import save_tree
from programs import program

import specs
from runtime import cli
from runtime.data.splits import stratified_holdout
from runtime.machine import group_limits, memory_bytes
from runtime.specs.plan_table import plan_lines
from runtime.specs.planned import plan_of, split_of
from runtime.table import Look
from spec_lang import check_text
from spec_lang.datasets import DATASETS
from spec_lang.layers import LAYERS
from spec_lang.unparse import statement

SPECS = Path(specs.__file__).parent
GOLDENS = Path(__file__).parent / "goldens"
MEMORY = 16 * 10**9
LARGE = "data cifar10\nconv 64 3x3 relu same; globalavgpool; dense 10 softmax\ntrain { batch 45000 }"
RESIDUAL = """
data digits { validation test }
conv 4 3x3 same; batchnorm
residual relu { conv 4 3x3 relu same init=he_normal l2=0.0001; batchnorm }
flatten; dense 10 softmax
"""


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine of a known size, and no terminal."""
    monkeypatch.setattr("runtime.specs.plan.memory_bytes", lambda: MEMORY)
    monkeypatch.delenv("COLUMNS", raising=False)


def lines(text: str, look: Look, *overrides: str) -> str:
    checked = check_text(text, "spec.cnn", overrides)
    assert checked.program is not None, checked.diagnostics
    return "\n".join(plan_lines(plan_of(checked, checked.program, MEMORY), look))


def table_of(output: str) -> str:
    return output.split("\n\n")[1]


@pytest.mark.parametrize("width", [120, 80, 60])
def test_the_whole_output(width: int) -> None:
    """After a change that is meant, look at the new output before it replaces the file."""
    golden = GOLDENS / f"plan-{width}.txt"
    assert lines(RESIDUAL, Look(width), "train.epochs=3") + "\n" == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [30, 40, 60, 72, 80, 100, 120, 200])
@pytest.mark.parametrize("draws", [True, False])
def test_the_table_fits_into_the_width(width: int, draws: bool) -> None:
    for path in SPECS.glob("*.cnn"):
        output = table_of(lines(path.read_text(), Look(width, draws=draws)))
        narrowest = 44  # a twelve-column layer, then the columns that always stay
        assert max(map(len, output.splitlines())) <= max(width, narrowest)
        assert draws or output.isascii()


def test_a_narrow_terminal_keeps_what_matters_most() -> None:
    wide, usual, narrow = (table_of(lines(RESIDUAL, Look(width))).splitlines()[0] for width in (130, 80, 50))
    assert "sees" in wide and "activations" in wide
    assert "sees" not in usual and "multiply-adds" in usual
    assert narrow.split() == ["layer", "output", "parameters"]


def test_without_colour_there_is_no_escape_and_with_it_the_same_text() -> None:
    plain, colored = (lines(RESIDUAL, Look(120, color=color)) for color in (False, True))
    assert "\x1b" not in plain
    assert re.sub("\x1b\\[[0-9]*m", "", colored) == plain
    assert "\x1b[2m─" in colored


def test_layers_inside_of_a_container_are_indented_and_not_counted_twice() -> None:
    rows = table_of(lines(RESIDUAL, Look(130))).splitlines()
    assert [row.split("  ")[0] or row[:6] for row in rows[4:7]] == ["residual relu", "  conv", "  batc"]
    known = program(RESIDUAL).parameters
    assert rows[-1].split()[:2] == ["total", f"{known:,}"]


def test_values_are_marked_by_where_they_come_from() -> None:
    text = "flatten; dense 10 softmax\ntrain { optimizer sgd momentum=0.9; epochs 3 }"
    output = lines(text, Look(120), "train.batch=8").split("memory, estimated")[0]
    rows = {row.split()[0]: " ".join(row.split()) for row in output.splitlines() if row.startswith("  ")}
    assert rows["epochs"] == "epochs 3"
    assert rows["batch"] == "batch 8 by --set"
    assert rows["seed"] == "seed 0 by default"
    assert (
        rows["optimizer"]
        == "optimizer sgd lr=0.01 momentum=0.9 nesterov=off weight_decay=0 lr, nesterov, weight_decay by default"
    )
    assert rows["loss"] == "loss categorical_crossentropy by default"
    assert "stop" not in rows


@pytest.mark.parametrize("path", sorted(SPECS.glob("*.cnn")), ids=lambda path: path.stem)
def test_the_layers_shown_are_the_same_program_written_out(path: Path) -> None:
    original = check_text(path.read_text(), path.name).program
    assert original
    header, _, *rows = table_of(lines(path.read_text(), Look(400))).splitlines()[:-2]
    text = [row[: header.index("output")].rstrip() for row in rows]
    opened, model = 0, []
    for each in text:
        depth = (len(each) - len(each.lstrip())) // 2
        model += ["}"] * (opened - depth) + [each.strip() + (" {" if each.strip().startswith("residual") else "")]
        opened = depth + each.strip().startswith("residual")
    model += ["}"] * opened
    source = original.data.source if original.data else ""
    head = f"data {source}" if source in DATASETS else statement_of_input(original.input_shape)
    again = check_text("\n".join([head, *model]), path.name).program
    assert again
    assert [(each.kind, each.arguments, each.cost) for each in again.layers] == [
        (each.kind, each.arguments, each.cost) for each in original.layers
    ]


def statement_of_input(shape: tuple[int, ...]) -> str:
    return statement(LAYERS["input"], {"shape": shape})


KEYS = {
    "name": None,
    "input": None,
    "layers": None,
    "totals": {"parameters", "trainable", "non_trainable", "multiply_adds", "activation_bytes"},
    "data": {"source", "image", "classes", "images"},
    "settings": {"data", "train"},
    "memory": {
        "step",
        "best_weights_bytes",
        "images_bytes",
        "process_bytes",
        "total_bytes",
        "machine_bytes",
        "fits",
    },
    "weights_file_bytes": None,
}
LAYER_KEYS = {
    "layer",
    "line",
    "arguments",
    "output",
    "parameters",
    "trainable",
    "non_trainable",
    "multiply_adds",
    "activation_bytes",
    "receptive_field",
}


def test_the_keys_of_the_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "spec.cnn"
    path.write_text(RESIDUAL)
    assert cli.main(["plan", str(path), "--format", "json", "--set", "train.epochs=3"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert plan.keys() == KEYS.keys()
    for key, inside in KEYS.items():
        assert inside is None or plan[key].keys() == inside
    assert all(layer.keys() - {"body"} == LAYER_KEYS for layer in plan["layers"])
    [residual] = [layer for layer in plan["layers"] if "body" in layer]
    assert [layer["layer"] for layer in residual["body"]] == ["conv", "batchnorm"]
    assert residual["line"] == 4
    assert sum(layer["parameters"] for layer in plan["layers"]) == plan["totals"]["parameters"]
    assert plan["settings"]["train"]["epochs"] == {"count": {"value": 3, "from": "--set"}}
    assert plan["settings"]["train"]["seed"] == {"value": {"value": 0, "from": "default"}}
    assert plan["settings"]["data"]["validation"] == {"amount": {"value": "test", "from": "spec"}}
    assert plan["data"]["images"] == {"train": 1437, "validation": 360, "test": 360}
    assert (plan["memory"]["machine_bytes"], plan["memory"]["fits"]) == (MEMORY, True)
    step = plan["memory"]["step"]
    assert step["total_bytes"] == sum(step[each] for each in step if each not in ("batch", "total_bytes"))


def test_every_key_is_documented() -> None:
    page = (Path(__file__).parents[3] / "docs" / "plan.md").read_text(encoding="utf-8")
    inside = {key for keys in KEYS.values() if keys for key in keys}
    named = {*KEYS, *LAYER_KEYS, *inside, "body", "from", "value"}
    assert [key for key in sorted(named) if f"`{key}`" not in page] == []


def test_a_run_that_will_not_fit_is_a_finding(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "large.cnn"
    path.write_text(LARGE)
    for output_format in ("table", "json"):
        assert cli.main(["plan", str(path), "--format", output_format]) == 1
        captured = capsys.readouterr()
        assert "W520" in captured.err
        assert f"{path}:3:15" in captured.err
        assert captured.out
    assert cli.main(["check", str(path)]) == 0, "what a check says does not depend on the machine"
    capsys.readouterr()
    assert cli.main(["plan", str(path), "--set", "train.batch=64"]) == 0


def test_a_run_that_will_not_fit_is_not_begun(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import runtime.runs.run

    monkeypatch.setattr(runtime.runs.run, "memory_bytes", lambda: MEMORY)
    monkeypatch.chdir(tmp_path)
    Path("large.cnn").write_text(LARGE)
    assert cli.main(["run", "large.cnn"]) == 1
    assert "W520" in capsys.readouterr().err
    assert not Path("runs").exists()


def test_a_spec_with_errors_has_no_plan(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "bad.cnn"
    path.write_text("cnov 3 3x3; flatten; dense 10 softmax")
    for output_format in ("table", "json"):
        assert cli.main(["plan", str(path), "--format", output_format]) == 1
        captured = capsys.readouterr()
        assert captured.out == ""
        assert "unknown layer 'cnov'" in captured.err


@pytest.mark.parametrize("share", [0, 0.1, 0.25, 0.333])
def test_the_split_is_the_one_that_a_run_makes(share: float) -> None:
    split = split_of(program("data digits\nflatten; dense 10 softmax", f"data.validation={share}"))
    assert split is not None
    labels = np.arange(1437) % 10
    kept, held_out = stratified_holdout(labels, share, seed=0)
    assert (split.train, split.validation, split.test) == (len(kept), len(held_out), 360)


def test_the_encoding_of_the_output_decides_what_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding="ascii"))
    assert cli.main(["plan", str(SPECS / "mnist.cnn")]) == 0
    assert b"-----" in raw.getvalue()
    assert b"####" in raw.getvalue()


def test_the_memory_of_this_machine_is_known() -> None:
    memory = memory_bytes()
    assert memory is None or memory > 2**20


def test_limits_of_control_groups(tmp_path: Path) -> None:
    membership, root = tmp_path / "cgroup", tmp_path / "fs"
    for folder, name, limit in (
        (root / "a", "memory.max", "300\n"),
        (root / "a/b", "memory.max", "max\n"),
        (root / "memory", "memory.limit_in_bytes", "500\n"),
    ):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(limit)
    membership.write_text("12:cpu,cpuacct:/x\n4:memory:/not/mounted/here\n0::/a/b\n")
    assert list(group_limits(membership, root)) == [500, 300]
    assert list(group_limits(tmp_path / "missing", root)) == []


def test_own_data_is_called_by_its_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_tree(tmp_path / "data" / "pets", {"cat": 10, "dog": 10})
    spec = tmp_path / "net.cnn"
    spec.write_text('data folder "data/pets" { size 8x8; test 20% }\nmodel { flatten; dense classes softmax }\n')
    cli.main(["plan", str(spec)])
    output = capsys.readouterr().out
    assert output.startswith("net: 2 classes of data/pets, images of 8x8x3\n")
    assert '\ndata folder "data/pets"\n' in output
