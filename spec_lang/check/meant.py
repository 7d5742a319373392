"""What the author of a statement that begins with an unknown name meant: the text to write, or what to do instead."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from spec_lang.arguments import bind, replacement
from spec_lang.diagnostics import Edit, Fix
from spec_lang.forms import Form
from spec_lang.kinds import UNKNOWN, Choice, Real
from spec_lang.layers import LAYERS
from spec_lang.layers.activations import ACTIVATION_LAYER
from spec_lang.scripts import in_ascii_digits
from spec_lang.sections import DATA, OPTIMIZERS, SECTIONS
from spec_lang.source import Span, with_separator
from spec_lang.structure import REPEAT
from spec_lang.suggestions import Suggestion, suggest
from spec_lang.synonyms import Meaning, Role, meanings_of, plain
from spec_lang.syntax import Number, Size, Statement, Value

_SETTINGS: Mapping[Role, str] = {
    Role.OPTIMIZER: "optimizer",
    Role.LOSS: "loss",
    Role.METRIC: "metrics",
    Role.SCHEDULE: "schedule",
}
"""The setting of `train` that takes the words of a role."""
_HOMES: Mapping[Role, str] = {
    Role.DATASET: "data {}",
    Role.INITIALIZER: "it as an option of a layer: init={}",
    Role.SECTION: "a section of its own: {} {{ … }}",
}
"""Where the words of a role belong."""


class Meant(NamedTuple):
    """What was meant: fields of a rule's wording, and the fix where the text is certain."""

    suggestion: str | None = None
    advice: str | None = None
    letters: str | None = None
    fix: Fix | None = None
    meaning: Meaning | None = None
    moved: tuple[str, str] | None = None
    """The section that it belongs into, and what is to be written there, where that is what the author wrote."""

    @property
    def fields(self) -> dict[str, object]:
        return {"suggestion": self.suggestion, "advice": self.advice, "letters": self.letters}


NOTHING = Meant()


def move(statement: Statement, section: str, text: str, sections: Mapping[str, Statement]) -> Fix | None:
    """The fix that takes a setting out of the top level and writes it into its section."""
    if statement.block:
        return None
    if section not in sections:
        return replacement(statement.head, f"{section} {{ {text} }}") if section != DATA.keyword else None
    block = sections[section].block
    if block is None or block.span.source is not statement.span.source:
        return None
    opening = block.span.start + 1
    inserted = Edit(Span(block.span.source, opening, opening), f" {text};" if block.statements else f" {text} ")
    return Fix(f"write it into '{section}'", (inserted, Edit(with_separator(statement.head), "")))


def meant_layer(statement: Statement, known: Sequence[str], *roles: Role) -> Meant:
    """What was meant by a statement in the place of a layer; `known` are layers, blocks and whatever stands there."""
    name, place = statement.keyword.name, statement.keyword.span
    if text := _whole_layer(statement):
        return Meant(text, fix=replacement(statement.head, text))
    found = suggest(name, known, Role.LAYER, *roles)
    if found.word:
        return _word(found, place)
    if activation := activation_of(name):
        text = _activation_layer(activation, statement)
        meaning = Meaning(Role.ACTIVATION, activation, write=text or f"activation {activation}")
        return Meant(activation, fix=replacement(statement.head, text), meaning=meaning)
    if found.advice:
        return Meant(advice=found.advice, meaning=found.meaning)
    if text := _glued(statement):
        return Meant(text, fix=replacement(place, text))
    return _elsewhere(statement, found)


def meant_setting(statement: Statement, section: str) -> Meant:
    """What was meant by a statement in a section."""
    from spec_lang.synonyms.conversions import SECTION_OF, convert, converts, is_off

    name, place = statement.keyword.name, statement.keyword.span
    if is_off(name, statement.values):
        return Meant(advice="leave it out: it is off unless it is written")
    text = convert(name, statement.values) if not statement.options else None
    if text:
        home = SECTION_OF[text.split()[0]]
        if home == section:
            return Meant(text, fix=replacement(statement.head, text))
        return Meant(advice=f"write {home} {{ {text} }}")
    settings = SECTIONS[section].by_keyword
    found = suggest(name, [f"{section}.{keyword}" for keyword in settings], Role.SETTING)
    if found.word:
        word = found.word.rpartition(".")[2]
        meant = _word(found._replace(word=word), place)
        # Where values are written in another way, those that are given have to fit as they are.
        fits = not converts(name) or _fits(statement, settings[word])
        return meant if fits else meant._replace(fix=None)
    if text := _glued(statement, settings):
        return Meant(text, fix=replacement(place, text))
    if found.advice and not (found.meaning and found.meaning.words):
        return Meant(advice=found.advice, meaning=found.meaning)
    meant = _elsewhere(statement, found)
    if meant.moved and meant.moved[0] == section:
        return meant._replace(fix=replacement(statement.head, meant.moved[1]))
    return meant


def activation_of(name: str) -> str | None:
    """The activation function that a layer is named after: relu, ReLU, LeakyReLU."""
    if any(each.role is Role.LAYER and each.words for each in meanings_of(name)):
        return None
    kind = ACTIVATION_LAYER.parameters[0].kind
    return suggest(name, kind.words, Role.ACTIVATION).word or None if isinstance(kind, Choice) else None


