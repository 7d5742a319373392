"""What training steps of a spec take of memory, beside the estimate of `spec_lang.statics`. Linux only.

Run it as `python -m benchmarks.memory SPEC BATCH`: two steps on random images, and one line of JSON, in MiB.
"""

import argparse
import json
from pathlib import Path

from spec_lang import check_text
from spec_lang.program import Program
from spec_lang.statics import statics

STEPS = 2
FIRST_GRAPH = 35 << 20
"""Bytes that the first graph takes, whatever it computes; the estimate counts them among those of the process."""


def memory(key: str) -> int:
    """Bytes of this process: VmRSS is what it holds, VmHWM the most that it held."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith(key))


def growth(program: Program, batch: int) -> int:
    """Bytes from TensorFlow's import to the peak of the training."""
    import numpy as np

    from compiler import TrainingPlan, build_model
    from compiler.backend import keras  # noqa: F401  # its memory is not the training's
    from compiler.optimizers import build_optimizer
    from runtime.training.loops import Preparation, Totals, training_loop
    from spec_lang.sections import TRAIN

    before = memory("VmRSS")
    given = program.train["optimizer"]
    name = str(given["name"])
    arguments = {each.keras_name: given[each.name] for each in TRAIN.by_keyword["optimizer"].variants[name]}
    loss = "sparse_categorical_crossentropy"
    plan = TrainingPlan(name, arguments, loss, ("accuracy",), 1, batch, stop=None, seed=0, validation=0)
    model = build_model(program)
    loop = training_loop(model, build_optimizer(plan), plan, Preparation())
    random = np.random.default_rng(0)
    for _ in range(STEPS):
        images = random.integers(0, 256, (batch, *program.input_shape), dtype=np.uint8)
        loop(images, random.integers(0, program.output_shape[0], batch), range(batch), 1, Totals())
    return memory("VmHWM") - before


def main() -> None:
    """Print one line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("spec", type=Path)
    parser.add_argument("batch", type=int)
    options = parser.parse_args()
    checked = check_text(options.spec.read_text(encoding="utf-8"), options.spec.name, [f"train.batch={options.batch}"])
    if checked.program is None:
        parser.error(f"{options.spec} has errors: see cnn check")
    estimated = statics(checked.program).memory.step.total + FIRST_GRAPH
    measured = growth(checked.program, options.batch)
    figures = {"estimated": estimated >> 20, "measured": measured >> 20, "ratio": round(estimated / measured, 2)}
    print(json.dumps({"spec": options.spec.stem, "batch": options.batch, **figures}))


if __name__ == "__main__":
    main()
