"""From a checked program to how it is trained, as plain data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from spec_lang.program import Arguments, Layer, PlainValue, Program
from spec_lang.sections import TRAIN, is_better_lower, metric_of


@dataclass(frozen=True, slots=True)
class EarlyStopping:
    """Something happens when the monitored figure gets no better: training ends, or the learning rate falls."""

    monitor: str
    """A key of `spec_lang.sections.MONITORS`, such as "val_loss"."""
    patience: int
    """Epochs without a better figure to wait for."""

    @property
    def higher_is_better(self) -> bool:
        return not is_better_lower(self.monitor)

    @property
    def worst(self) -> float:
        return float("-inf") if self.higher_is_better else float("inf")


@dataclass(frozen=True, slots=True)
class Schedule:
    """How the learning rate changes; `arguments` are those of the form, by the names of the language."""

    form: str
    arguments: Arguments


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """Everything that training depends on besides the model and the data."""

    optimizer: str
    """A key of `spec_lang.sections.OPTIMIZERS`."""
    optimizer_arguments: Arguments
    """By the names of Keras."""
    loss: str
    """Name of a function in `keras.losses`."""
    metrics: tuple[str, ...]
    """Keys of `spec_lang.sections.METRICS`: those asked for, and those watched."""
    epochs: int
    """At most so many."""
    batch: int
    """Images in a step; the last step of an epoch takes those that are left."""
    stop: EarlyStopping | None
    seed: int
    validation: float | str
    """The share of the training images that is held out to validate on, 0 for none; "test" for the test images, "given"
    for images that the data keeps apart."""
    normalize: PlainValue = (0.0, 1.0)
    """What black and white are turned into, or "standard"."""
    balance: str | None = None
    """"weights" or "oversample" where classes of few images count for more."""
    augmentation: Mapping[str, Arguments] | None = None
    """The settings that vary training images, by their keywords; None where nothing does."""
    schedule: Schedule | None = None
    clip: tuple[str, float] | None = None
    """"norm", "global_norm" or "value", and the bound."""
    average: float | None = None
    """The momentum of a running mean of the weights, which then stands for the weights."""
    label_smoothing: float = 0.0
    penalties: bool = False
    """Whether large weights of some layer cost something: its l1 or l2."""
    keep: str | None = None
    """The figure by which the weights of the best epoch are kept where there is no early stopping."""
    time_limit: float | None = None
    """Seconds that training may take."""
    precision: str = "float32"
    """Of the numbers in a training step: "float32" or "mixed_bfloat16"."""
    devices: int | None = 1
    """How many train together; None for all that there are."""
    logs: tuple[str, ...] = ()
    """The programs that the figures are written down for: "tensorboard", "mlflow"."""

    @property
    def keeping(self) -> EarlyStopping | None:
        """The figure that settles which epoch's weights are kept; None where they are the last ones."""
        return EarlyStopping(self.keep, 0) if self.keep else self.stop

    @property
    def plateau(self) -> EarlyStopping | None:
        """What a learning rate that falls at a plateau waits for."""
        match self.schedule:
            case Schedule("plateau", {"monitor": str(monitor), "patience": int(patience)}):
                return EarlyStopping(monitor, patience)
        return None

    @property
    def loss_is_cross_entropy(self) -> bool:
        """Whether nothing is added to the bare cross-entropy of the images, and none of them weighs more."""
        return not (self.label_smoothing or self.penalties or self.balance == "weights")

    @property
    def learning_rate(self) -> float:
        rate = self.optimizer_arguments["learning_rate"]
        assert isinstance(rate, float)
        return rate


