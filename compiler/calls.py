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


@dataclass(frozen=True, slots=True)
class Steps:
    """The number of steps in so many epochs: what only the number of training images settles."""

    epochs: int


Argument: TypeAlias = PlainValue | Call | Steps | Mapping[str, PlainValue]


def perform(call: Call, steps: int = 1) -> Any:
    """What the call yields, an epoch being so many steps. Loads Keras."""
    # Keras must be set up before any module of it is looked up.
    import compiler.backend  # noqa: F401

    module, _, name = call.function.rpartition(".")
    arguments = {name: _performed(argument, steps) for name, argument in call.arguments.items()}
    return getattr(import_module(module), name)(**arguments)


def _performed(argument: Argument, steps: int) -> Any:
    match argument:
        case Call():
            return perform(argument, steps)
        case Steps(epochs):
            return epochs * steps
    return argument
