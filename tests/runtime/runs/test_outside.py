"""What happens around a run: a Ctrl-C that was to be ignored, a reader of its output that goes away."""

import json
import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from runtime.readers import readers_may_leave
from runtime.training.interrupts import Interrupts

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs signals and pipes of Unix")
SPEC = "conv 4 3x3 relu; flatten; dense 10 softmax; train { epochs 5 }"


def started(folder: Path, **options: Any) -> "subprocess.Popen[str]":
    (folder / "tiny.cnn").write_text(SPEC)
    words = [sys.executable, "-m", "runtime.cli", "run", str(folder / "tiny.cnn"), "--runs", str(folder / "runs")]
    return subprocess.Popen(words, text=True, stdout=subprocess.PIPE, **options)


def manifest_of(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "runs" / "tiny-1" / "manifest.json").read_text()))


def test_a_ctrl_c_that_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Interrupts() as interrupts:
            signal.raise_signal(signal.SIGINT)
            assert not interrupts.requested
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_who_keeps_the_stream_can_write_to_it_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As TensorFlow's log does, which is set up in the first of several runs of a process."""
    path = tmp_path / "errors"
    with path.open("w") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.setattr(sys, "__stderr__", stream)
        with readers_may_leave():
            log = logging.StreamHandler()
        assert sys.stderr is stream
        log.emit(logging.makeLogRecord({"msg": "later"}))
        del log
        print("last", file=stream)
    assert path.read_text() == "later\nlast\n"


@pytest.mark.heavy
def test_a_run_in_the_background_of_a_script_is_not_ended_by_ctrl_c(tmp_path: Path) -> None:
    process = started(tmp_path, stderr=subprocess.PIPE, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
    while process.poll() is None:
        process.send_signal(signal.SIGINT)
        time.sleep(0.05)
    _, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
    assert manifest_of(tmp_path)["stopped"] is None


@pytest.mark.heavy
def test_a_reader_that_goes_away_ends_nothing(tmp_path: Path) -> None:
    process = started(tmp_path, stderr=subprocess.STDOUT)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("run tiny-1")
    process.stdout.close()
    assert process.wait() == 0
    assert manifest_of(tmp_path)["state"] == "finished"
    assert (tmp_path / "runs" / "tiny-1" / "report.html").exists()