def training_plan(program: Program) -> TrainingPlan:
    """The plan of a program.

    Raises ValueError for an architecture on its own, without data: it cannot be trained.
    """
    if program.data is None:
        raise ValueError(f"{program.name} has no data to train on")
    match program.train, program.data.settings:
        case (
            {
                "epochs": {"count": int(epochs)},
                "batch": {"size": int(batch)},
                "optimizer": {"name": str(optimizer)},
                "loss": {"name": str(loss)},
                "metrics": {"names": tuple(metrics)},
                "seed": {"value": int(seed)},
            },
            {"validation": {"amount": float() | int() | str() as validation}},
        ):
            return TrainingPlan(
                optimizer=optimizer,
                optimizer_arguments=_optimizer_arguments(optimizer, program.train["optimizer"]),
                loss=loss,
                metrics=_measured(metrics, program.train),
                epochs=epochs,
                batch=batch,
                stop=_early_stopping(program.train.get("stop")),
                seed=seed,
                validation=validation,
                normalize=program.data.settings["normalize"]["to"],
                balance=_word(program.data.settings.get("balance"), "how"),
                augmentation=program.augment if program.augment.keys() - {"fill"} else None,
                schedule=_schedule(program.train.get("schedule")),
                clip=_clip(program.train.get("clip")),
                average=_number(program.train.get("average"), "momentum"),
                label_smoothing=_number(program.train.get("label_smoothing"), "share") or 0.0,
                penalties=_penalized(program.layers),
                keep=_word(program.train.get("keep"), "monitor"),
                time_limit=_number(program.train.get("time"), "limit"),
                precision=_word(program.train.get("precision"), "numbers") or "float32",
                devices=_devices(program.train.get("devices")),
                logs=_words(program.train.get("log"), "programs"),
            )
    raise TypeError(f"not the settings of a checked program: {program.train}, {program.data.settings}")


def _penalized(layers: Iterable[Layer]) -> bool:
    return any(layer.arguments.get("l1") or layer.arguments.get("l2") or _penalized(layer.body) for layer in layers)


def _measured(names: tuple[PlainValue, ...], train: Mapping[str, Arguments]) -> tuple[str, ...]:
    """Each metric once, in order; what is watched is measured too."""
    watched = (metric_of(_word(train.get(setting), "monitor") or "loss") for setting in ("stop", "keep"))
    schedule = train.get("schedule", {})
    plateau = metric_of(str(schedule.get("monitor", "loss")))
    return tuple(dict.fromkeys((*map(str, names), *(name for name in (*watched, plateau) if name))))


def _optimizer_arguments(name: str, given: Arguments) -> dict[str, PlainValue]:
    """By the names of Keras. No decay is said by leaving it out, but for adamw, which has a decay of its own."""
    parameters = TRAIN.by_keyword["optimizer"].variants[name]
    arguments = {parameter.keras_name: given[parameter.name] for parameter in parameters}
    if name != "adamw" and not arguments["weight_decay"]:
        del arguments["weight_decay"]
    return arguments


def _word(given: Arguments | None, name: str) -> str | None:
    return str(given[name]) if given else None


def _words(given: Arguments | None, name: str) -> tuple[str, ...]:
    value = given[name] if given else ()
    return tuple(dict.fromkeys(map(str, value))) if isinstance(value, tuple) else ()


def _devices(given: Arguments | None) -> int | None:
    count = given["count"] if given else 1
    return count if isinstance(count, int) else None


def _number(given: Arguments | None, name: str) -> float | None:
    value = given[name] if given else None
    return float(value) if isinstance(value, (int, float)) else None


def _schedule(given: Arguments | None) -> Schedule | None:
    if given is None:
        return None
    return Schedule(str(given["form"]), {name: value for name, value in given.items() if name != "form"})


def _clip(given: Arguments | None) -> tuple[str, float] | None:
    bound = _number(given, "bound")
    return (str(given["what"]), bound) if given and bound is not None else None


def _early_stopping(given: Arguments | None) -> EarlyStopping | None:
    match given:
        case {"monitor": str(monitor), "patience": int(patience)}:
            return EarlyStopping(monitor, patience)
    return None
