"""The parts of a script that find, divide and read pictures in files, as a run does: `data folder` and `data csv`."""

from collections.abc import Iterator
from typing import Final

from compiler.emit.part import Part
from compiler.emit.python_source import lines, list_of, literal
from compiler.plan import TrainingPlan
from spec_lang.program import Data

FIND: Final = '''\
def find(path):
    """The path from the folder of this script, else from that of CNN_DATA_HOME."""
    beside = Path(__file__).parent / Path(path).expanduser()
    home = os.environ.get("CNN_DATA_HOME")
    return beside if beside.exists() or not home else Path(home) / path
'''

# Splits and classes as in runtime.data.layout, which has refused what cannot be told for certain.
FOLDER: Final = '''\
def folders_in(folder):
    """The folders in a folder, but for hidden ones and those of the system."""
    folders = (each for each in folder.iterdir() if each.is_dir())
    return sorted(
        each
        for each in folders
        if each.name[0] != "." and each.name.lower() not in SYSTEM
    )


def part_of(folder):
    """What the images of a folder are for, by a word in its name; None of a class."""
    words = re.split(r"[\\W\\d_]+|(?<=[a-z])(?=[A-Z]|set|data|images|imgs)", folder.name)
    return next((PARTS[word.lower()] for word in words if word.lower() in PARTS), None)


def within(split):
    """A split, or the one folder in it that is called like it: seg_train/seg_train."""
    inner = folders_in(split)
    alone = len(inner) == 1 and part_of(inner[0]) == part_of(split)
    return inner[0] if alone else split


def is_picture(path):
    """Whether a file is a picture: by its ending, or else by its first bytes."""
    if path.suffix.lower() in SUFFIXES:
        return True
    try:
        with Image.open(path, formats=FORMATS):
            return True
    except OSError:
        print(f"left out: {path}")
        return False


def pictures_in(folder, entered):
    """The pictures in a folder and in those within it, by their names; each folder is entered once."""
    if folder.resolve() in entered:
        return
    entered.add(folder.resolve())
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.name.startswith(".") or path.name.lower() in SYSTEM:
            continue
        if path.is_dir():
            yield from pictures_in(path, entered)
        elif path.is_file() and is_picture(path):
            yield path


def find_pictures(root):
    """(path, label, part) of each picture: a folder for each class, in folders such as train and test if any."""
    named = [each for each in folders_in(root) if part_of(each)]
    parts = {part_of(each): within(each) for each in named if folders_in(within(each))}
    # A folder "train" without folders in it is a class: pictures of trains.
    several = len(set(map(part_of, named))) > 1 or len(folders_in(root)) == 1
    apart = "train" in parts and several
    if evaluation := parts.pop("evaluation", None):
        tests = "validation" in parts and "test" not in parts
        parts["test" if tests else "validation"] = evaluation
    order = ("train", "validation", "test")
    in_order = [(part, parts[part]) for part in order if part in parts]
    for part, folder in in_order if apart else [("train", root)]:
        for label, name in enumerate(CLASSES):
            if (folder / name).is_dir():
                entered = set((folder / name).resolve().parents)
                for path in pictures_in(folder / name, entered):
                    yield path, label, part
'''
FOLDER_CONSTANTS: Final = """\
FORMATS = ["PNG", "JPEG", "GIF", "WEBP", "BMP", "PPM", "TIFF", "AVIF"]
KNOWN = ".png .apng .jpg .jpeg .jpe .jfif .mpo .gif .webp .bmp .ppm .pgm .pbm .pnm"
SUFFIXES = {*KNOWN.split(), ".tif", ".tiff", ".avif", ".avifs"}
SYSTEM = {"__macosx", "__pycache__", "@eadir", "thumbs.db", "desktop.ini"}
PARTS = {word: "train" for word in ("train", "training", "trains", "trainval")}
PARTS |= {word: "validation" for word in ("val", "valid", "validation", "dev")}
PARTS |= {word: "test" for word in ("test", "testing", "tests")}
PARTS |= {word: "evaluation" for word in ("eval", "evaluation")}
"""

