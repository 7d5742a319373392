"""docs/export.md: each of its snippets opens an export as it stands, and answers what `cnn predict` answers."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from untrained import untrained_run

from runtime import cli
from runtime.export.formats import FORMATS

TEXT = (Path(__file__).parents[3] / "docs" / "export.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)
SPEC = (
    'data folder "pets" { size 32x32; normalize standard; test 50% }\n'
    "model { conv 8 3x3; batchnorm; activation relu; dropout 0.2; pool 2x2; flatten; dense 3 softmax }"
)


def test_there_is_a_snippet_and_a_row_for_each_format() -> None:
    assert len(SNIPPETS) == len(FORMATS)
    assert re.findall(r"^\| `(\w+)` ", TEXT, flags=re.MULTILINE) == list(FORMATS)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pets")
    random = np.random.default_rng(3)
    for name in ("cat", "dog", "fish & <chips>"):
        (folder / "pets" / name).mkdir(parents=True)
        for number in range(4):
            pixels = random.integers(0, 256, (32, 32, 3), np.uint8)
            Image.fromarray(pixels).save(folder / "pets" / name / f"{number}.png")
    return untrained_run(folder, SPEC)


@pytest.mark.heavy
@pytest.mark.parametrize(("target", "snippet"), list(zip(FORMATS, SNIPPETS, strict=True)))
def test_a_snippet_says_what_predict_says(
    target: Any, snippet: str, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["export", str(run), "--to", target, "-o", str(tmp_path / "out")]) == 0
    for number in range(3):
        pixels = np.random.default_rng(number).integers(0, 256 - 90 * number, (32, 32, 3), np.uint8)
        Image.fromarray(pixels).save(tmp_path / "out" / "photo.png")
        capsys.readouterr()
        assert cli.main(["predict", str(run), str(tmp_path / "out" / "photo.png"), "--format", "csv"]) == 0
        expected = capsys.readouterr().out.splitlines()[1].split(",")[2]
        done = subprocess.run(
            [sys.executable, "-c", snippet], cwd=tmp_path / "out", capture_output=True, text=True, check=False
        )
        assert done.stdout == f"{expected}\n", done.stderr
