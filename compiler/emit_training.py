"""The parts of a script around its model: data, division into training and validation images, training, evaluation."""

from dataclasses import dataclass
from typing import Final

from compiler.emit_metrics import definitions, metrics
from compiler.emit_optimizer import STEPS, callbacks, loss, needs_steps, optimizer
from compiler.plan import TrainingPlan
from compiler.python_source import Expression, call, lines, list_of, literal
from spec_lang.datasets import DATASETS
from spec_lang.program import Data


@dataclass(frozen=True, slots=True)
class Part:
    """What one step adds to the places of a script. All texts but imports end with a line end."""

    imports: tuple[str, ...] = ()
    constants: str = ""
    definitions: tuple[str, ...] = ()
    statements: str = ""


# The draws and the shares are those of runtime.splits: the images held out are the same.
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


def data_part(data: Data, plan: TrainingPlan) -> Part:
    """Loading, scaling and dividing."""
    known = DATASETS[data.source]
    chosen = [known.classes.index(name) for name in data.classes] if data.classes != known.classes else None
    limit = data.settings.get("limit", {}).get("images")
    shape = ", ".join(map(str, data.image_shape))
    held_out = isinstance(plan.validation, float) and plan.validation > 0
    statements = [
        f"keras.utils.set_random_seed({plan.seed})\n",
        "(x_train, y_train), (x_test, y_test) = load_data()",
        f'x_train = x_train.reshape(-1, {shape}).astype("float32") / 255',
        f'x_test = x_test.reshape(-1, {shape}).astype("float32") / 255',
        "y_train, y_test = y_train.ravel(), y_test.ravel()",
    ]
    if chosen is not None:
        statements += [f"x_{part}, y_{part} = choose(x_{part}, y_{part}, {list(chosen)})" for part in ("train", "test")]
    if isinstance(limit, int):
        statements.append(f"_, some = hold_out(y_train, min({limit}, len(y_train)), {plan.seed})")
        statements.append("x_train, y_train = x_train[some], y_train[some]")
    if held_out:
        statements.append(f"kept, held_out = hold_out(y_train, round({plan.validation} * len(y_train)), {plan.seed})")
    statements += _normalizing(plan, held_out=held_out)
    if data.source == "digits":
        imports = ["import numpy as np", "from sklearn.datasets import load_digits"]
        load = _LOAD_DIGITS.format(test_images=DATASETS["digits"].test_images)
    else:
        imports = ["import os", "from pathlib import Path", "import numpy as np"]
        load = _LOAD_NAMED.format(name=data.source)
    classes = lines(list_of([literal(name) for name in data.classes]), before="CLASSES = ")
    return Part(
        imports=("import keras", *imports),
        constants="".join(f"{line}\n" for line in classes),
        definitions=(
            load,
            *([_HOLD_OUT] if held_out or data.source == "digits" or isinstance(limit, int) else []),
            *([_CHOOSE] if chosen is not None else []),
        ),
        statements="".join(f"{line}\n" for line in statements),
    )


def _normalizing(plan: TrainingPlan, *, held_out: bool) -> list[str]:
    match plan.normalize:
        case "standard":
            learnt = "x_train[kept]" if held_out else "x_train"
            return [
                f"mean, std = {learnt}.mean(axis=(0, 1, 2)), {learnt}.std(axis=(0, 1, 2))",
                "x_train, x_test = (x_train - mean) / std, (x_test - mean) / std",
            ]
        case (0.0, 1.0):
            return []
        case (float() as low, float() as high):
            line = f"{_signed(high - low)} * {{}} {'-' if low < 0 else '+'} {_signed(abs(low))}"
            return [f"x_train, x_test = {line.format('x_train')}, {line.format('x_test')}"]
    raise TypeError(f"{plan.normalize!r} is no normalization")


def _signed(number: float) -> str:
    return str(int(number)) if number.is_integer() else repr(number)


