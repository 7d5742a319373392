"""Values as a Keras config holds them, in the terms of the language."""

import re
import struct
from collections.abc import Mapping
from json import dumps
from typing import Any, Final, TypeAlias

from spec_lang.kinds import Kind, Pair, Sides
from spec_lang.layers.weights import INITIALIZERS
from spec_lang.program import PlainValue

Config: TypeAlias = Mapping[str, Any]

_USUAL_INITIALIZER: Final[Config] = {
    "mean": 0.0,
    "stddev": 0.05,
    "minval": -0.05,
    "maxval": 0.05,
    "scale": 1.0,
    "mode": "fan_in",
    "distribution": "truncated_normal",
    "gain": 1.0,
}


def initializer_word(given: object) -> str | None:
    """The word for an initializer of Keras, None where there is none."""
    settings: Config = {}
    match given:
        case str():
            word = snake_case(given)
        case {"class_name": str(name), "config": Mapping() as config}:
            word, settings = snake_case(name), config
        case _:
            return None
    for key, value in settings.items():
        if key != "seed" and value is not None and value != _USUAL_INITIALIZER.get(key):
            return None
    return word if word in INITIALIZERS or word == "identity" else None


def snake_case(name: str) -> str:
    """HeNormal as he_normal."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def shown(value: object) -> str:
    """A value of a config on one line, cut where it is long."""
    match value:
        case {"class_name": str(name)}:
            value = name
    text = value if isinstance(value, str) else dumps(value, default=str)
    text = "".join(character if character.isprintable() else "?" for character in text)
    return text if len(text) <= 60 else f"{text[:59]}…"


def as_json(kind: Kind, value: object) -> object:
    """A value in the form that a program's JSON has for the kind."""
    match kind, value:
        case Pair(), int() if not isinstance(value, bool):
            return [value, value]
        case Sides(), [[top, bottom], [left, right]]:
            return [top, bottom, left, right]
        case _, float():
            return _shortest(value)
    return list(value) if isinstance(value, tuple) else value


def _shortest(number: float) -> float:
    """The shortest number that is the same in single precision, if it is a number of that.

    Keras keeps a learning rate of 0.001 as 0.0010000000474974513.
    """
    try:
        single = struct.pack("f", number)
    except OverflowError:
        return number
    if struct.unpack("f", single) != (number,):
        return number
    shorter = (float(f"{number:.{digits}g}") for digits in range(1, 10))
    return next((each for each in shorter if struct.pack("f", each) == single), number)


def dtype_name(given: object) -> object:
    """The name of a type, or of a policy for types."""
    match given:
        case {"config": {"name": name}}:
            return name
    return given


def penalties(given: object, _axes: object) -> dict[str, PlainValue] | None:
    """The arguments `l1` and `l2` for a regularizer of a weight, None where they cannot say it."""
    match given:
        case None:
            return {"l1": 0.0, "l2": 0.0}
        case {"class_name": "L1" | "L2" | "L1L2", "config": Mapping() as weights} if weights.keys() <= {"l1", "l2"}:
            values = {name: weights.get(name, 0.0) for name in ("l1", "l2")}
            if all(type(value) in (int, float) and 0 <= value < 1e300 for value in values.values()):
                return {name: _shortest(float(value)) for name, value in values.items()}
    return None


def limit(given: object, axes: tuple[int, ...]) -> dict[str, PlainValue] | None:
    """The argument `maxnorm` for a constraint of a weight, None where it cannot say it; a filter has these axes."""
    match given:
        case None:
            return {"maxnorm": "off"}
        case {"class_name": "MaxNorm", "config": {"max_value": int() | float() as largest, "axis": axis}}:
            same = [axis] if isinstance(axis, int) else axis
            if same == list(axes) and 0 < largest < 1e300:
                return {"maxnorm": _shortest(float(largest))}
    return None
