"""The optimizers, from Keras; Adam's steps go through TensorFlow's fused kernel."""

from typing import Any

from compiler.backend import keras, tf
from compiler.plan import TrainingPlan


class _FusedUpdate:
    """Adam's update in one kernel, where Keras's own expression takes thirteen: a third of the time for large layers.

    The formula is the same, to rounding:
    https://www.tensorflow.org/api_docs/python/tf/raw_ops/ResourceApplyAdam.
    """

    def update_step(self: Any, gradient: Any, variable: Any, learning_rate: Any) -> None:
        place = self._get_variable_index(variable)
        beta_1, beta_2 = (tf.constant(beta, variable.dtype) for beta in (self.beta_1, self.beta_2))
        step = tf.cast(self.iterations.value + 1, variable.dtype)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[place].value.handle,
            v=self._velocities[place].value.handle,
            beta1_power=beta_1**step,
            beta2_power=beta_2**step,
            lr=tf.cast(learning_rate, variable.dtype),
            beta1=beta_1,
            beta2=beta_2,
            epsilon=tf.constant(self.epsilon, variable.dtype),
            grad=gradient,
        )


class FusedAdam(_FusedUpdate, keras.optimizers.Adam):  # type: ignore[misc]  # Keras has no types
    pass


class FusedAdamW(_FusedUpdate, keras.optimizers.AdamW):  # type: ignore[misc]
    pass


_CLASSES = {
    "adam": FusedAdam,
    "adamw": FusedAdamW,
    "rmsprop": keras.optimizers.RMSprop,
    "sgd": keras.optimizers.SGD,
    "adagrad": keras.optimizers.Adagrad,
    "nadam": keras.optimizers.Nadam,
    "lion": keras.optimizers.Lion,
}
_CLIPS = {"norm": "clipnorm", "global_norm": "global_clipnorm", "value": "clipvalue"}


def build_optimizer(plan: TrainingPlan, steps: int = 1) -> Any:
    """The plan's `keras.optimizers.Optimizer`, in its initial state, for epochs of so many steps."""
    arguments: dict[str, Any] = dict(plan.optimizer_arguments)
    if plan.schedule and plan.schedule.form != "plateau":
        arguments["learning_rate"] = _schedule(plan, steps)
    if plan.clip:
        arguments[_CLIPS[plan.clip[0]]] = plan.clip[1]
    if plan.average is not None:
        arguments |= {"use_ema": True, "ema_momentum": plan.average}
    return _CLASSES[plan.optimizer](**arguments)


def _schedule(plan: TrainingPlan, steps: int) -> Any:
    """The learning rate as a function of the number of steps taken: one of Keras's schedules."""
    assert plan.schedule is not None
    schedules = keras.optimizers.schedules
    rate = plan.learning_rate
    match plan.schedule.form, plan.schedule.arguments:
        case "cosine", {"warmup": int(warmup), "end": float() | int() as end}:
            falling = max(plan.epochs - warmup, 0) * steps or 1
            if not warmup:
                return schedules.CosineDecay(rate, falling, alpha=end)
            return schedules.CosineDecay(0.0, falling, alpha=end, warmup_target=rate, warmup_steps=warmup * steps)
        case "step", {"every": int(every), "factor": float() | int() as factor}:
            return schedules.ExponentialDecay(rate, every * steps, factor, staircase=True)
        case "exponential", {"factor": float() | int() as factor}:
            return schedules.ExponentialDecay(rate, steps, factor)
    raise TypeError(f"{plan.schedule} is no schedule")