def training_parts(data: Data, plan: TrainingPlan) -> tuple[Part, ...]:
    """Compiling and fitting, then judging on the test images."""
    one_hot = plan.loss == "categorical_crossentropy"
    targets = []
    if one_hot:
        targets = [
            f"t_{part} = keras.utils.to_categorical(y_{part}, {len(data.classes)})\n" for part in ("train", "test")
        ]
    name = "t" if one_hot else "y"
    measured = list_of(metrics(plan, len(data.classes)))
    compiling = lines(call("model.compile", optimizer=optimizer(plan), loss=loss(plan), metrics=measured))
    kept = isinstance(plan.validation, float) and plan.validation > 0
    learnt = "[often]" if plan.balance == "oversample" else "[kept]" * kept
    training = [f"x_train{learnt}", f"{name}_train{learnt}"]
    options: dict[str, Expression] = {"batch_size": str(plan.batch), "epochs": str(plan.epochs)}
    if kept:
        options["validation_data"] = f"(x_train[held_out], {name}_train[held_out])"
    elif plan.validation == "test":
        options["validation_data"] = f"(x_test, {name}_test)"
    if plan.balance == "weights":
        options["class_weight"] = "class_weight"
    balancing = _balancing(plan, kept=kept)
    made = callbacks(plan)
    if made:
        options["callbacks"] = list_of(list(made))
    if needs_steps(plan):
        compiling = [f"{STEPS} = -(-len({training[0]}) // {plan.batch})", *compiling]
    fitting = [
        *(line for each in made.values() for line in each),
        *lines(call("model.fit", *training, **options)),
    ]
    if plan.time_limit:
        fitting.insert(0, "# A run ends in time; this script ends after its epochs.")
    if plan.validation == "test":
        fitting.insert(0, "# Judged on the images that it is tested on: the score below is too good.")
    predicted = "probabilities.argmax(axis=1)" if one_hot or plan.loss.startswith("sparse") else _SIGMOID
    evaluation = [
        *_testing(plan, f"x_test, {name}_test"),
        "probabilities = model.predict(x_test)",
        f"predicted = {predicted}",
        *lines(
            call(
                "print",
                call("classification_report", "y_test", "predicted", target_names="CLASSES", zero_division="0"),
            )
        ),
    ]
    return (
        *([Part(statements="".join(targets))] if targets else []),
        *([Part(statements="".join(f"{line}\n" for line in balancing))] if balancing else []),
        Part(definitions=definitions(plan), statements="".join(f"{line}\n" for line in compiling)),
        Part(statements="".join(f"{line}\n" for line in fitting)),
        Part(
            imports=("from sklearn.metrics import classification_report",),
            statements="".join(f"{line}\n" for line in evaluation),
        ),
    )


def _testing(plan: TrainingPlan, test: str) -> list[str]:
    if plan.metrics == ("accuracy",):
        return [
            f"loss, accuracy = model.evaluate({test})",
            'print(f"test loss {loss:.4f}, test accuracy {accuracy:.2%}")',
        ]
    return [
        f"for name, value in model.evaluate({test}, return_dict=True).items():",
        '    print(f"test {name} {value:.4f}")',
    ]


_SIGMOID: Final = "(probabilities[:, 0] > 0.5).astype(int)"


def _balancing(plan: TrainingPlan, *, kept: bool) -> list[str]:
    """Weights of classes by their number of images, or the indices of images with rare ones repeated."""
    labels = "y_train[kept]" if kept else "y_train"
    match plan.balance:
        case "weights":
            return [
                f"counts = np.bincount({labels})",
                "class_weight = dict(enumerate(counts.sum() / (len(counts) * counts)))",
            ]
        case "oversample":
            return [
                f"counts = np.bincount({labels})",
                f"copies = np.rint(counts.max() / counts).astype(int)[{labels}]",
                f"often = np.repeat({'kept' if kept else 'np.arange(len(y_train))'}, copies)",
            ]
    return []