TABLE: Final = '''\
def find_pictures(table):
    """(path, label, part) of each picture in the table."""
    with open(table, encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, strict=True):
            whole = None not in row and None not in row.values()
            if not (whole and row[IMAGE].strip() and row[LABEL].strip()):
                raise ValueError(f"{table}: a row lacks fields, or has too many: {row}")
            if row[LABEL] in CLASSES:
                yield table.parent / row[IMAGE], CLASSES.index(row[LABEL]), "train"
'''

# Modes, colours and sizes as in runtime.data.images: the pixels are the same.
_READ: Final = '''\
def read_image(path):
    """A picture, 0 to 255: turned upright, and on white where it is transparent."""
    with Image.open(path) as image:
        clear = image.info.get("transparency")  # a color, as the file has it
        packing = image.tile[0][3] if image.format == "PNG" and image.tile else ""
        if packing in ("L;2", "L;4") and clear is not None:
            image.info["transparency"] = clear * (85 if packing == "L;2" else 17)
        elif packing == "RGB;16B" and clear is not None:
            image.info["transparency"] = tuple(sample >> 8 for sample in clear)
        image.load()
        ImageOps.exif_transpose(image, in_place=True)
        if image.mode.startswith("I;16") or (image.mode, image.format) == ("I", "PPM"):
            samples = np.asarray(image).astype("uint32")
            if image.format == "TIFF" and image.tag_v2.get(262) == 0:
                samples = 65535 - samples  # white is zero
            values = (samples + 128) // 257
            if image.format == "PNG" and clear is not None:
                values[samples == clear] = 255
            image = Image.fromarray(values.astype("uint8"))
        elif image.mode in ("I", "F"):
            raise ValueError(f"{{path}} has samples of 32 bits, whose white is unknown")
        if image.has_transparency_data:
            drawn = image.convert("RGBA")
            image = Image.new("RGB", image.size, "white")
            image.paste(drawn, mask=drawn.getchannel("A"))
        image = image.convert("{mode}")
        image = {resize}
    return np.array(image).reshape({height}, {width}, {channels})


def read_images(paths):
    """The pictures as (n, {height}, {width}, {channels}), from 0 to 1."""
    return np.stack([read_image(path) for path in paths]).astype("float32") / 255
'''
_RESIZE: Final = {
    "stretch": "image.resize(({width}, {height}), Image.Resampling.BILINEAR)",
    "crop": "ImageOps.fit(image, ({width}, {height}), Image.Resampling.BILINEAR)",
    "pad": "ImageOps.pad(image, ({width}, {height}), Image.Resampling.BILINEAR)",
}

_IS_SOUND: Final = '''\
def is_sound(path):
    """Whether a picture can be read; says so where it cannot."""
    try:
        read_image(path)
    except (OSError, SyntaxError, ValueError) as error:
        print(f"left out: {path}: {error}")
        return False
    return True
'''

# The ranks and the shares are those of runtime.data.folders.division.
_RANKS: Final = '''\
def ranks(among, purpose):
    """A number from 0 up to 1 for each picture: a hash of its content and of the seed."""
    key = f"{{SEED}} {{purpose}} "
    contents = [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths[among]]
    hashes = [hashlib.sha256((key + content).encode()).digest() for content in contents]
    return np.array([int.from_bytes(each[:7], "big") for each in hashes]) / 2.0**56
'''.replace("{{", "{").replace("}}", "}")
_HOLD_OUT: Final = '''\
def hold_out(among, share, purpose):
    """The pictures to keep and those to hold out, by their ranks: an added one moves no other."""
    rank = ranks(among, purpose)
    held = rank < share
    for label in np.unique(labels[among]):
        members = np.flatnonzero(labels[among] == label)
        own = rank[members]
        if own.min() == own.max():
            held[members] = False
        elif not held[members].any():
            held[members] = own == own.min()
        elif held[members].all():
            held[members] = own < own.max()
    return among[~held], among[held]
'''
_LIMITED: Final = '''\
def limited(among, count):
    """So many of the pictures, a fair share of each class: those of the lowest ranks."""
    rank, classes = ranks(among, "limit"), labels[among]
    order = np.lexsort((rank, classes))
    sizes = np.bincount(classes)
    place = np.arange(len(among)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    shares = (place + 0.5) / sizes[classes[order]]
    return among[np.sort(order[np.argsort(shares, kind="stable")[:count]])]
'''
_MEASURE: Final = '''\
def mean_and_deviation(paths):
    """Of each channel of the pictures, one after another, so that memory stays small."""
    total = squares = 0
    for path in paths:
        image = read_image(path) / 255
        total, squares = total + image.mean((0, 1)), squares + (image**2).mean((0, 1))
    mean = total / len(paths)
    deviation = np.sqrt(squares / len(paths) - mean**2)
    return mean.astype("float32"), deviation.astype("float32")
'''


