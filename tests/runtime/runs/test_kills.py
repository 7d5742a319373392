"""Runs that are killed with SIGKILL at random instants and go on: they end in the very bits of one that never was.

Checkpoints follow each other far faster than in a common run, so that a kill often falls into the writing of one, and
into the middle of an epoch.
"""

import csv
import json
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pictures import save_tree

SPECS = (
    """data digits { normalize standard }
augment { rotate 10deg; shift 10% }
conv 8 3x3 relu; batchnorm; dropout 0.3; pool 2x2; flatten; dense 16 relu; dense 10 softmax
train { epochs 4; batch 16; stop val_loss patience=3; schedule cosine; seed 5 }
""",
    """data digits
augment { mixup 0.3; noise 5% }
conv 8 3x3 relu; spatialdropout 0.2; flatten; dense 16 relu; dropout 0.4; dense 10 softmax
train { epochs 4; batch 16; average 0.9; metrics f1 auc; keep val_auc; label_smoothing 10%; seed 6 }
""",
    """data folder "pets" { size 8x8; validation 20%; test 20% }
conv 8 3x3 relu; batchnorm; flatten; dropout 0.3; dense classes softmax
train { epochs 6; batch 4; schedule plateau patience=1; optimizer sgd lr=0.05 momentum=0.9; seed 7 }
""",
    """data digits { validation 0%; balance weights }
conv 8 3x3 relu; batchnorm; residual { dropout 0.2; conv 8 3x3 relu same }; flatten; dense 10 softmax
train { epochs 4; batch 16; clip global_norm 1; seed 8 }
""",
)
"""All that must survive a kill: dropout, batch normalization, mixup, running means, pictures in folders."""
FAST = """import sys
from runtime.training import train as training
training._CHUNK_STEPS, training._SAVE_SECONDS, training._SAVE_SHARE = 5, 0.0, 1e9
from runtime.cli import main
sys.exit(main(sys.argv[1:]))
"""
Process = subprocess.Popen[bytes]


def started(*words: str) -> Process:
    return subprocess.Popen([sys.executable, "-c", FAST, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def begun(folder: Path, spec: str) -> tuple[Process, Path]:
    """A run of a spec, and the directory that it will make."""
    folder.mkdir()
    (folder / "tiny.cnn").write_text(spec)
    save_tree(folder / "pets", {"cat": 40, "dog": 40})
    return started("run", str(folder / "tiny.cnn"), "--runs", str(folder / "runs")), folder / "runs" / "tiny-1"


def killed(process: Process) -> None:
    process.kill()
    process.communicate()


def ended(process: Process) -> None:
    errors = process.communicate()[1].decode()
    assert process.returncode == 0, errors


def outcome(run: Path) -> dict[str, Any]:
    """All that a run comes to, but for the time that it took and the day."""
    named = json.loads((run / "manifest.json").read_text())["artefacts"]
    with (run / "history.csv").open(newline="") as file:
        history = [{name: cell for name, cell in row.items() if name != "seconds"} for row in csv.DictReader(file)]
    files = ("weights.npz", "metrics.json", "predictions.csv", "program.json", "spec.cnn")
    return {"history": history, **{name: named[name]["sha256"] for name in files}}


def writing(run: Path, stem: str) -> bool:
    """Whether a file of that stem is being written at this instant, under its temporary name."""
    return any(run.glob(f".{stem}.*"))


def kill_while_stepping(process: Process, run: Path, rng: random.Random) -> None:
    wait(process, (run / "program.json").exists)
    sleep(process, rng.uniform(0, 5))


def kill_in_checkpoint(process: Process, run: Path, rng: random.Random) -> None:
    wait(process, (run / "checkpoint.npz").exists)
    sleep(process, rng.uniform(0, 1.5))
    wait(process, lambda: writing(run, "checkpoint"))


def kill_in_evaluation(process: Process, run: Path, rng: random.Random) -> None:
    wait(process, (run / "weights.npz").exists)
    sleep(process, rng.uniform(0, 1.5))


def kill_in_report(process: Process, run: Path, rng: random.Random) -> None:
    wait(process, (run / "predictions.csv").exists)
    sleep(process, rng.uniform(0, 2))


PHASES = (kill_while_stepping, kill_in_checkpoint, kill_in_evaluation, kill_in_report)


def wait(process: Process, condition: Callable[[], bool]) -> None:
    """Until the condition holds or the process has ended."""
    while process.poll() is None and not condition():
        time.sleep(0.0002)


def sleep(process: Process, seconds: float) -> None:
    until = time.monotonic() + seconds
    wait(process, lambda: time.monotonic() > until)


def is_finished(run: Path) -> bool:
    """Whether a run came to its end; one that was killed before its first manifest did not."""
    manifest = run / "manifest.json"
    return manifest.exists() and json.loads(manifest.read_text())["state"] == "finished"


def check_kills(folder: Path, kills: int, seed: int) -> None:
    """Kill so many runs, over all specs and in each phase in turn; every fifth one again while it resumes."""
    expected: dict[int, dict[str, Any]] = {}
    rng = random.Random(seed)
    for number in range(kills):
        which = number % len(SPECS)
        if which not in expected:
            process, undisturbed = begun(folder / f"undisturbed-{which}", SPECS[which])
            ended(process)
            expected[which] = outcome(undisturbed)
        process, run = begun(folder / str(number), SPECS[which])
        kill = PHASES[(number + number // len(SPECS)) % len(PHASES)]
        kill(process, run, rng)
        killed(process)
        if number % 5 == 4 and not is_finished(run):
            process = started("resume", str(run))
            sleep(process, rng.uniform(4, 9))
            killed(process)
        if not is_finished(run):
            ended(started("resume", str(run)))
        assert outcome(run) == expected[which], f"{kill.__name__}, spec {which}, kill {number} of seed {seed}"
        assert not [path for path in run.rglob("*") if path.name.startswith(".")], "a temporary file is left"
        print(f"{number + 1} of {kills}, {kill.__name__}, spec {which}: the same bits", flush=True)
        shutil.rmtree(folder / str(number))


def test_a_killed_run_ends_as_one_that_never_was(tmp_path: Path) -> None:
    check_kills(tmp_path, kills=2, seed=1)


@pytest.mark.heavy
def test_fifty_kills(tmp_path: Path) -> None:
    check_kills(tmp_path, kills=50, seed=2)
