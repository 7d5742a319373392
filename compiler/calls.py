"""Calls of Keras as plain data: the model is made from them, and Python source is printed from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeAlias

from spec_lang.program import PlainValue


@dataclass(frozen=True, slots=True)
class Call:
    """A call with named arguments, such as `keras.layers.Conv2D(filters=32, kernel_size=(3, 3))`."""

    function: str
    """The dotted name of the class, from its module on."""
    arguments: Mapping[str, "Argument"]


Argument: TypeAlias = PlainValue | Call | Mapping[str, PlainValue]


def perform(call: Call) -> Any:
    """What the call yields. Loads Keras."""
    # Keras must be set up before any module of it is looked up.
    import compiler.backend  # noqa: F401

    module, _, name = call.function.rpartition(".")
    arguments = {
        name: perform(argument) if isinstance(argument, Call) else argument for name, argument in call.arguments.items()
    }
    return getattr(import_module(module), name)(**arguments)
