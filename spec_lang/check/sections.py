"""Checks the sections: which stand where, and the value of each setting."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from spec_lang.arguments import Bound, bind
from spec_lang.check.blocks import Blocks
from spec_lang.check.findings import Findings
from spec_lang.check.meant import NOTHING, meant_layer, meant_setting, move
from spec_lang.diagnostics import Label
from spec_lang.forms import parameters_for
from spec_lang.kinds import describe
from spec_lang.layers import LAYERS
from spec_lang.program import Arguments
from spec_lang.rules import names as rules
from spec_lang.sections import DATA, MODEL, SECTIONS, Section
from spec_lang.source import Span
from spec_lang.structure import BLOCK, INCLUDE, REPEAT, STRUCTURES
from spec_lang.synonyms import Role
from spec_lang.syntax import Block, File, Statement

_LAYERS_ELSEWHERE: Final = ("average",)
"""Settings whose names are those of layers in Keras."""


_MOST_UNKNOWN: Final = 2000
"""Unknown names that are looked into; a text with more of them is no spec with mistakes."""


class Divided:
    """A file's statements by what they are."""

    __slots__ = ("layers", "lost", "sections", "whole")

    def __init__(self) -> None:
        self.sections: dict[str, Statement] = {}
        self.layers: Sequence[Statement] = ()
        self.lost: list[int] = []
        """Where statements stand that a reported mistake left no more of than an unknown keyword."""
        self.whole = True
        """False where a reported mistake leaves open what belongs to the model, which is then not judged as a whole."""


def divide(file: File, blocks: Blocks, findings: Findings) -> Divided:
    """Sections apart from layers; reports what is neither, what stands twice, and layers outside of a model section."""
    divided = Divided()
    bare: list[Statement] = []
    loose: list[Statement] = []
    layer_names = (*LAYERS, REPEAT.keyword, *blocks.definitions)
    has_model = any(statement.keyword.name == MODEL.keyword for statement in file.statements)
    unknown = 0
    for statement in file.statements:
        name = statement.keyword.name
        if statement.is_damaged and not (statement.block or name in layer_names or name == DATA.keyword):
            divided.lost.append(statement.span.start)
        elif name in SECTIONS:
            _divide_section(statement, divided, findings)
        elif name in (BLOCK.keyword, INCLUDE.keyword):
            continue
        elif home_of(name) and name not in LAYERS and not is_layer_elsewhere(statement):
            loose.append(statement)
        elif name in layer_names or unknown > _MOST_UNKNOWN:
            bare.append(statement)
        elif _is_layer(statement, layer_names, has_model=has_model):
            unknown += 1
            bare.append(statement)
        else:
            _unknown_statement(statement, layer_names, divided, findings)
            divided.whole = divided.whole and has_model
    _divide_settings(loose, divided, layer_names, findings)
    model = divided.sections.get(MODEL.keyword)
    if model is None or model.block is None:
        divided.layers = bare
        divided.whole = divided.whole and (model is None or bool(bare))
        return divided
    divided.layers = model.block.statements
    for statement in bare:
        name, span = statement.keyword.name, statement.keyword.span
        if name in layer_names:
            related = [Label(model.keyword.span, "the model section")]
            findings.add(rules.STRAY_LAYER.at(span, related=related, name=name))
            divided.whole = False
        else:
            _unknown_statement(statement, layer_names, divided, findings)
    return divided


def _divide_section(statement: Statement, divided: Divided, findings: Findings) -> None:
    name, span = statement.keyword.name, statement.keyword.span
    if name in divided.sections:
        first = Label(divided.sections[name].keyword.span, "first time")
        findings.add(rules.DUPLICATE.at(span, related=[first], name=name))
        divided.whole = divided.whole and name != MODEL.keyword
        return
    divided.sections[name] = statement
    if name != DATA.keyword:
        bind_section(statement, SECTIONS[name], findings)


def _is_layer(statement: Statement, layer_names: Sequence[str], *, has_model: bool) -> bool:
    """Whether a statement of the top level is a layer, perhaps a misspelt one."""
    name = statement.keyword.name
    if name in layer_names:
        return True
    meant = meant_layer(statement, (*layer_names, *SECTIONS, *STRUCTURES), Role.SECTION)
    if meant.suggestion in SECTIONS or meant.suggestion in (BLOCK.keyword, INCLUDE.keyword):
        return False
    role = meant.meaning.role if meant.meaning else None
    if meant.suggestion or role in (Role.LAYER, Role.ACTIVATION, Role.BACKBONE):
        return True
    return role is None and not has_model and statement.block is None


def _divide_settings(
    loose: Sequence[Statement], divided: Divided, layer_names: Sequence[str], findings: Findings
) -> None:
    """Settings outside of a section: those of a section whose braces are missing, which was reported, belong to it."""
    for statement in loose:
        section = divided.sections.get(home_of(statement.keyword.name) or "")
        if section is None or section.block or section.keyword.name == DATA.keyword:
            _unknown_statement(statement, layer_names, divided, findings)
    for name, section in divided.sections.items():
        inside = tuple(each for each in loose if home_of(each.keyword.name) == name)
        if section.block is None and inside and name != DATA.keyword:
            divided.sections[name] = section._replace(block=Block(inside[0].span.to(inside[-1].span), inside))


def home_of(name: str) -> str | None:
    """The section that has a setting of this name."""
    return next((each.keyword for each in SECTIONS.values() if name in each.by_keyword), None)


def is_layer_elsewhere(statement: Statement) -> bool:
    """Whether the name of a setting, without any value, is rather that of a layer in Keras, such as `average`."""
    return not (statement.values or statement.options) and statement.keyword.name in _LAYERS_ELSEWHERE


