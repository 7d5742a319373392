"""ONNX: for ONNX Runtime and what reads its files."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from runtime.data.examples import Images
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
    """
    import onnx

    from runtime.export.labels import labels_txt

    with quiet():
        import tf2onnx

        module, serve = serving(trained)
        proto, _ = tf2onnx.convert.from_function(
            serve,
            input_signature=serve.input_signature,
            opset=_OPSET,
            custom_op_handlers={"Erfc": (_erfc, []), "Expm1": (_expm1, [])},
        )
        del module
    _name_ends(proto.graph)
    proto.producer_name = "dotcnn"
    # In ASCII: a class named after a folder may hold bytes that are no text.
    texts = {"classes": json.dumps(trained.classes), "labels": labels_txt(trained.classes)}
    onnx.helper.set_model_props(proto, texts)
    onnx.checker.check_model(proto, full_check=True)
    onnx.save(proto, folder / FILE)


def _erfc(graph: Any, node: Any, _name: str, _arguments: Any) -> None:
    """1 - erf(x), in gelu: ONNX has erf alone, and the converter does not put the two together."""
    _one_and(graph, node, "Erf", lambda one, erf: [one, erf])


def _expm1(graph: Any, node: Any, _name: str, _arguments: Any) -> None:
    """exp(x) - 1, in celu and elu."""
    _one_and(graph, node, "Exp", lambda one, power: [power, one])


def _one_and(graph: Any, node: Any, function: str, terms: Callable[[str, str], list[str]]) -> None:
    """Put a difference of 1 and a function of the node's input in the place of a node of TensorFlow."""
    shape, dtype = graph.get_shape(node.output[0]), graph.get_dtype(node.output[0])
    graph.remove_node(node.name)
    one = graph.make_const(f"{node.name}_one", np.array(1, np.float32)).output[0]
    value = graph.make_node(function, [node.input[0]], shapes=[shape], dtypes=[dtype]).output[0]
    graph.make_node("Sub", terms(one, value), outputs=node.output, shapes=[shape], dtypes=[dtype])


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

    with quiet():
        session = onnxruntime.InferenceSession(str(folder / FILE), providers=["CPUExecutionProvider"])
        answers = in_batches(lambda batch: session.run([OUTPUT], {INPUT: batch})[0], images)
    return answers, f"onnxruntime {onnxruntime.__version__}"
