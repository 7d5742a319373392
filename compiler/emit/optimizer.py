"""How a script trains: the optimizer with its schedule, the loss, and what stops it and keeps the best weights."""

from typing import Final

from compiler.calls import Argument, Call, Steps
from compiler.emit.metrics import loss_class
from compiler.emit.python_source import Bracketed, Expression, call, lines, literal
from compiler.optimizer_calls import optimizer_call, schedule_call
from compiler.plan import TrainingPlan
from spec_lang.sections import is_better_lower

STEPS: Final = "steps"
"""The script's name for the number of steps in an epoch."""


def needs_steps(plan: TrainingPlan) -> bool:
    """Whether the learning rate depends on how many steps an epoch has."""
    schedule = schedule_call(plan)
    return schedule is not None and any(isinstance(each, Steps) for each in schedule.arguments.values())


def optimizer(plan: TrainingPlan) -> Bracketed:
    """The optimizer of a run, by the name that Keras has for it."""
    return _printed(optimizer_call(plan))


def _printed(node: Call) -> Bracketed:
    return call(node.function, **{name: _argument(value) for name, value in node.arguments.items()})


def _argument(value: Argument) -> Expression:
    match value:
        case Call():
            return _printed(value)
        case Steps(epochs):
            return STEPS if epochs == 1 else f"{epochs} * {STEPS}"
    return literal(value)


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
