"""The parts of a script that load and divide images that fit into memory: published sets, and `data npz`."""

from collections.abc import Iterator
from typing import Final

from compiler.emit.batches import normalizing
from compiler.emit.part import Part
from compiler.emit.pictures import FIND
from compiler.emit.python_source import lines, list_of, literal
from compiler.plan import TrainingPlan
from spec_lang.datasets import DATASETS
from spec_lang.program import Data

# The draws and the shares are those of runtime.data.splits: the images held out are the same.
_HOLD_OUT: Final = '''\
def hold_out(labels, count, seed):
    """The indices of the images to keep and of `count` others, a fair share of each class."""
    sizes = np.bincount(labels)
    shares, remainders = np.divmod(sizes * count, len(labels))
    by_remainder = np.argsort(-remainders, kind="stable")
    can_give = by_remainder[shares[by_remainder] < sizes[by_remainder] - 1]
    shares[can_give[: count - shares.sum()]] += 1
    source = np.random.SeedSequence(seed, spawn_key=(1,))
    draws = np.random.PCG64(source).random_raw(len(labels))
    shuffled = np.argsort(draws)
    members = [shuffled[labels[shuffled] == label] for label in range(len(sizes))]
    held_out = np.concatenate([each[:share] for each, share in zip(members, shares)])
    return np.setdiff1d(np.arange(len(labels)), held_out), np.sort(held_out)
'''

_LOAD_DIGITS: Final = '''\
def load_data():
    """Images (n, 8, 8) from 0 to 255 with labels (n,), to train on and to test on."""
    images, labels = load_digits(return_X_y=True)
    images = (images.astype(int) * 255 + 8) // 16  # they come from 0 to 16
    train, test = hold_out(labels, {test_images}, seed=0)
    return (images[train], labels[train]), (images[test], labels[test])
'''

_LOAD_NAMED: Final = '''\
def load_data():
    """Images from 0 to 255 with their labels, to train on and to test on."""
    if folder := os.environ.get("CNN_DATA_HOME"):
        with np.load(Path(folder) / "{name}.npz") as data:
            return (data["x_train"], data["y_train"]), (data["x_test"], data["y_test"])
    return keras.datasets.{name}.load_data()
'''


_CHOOSE: Final = '''\
def choose(images, labels, chosen):
    """The images of the chosen labels, labelled anew in their order."""
    kept = np.isin(labels, chosen)
    return images[kept], np.array([chosen.index(label) for label in labels[kept]])
'''

_LOAD_OWN: Final = '''\
def load_data():
    """Images from 0 to 255 with their labels, {parts}."""
    with np.load(find({path})) as data:
        return {arrays}
'''
_PARTS: Final = {"train": "to train on", "val": "to validate on", "test": "to test on"}


def arrays_part(data: Data, plan: TrainingPlan) -> Part:
    """Loading, scaling and dividing: `x_train`, `x_test`, … and the numbers of those `kept` and `held_out`."""
    own = data.source == "npz"
    has_test = not own or data.settings["test"]["amount"] == "given"
    parts = ["train", *(["val"] if plan.validation == "given" else []), *(["test"] if has_test else [])]
    dividing = list(_dividing(data, plan, parts))
    uses_hold_out = data.source == "digits" or any("hold_out(" in line for line in dividing)
    shape = ", ".join(map(str, data.image_shape))
    pairs = ", ".join(f"(x_{part}, y_{part})" for part in parts)
    statements = [
        f"keras.utils.set_random_seed({plan.seed})\n",
        f"{pairs if len(parts) > 1 else 'x_train, y_train'} = load_data()",
        *(f'x_{part} = x_{part}.reshape(-1, {shape}).astype("float32") / 255' for part in parts),
        f"{', '.join(f'y_{part}' for part in parts)} = {', '.join(f'y_{part}.ravel()' for part in parts)}",
        *dividing,
        *_normalized(plan, [f"x_{part}" for part in ("train", "val", "test") if part in {*parts, "test"}]),
    ]
    if data.source == "digits":
        imports = ["import numpy as np", "from sklearn.datasets import load_digits"]
        load = _LOAD_DIGITS.format(test_images=DATASETS["digits"].test_images)
    else:
        imports = ["import os", "from pathlib import Path", "import numpy as np"]
        load = _load_own(data, parts) if own else _LOAD_NAMED.format(name=data.source)
    classes = lines(list_of([literal(name) for name in data.classes]), before="CLASSES = ")
    return Part(
        imports=("import keras", *imports),
        constants="".join(f"{line}\n" for line in classes),
        definitions=(
            *([FIND] if own else []),
            load,
            *([_HOLD_OUT] if uses_hold_out else []),
            *([_CHOOSE] if any("choose(" in line for line in dividing) else []),
        ),
        statements="".join(f"{line}\n" for line in statements),
    )


