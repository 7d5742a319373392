"""The class `Batches` of a script: images read from files, or varied anew in each epoch, batch by batch."""

from typing import Final

from compiler.emit.part import Part
from compiler.plan import TrainingPlan

_CLASS: Final = '''\
class Batches(keras.utils.PyDataset):
    """{summary}"""

    def __init__(self, images, targets, ids=None):
        super().__init__({workers})
        self.images, self.targets, self.ids = images, targets, ids
        self.epoch, self.order = 0, np.arange(len(targets))

    def __len__(self):
        return math.ceil(len(self.targets) / {batch})

    def on_epoch_begin(self):
        self.epoch += 1
        if self.ids is not None:
            self.order = np.random.permutation(len(self.targets))

    def __getitem__(self, number):
        some = self.order[number * {batch} : (number + 1) * {batch}]
        images, targets = {read}, self.targets[some]
{vary}        return {result}, targets
'''
_READ: Final = "read_images(self.images[some])"


def batches_part(plan: TrainingPlan, *, from_files: bool) -> Part:
    """The class, and what it turns pixel values into."""
    does = "in another order and varied anew" if plan.augmentation is not None else "in another order"
    kind = "Pictures, read as they are needed" if from_files else "Images"
    vary = ""
    if plan.augmentation is not None:
        blends = "mixup" in plan.augmentation
        made, given = ("images, targets", "images, targets, ") if blends else ("images", "images, ")
        vary = (
            "        if self.ids is not None:\n"
            f"            epoch, ids = np.int64(self.epoch), self.ids[some]\n"
            f"            {made} = augment({given}epoch, ids)\n"
        )
    formula = normalizing(plan)
    normalize = [f"def normalize(images):\n    return {formula.format('images')}\n"] if formula else []
    made_class = _CLASS.format(
        summary=f"{kind}, with their targets; with ids, {does} in each epoch.",
        workers="workers=4" if from_files else "",
        batch=plan.batch,
        read=_READ if from_files else "self.images[some]",
        vary=vary,
        result="normalize(images)" if formula else "images",
    )
    return Part(imports=("import math", "import keras", "import numpy as np"), definitions=(*normalize, made_class))


def normalizing(plan: TrainingPlan) -> str:
    """How values from 0 to 1 are normalized, with braces for them; empty where they stay what they are."""
    match plan.normalize:
        case "standard":
            return "({} - mean) / std"
        case (0.0, 1.0):
            return ""
        case (float() as low, float() as high):
            return f"{_signed(high - low)} * {{}} {'-' if low < 0 else '+'} {_signed(abs(low))}"
    raise TypeError(f"{plan.normalize!r} is no normalization")


def _signed(number: float) -> str:
    return str(int(number)) if number.is_integer() else repr(number)
