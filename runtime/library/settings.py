"""The settings of a run in the words of the language."""

from collections.abc import Iterator

from runtime.specs.as_written import setting_as_written, settings_of, shape_text
from spec_lang.program import Program
from spec_lang.sections import LOSS_BY_HEAD
from spec_lang.unparse import statement


def in_force(program: Program) -> dict[str, str]:
    """Every setting by its name, such as "train.batch", and what the network is beside."""
    settings = {
        f"{section.keyword}.{keyword}": setting_as_written(section.by_keyword[keyword], arguments) or "on"
        for section, given in settings_of(program)
        for keyword, arguments in given.items()
    }
    return {
        "model.input": shape_text(program.input_shape),
        "model.parameters": f"{program.parameters:,}",
        **settings,
    }


def not_default(program: Program) -> Iterator[tuple[str, str]]:
    """The settings that are not what they are without a word, (name, what follows it)."""
    implied = LOSS_BY_HEAD[program.head] if program.head else None
    for section, given in settings_of(program):
        for keyword, arguments in given.items():
            form = section.by_keyword[keyword]
            written = statement(form, arguments)
            if (keyword == "loss" and arguments.get("name") == implied) or (written == keyword and not form.optional):
                continue
            first = form.parameters[0].name if form.parameters else ""
            words = statement(form, arguments, always=(first,)).partition(" ")[2]
            yield f"{section.keyword}.{keyword}", words or "on"
