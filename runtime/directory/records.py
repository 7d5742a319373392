"""Records out of JSON that anybody may have written: the annotations of a dataclass say what each field may hold."""

import dataclasses
import math
import types
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeVar, Union, get_args, get_origin

_Record = TypeVar("_Record")

LARGEST: Final = 2**53
"""Above it, not every whole number is one for the programs that read JSON."""
_LARGEST_REAL: Final = 1e300
INFINITE: Final = "may be infinite"
Figure = Annotated[float, INFINITE]
"""A number that is finite or infinite; a plain `float` is finite."""


class NotSoundError(ValueError):
    """A field holds what it may not; the message names the field and says what belongs there."""


def record_from(kind: type[_Record], value: Any, where: str = "") -> _Record:
    """A dataclass from a JSON object: whole numbers from 0 on, finite numbers, text, and what is made of them.

    Fields with a default may be missing. Raises NotSoundError for anything else, with the place: "data.train_images".
    """
    if not isinstance(value, dict):
        raise _wrong(where, value, "an object")
    assert dataclasses.is_dataclass(kind)
    known = {each.name: each for each in dataclasses.fields(kind)}
    if unknown := [name for name in value if name not in known]:
        raise NotSoundError(f"there is an unknown entry {unknown[0]!r:.40}{f' in {where}' if where else ''}")
    found = {}
    for name, each in known.items():
        place = f"{where}.{name}" if where else name
        if name in value:
            found[name] = value_from(each.type, value[name], place)
        elif each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING:
            raise NotSoundError(f"{place} is missing")
    return kind(**found)


def is_text(value: Any) -> bool:
    """Whether a value is text, be it with bytes of a file name that are none; no lone halves of a character."""
    try:
        return isinstance(value, str) and value.encode(errors="surrogateescape") is not None
    except UnicodeEncodeError:
        return False


def value_from(kind: Any, value: Any, where: str) -> Any:
    """A value of JSON as the type of a field. Raises NotSoundError, with the place, where it is none."""
    origin, arguments = get_origin(kind) or kind, get_args(kind)
    if origin in (types.UnionType, Union):
        return _first(arguments, value, where)
    if origin is Literal:
        return _checked(value in arguments, value, where, f"one of {', '.join(map(str, arguments))}")
    if origin is tuple:
        _checked(isinstance(value, list), value, where, "a list")
        return tuple(value_from(arguments[0], each, f"{where}.{place}") for place, each in enumerate(value, start=1))
    if origin is Mapping:
        _checked(isinstance(value, dict), value, where, "an object")
        return {_text(name, where): value_from(arguments[1], each, f"{where}.{name}") for name, each in value.items()}
    if origin is str:
        return _text(value, where)
    if origin is bool:
        return _checked(isinstance(value, bool), value, where, "true or false")
    if origin is int:
        return _checked(type(value) is int and 0 <= value < LARGEST, value, where, "a whole number from 0 on")
    if origin in (float, Annotated):
        may = type(value) in (int, float) and (
            abs(value) <= _LARGEST_REAL or (kind is Figure and abs(value) == math.inf)
        )
        return float(_checked(may, value, where, "a finite number"))
    return record_from(kind, value, where)


def _first(kinds: tuple[Any, ...], value: Any, where: str) -> Any:
    """The value as the first of the types that take it."""
    if value is None and types.NoneType in kinds:
        return None
    *others, last = (kind for kind in kinds if kind is not types.NoneType)
    for kind in others:
        try:
            return value_from(kind, value, where)
        except NotSoundError:
            continue
    return value_from(last, value, where)


def _text(value: Any, where: str) -> str:
    return str(_checked(is_text(value), value, where, "text"))


def _checked(is_sound: bool, value: Any, where: str, belongs: str) -> Any:
    if not is_sound:
        raise _wrong(where, value, belongs)
    return value


def _wrong(where: str, value: Any, belongs: str) -> NotSoundError:
    match value:
        case None:
            shown = "null"
        case list():
            shown = "a list"
        case dict():
            shown = "an object"
        case _:
            shown = f"{value!r:.40}"
    return NotSoundError(f"{where or 'it'} is {shown}, not {belongs}")
