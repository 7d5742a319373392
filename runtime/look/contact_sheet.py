"""The verb `cnn augment`: a picture of what the network will see, originals beside their variants."""

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
from runtime.labels import shown_name
from runtime.look.chosen import choose
from runtime.output import write_new
from runtime.report.words import counted
from runtime.specs.spec_file import check_content, read_spec, show_findings
from runtime.targets import check_target
from runtime.terminal import printable

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


class AugmentOptions(NamedTuple):
    """What is drawn, and where to."""

    overrides: Sequence[str] = ()
    image: str | None = None
    """The number or the file of one image, to draw that alone."""
    out: str | None = None
    force: bool = False
    outside: Sequence[Path] = ()
    """Folders that the spec may read beside its own."""


def augment_file(path: str, options: AugmentOptions) -> int:
    """Write the contact sheet of a spec as PNG; the exit code is 1 where the spec has errors.

    Where nothing varies the images, they are drawn as they are.

    Raises UserError where the data is not there, or the file exists or has another ending.
    """
    out = options.out
    if out is not None and Path(out).suffix.lower() != ".png":
        raise UserError(f"{out} does not end in .png: the sheet is a PNG file", help="name another file with -o")
    checked = check_content(read_spec(path), path, options.overrides, outside=options.outside)
    show_findings(checked, sys.stderr)
    program = checked.program
    if program is None:
        return 1
    if program.data is None:
        raise UserError(f"{program.name} has no data to show", help="name a data set, e.g. `data mnist`")
    target = Path(out) if out else Path(f"{program.name}-augment.png")
    check_target(target, force=options.force)
    plan, folder = training_plan(program), Path(path).absolute().parent
    if options.image is None:
        examples = load_run_data(program.data, plan, folder).training
        drawn = counted(min(FILE.images, len(examples)), "training image")
    else:
        chosen = choose(program.data, plan, folder, options.image)
        examples, drawn = chosen.example(), f"{chosen.name} ({chosen.part or 'unused'}), class {chosen.class_name}"
    epochs = min(VARIANTS, plan.epochs) if plan.augmentation is not None else 0
    write_new(target, sheet_png(examples, plan, program.data.classes, epochs=epochs), force=options.force)
    print(printable(f"{target}: {drawn}{_variants_words(epochs)}"))
    if epochs and options.image is not None and chosen.part != "train":
        print("it is no training image, and a run varies no others: so it would look")
    if not epochs:
        print("nothing varies the images: that is what a section such as augment { rotate 10deg; shift 10% } does")
    return 0


def _variants_words(epochs: int) -> str:
    match epochs:
        case 0:
            return ""
        case 1:
            return ", and what the one epoch makes of each"
    return f", and what epochs 1 to {epochs} make of each"


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
    return _grid(np.stack(rows, axis=1), chosen.labels.tolist(), classes, form)


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


def _grid(pictures: NDArray[np.uint8], labels: Sequence[int], classes: Sequence[str], form: Form) -> bytes:
    """Pictures (rows, columns, height, width, channels), each row's class before it, a gap behind originals."""
    from runtime.report.figures import png_of

    gap, left_edge, head = (length * form.density for length in (_GAP, _NAMES, _HEAD))
    rows, columns, *size, _ = pictures.shape
    height, width = _shown_size(size, form)
    step_down, step_right = height + gap, width + gap
    sheet = Image.new("RGB", (left_edge + columns * step_right + 3 * gap, head + rows * step_down + gap), "white")
    draw, font = ImageDraw.Draw(sheet), _font(13 * form.density)
    for column in range(columns):
        left = left_edge + column * step_right + (2 * gap if column else 0)
        draw.text((left, gap), "original" if column == 0 else f"epoch {column}", "#444444", font)
        for row in range(rows):
            pixels = np.broadcast_to(pictures[row, column], (*size, 3))
            larger = Image.Resampling.NEAREST if height >= size[0] else Image.Resampling.BILINEAR
            picture = Image.fromarray(pixels).resize((width, height), larger)
            sheet.paste(picture, (left, head + row * step_down))
    for row, name in enumerate(classes[label] for label in labels):
        middle = head + row * step_down + height // 2
        drawn = shown_name(name, 14) if _has_all(font, name) else f"class {labels[row]}"
        draw.text((gap, middle - 8 * form.density), drawn, "#222222", font)
    return png_of(sheet)


def _font(size: int) -> ImageFont.FreeTypeFont:
    """DejaVu Sans, which comes with Matplotlib and knows most alphabets: Pillow's own font has no accents."""
    import matplotlib as mpl

    return ImageFont.truetype(Path(mpl.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf"), size)


def _has_all(font: ImageFont.FreeTypeFont, name: str) -> bool:
    """Whether the font has every character of a name, so that none would be drawn as a box."""
    box = bytes(font.getmask("\uffff"))
    return not any(bytes(font.getmask(character)) == box for character in set(name) if character.isprintable())


def _shown_size(size: Sequence[int], form: Form) -> tuple[int, int]:
    """(height, width) in pixels of the sheet."""
    longer, most = max(size), form.largest * form.density
    factor: float = max(1, -(-form.side * form.density // longer))
    if longer > most:
        factor = most / longer
    height, width = (max(1, round(side * factor)) for side in size)
    return height, width