def _load_own(data: Data, parts: list[str]) -> str:
    pairs = [f'data["x_{part}"], data["y_{part}"]' for part in parts]
    arrays = ", ".join(f"({pair})" for pair in pairs) if len(pairs) > 1 else pairs[0]
    text = _LOAD_OWN.format(
        parts=" and ".join(_PARTS[part] for part in parts), path=literal(data.arguments["path"]), arrays=arrays
    )
    if len(parts) < 3:
        return text
    inside = "".join(f"            ({pair}),\n" for pair in pairs)
    return text.replace(f"({arrays})", arrays).replace(f"return {arrays}", f"return (\n{inside}        )")


def _dividing(data: Data, plan: TrainingPlan, parts: list[str]) -> Iterator[str]:
    """The chosen classes; then test images, where none stand apart; then the limit; then those to validate on."""
    known = DATASETS[data.source].classes if data.source in DATASETS else None
    chosen = _chosen(data, known)
    if chosen is not None:
        yield from (f"x_{part}, y_{part} = choose(x_{part}, y_{part}, {chosen})" for part in parts)
    limit = data.settings.get("limit", {}).get("images")
    share = data.settings.get("test", {}).get("amount")
    # Each image is varied by its number among all, whatever is taken from them.
    numbered = ("x_train", "y_train", "ids") if plan.augmentation is not None else ("x_train", "y_train")
    names = ", ".join(numbered)
    if plan.augmentation is not None:
        yield "ids = np.arange(len(x_train))"
        if plan.balance == "oversample":
            yield "total = len(x_train)"
    if "test" not in parts:
        yield f"rest, test = hold_out(y_train, round({share} * len(y_train)), {plan.seed})"
        yield "x_test, y_test = x_train[test], y_train[test]"
        yield f"{names} = {', '.join(f'{name}[rest]' for name in numbered)}"
    if isinstance(limit, int):
        yield f"_, some = hold_out(y_train, min({limit}, len(y_train)), {plan.seed})"
        yield f"{names} = {', '.join(f'{name}[some]' for name in numbered)}"
    if isinstance(plan.validation, float) and plan.validation > 0:
        yield f"kept, held_out = hold_out(y_train, round({plan.validation} * len(y_train)), {plan.seed})"


def _chosen(data: Data, known: tuple[str, ...] | None) -> list[int] | None:
    """The labels of the chosen classes, in their order; None for all.

    Whether own arrays have others, the arrays tell.
    """
    if known is None:
        return list(data.labels)
    return [known.index(name) for name in data.classes] if data.classes != known else None


def _normalized(plan: TrainingPlan, arrays: list[str]) -> Iterator[str]:
    """Images to train on stay from 0 to 1 where they are varied before they are normalized."""
    formula = normalizing(plan)
    if plan.normalize == "standard":
        held_out = isinstance(plan.validation, float) and plan.validation > 0
        learnt = "x_train[kept]" if held_out else "x_train"
        yield f"mean, std = {learnt}.mean(axis=(0, 1, 2)), {learnt}.std(axis=(0, 1, 2))"
    if formula and plan.augmentation is None:
        made = ", ".join(formula.format(name) for name in arrays)
        yield f"{', '.join(arrays)} = {made}"
    elif formula:
        yield from (f"{name} = normalize({name})" for name in arrays if name != "x_train")