def pictures_part(data: Data, plan: TrainingPlan) -> Part:
    """`paths`, `labels`, and the numbers of those to train on, to validate on and to test on."""
    height, width, channels = data.image_shape
    size = {"height": height, "width": width, "channels": channels}
    resize = _RESIZE[str(data.settings["resize"]["how"])].format(**size)
    read = _READ.format(mode="L" if channels == 1 else "RGB", resize=resize, **size)
    skips = data.settings["corrupt"]["what"] == "skip"
    dividing = list(_dividing(data, plan))
    text = "\n".join(dividing)
    classes = lines(list_of([literal(name) for name in data.classes]), before="CLASSES = ")
    constants = "".join(f"{line}\n" for line in classes)
    if data.source == "csv":
        image, label = (literal(data.arguments[name]) for name in ("image", "label"))
        constants += f"IMAGE, LABEL = {image}, {label}\n"
    else:
        constants += FOLDER_CONSTANTS
    divides = "hold_out(" in text or "limited(" in text
    constants += f"SEED = {plan.seed}\n" * divides
    statements = [
        f"keras.utils.set_random_seed({plan.seed})\n",
        f"found = list(find_pictures(find({literal(data.arguments['path'])})))",
        *(["found = [each for each in found if is_sound(each[0])]"] if skips else []),
        "paths, labels, parts = (np.array(column) for column in zip(*found))",
        *dividing,
    ]
    if plan.normalize == "standard":
        statements.append("mean, std = mean_and_deviation(paths[train])")
    return Part(
        imports=(
            "import os",
            "from pathlib import Path",
            "import keras",
            "import numpy as np",
            "from PIL import Image, ImageOps",
            *(["import csv"] if data.source == "csv" else []),
            *(["import hashlib"] if divides else []),
            *(["import re"] if data.source == "folder" else []),
        ),
        constants=constants,
        definitions=(
            FIND,
            TABLE if data.source == "csv" else FOLDER,
            read,
            *([_IS_SOUND] if skips else []),
            *([_RANKS] if divides else []),
            *([_HOLD_OUT] if "hold_out(" in text else []),
            *([_LIMITED] if "limited(" in text else []),
            *([_MEASURE] if plan.normalize == "standard" else []),
        ),
        statements="".join(f"{line}\n" for line in statements),
    )


def _dividing(data: Data, plan: TrainingPlan) -> Iterator[str]:
    """Apart first the test images, then those beyond the limit, then those to validate on."""
    yield 'train = np.flatnonzero(parts == "train")'
    match data.settings["test"]["amount"]:
        case "given":
            yield 'test = np.flatnonzero(parts == "test")'
        case share:
            yield f'train, test = hold_out(train, {share}, "test")'
    limit = data.settings.get("limit", {}).get("images")
    if isinstance(limit, int):
        yield f"train = limited(train, {limit})"
    match plan.validation:
        case "given":
            yield 'validation = np.flatnonzero(parts == "validation")'
        case float() as share if share > 0:
            yield f'train, validation = hold_out(train, {share}, "validation")'
