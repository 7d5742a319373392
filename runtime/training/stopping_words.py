"""How a training ended, in words for the terminal and the report."""

from compiler.plan import TrainingPlan
from runtime.directory.manifest import diverged_in
from runtime.training.history import TrainingResult


def stop_words(plan: TrainingPlan, training: TrainingResult) -> str:
    """Why training ended when it did, as a sentence."""
    epochs = len(training.history)
    match training.stop_reason:
        case "early stopping":
            assert plan.stop is not None
            best = epochs - max(plan.stop.patience, 1)
            return f"Early stopping: {plan.stop.monitor} has not improved since epoch {best}."
        case "time limit":
            return f"Out of time: another epoch after the {epochs} would not have been over in time."
        case "interrupted":
            return f"Interrupted after {epochs} of {plan.epochs} epochs."
        case "diverged":
            return f"Training diverged in epoch {epochs + 1}: the loss was no longer a finite number."
        case "completed":
            return f"All {epochs} epochs were run." if epochs > 1 else "The one epoch was run."


def weights_words(training: TrainingResult) -> str:
    """Which weights were kept, as a sentence."""
    match training.weights:
        case "unfinished epoch":
            return f"The weights of the unfinished epoch {len(training.history) + 1} were kept."
        case "best epoch" | "last epoch":
            return f"The weights of epoch {training.best_epoch} were kept."


def stopped_as(training: TrainingResult) -> str | None:
    """Why training ended before its last epoch, as the manifest has it; None where it did not."""
    match training.stop_reason:
        case "completed":
            return None
        case "diverged":
            return diverged_in(len(training.history) + 1)
        case reason:
            return reason
