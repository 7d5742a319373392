"""Python source: the network as plain Keras code with its weights, and a script that predicts with them."""

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from compiler.emit.script import emit_network, emit_python
from runtime.data.examples import Images
from runtime.directory.weights import weights_npz
from runtime.export.elsewhere import run_elsewhere
from runtime.export.trained import Trained
from spec_lang.datasets import DATASETS

_PREDICT: Final = '''\
"""Say what images show: python predict.py IMAGE...

Needs: pip install tensorflow pillow
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from model import model

CLASSES = {classes}
HEIGHT, WIDTH, CHANNELS = {shape}
# What values from 0 to 1 are turned into: a number for all channels, or one for each.
SCALE, OFFSET = {scale}, {offset}

with np.load(Path(__file__).with_name("weights.npz"), allow_pickle=False) as weights:
    model.set_weights([weights[name] for name in weights.files])


def predict(images):
    """Probabilities (n, classes) of uint8 images (n, HEIGHT, WIDTH, CHANNELS), 0 to 255."""
    values = images.astype("float32") / 255 * np.float32(SCALE) + np.float32(OFFSET)
    answers = model.predict(values, batch_size=256, verbose=0)
{sigmoid}    return answers


def read(path):
    """An image file as the network takes it, transparent parts laid on white."""
    image = ImageOps.exif_transpose(Image.open(path))
    if image.mode.startswith("I;16"):
        image = Image.fromarray(((np.asarray(image, "uint32") + 128) // 257).astype("uint8"))
    if image.has_transparency_data:
        drawn = image.convert("RGBA")
        image = Image.new("RGB", image.size, "white")
        image.paste(drawn, mask=drawn.getchannel("A"))
    image = image.convert("L" if CHANNELS == 1 else "RGB")
    image = {resized}
    return np.asarray(image).reshape(HEIGHT, WIDTH, CHANNELS)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    for path in sys.argv[1:]:
        answer = predict(read(path)[None])[0]
        print(f"{{path}}: {{CLASSES[answer.argmax()]}} ({{answer.max():.2%}})")
'''
_RESIZED: Final = {
    "stretch": "image.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR)",
    "crop": "ImageOps.fit(image, (WIDTH, HEIGHT), Image.Resampling.BILINEAR)",
    "pad": "ImageOps.pad(image, (WIDTH, HEIGHT), Image.Resampling.BILINEAR, color=0)",
}
_SIGMOID: Final = "    answers = np.hstack([1 - answers, answers])  # one unit speaks for two classes\n"
_RUN: Final = """\
import keras
from predict import predict
name = "keras " + keras.__version__
"""


def write(trained: Trained, folder: Path) -> None:
    """model.py, weights.npz and predict.py; and train.py where the data is known by name."""
    (folder / "model.py").write_text(emit_network(trained.program), encoding="utf-8")
    if trained.data.source in DATASETS:
        (folder / "train.py").write_text(emit_python(trained.program), encoding="utf-8")
    (folder / "predict.py").write_text(_predict_script(trained), encoding="utf-8")
    # Written anew, in the order of the network: a stranger's file may hold more, in another order.
    (folder / "weights.npz").write_bytes(weights_npz(trained.model))


def _predict_script(trained: Trained) -> str:
    line = trained.normalization
    resize: Any = trained.data.settings.get("resize", {}).get("how", "stretch")
    return _PREDICT.format(
        classes=list(trained.classes),
        shape=tuple(trained.program.input_shape),
        scale=list(line.scale),
        offset=list(line.offset),
        sigmoid=_SIGMOID if trained.model.output_shape[-1] == 1 else "",
        resized=_RESIZED[resize],
    )


def run(folder: Path, images: Images) -> tuple[NDArray[np.float32], str]:
    """By predict.py itself, in a fresh Python that has Keras and nothing of dotcnn."""
    return run_elsewhere(_RUN, folder, images)
