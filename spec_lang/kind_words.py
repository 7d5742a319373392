"""What a value may be meant for, by the kinds that parameters take: their words, and whether a value fits at all."""

from collections.abc import Iterator, Mapping

from spec_lang.forms import Parameter, Required
from spec_lang.kinds import Choice, Either, Flag, Kind
from spec_lang.reading import is_of, may_be
from spec_lang.suggestions import suggest
from spec_lang.syntax import Arithmetic, List, Number, String, Value, Word


def meant_as_size(value: Value) -> str | None:
    """`4*4` in the place of a size was hardly meant as 16x16."""
    match value:
        case Arithmetic(_, "*", Number(value=height), Number(value=width)):
            return f"{height}x{width}"
    return None


def words_of(kind: Kind) -> Mapping[str, str]:
    match kind:
        case Choice(words):
            return words
        case Either(kinds):
            return {word: text for each in kinds for word, text in words_of(each).items()}
    return {}


def listed_words(kind: Kind, value: Value) -> str | None:
    """`[accuracy, f1]` as the words that it lists, where there is no other item."""
    if not isinstance(value, List):
        return None
    items = [
        each.text if isinstance(each, String) else each.name for each in value.items if isinstance(each, (String, Word))
    ]
    known = [suggest(each, choice.words, choice.role).word for each in items for choice in choices_of(kind)]
    return " ".join(known) if items and all(known) and len(known) == len(value.items) else None


def choices_of(kind: Kind) -> Iterator[Choice]:
    match kind:
        case Choice():
            yield kind
        case Either(kinds):
            for each in kinds:
                yield from choices_of(each)


def takes(kind: Kind, value: Value) -> bool:
    return is_of(kind, value) or may_be(kind, value)


def is_word(kind: Kind) -> bool:
    """Whether all values of a kind are bare words."""
    match kind:
        case Either(kinds):
            return all(map(is_word, kinds))
    return isinstance(kind, (Choice, Flag))


def may_be_meant(parameter: Parameter, value: Value) -> bool:
    """Whether the value of an unknown option may have been meant for a parameter.

    A value that is needed is hardly forgotten where an option of another name holds one; what has a default was meant
    only where the value is a word of its own.
    """
    if isinstance(parameter.default, Required):
        return takes(parameter.kind, value) or not isinstance(value, Word)
    return isinstance(value, Word) and value.name in words_of(parameter.kind)
