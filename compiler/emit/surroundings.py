"""What a script's network computes with, and on: 16 bits, several devices. It stands before the network."""

from compiler.emit.part import Part
from compiler.emit.python_source import literal
from compiler.plan import TrainingPlan
from compiler.precision import FULL


def surroundings_part(plan: TrainingPlan) -> Part:
    """Empty for one device and full precision."""
    found = []
    if plan.precision != FULL:
        found.append("# A run trains with these numbers and tests with 32 bits; here both are done with them.")
        found.append(f"keras.config.set_dtype_policy({literal(plan.precision)})")
    if plan.devices != 1:
        count = f"[:{plan.devices}]" if plan.devices else ""
        found += [
            'devices = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")',
            f"strategy = tf.distribute.MirroredStrategy([each.name for each in devices{count}])",
            "tf.distribute.experimental_set_strategy(strategy)",
        ]
    imports = ("import tensorflow as tf",) if plan.devices != 1 else ()
    return Part(imports=imports, statements="".join(f"{line}\n" for line in found))
