"""The formats of `cnn export`, one row each: what writes it, what runs it again, and which packages both need."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from runtime.export import keras_file, litert, onnx_file, saved_model, script
from runtime.export.comparison import Run
from runtime.export.trained import Trained

Target: TypeAlias = Literal["keras", "savedmodel", "onnx", "litert", "python"]


@dataclass(frozen=True, slots=True)
class Format:
    """One way out."""

    write: Callable[[Trained, Path], None]
    """Fill a folder that is empty but for labels.txt."""
    run: Run
    """By what users will have."""
    packages: tuple[str, ...] = ()
    """Beyond those of training."""


FORMATS: Final[dict[Target, Format]] = {
    "keras": Format(keras_file.write, keras_file.run),
    "savedmodel": Format(saved_model.write, saved_model.run),
    "onnx": Format(onnx_file.write, onnx_file.run, ("onnx", "onnxruntime", "tf2onnx")),
    "litert": Format(litert.write, litert.run),
    "python": Format(script.write, script.run),
}
