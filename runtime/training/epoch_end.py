"""What the end of an epoch changes: early stopping, the best weights, a learning rate that waits for a plateau."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from compiler.plan import EarlyStopping, TrainingPlan
from runtime.training.checkpoint import State
from runtime.training.early_stopping import StoppingState
from runtime.training.history import EpochRecord, StopReason


def settle(state: State, record: EpochRecord, plan: TrainingPlan) -> bool:
    """Take an epoch's figures into account; whether it is the best so far, by the figure that settles that."""

    def after(before: StoppingState, rule: EarlyStopping) -> StoppingState:
        figure = record.figure(rule.monitor)
        # A figure that has no value, as the AUC of images of one class, is no better than any.
        return before.after(record.epoch, rule.worst if figure is None else figure, rule)

    state.history = (*state.history, record)
    if plan.stop:
        state.stopping = after(state.stopping, plan.stop)
    state.best = after(state.best, plan.keeping or _usual(record))
    if plan.schedule and (plateau := plan.plateau):
        state.plateau = after(state.plateau, plateau)
        if state.plateau.is_over(plateau):
            state.plateau = StoppingState(state.plateau.best, state.plateau.best_epoch)
            state.rate_factor *= float(str(plan.schedule.arguments["factor"]))
    return state.best.best_epoch == record.epoch


def _usual(record: EpochRecord) -> EarlyStopping:
    """What the best epoch is judged by where the plan does not say: a training that diverges goes back to it."""
    return EarlyStopping("loss" if record.val_loss is None else "val_loss", 0)


def end_reason(state: State, plan: TrainingPlan) -> StopReason | None:
    """Why training is over before the next epoch; None where it goes on."""
    if plan.stop and state.stopping.is_over(plan.stop):
        return "early stopping"
    if state.epoch > plan.epochs:
        return "completed"
    if plan.time_limit is not None and state.history:
        spent = sum(record.seconds for record in state.history)
        if spent + state.history[-1].seconds > plan.time_limit:
            return "time limit"
    return None


@contextmanager
def averaged(model: Any, optimizer: Any, plan: TrainingPlan) -> Iterator[None]:
    """Inside, the model has the running mean of its weights, where the plan wants it judged and kept by that."""
    if plan.average is None:
        yield
        return
    latest = [variable.numpy() for variable in model.trainable_variables]
    optimizer.finalize_variable_values(model.trainable_variables)
    try:
        yield
    finally:
        for variable, value in zip(model.trainable_variables, latest, strict=True):
            variable.assign(value)
