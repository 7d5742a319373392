"""A real editor, headless: it shows the findings, applies every fix, formats and saves."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BROKEN = """# 🙂 a first try
data mnsit
cnov 32 3x3   relu
pool 2x2
dense 10 softmax
"""
MENDED = """# 🙂 a first try
data mnist
conv 32 3x3 relu
pool 2x2
flatten
dense 10 softmax
"""

needs_neovim = pytest.mark.skipif(shutil.which("nvim") is None, reason="Neovim is not installed")


@needs_neovim
def test_neovim_mends_a_spec(tmp_path: Path) -> None:
    spec = tmp_path / "my spec.cnn"
    spec.write_text(BROKEN, encoding="utf-8")
    done = subprocess.run(
        ["nvim", "--headless", "--clean", "-i", "NONE", "-S", str(ROOT / "tests/editors/neovim.lua")],
        env={
            **os.environ,
            "CNN_EDITORS": str(ROOT / "editors"),
            "CNN_COMMAND": f"{sys.executable}\t-m\truntime.cli\tlsp",
            "CNN_SPEC": str(spec),
            "XDG_STATE_HOME": str(tmp_path / "state"),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    told = [each for each in (done.stdout + done.stderr).splitlines() if each.startswith("{")]
    assert len(told) == 1, done.stdout + done.stderr
    assert json.loads(told[0]) == {"shown": True, "before": "E201@3 E216@2", "quiet": True, "after": ""}
    assert spec.read_text(encoding="utf-8") == MENDED
