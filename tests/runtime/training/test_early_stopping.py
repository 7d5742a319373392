"""Early stopping against `keras.callbacks.EarlyStopping`."""

from hypothesis import example, given
from hypothesis import strategies as st

from compiler.backend import keras
from compiler.plan import EarlyStopping
from runtime.training.early_stopping import StoppingState

# The callback compares in float32, where the smallest numbers count as 0.
normal = st.floats(0, 1, width=32, allow_subnormal=False)
figures = st.lists(st.sampled_from([0.125, 0.25, 0.5, 0.75]) | normal, min_size=1, max_size=15)


class Model:
    """As much of a model as the callback needs; its weights are the number of the epoch."""

    stop_training = False
    epoch = 0

    def get_weights(self) -> int:
        return self.epoch

    def set_weights(self, epoch: int) -> None:
        self.epoch = epoch


@given(figures, st.sampled_from(["val_loss", "val_accuracy"]), st.integers(0, 4))
@example([0.5, 0.5, 0.5], "val_loss", 0)
@example([0.5, 0.25, 0.25, 0.25, 0.25], "val_loss", 2)
def test_it_stops_and_goes_back_as_the_callback_does(sequence: list[float], monitor: str, patience: int) -> None:
    model, mode = Model(), {"val_loss": "min", "val_accuracy": "max"}[monitor]
    callback = keras.callbacks.EarlyStopping(monitor, mode=mode, patience=patience, restore_best_weights=True)
    callback.set_model(model)
    callback.on_train_begin()

    rule, state = EarlyStopping(monitor, patience), StoppingState()
    for epoch, figure in enumerate(sequence, start=1):
        model.epoch = epoch
        callback.on_epoch_end(epoch - 1, {monitor: figure})
        state = state.after(epoch, figure, rule)
        assert state.is_over(rule) == model.stop_training
        assert (state.best, state.wait) == (callback.best, callback.wait)
        if model.stop_training:
            break
    callback.on_train_end()
    assert state.best_epoch == model.epoch
