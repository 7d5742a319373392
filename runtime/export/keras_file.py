"""Keras's own format: opens with plain Keras, unless the network has layers that Keras lacks."""

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from compiler.emit.script import own_layers_source
from runtime.data.examples import Images
from runtime.export.elsewhere import run_elsewhere
from runtime.export.quiet import quiet
from runtime.export.raw_images import raw_image_model
from runtime.export.trained import Trained

FILE: Final = "model.keras"
OWN_LAYERS: Final = "own_layers.py"

# As a user opens it: the module with the layers that Keras lacks, where there is one, then the file.
_OPEN: Final = f"""\
import importlib.util
if importlib.util.find_spec("own_layers"):
    import own_layers
import keras
model = keras.saving.load_model("{FILE}", compile=False)
def predict(images):
    return model.predict(images, batch_size=256, verbose=0)
name = "keras " + keras.__version__
"""


def write(trained: Trained, folder: Path) -> None:
    """model.keras, and own_layers.py where the network has layers that Keras lacks."""
    with quiet():
        raw_image_model(trained.model, trained.normalization).save(folder / FILE)
    if source := own_layers_source(trained.program):
        (folder / OWN_LAYERS).write_text(source, encoding="utf-8")


def run(folder: Path, images: Images) -> tuple[NDArray[np.float32], str]:
    """Opened by a fresh Python that has Keras and nothing of dotcnn."""
    return run_elsewhere(_OPEN, folder, images)
