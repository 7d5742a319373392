"""How a script trains: the optimizer with its schedule, the loss, and what stops it and keeps the best weights."""

from typing import Final

from compiler.emit.metrics import loss_class
from compiler.emit.python_source import Bracketed, Expression, call, lines, literal
from compiler.plan import TrainingPlan
from spec_lang.sections import TRAIN, is_better_lower

_CLASSES: Final = {
    "adam": "Adam",
    "adamw": "AdamW",
    "rmsprop": "RMSprop",
    "sgd": "SGD",
    "adagrad": "Adagrad",
    "nadam": "Nadam",
    "lion": "Lion",
}
_CLIPS: Final = {"norm": "clipnorm", "global_norm": "global_clipnorm", "value": "clipvalue"}
STEPS: Final = "steps"
"""The script's name for the number of steps in an epoch."""


def needs_steps(plan: TrainingPlan) -> bool:
    """Whether the learning rate depends on how many steps an epoch has."""
    return plan.schedule is not None and plan.schedule.form != "plateau"


def optimizer(plan: TrainingPlan) -> Bracketed:
    """The optimizer, with those of its arguments that differ from their defaults, which are Keras's."""
    arguments: dict[str, Expression] = {
        parameter.keras_name: literal(plan.optimizer_arguments[parameter.keras_name])
        for parameter in TRAIN.by_keyword["optimizer"].variants[plan.optimizer]
        if plan.optimizer_arguments.get(parameter.keras_name, parameter.default) != parameter.default
    }
    if needs_steps(plan):
        arguments = {"learning_rate": _schedule(plan), **{k: v for k, v in arguments.items() if k != "learning_rate"}}
    if plan.clip:
        arguments[_CLIPS[plan.clip[0]]] = literal(plan.clip[1])
    if plan.average is not None:
        arguments |= {"use_ema": "True", "ema_momentum": literal(plan.average)}
    return call(f"keras.optimizers.{_CLASSES[plan.optimizer]}", **arguments)


def _schedule(plan: TrainingPlan) -> Bracketed:
    assert plan.schedule is not None
    rate, given = literal(plan.learning_rate), plan.schedule.arguments
    module = "keras.optimizers.schedules"
    match plan.schedule.form:
        case "cosine":
            warmup = int(str(given["warmup"]))
            falling = f"{max(plan.epochs - warmup, 0)} * {STEPS}"
            rising: dict[str, Expression] = {"warmup_target": rate, "warmup_steps": f"{warmup} * {STEPS}"}
            end: dict[str, Expression] = {"alpha": literal(given["end"])} if given["end"] else {}
            return call(
                f"{module}.CosineDecay", "0.0" if warmup else rate, falling, **end, **(rising if warmup else {})
            )
        case "step":
            every = f"{given['every']} * {STEPS}"
            return call(f"{module}.ExponentialDecay", rate, every, literal(given["factor"]), staircase="True")
        case _:
            return call(f"{module}.ExponentialDecay", rate, STEPS, literal(given["factor"]))


def loss(plan: TrainingPlan) -> Expression:
    """The loss by its name, or with its smoothing of labels."""
    if not plan.label_smoothing:
        return literal(plan.loss)
    return call(f"keras.losses.{loss_class(plan)}", label_smoothing=literal(plan.label_smoothing))


def callbacks(plan: TrainingPlan) -> dict[str, list[str]]:
    """The lines that make each callback, by the name that they give it."""
    made: dict[str, Expression] = {}
    if plan.average is not None:  # first, so that the others see the means
        made["average"] = call("keras.callbacks.SwapEMAWeights", swap_on_epoch="True")
    if plan.stop:
        keeps = plan.keep in (None, plan.stop.monitor)
        made["stop"] = call(
            "keras.callbacks.EarlyStopping",
            monitor=literal(plan.stop.monitor),
            patience=literal(plan.stop.patience),
            **_mode(plan.stop.monitor),
            **({"restore_best_weights": "True"} if keeps else {}),
        )
    if plan.keep and not (plan.stop and plan.stop.monitor == plan.keep):
        made["best"] = call(
            "keras.callbacks.EarlyStopping",
            monitor=literal(plan.keep),
            patience=literal(plan.epochs),
            **_mode(plan.keep),
            restore_best_weights="True",
        )
    if plan.schedule and plan.schedule.form == "plateau":
        given = plan.schedule.arguments
        named = {name: literal(given[name]) for name in ("monitor", "factor", "patience")}
        mode = _mode(str(given["monitor"]))
        # By default, Keras takes a figure for no better that is better by less than 0.0001.
        made["plateau"] = call("keras.callbacks.ReduceLROnPlateau", **named, **mode, min_delta="0")
    return {name: lines(expression, before=f"{name} = ") for name, expression in made.items()}


def _mode(monitor: str) -> dict[str, Expression]:
    """Which way a figure gets better, where Keras cannot tell by its name."""
    if monitor.removeprefix("val_") in ("loss", "accuracy"):
        return {}
    return {"mode": literal("min" if is_better_lower(monitor) else "max")}
