"""The model that a run trains, with the numbers and on the devices of its plan, and the one that it leaves."""

from contextlib import nullcontext
from typing import TYPE_CHECKING

from compiler import TrainingPlan, build_model
from compiler.precision import FULL
from runtime.errors import UserError
from spec_lang.program import Program

if TYPE_CHECKING:
    import keras

    from compiler.devices import Devices


def devices_of(plan: TrainingPlan) -> "Devices | None":
    """Those that train together; None for one. Raises UserError where the machine has fewer than the plan wants."""
    if plan.devices == 1:
        return None
    from compiler.devices import devices_for

    try:
        return devices_for(plan.devices)
    except ValueError as error:
        raise UserError(
            str(error), help="to train on those that there are, begin a new run with --set train.devices=all"
        ) from error


def model_to_train(program: Program, plan: TrainingPlan, devices: "Devices | None") -> "keras.Sequential":
    """The model of a program as training changes it."""
    with devices.scope() if devices else nullcontext():
        model = build_model(program, plan.precision)
    if devices:
        devices.prepare(model)
    return model


def model_to_keep(
    program: Program, plan: TrainingPlan, trained: "keras.Sequential", devices: "Devices | None"
) -> "keras.Sequential":
    """The trained model as it is tested, saved and used: on one device, computing with float32."""
    if devices is None and plan.precision == FULL:
        return trained
    model = build_model(program)
    model.set_weights(trained.get_weights())
    return model
