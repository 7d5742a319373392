"""Early stopping as plain state, equal in behaviour to `keras.callbacks.EarlyStopping`."""

from dataclasses import dataclass

from compiler.plan import EarlyStopping
from runtime.directory.records import Figure


@dataclass(frozen=True, slots=True)
class StoppingState:
    """What early stopping remembers from one epoch to the next."""

    best: Figure | None = None
    """The best figure so far; infinite where no epoch had one, None before the first epoch."""
    best_epoch: int = 0
    """Its epoch, from 1."""
    wait: int = 0
    """Epochs since then."""

    def after(self, epoch: int, figure: float, rule: EarlyStopping) -> "StoppingState":
        """The state once an epoch has ended with this value of the monitored figure."""
        if self.best is None or (figure > self.best if rule.higher_is_better else figure < self.best):
            return StoppingState(figure, epoch)
        return StoppingState(self.best, self.best_epoch, self.wait + 1)

    def is_over(self, rule: EarlyStopping) -> bool:
        """Whether the patience is used up; one of 0 ends at the first epoch that is no better, as one of 1 does."""
        return 0 < self.wait >= rule.patience
