"""The verb `cnn augment`: a picture of what the network will see, originals beside their variants."""

import io
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from compiler import training_plan
from runtime.data.run_data import load_run_data
from runtime.errors import UserError
from runtime.output import write_new
from runtime.specs.spec_file import check_content, read_spec, show_findings
from runtime.targets import check_target

if TYPE_CHECKING:
    from compiler import TrainingPlan
    from runtime.data.examples import Examples

VARIANTS: Final = 6


class Form(NamedTuple):
    """How a sheet is drawn. Lengths are in units of `density` pixels."""

    images: int = 8
    side: int = 96
    """The longer side that an image is shown with: at least so much, enlarged by a whole factor, pixel by pixel."""
    largest: int = 256
    """The longer side that larger images are scaled down to."""
    density: int = 1


FILE: Final = Form()
IN_REPORT: Final = Form(images=4, side=72, largest=72, density=2)
_GAP: Final = 6
_NAMES: Final = 110
"""For the name of a class."""
_HEAD: Final = 28


def augment_file(
    path: str, overrides: Sequence[str], out: str | None, *, force: bool, outside: Sequence[Path] = ()
) -> int:
    """Write the contact sheet of a spec as PNG; the exit code is 1 where the spec has errors.

    Raises UserError where nothing is varied, the data is not there, or the file exists or has another ending.
    """
    if out is not None and Path(out).suffix.lower() != ".png":
        raise UserError(f"{out} does not end in .png: the sheet is a PNG file", help="name another file with -o")
    checked = check_content(read_spec(path), path, overrides, outside=outside)
    show_findings(checked, sys.stderr)
    program = checked.program
    if program is None:
        return 1
    if program.data is None:
        raise UserError(f"{program.name} has no data to show", help="name a data set, e.g. `data mnist`")
    target = Path(out) if out else Path(f"{program.name}-augment.png")
    check_target(target, force=force)
    plan = training_plan(program)
    if plan.augmentation is None:
        raise UserError(f"{path} varies nothing", help="add a section such as: augment { rotate 10deg; shift 10% }")
    data = load_run_data(program.data, plan, Path(path).absolute().parent)
    write_new(target, sheet_png(data.training, plan, program.data.classes), force=force)
    print(f"{target}: {FILE.images} training images, and what epochs 1 to {VARIANTS} make of each")
    return 0


def sheet_png(
    training: "Examples", plan: "TrainingPlan", classes: Sequence[str], form: Form = FILE, epochs: int = VARIANTS
) -> bytes:
    """A row for each of some images: its class, the original, its variants in so many epochs from the first on."""
    from runtime.report.figures import sample_indices

    shown = sample_indices(training.labels, form.images)
    ids = training.indices if training.ids is None else training.ids
    chosen = replace(training, indices=training.indices[shown], ids=ids[shown])
    originals = chosen.images()
    rows = [originals, *(variants(originals, ids[shown], epoch, plan) for epoch in range(1, epochs + 1))]
    return _grid(np.stack(rows, axis=1), [classes[label] for label in chosen.labels], form)


def variants(images: NDArray[np.uint8], ids: NDArray[np.int64], epoch: int, plan: "TrainingPlan") -> NDArray[np.uint8]:
    """What a run makes of images in an epoch, before normalization, as pixels to look at; pairs are not blended."""
    from compiler.augment import augment
    from compiler.backend import tf
    from compiler.pipeline import scaled

    assert plan.augmentation is not None
    settings = {name: given for name, given in plan.augmentation.items() if name != "mixup"}
    number: Any = tf.constant(epoch, tf.int64)
    varied, _ = augment(scaled(images), tf.zeros((len(images), 1)), number, tf.constant(ids), settings, plan.seed)
    return np.rint(np.asarray(varied) * 255).astype(np.uint8)


def _grid(pictures: NDArray[np.uint8], names: Sequence[str], form: Form) -> bytes:
    """Pictures (rows, columns, height, width, channels), the name of each row before it, a gap behind the originals."""
    from runtime.labels import shown_name

    gap, left_edge, head = (length * form.density for length in (_GAP, _NAMES, _HEAD))
    rows, columns, *size, _ = pictures.shape
    height, width = _shown_size(size, form)
    step_down, step_right = height + gap, width + gap
    sheet = Image.new("RGB", (left_edge + columns * step_right + 3 * gap, head + rows * step_down + gap), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(13 * form.density)
    for column in range(columns):
        left = left_edge + column * step_right + (2 * gap if column else 0)
        draw.text((left, gap), "original" if column == 0 else f"epoch {column}", "#444444", font)
        for row in range(rows):
            pixels = np.broadcast_to(pictures[row, column], (*size, 3))
            larger = Image.Resampling.NEAREST if height >= size[0] else Image.Resampling.BILINEAR
            picture = Image.fromarray(pixels).resize((width, height), larger)
            sheet.paste(picture, (left, head + row * step_down))
    for row, name in enumerate(names):
        middle = head + row * step_down + height // 2
        draw.text((gap, middle - 8 * form.density), shown_name(name, 14), "#222222", font)
    content = io.BytesIO()
    sheet.save(content, "PNG")
    return content.getvalue()


def _shown_size(size: Sequence[int], form: Form) -> tuple[int, int]:
    """(height, width) in pixels of the sheet."""
    longer, most = max(size), form.largest * form.density
    factor: float = max(1, -(-form.side * form.density // longer))
    if longer > most:
        factor = most / longer
    height, width = (max(1, round(side * factor)) for side in size)
    return height, width