def _word(found: Suggestion, place: Span) -> Meant:
    return Meant(found.word, None, found.letters or None, replacement(place, found.word), found.meaning)


def _elsewhere(statement: Statement, found: Suggestion) -> Meant:
    """What to say of a name that is known for something that belongs to another place."""
    name, meaning = statement.keyword.name, found.meaning
    if meaning is None:
        return NOTHING
    if not meaning.words:
        return Meant(advice=meaning.advice, meaning=meaning)
    word = meaning.words[0]
    if meaning.role is Role.SETTING:
        section, text, is_sure = _in_its_section(statement, word)
        place = (section, text) if is_sure else None
        return Meant(advice=f"write {section} {{ {text} }}", meaning=meaning, moved=place)
    if meaning.role is Role.LAYER:
        return Meant(advice=f"'{name}' is the layer {word}: it belongs to the model", meaning=meaning)
    if setting := _SETTINGS.get(meaning.role):
        text = " ".join([setting, word, *_written(statement, word)])
        advice = f"'{name}' is {meaning.role}: write train {{ {text} }}"
        return Meant(advice=advice, meaning=meaning, moved=("train", text))
    if home := _HOMES.get(meaning.role):
        return Meant(advice=f"'{name}' is {meaning.role}: write {home.format(word)}", meaning=meaning)
    return NOTHING


def _written(statement: Statement, word: str) -> Iterator[str]:
    """The values and options of a statement; a lone number behind an optimizer is its learning rate."""
    match statement.values:
        case [Number(unit="") as number] if word in OPTIMIZERS:
            yield f"lr={number.span.text}"
        case values:
            yield from (each.span.text for each in values)
    yield from (each.span.text for each in statement.options)


def _in_its_section(statement: Statement, path: str) -> tuple[str, str, bool]:
    """The section of a setting, what to write there, and whether that has the values of the statement."""
    from spec_lang.synonyms.conversions import convert, converts

    section, _, keyword = path.partition(".")
    setting = SECTIONS[section].by_keyword[keyword]
    text = convert(statement.keyword.name, statement.values)
    if text is None and _fits(statement, setting) and not converts(statement.keyword.name):
        values = [each.span.text for each in (*statement.values, *statement.options)]
        text = " ".join([keyword, *values])
    if text is None and plain(statement.keyword.name) == plain(keyword) and not bind(statement, setting)[1]:
        text = keyword
    return section, text or setting.example, text is not None


def _fits(statement: Statement, form: Form) -> bool:
    """Whether the values of a statement are those of a form, without any mistake."""
    return bool(statement.values or statement.options) and not bind(statement, form)[1]


def _activation_layer(word: str, statement: Statement) -> str | None:
    """An activation as a layer of its own; a number behind it is the first of its parameters."""
    match statement.values, statement.options:
        case [], []:
            return f"activation {word}"
        case [Number(unit="") as number], []:
            own = ACTIVATION_LAYER.variants.get(word, ())
            first = next((each for each in own if isinstance(each.kind, Real)), None)
            return f"activation {word} {first.name}={number.span.text}" if first else None
        case [], _:
            return " ".join(["activation", word, *(each.span.text for each in statement.options)])
    return None


def _whole_layer(statement: Statement) -> str | None:
    """A layer whose arguments have another meaning elsewhere, as a statement of the language."""
    name, values = plain(statement.keyword.name), _numbers(statement.values)
    if statement.options or statement.block:
        return None
    if name.startswith("adaptive") and values in ([1], [1, 1]):
        word = next((word for word in ("avg", "average", "max") if name.startswith(f"adaptive{word}pool")), None)
        return {"avg": "globalavgpool", "average": "globalavgpool", "max": "globalpool"}[word] if word else None
    match name, values:
        case "linear", [_, units]:
            return f"dense {units}"
        case "conv2d", [_, filters, kernel]:
            return f"conv {filters} {kernel}x{kernel}"
    return None


def _numbers(values: Sequence[Value]) -> list[int]:
    """The whole numbers among values; nothing where there are others."""
    numbers: list[int] = []
    for value in values:
        match value:
            case Number(value=int(number), unit=""):
                numbers.append(number)
            case Size(axes=(height, width)):
                numbers += [height, width]
            case _:
                return []
    return numbers


def _glued(statement: Statement, forms: Mapping[str, Form] | None = None) -> str | None:
    """`dense10` as `dense 10`, where the statement is right with it."""
    match = re.fullmatch(r"([a-zA-Z_]*[a-zA-Z])([0-9]+(?:x[0-9]+)*)", in_ascii_digits(statement.keyword.name))
    if match is None or len(statement.keyword.name) > 40:
        return None
    if forms is None:
        forms = {**LAYERS, REPEAT.keyword: REPEAT}
    word = suggest(match[1], forms, Role.LAYER).word
    form = forms.get(word)
    if form is None:
        return None
    place = statement.keyword.span
    axes = tuple(int(axis) for axis in match[2].split("x"))
    if len(match[2]) > 12:
        return None
    value = Number(place, axes[0]) if len(axes) == 1 else Size(place, axes)
    whole = statement._replace(values=(value, *statement.values))
    return None if bind(whole, form, {"classes": UNKNOWN})[1] else f"{word} {match[2]}"
