"""The numbers that a training step computes with: float32, or bfloat16 with weights and probabilities in float32.

Only training is done in mixed precision. What comes after it (the test, predictions, exports) takes the same float32
weights and computes with float32, so that all of it agrees wherever it runs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from compiler.calls import Call
from compiler.lowering import lower
from compiler.residual import Residual
from spec_lang.layers import NOISE
from spec_lang.program import Program

FULL: Final = "float32"


def lowered(program: Program, precision: str = FULL) -> list[Call | Residual]:
    """The layers of a program as calls; in mixed precision, the head and what follows it compute in float32."""
    (seed,) = program.train["seed"].values()
    assert isinstance(seed, int)
    calls = [lower(layer, place, seed) for place, layer in enumerate(program.layers, start=1)]
    if precision == FULL:
        return calls
    head = max(place for place, layer in enumerate(program.layers) if layer.kind not in NOISE)
    return [*calls[:head], *map(_in_full, calls[head:])]


def _in_full(call: Call | Residual) -> Call | Residual:
    if isinstance(call, Residual):
        return replace(call, precision=FULL)
    return Call(call.function, {**call.arguments, "dtype": FULL})


@contextmanager
def policy(precision: str) -> Iterator[None]:
    """Inside, Keras builds layers that compute with these numbers."""
    from compiler.backend import keras

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
