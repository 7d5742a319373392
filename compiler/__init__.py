"""From a checked program to what trains it: a Keras model and a training plan.

    model = build_model(program)  # keras.Sequential, not yet trained
    plan = training_plan(program)  # optimizer, loss, epochs, ... as plain data

Nothing here reads or writes a file. TensorFlow is loaded by the first call of `build_model`, not by the import.
"""

from compiler.model import build_model
from compiler.plan import EarlyStopping, TrainingPlan, training_plan

__all__ = ["EarlyStopping", "TrainingPlan", "build_model", "training_plan"]
