"""LiteRT, known before as TensorFlow Lite: for phones and small devices. Weights stay float32."""

import tempfile
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from runtime.data.examples import Images
from runtime.export.batches import in_batches
from runtime.export.labels import LABELS
from runtime.export.quiet import quiet
from runtime.export.saved_model import serving
from runtime.export.trained import Trained

FILE: Final = "model.tflite"


def write(trained: Trained, folder: Path) -> None:
    """model.tflite with labels.txt packed into it, as TensorFlow Lite's files associate them: the file is a zip too."""
    from compiler.backend import tf

    # Variables, the converter of TensorFlow 2.21 leaves in the file without their values: every answer is NaN.
    with quiet(), tempfile.TemporaryDirectory() as beside:
        module, serve = serving(trained, constant=True)
        tf.saved_model.save(module, beside, signatures={"serving_default": serve})
        content = tf.lite.TFLiteConverter.from_saved_model(beside).convert()
    (folder / FILE).write_bytes(content)
    with zipfile.ZipFile(folder / FILE, "a") as archive:
        # A fixed date, so that equal weights give equal files.
        archive.writestr(zipfile.ZipInfo(LABELS), (folder / LABELS).read_bytes())


def run(folder: Path, images: Images) -> tuple[NDArray[np.float32], str]:
    """By LiteRT's own interpreter where it is installed, else by the one in TensorFlow."""
    with quiet():
        interpreter, name = _interpreter(str(folder / FILE))
        (source,), (sink,) = interpreter.get_input_details(), interpreter.get_output_details()

        def predict(batch: Images) -> Any:
            interpreter.resize_tensor_input(source["index"], batch.shape, strict=True)
            interpreter.allocate_tensors()
            interpreter.set_tensor(source["index"], batch)
            interpreter.invoke()
            return interpreter.get_tensor(sink["index"])

        return in_batches(predict, images), name


def _interpreter(file: str) -> tuple[Any, str]:
    if find_spec("ai_edge_litert"):
        from importlib import import_module

        from runtime.machine import version_of

        interpreter = import_module("ai_edge_litert.interpreter").Interpreter(model_path=file)
        return interpreter, f"ai-edge-litert {version_of('ai-edge-litert')}"
    from compiler.backend import tf

    return tf.lite.Interpreter(model_path=file), f"tensorflow {tf.__version__} (tf.lite)"
