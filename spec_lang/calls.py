"""A call where the language has words: `Adam(lr=0.001)` is `adam lr=0.001`, `l2(0.001)` of a layer is `l2=0.001`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from spec_lang.forms import Parameter
from spec_lang.kinds import Flag, Kind
from spec_lang.reading import Misfit, read
from spec_lang.suggestions import suggest
from spec_lang.synonyms import Role, plain
from spec_lang.syntax import Call, Number, String, Value, Word

_FLAGS: Mapping[str, str] = {"true": "on", "false": "off"}
_PENALTIES: Mapping[str, tuple[str, ...]] = {"l1": ("l1",), "l2": ("l2",), "l1l2": ("l1", "l2")}
_USUAL_PENALTY = "0.01"
"""Keras's, where a regularizer is named without its weight."""


class _Given(NamedTuple):
    name: str | None
    value: Value


def options_of(call: Call, parameters: Sequence[Parameter]) -> str | None:
    """The arguments of a call as options of a statement; empty for none, None where they are no such options.

    A value without a name is that of the first of the parameters, as Keras has it.
    """
    texts: list[str] = []
    for name, value in _given(call):
        parameter = _parameter(name, parameters)
        text = _text(parameter.kind, value) if parameter else None
        if parameter is None or text is None:
            return None
        texts.append(f"{parameter.name}={text}")
    names = [text.partition("=")[0] for text in texts]
    return " ".join(texts) if len(set(names)) == len(names) else None


def penalty(name: str, value: Value) -> str | None:
    """`kernel_regularizer=l2(0.001)` as the options of a layer; None for what is no such penalty."""
    if plain(name) != "kernelregularizer":
        return None
    match value:
        case Word(name=word) | String(text=word) if plain(word) in _PENALTIES:
            return " ".join(f"{each}={_USUAL_PENALTY}" for each in _PENALTIES[plain(word)])
        case Call(name=Word(name=word)) if plain(word) in _PENALTIES:
            names = _PENALTIES[plain(word)]
            given = dict(zip(names, ((None, each) for each in value.values), strict=False))
            named = {each.name.name: each.value for each in value.options}
            weights = {each: named.get(each) or (given[each][1] if each in given else None) for each in names}
            numbers = {each: weight for each, weight in weights.items() if isinstance(weight, Number)}
            if not set(named) <= set(names) or len(value.values) > len(names) or len(numbers) < len(named | given):
                return None
            numbers_as_text = {each: number.span.text for each, number in numbers.items()}
            missing = () if numbers else names
            return " ".join(
                f"{each}={numbers_as_text.get(each, _USUAL_PENALTY)}"
                for each in names
                if each in numbers_as_text or each in missing
            )
    return None


def _given(call: Call) -> Iterator[_Given]:
    for value in call.values:
        yield _Given(None, value)
    for option in call.options:
        yield _Given(option.name.name, option.value)


def _parameter(name: str | None, parameters: Sequence[Parameter]) -> Parameter | None:
    if name is None:
        return parameters[0] if parameters else None
    by_keras = {each.keras_name: each for each in parameters}
    by_name = {each.name: each for each in parameters}
    return by_name.get(name) or by_keras.get(name) or by_name.get(suggest(name, list(by_name), Role.OPTION).word)


def _text(kind: Kind, value: Value) -> str | None:
    text = value.span.text
    if isinstance(kind, Flag) and isinstance(value, Word):
        text = _FLAGS.get(text.lower(), text)
        return text if text in ("on", "off") else None
    return None if isinstance(read(kind, value), Misfit) else text
