"""Vim, headless: it knows the files by their name and colours the gallery."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import specs

ROOT = Path(__file__).parents[2]
GALLERY = sorted(Path(specs.__file__).parent.glob("*.cnn"))
SPEC = """data mnist { validation 10% }
block stage(n, times=2) { conv n 3x3 relu }
model {
  stage 8
  crop 2px
  dense classes softmax  # cnn: ignore[W506]
}
augment { crop 2px }
"""


def has_colours() -> bool:
    vim = shutil.which("vim")
    return (
        bool(vim)
        and "+syntax" in subprocess.run([str(vim), "--version"], capture_output=True, text=True, check=True).stdout
    )


needs_vim = pytest.mark.skipif(not has_colours(), reason="Vim with colours is not installed")


def told(spec: Path, folder: Path) -> Any:
    """What Vim makes of a file: its type, and the syntax group of each byte of each line."""
    out = folder / "told.json"
    command = ["vim", "-Nu", "NONE", "-i", "NONE", "-n", "-es", "-S", str(ROOT / "tests/editors/vim.vim")]
    surroundings = {**os.environ, "CNN_EDITORS": str(ROOT / "editors"), "CNN_SPEC": str(spec), "CNN_OUT": str(out)}
    done = subprocess.run(
        command, env=surroundings, capture_output=True, stdin=subprocess.DEVNULL, timeout=60, check=False
    )
    assert out.exists(), done.stdout + done.stderr
    return json.loads(out.read_text(encoding="utf-8"))


@needs_vim
def test_words_have_their_colours(tmp_path: Path) -> None:
    spec = tmp_path / "my spec.cnn"
    spec.write_text(SPEC, encoding="utf-8")
    found = told(spec, tmp_path)
    assert (found["filetype"], found["comments"], found["indent"]) == ("cnn", "# %s", 2)
    groups = {
        (number, word): found["lines"][number][line.index(word)]
        for number, line in enumerate(SPEC.splitlines())
        for word in re.findall(r"[\w.%]+|#", line)
    }
    assert groups[0, "data"] == "cnnSection"
    assert groups[0, "mnist"] == "cnnWord"
    assert groups[0, "validation"] == "cnnSetting_data"
    assert groups[0, "10%"] == "cnnNumber"
    assert groups[1, "stage"] == "cnnBlockName"
    assert groups[3, "stage"] == "cnnUse"
    assert groups[4, "crop"] == "cnnLayer"
    assert groups[5, "classes"] == "cnnGiven"
    assert groups[5, "#"] == "cnnComment"
    assert groups[7, "crop"] == "cnnSetting_augment"


@needs_vim
@pytest.mark.parametrize("spec", GALLERY, ids=lambda path: path.stem)
def test_every_statement_of_the_gallery_is_known(spec: Path, tmp_path: Path) -> None:
    for line, groups in zip(spec.read_text(encoding="utf-8").splitlines(), told(spec, tmp_path)["lines"], strict=True):
        if keyword := re.match(r"\s*([a-z_]+)", line):
            assert re.match("cnn(Layer|Section|Setting|Structure|Use)", groups[keyword.start(1)]), line
