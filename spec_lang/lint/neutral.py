"""Lints on layers and settings whose values change nothing."""

from collections.abc import Iterator, Mapping, Sequence

from spec_lang.check import Checked
from spec_lang.check.model import Placed, written
from spec_lang.check.sections import Settings
from spec_lang.diagnostics import Diagnostic, Edit, Fix
from spec_lang.layers import LAYERS
from spec_lang.lint.layers import sequences
from spec_lang.program import Arguments
from spec_lang.reading import extent_parts
from spec_lang.rules import no_effect as rules
from spec_lang.sections import AUGMENT, TRAIN
from spec_lang.source import Span, with_separator


def layer_without_effect(checked: Checked) -> Iterator[Diagnostic]:
    """Layers whose output is their input."""
    for sequence in sequences(checked.placed):
        for each in sequence:
            layer = each.layer
            is_same = layer.input_shape == layer.output_shape
            if is_same and _is_any_of(layer.arguments, LAYERS[layer.kind].neutral):
                fix = removal(each) if len(sequence) > 1 else None
                yield rules.LAYER_WITHOUT_EFFECT.at(each.statement.head, fix=fix, kind=layer.kind)


def removal(each: Placed) -> Fix | None:
    """The fix that takes a layer away; None where it stands alone in its braces, and for a line that builds a block."""
    span = with_separator(each.statement.head)
    text = span.source.text
    alone = text[: span.start].rstrip()[-1:] == "{" and text[span.end :].lstrip()[:1] == "}"
    return None if alone else Fix("remove the layer", (Edit(span, ""),))


def setting_without_effect(checked: Checked) -> Iterator[Diagnostic]:
    """Settings whose values change nothing."""
    for section, settings in ((AUGMENT, checked.augment), (TRAIN, checked.train)):
        for name, bound in settings.written.items():
            neutral = section.by_keyword[name].neutral
            if neutral and bound.complete and _is_any_of(bound.arguments(), neutral):
                yield rules.SETTING_WITHOUT_EFFECT.at(place_of(settings, name), setting=name)


def less_than_a_pixel(checked: Checked) -> Iterator[Diagnostic]:
    """Shares of the image that are rounded to no pixel at all."""
    if checked.dataset is None:
        return
    image = checked.dataset.image_shape[:2]
    for name, parameter, size in (("crop", "padding", max(image)), ("erase", "side", min(image))):
        bound = checked.augment.written.get(name)
        if bound is None or not bound.complete:
            continue
        given = str(bound.arguments()[parameter])
        amount, unit = extent_parts(given)
        if unit == "%" and amount and round(amount / 100 * size) == 0:
            yield rules.LESS_THAN_A_PIXEL.at(
                place_of(checked.augment, name), setting=name, amount=given, image=written(image)
            )


def place_of(settings: Settings, name: str) -> Span:
    """A setting from its keyword to the last of its values."""
    keyword = settings.places[name]
    here = [span for span in settings.written[name].spans.values() if span.source is keyword.source]
    return Span(keyword.source, keyword.start, max((span.end for span in here), default=keyword.end))


def _is_any_of(arguments: Arguments, sets: Sequence[Mapping[str, object]]) -> bool:
    return any(all(_is(arguments.get(name), value) for name, value in each.items()) for each in sets)


def _is(given: object, neutral: object) -> bool:
    if neutral == "0px":
        return isinstance(given, str) and extent_parts(given)[0] == 0
    return given == neutral
