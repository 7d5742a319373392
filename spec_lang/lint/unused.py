"""Lints on what stands there and is used by nothing, or is the ground of nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from spec_lang.check import Checked
from spec_lang.check.model import every
from spec_lang.diagnostics import Diagnostic
from spec_lang.layers.kind import pair
from spec_lang.lint.neutral import place_of
from spec_lang.reading import extent_parts
from spec_lang.rules import no_effect as rules
from spec_lang.sections import SECTIONS
from spec_lang.structure import REPEAT
from spec_lang.syntax import Arithmetic, Call, List, Number, Option, Statement, Value, Word


def repeat_once(checked: Checked) -> Iterator[Diagnostic]:
    """`repeat 1`."""
    for statement in _statements(checked.file.statements if checked.file else ()):
        match statement.keyword.name, statement.values:
            case REPEAT.keyword, (Number(value=1),):
                yield rules.REPEAT_ONCE.at(statement.head)


def _statements(statements: Sequence[Statement]) -> Iterator[Statement]:
    """All statements, also those in braces."""
    for statement in statements:
        yield statement
        if statement.block:
            yield from _statements(statement.block.statements)


def named_twice(checked: Checked) -> Iterator[Diagnostic]:
    """A word that stands twice in a setting that takes any number of words."""
    for name, section in checked.sections.items():
        settings = SECTIONS[name].by_keyword
        for statement in section.block.statements if section.block else ():
            setting = settings.get(statement.keyword.name)
            if setting is None or not any(parameter.many for parameter in setting.parameters):
                continue
            seen: set[str] = set()
            for value in statement.values:
                if isinstance(value, Word):
                    if value.name in seen:
                        yield rules.NAMED_TWICE.at(value.span, word=value.name)
                    seen.add(value.name)


def unused_parameters(checked: Checked) -> Iterator[Diagnostic]:
    """Parameters of this file's blocks that nothing in their block depends on."""
    for name, block in checked.blocks.definitions.items() if checked.program else ():
        if block.name.span.source is not checked.source or not block.parameters:
            continue
        used = set(_words(value for each in _statements(block.body) for value in (*each.values, *each.options)))
        used.update(_words(block.defaults.values()))
        for parameter in block.parameters:
            if parameter not in used:
                yield rules.UNUSED_PARAMETER.at(block.name.span, block=name, name=parameter)


def _words(values: Iterable[Value | Option]) -> Iterator[str]:
    for value in values:
        match value:
            case Option(value=given):
                yield from _words((given,))
            case Word(name=name):
                yield name
            case Arithmetic(left=left, right=right):
                yield from _words((left, right))
            case List(items=items):
                yield from _words(items)
            case Call(values=given, options=options):
                yield from _words((*given, *options))


_MOVING: Final = ("rotate", "shift", "shear", "crop")


def without_ground(checked: Checked) -> Iterator[Diagnostic]:
    """Settings that say how something is done that is not done."""
    yield from _fill(checked)
    optimizer = checked.train.written.get("optimizer")
    if optimizer and optimizer.values.get("nesterov") is True and optimizer.values.get("momentum") == 0:
        span = optimizer.spans["nesterov"]
        yield rules.WITHOUT_ITS_GROUND.at(
            span, option="nesterov", missing="momentum", add="write momentum=0.9 beside it"
        )
    for each in every(checked.placed):
        arguments, spans = each.layer.arguments, each.bound.spans
        if arguments.get("bias") is False and arguments.get("bias_init") != "zeros":
            span = spans.get("bias_init", each.statement.head)
            yield rules.WITHOUT_ITS_GROUND.at(span, option="bias_init", missing="bias", add="leave bias=off out")
        if "dilation" in spans and pair(arguments, "kernel") == (1, 1) and pair(arguments, "dilation") != (1, 1):
            yield rules.WITHOUT_ITS_GROUND.at(
                spans["dilation"],
                option="dilation",
                missing="second weight in a kernel of 1x1",
                add="use a larger kernel",
            )


def _fill(checked: Checked) -> Iterator[Diagnostic]:
    augment = checked.augment
    bound = augment.written.get("fill")
    if bound is None or not bound.complete or bound.values.get("how") == "nearest" or not augment.complete:
        return
    values = augment.values
    window = values.get("zoom", {}).get("window")
    shrinks = isinstance(window, tuple) and float(str(window[1])) > 1
    if shrinks or any(name in values and not _is_still(values[name]) for name in _MOVING):
        return
    yield rules.WITHOUT_ITS_GROUND.at(
        place_of(augment, "fill"),
        option="fill",
        missing="setting that moves images",
        add="add one of rotate, shift, shear, crop, or a zoom above 100%",
    )


def _is_still(arguments: Mapping[str, object]) -> bool:
    """Whether all lengths and angles are 0."""
    return all(extent_parts(value)[0] == 0 if isinstance(value, str) else value == 0 for value in arguments.values())
