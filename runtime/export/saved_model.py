"""TensorFlow's SavedModel: for TensorFlow Serving, TensorFlow.js, and programs that know TensorFlow but not Keras."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runtime.data.examples import Images
from runtime.export.batches import in_batches
from runtime.export.labels import LABELS
from runtime.export.quiet import quiet
from runtime.export.raw_images import INPUT, OUTPUT, raw_image_model
from runtime.export.trained import Trained


def serving(trained: Trained, *, constant: bool = False) -> tuple[Any, Any]:
    """(a module that owns the weights, a function in it from uint8 images to probabilities, never in training).

    With `constant`, the weights are written into the function itself, for converters that lose variables.
    """
    from compiler.backend import tf

    model = raw_image_model(trained.model, trained.normalization)
    module = tf.Module()
    module.variables_of_the_model = [] if constant else list(model.variables)
    signature = [tf.TensorSpec((None, *model.input_shape[1:]), tf.uint8, name=INPUT)]
    learnt, others = (
        [variable.numpy() for variable in variables]
        for variables in (model.trainable_variables, model.non_trainable_variables)
    )

    @tf.function(input_signature=signature, autograph=False)
    def serve(images: Any) -> dict[str, Any]:
        if constant:
            return {OUTPUT: model.stateless_call(learnt, others, images, training=False)[0]}
        return {OUTPUT: model(images, training=False)}

    module.serve = serve
    return module, serve


def write(trained: Trained, folder: Path) -> None:
    """The SavedModel in the folder itself, its class names in assets/labels.txt."""
    from compiler.backend import tf

    with quiet():
        module, serve = serving(trained)
        module.labels = tf.saved_model.Asset(str(folder / LABELS))
        tf.saved_model.save(module, str(folder), signatures={"serving_default": serve})
    (folder / LABELS).unlink()


def run(folder: Path, images: Images) -> tuple[NDArray[np.float32], str]:
    """By `tf.saved_model.load`, through the signature."""
    from compiler.backend import tf

    with quiet():
        signature = tf.saved_model.load(str(folder)).signatures["serving_default"]
        answers = in_batches(lambda batch: signature(images=tf.constant(batch))[OUTPUT].numpy(), images)
    return answers, f"tensorflow {tf.__version__}"