def loop_word(name: str) -> str | None:
    """What a loop begins with, for the words that it begins with elsewhere."""
    return REPEAT.keyword if name in ("for", "loop", "while", "times") else None


def _as_option(statement: Statement, section: Section) -> tuple[str | None, str | None]:
    """The settings with an option of this name, or of this name in Keras, and how it is written; None for none."""
    name, owners, option = statement.keyword.name, [], ""
    for setting in section.settings:
        for parameter in (*setting.parameters, *(each for those in setting.variants.values() for each in those)):
            if name in (parameter.name, parameter.keras_name) and setting.keyword not in owners:
                owners.append(setting.keyword)
                option = option or parameter.name
    value = statement.values[0].span.text if statement.values else "…"
    return (" and ".join(f"'{each}'" for each in owners), f"{option}={value}") if owners else (None, None)


def in_short(statement: Statement) -> str:
    """A statement as it was written, for a message: its first line, without its block."""
    return statement.head.text.split("\n", 1)[0]


def _unknown_statement(statement: Statement, layer_names: Sequence[str], divided: Divided, findings: Findings) -> None:
    name, span = statement.keyword.name, statement.keyword.span
    home = None if is_layer_elsewhere(statement) else home_of(name)
    meant = NOTHING if home else meant_layer(statement, (*layer_names, *SECTIONS, *STRUCTURES), Role.SECTION)
    place = (home, in_short(statement)) if home else meant.moved
    fix = meant.fix or (move(statement, *place, divided.sections) if place else None)
    findings.add(
        rules.UNKNOWN_STATEMENT.fill(
            span,
            {
                **meant.fields,
                "name": name,
                "home": home,
                "loop": loop_word(name),
                "statement": in_short(statement),
                "sections": ", ".join(SECTIONS),
                "layers": ", ".join(layer_names),
            },
            fix=fix,
        )
    )


class Settings(NamedTuple):
    """The settings of one section: those in force, and the bindings of those that were written."""

    values: Mapping[str, Arguments]
    written: Mapping[str, Bound]
    complete: bool
    """False where a reported mistake left a value undetermined."""
    places: Mapping[str, Span] = {}
    """Where the keyword of each setting that was written stands."""

    def span(self, setting: str, parameter: str, otherwise: Span) -> Span:
        """Where a parameter was written."""
        bound = self.written.get(setting)
        return bound.spans.get(parameter, otherwise) if bound else otherwise


NO_SETTINGS: Final = Settings({}, {}, complete=False)


def bind_section(statement: Statement, section: Section, findings: Findings) -> Bound:
    """The section's own values, as in `data mnist`; reports a missing block."""
    bound, problems = bind(statement, section.form)
    if not section.needs_block or statement.block is not None:
        findings.extend(problems)
    else:  # settings that stand where the block should be are no values of the section
        findings.add(rules.MISSING_BLOCK.at(statement.keyword.span, owner=section.keyword))
    return bound


def bind_settings(statement: Statement | None, section: Section, findings: Findings) -> Settings:
    """Every setting of a section, as written or by default."""
    written: dict[str, Bound] = {}
    places: dict[str, Span] = {}
    inside = statement.block.statements if statement and statement.block else ()
    complete = True
    for each in inside:
        name, span = each.keyword.name, each.keyword.span
        setting = section.by_keyword.get(name)
        if setting is None and each.is_damaged:
            continue
        if setting is None:
            _unknown_setting(each, section, findings)
            complete = False
            continue
        if name in written:
            findings.add(rules.DUPLICATE.at(span, related=[Label(places[name], "first time")], name=name))
            continue
        bound, problems = bind(each, setting)
        findings.extend(problems)
        if not (each.values or each.options or setting.optional or problems):
            wanted = describe(setting.parameters[0].kind)
            example = setting.example
            findings.add(rules.MISSING_VALUE.at(span, owner=name, parameter="a value", wanted=wanted, example=example))
        if each.block:
            findings.add(rules.UNEXPECTED_BLOCK.at(each.block.span, owner=name))
        written[name], places[name] = bound, span
        complete = complete and bound.complete
    values = {
        setting.keyword: written[setting.keyword].arguments()
        if setting.keyword in written
        else defaults(section, setting.keyword)
        for setting in section.settings
        if setting.keyword in written or not (setting.optional or (statement is None and not section.whole))
    }
    return Settings(values, written, complete, places)


def defaults(section: Section, setting: str) -> Arguments:
    """A setting's arguments where it is not written."""
    form = section.by_keyword[setting]
    first = form.parameters[0].default if form.parameters else None
    return {each.name: each.default for each in parameters_for(form, first)}  # type: ignore[misc]


def _unknown_setting(statement: Statement, section: Section, findings: Findings) -> None:
    name, span = statement.keyword.name, statement.keyword.span
    if name in SECTIONS:
        findings.add(rules.MISPLACED_SECTION.at(span, name=name, owner=section.keyword))
        return
    home = home_of(name)
    owner, option = _as_option(statement, section)
    meant = NOTHING if home or owner else meant_setting(statement, section.keyword)
    findings.add(
        rules.UNKNOWN_SETTING.fill(
            span,
            {
                **meant.fields,
                "owner": owner,
                "option": option,
                "section": section.keyword,
                "name": name,
                "home": home,
                "layer": name if name in LAYERS else None,
                "statement": in_short(statement),
                "known": ", ".join(section.by_keyword),
            },
            fix=meant.fix,
        )
    )
