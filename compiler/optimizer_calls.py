"""The optimizer of a plan, with its schedule, as the calls that make it: a run makes it of them, a script prints them.

An argument that has its default is left out: the defaults of the language are those of Keras.
"""

from typing import Final

from compiler.calls import Argument, Call, Steps
from compiler.plan import TrainingPlan
from spec_lang.sections import TRAIN

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


def optimizer_call(plan: TrainingPlan) -> Call:
    """The call of a class in `keras.optimizers`."""
    given = plan.optimizer_arguments
    arguments: dict[str, Argument] = {
        parameter.keras_name: given[parameter.keras_name]
        for parameter in TRAIN.by_keyword["optimizer"].variants[plan.optimizer]
        if given.get(parameter.keras_name, parameter.default) != parameter.default
    }
    if schedule := schedule_call(plan):
        arguments = {**arguments, "learning_rate": schedule}
    if plan.clip:
        arguments[_CLIPS[plan.clip[0]]] = plan.clip[1]
    if plan.average is not None:
        arguments |= {"use_ema": True, "ema_momentum": plan.average}
    return Call(f"keras.optimizers.{_CLASSES[plan.optimizer]}", arguments)


def schedule_call(plan: TrainingPlan) -> Call | None:
    """The learning rate as a function of the number of steps taken, one of Keras's schedules; None for a number.

    A plateau is no such function: whoever trains lowers the number.
    """
    match plan.schedule and (plan.schedule.form, plan.schedule.arguments):
        case None | ("plateau", _):
            return None
        case "cosine", {"warmup": int(warmup), "end": float() | int() as end}:
            # Where the learning rate rises until the end, it never comes to falling; Keras wants a step for it.
            falling = Steps(plan.epochs - warmup) if plan.epochs > warmup else 1
            risen: dict[str, Argument] = {"warmup_target": plan.learning_rate, "warmup_steps": Steps(warmup)}
            arguments: dict[str, Argument] = {
                "initial_learning_rate": 0.0 if warmup else plan.learning_rate,
                "decay_steps": falling,
                **({"alpha": end} if end else {}),
                **(risen if warmup else {}),
            }
            return Call("keras.optimizers.schedules.CosineDecay", arguments)
        case "step", {"every": int(every), "factor": float() | int() as factor}:
            return _decay(plan, Steps(every), factor, staircase=True)
        case "exponential", {"factor": float() | int() as factor}:
            return _decay(plan, Steps(1), factor)
    raise TypeError(f"{plan.schedule} is no schedule")


def _decay(plan: TrainingPlan, steps: Steps, factor: float, **further: Argument) -> Call:
    arguments = {"initial_learning_rate": plan.learning_rate, "decay_steps": steps, "decay_rate": factor, **further}
    return Call("keras.optimizers.schedules.ExponentialDecay", arguments)
