"""`--set train.epochs=1`: settings given from outside take the place of the spec's, before anything is checked."""

from collections.abc import Sequence
from typing import Final

from spec_lang.diagnostics import Diagnostic
from spec_lang.parser import parse
from spec_lang.sections import SECTIONS
from spec_lang.source import Source
from spec_lang.suggestions import suggest
from spec_lang.synonyms import Role
from spec_lang.syntax import Block, File, Statement, Word

_FORM: Final = "section.setting=value, as in train.epochs=3"


class OverrideError(ValueError):
    """An override that is not of the form section.setting=value."""


def override(file: File, overrides: Sequence[str]) -> tuple[File, tuple[Diagnostic, ...]]:
    """The file with each `section=value`, `section.setting=value` or `section.setting.option=value` put in its place.

    Raises OverrideError where one has another form or names no section. What is wrong with a setting or a value is
    found by the checks that follow, as if it stood in the spec.
    """
    found: list[Diagnostic] = []
    for text in overrides:
        path, equals, value = text.partition("=")
        match [name.strip() for name in path.split(".")]:
            case [section]:
                written = f"{section} {value}"
            case [section, setting] if setting:
                written = f"{setting} {value}"
            case [section, setting, option] if setting and option:
                written = f"{setting} {option}={value}"
            case _:
                raise OverrideError(f"'{text}' is not of the form {_FORM}")
        if section == "model":
            raise OverrideError(f"'{text}' cannot be set: the model is changed in the spec; what can be is {_FORM}")
        if not equals or not value.strip():
            raise OverrideError(f"'{text}' is not of the form {_FORM}")
        if section not in SECTIONS:
            raise OverrideError(f"'{text}' names no section{_did_you_mean(path, section, value)}")
        _, _, name = path.partition(".")
        if name and (full := _full_names(section, name.strip())):
            meant = " or ".join(f"'{each}={value}'" for each in full)
            raise OverrideError(f"'{text}' names no setting of '{section}': did you mean {meant}?")
        parsed, problems = parse(Source(f"--set {text}", written))
        found.extend(problems)
        for statement in parsed.statements if parsed else ():
            file = _put(file, section, statement)
    return file, tuple(found)


def _did_you_mean(path: str, section: str, value: str) -> str:
    """The settings of some section may have been meant, or a section by nearly that name."""
    holders = [name for name, each in SECTIONS.items() if section in each.by_keyword]
    if holders:
        return f": did you mean '{holders[0]}.{path}={value}'?"
    if full := [each for name in SECTIONS for each in _full_names(name, path)]:
        meant = " or ".join(f"'{each}={value}'" for each in full)
        return f": did you mean {meant}?"
    near = suggest(section, SECTIONS, Role.SECTION).word
    return f": did you mean '{near}'?" if near else ""


def _full_names(section: str, option: str) -> list[str]:
    """The options of that name in a section, as `train.optimizer.lr`; none where it is the name of a setting."""
    settings = SECTIONS[section].by_keyword
    if option in settings:
        return []
    return [
        f"{section}.{name}.{option}"
        for name, setting in settings.items()
        for parameters in [[*setting.parameters, *(each for variant in setting.variants.values() for each in variant)]]
        if any(each.name == option for each in parameters)
    ]


def _put(file: File, section: str, given: Statement) -> File:
    """The file with a statement as, or in, its section."""
    old = next((each for each in file.statements if each.keyword.name == section), None)
    if given.keyword.name == section:
        new = old._replace(values=given.values, options=given.options) if old else given
    elif old is None:
        new = Statement(given.span, Word(given.span, section), (), (), Block(given.span, (given,)))
    else:
        settings = old.block.statements if old.block else ()
        changed = tuple(_merge(each, given) if each.keyword.name == given.keyword.name else each for each in settings)
        if changed == settings:
            changed = (*settings, given)
        new = old._replace(block=Block(old.block.span if old.block else old.span, changed))
    others = tuple(each for each in file.statements if each is not old)
    place = file.statements.index(old) if old else len(others)
    return file._replace(statements=(*others[:place], new, *others[place:]))


def _merge(old: Statement, given: Statement) -> Statement:
    """A setting with new values, or with one option changed and all else kept."""
    if given.values:
        return given
    names = {option.name.name for option in given.options}
    kept = tuple(option for option in old.options if option.name.name not in names)
    return old._replace(options=(*kept, *given.options))
