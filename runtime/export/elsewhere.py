"""Running an export in a Python process of its own, in which this package cannot be imported."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from runtime.data.examples import Images
from runtime.errors import UserError

_BEGIN: Final = """\
import os, sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("compiler", "runtime", "spec_lang"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
exchange = sys.argv[1]
sys.path.insert(0, os.getcwd())
import numpy as np
"""
_END: Final = """
images = np.load(os.path.join(exchange, "images.npy"), allow_pickle=False)
# One image, then all: the number of images is free.
first = predict(images[:1])
answers = predict(images)
assert first.shape[1:] == answers.shape[1:], (first.shape, answers.shape)
np.save(os.path.join(exchange, "probabilities.npy"), np.asarray(answers, np.float32))
open(os.path.join(exchange, "name"), "w").write(name)
"""


def run_elsewhere(code: str, folder: Path, images: Images) -> tuple[NDArray[np.float32], str]:
    """What `predict(images)` gives after some code was executed inside a folder, and what the code calls `name`.

    The code is this project's own, never a run's. Raises UserError where it fails.
    """
    with tempfile.TemporaryDirectory() as name:
        exchange = Path(name)
        np.save(exchange / "images.npy", images)
        # -P: nothing is imported from where the command happens to be executed, but for the export itself.
        words = [sys.executable, "-P", "-B", "-c", _BEGIN + code + _END, str(exchange)]
        environment = {**os.environ, "KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"}
        done = subprocess.run(
            words, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
        if done.returncode:
            last = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
            raise UserError(f"the export cannot be opened without dotcnn: {last[0]}")
        answers = np.load(exchange / "probabilities.npy", allow_pickle=False)
        return answers, (exchange / "name").read_text()
