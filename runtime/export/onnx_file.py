"""ONNX: for ONNX Runtime and what reads its files."""

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from runtime.errors import UserError, first_line
from runtime.examples import Images
from runtime.export.batches import in_batches
from runtime.export.quiet import quiet
from runtime.export.raw_images import INPUT, OUTPUT
from runtime.export.saved_model import serving
from runtime.export.trained import Trained

FILE: Final = "model.onnx"
_OPSET: Final = 17
"""Of 2022: what reads ONNX at all today reads this; nothing here needs a later one."""


def write(trained: Trained, folder: Path) -> None:
    """model.onnx, its class names in the metadata under "classes" (JSON) and "labels" (a class a line).

    `model.export(format="onnx")` of Keras 3.15 refuses a Sequential that was not called before, and takes images of
    float32 only; tf2onnx is therefore given the same function that the SavedModel has.

    Raises UserError where the network has a layer that the converter cannot express.
    """
    import onnx

    from runtime.export.labels import labels_txt

    try:
        with quiet():
            import tf2onnx

            module, serve = serving(trained)
            proto, _ = tf2onnx.convert.from_function(serve, input_signature=serve.input_signature, opset=_OPSET)
            del module
            _name_ends(proto.graph)
            proto.producer_name = "dotcnn"
            # In ASCII: a class named after a folder may hold bytes that are no text.
            texts = {"classes": json.dumps(trained.classes), "labels": labels_txt(trained.classes)}
            onnx.helper.set_model_props(proto, texts)
            onnx.checker.check_model(proto, full_check=True)
    except Exception as error:  # a converter fails in as many ways as there are operations
        raise UserError(f"this network cannot be written as ONNX: {first_line(error)}") from error
    onnx.save(proto, folder / FILE)


def _name_ends(graph: Any) -> None:
    """Give output and batch the names that the other formats have."""
    (end,) = graph.output
    old = end.name
    for node in graph.node:
        for names in (node.input, node.output):
            for place, name in enumerate(names):
                if name == old:
                    names[place] = OUTPUT
    end.name = OUTPUT
    for value in (*graph.input, end):
        value.type.tensor_type.shape.dim[0].dim_param = "n"


def run(folder: Path, images: Images) -> tuple[NDArray[np.float32], str]:
    """By ONNX Runtime on the processor."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(folder / FILE), providers=["CPUExecutionProvider"])
    answers = in_batches(lambda batch: session.run([OUTPUT], {INPUT: batch})[0], images)
    return answers, f"onnxruntime {onnxruntime.__version__}"
