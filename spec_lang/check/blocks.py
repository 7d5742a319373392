"""Blocks: their definitions, also in included files, and what a use of one binds."""

from collections.abc import Sequence
from posixpath import dirname, join, normpath
from typing import Final, NamedTuple

from spec_lang.arguments import Environment, bind, evaluate
from spec_lang.check.findings import Findings
from spec_lang.diagnostics import Diagnostic, Edit, Fix, Label
from spec_lang.kinds import UNKNOWN, Unknown
from spec_lang.layers import LAYERS
from spec_lang.parser import parse
from spec_lang.reading import name_of
from spec_lang.rules import names
from spec_lang.rules import structure as rules
from spec_lang.sections import SECTIONS
from spec_lang.source import Source, Span
from spec_lang.structure import BLOCK, INCLUDE, STRUCTURES
from spec_lang.suggestions import nearest
from spec_lang.syntax import Call, File, Invalid, Option, Statement, String, Value, Word
from spec_lang.world import Unread, World

RESERVED: Final = "classes"
MOST_INCLUDES: Final = 100
ENDING: Final = ".cnn"
"""Of a file that can be included. Findings quote lines: those of a spec are no secret, those of other files may be."""
_OUTSIDE: Final = "outside"
"""The option by which a spec once allowed itself to read beyond its folder."""


class Definition(NamedTuple):
    """A block as it was defined."""

    name: Word
    parameters: tuple[str, ...]
    defaults: dict[str, Value]
    body: tuple[Statement, ...]


class Blocks:
    """All blocks that a spec can use, by name."""

    __slots__ = ("complete", "definitions", "included", "used")

    def __init__(self) -> None:
        self.definitions: dict[str, Definition] = {}
        self.included: list[str] = []
        """The paths of all included files, from the folder of the spec."""
        self.complete = True
        """False where a file could not be included: an unknown name may be one of its blocks."""
        self.used: set[str] = set()
        """The names of the blocks that the model uses, by itself or within others."""


NO_BLOCKS: Final = Blocks()


def collect(statements: Sequence[Statement], source: Source, world: World, findings: Findings) -> Blocks:
    """The blocks that the statements of a file define, and those of the files that they include."""
    blocks = Blocks()
    _collect(statements, source, "", (), world, blocks, findings)
    return blocks


def holds_blocks_alone(file: File, blocks: Blocks) -> bool:
    """Whether a file defines or includes blocks and does nothing else."""
    keywords = {statement.keyword.name for statement in file.statements}
    return keywords <= {BLOCK.keyword, INCLUDE.keyword} and (BLOCK.keyword in keywords or bool(blocks.definitions))


def _collect(
    statements: Sequence[Statement],
    root: Source,
    path: str,
    chain: tuple[str, ...],
    world: World,
    blocks: Blocks,
    findings: Findings,
) -> None:
    strange = False
    for statement in statements:
        match statement.keyword.name:
            case "block":
                _define(statement, blocks, findings)
            case "include":
                _include(statement, root, path, chain, world, blocks, findings)
            case name if chain and not (strange or statement.is_damaged):
                strange = True  # One is enough to say so, and no more of a file that is not for this is quoted.
                findings.add(rules.INCLUDE_CONTENT.at(statement.keyword.span, name=name))


def _define(statement: Statement, blocks: Blocks, findings: Findings) -> None:
    match statement.values:
        case [Call(name=name, values=values, options=options), *_]:
            pass
        case [Word() as name, *_]:
            values, options = (), ()
        case [Invalid(), *_]:
            blocks.complete = False
            return
        case _:
            findings.add(rules.BAD_BLOCK.at(statement.head, problem="give it a name"))
            return
    words = [value for value in values if isinstance(value, Word)]
    parameters = (*(word.name for word in words), *(option.name.name for option in options))
    problem = None
    if len(words) < len(values):
        problem = "each parameter is a name"
    elif len(set(parameters)) < len(parameters):
        problem = "a parameter stands twice"
    elif RESERVED in parameters:
        problem = f"'{RESERVED}' stands for the number of classes"
    elif statement.options or len(statement.values) > 1:
        problem = "parameters stand in parentheses behind the name"
    elif statement.block is None:
        problem = "the layers follow in braces"
    if problem or statement.block is None:
        findings.add(rules.BAD_BLOCK.at(statement.head, problem=problem))
        return
    tables = (("layer", LAYERS), ("section", SECTIONS), ("statement", STRUCTURES), ("block", blocks.definitions))
    taken = next((what for what, table in tables if name.name in table), None)
    if taken:
        earlier = blocks.definitions.get(name.name)
        related = [Label(earlier.name.span, "defined here first")] if earlier else []
        findings.add(rules.BLOCK_NAME.at(name.span, related=related, name=name.name, what=taken))
        return
    defaults = {option.name.name: option.value for option in options}
    blocks.definitions[name.name] = Definition(name, parameters, defaults, statement.block.statements)


def _include(
    statement: Statement,
    root: Source,
    path: str,
    chain: tuple[str, ...],
    world: World,
    blocks: Blocks,
    findings: Findings,
) -> None:
    statement, allowing = _without_leave(statement)
    findings.extend(allowing)
    bound, problems = bind(statement, INCLUDE)
    findings.extend(problems)
    if not bound.complete:
        return
    given, span = str(bound.arguments()["path"]), bound.spans["path"]
    target = normpath(join(dirname(path), given.replace("\\", "/")))
    if target in chain or target == root.name.rsplit("/", 1)[-1]:
        findings.add(rules.INCLUDE_CYCLE.at(span, path=given))
        return
    if target in blocks.included:
        return
    text = world.spec_text(target) if len(blocks.included) < MOST_INCLUDES else Unread.MISSING
    name = normpath(join(dirname(root.name), target))
    match text:
        case Unread.OUTSIDE:
            blocks.complete = False
            if not allowing:
                findings.add(rules.INCLUDE_OUTSIDE.at(span, path=given, folder=_folder(name)))
        case str() if target.lower().endswith(ENDING):
            blocks.included.append(target)
            source = Source(name, text)
            file, problems = parse(source)
            if problems:
                blocks.complete = False
                first, count = problems[0], len(problems)
                errors = f"{count} errors" if count > 1 else "an error"
                label = Label(first.span, first.message)
                findings.add(rules.INCLUDE_BROKEN.at(span, related=[label], path=given, errors=errors, name=name))
            with findings.within(Label(statement.head, "included here")):
                _collect(file.statements if file else (), root, target, (*chain, target), world, blocks, findings)
        case _:
            blocks.complete = False
            ending = None if target.lower().endswith(ENDING) else ENDING
            findings.add(rules.INCLUDE_UNREADABLE.at(span, path=given, ending=ending))


def _without_leave(statement: Statement) -> tuple[Statement, tuple[Diagnostic, ...]]:
    """An inclusion without the option that once let it read beyond the spec's folder, which is reported."""
    option = next((option for option in statement.options if option.name.name == _OUTSIDE), None)
    if option is None:
        return statement, ()
    source, start, end = option.span
    while source.text[start - 1] in " \t":
        start -= 1
    fix = Fix("remove it", (Edit(Span(source, start, end), ""),))
    path = next((value.text for value in statement.values if isinstance(value, String)), "")
    found = rules.INCLUDE_LEAVE.at(option.span, fix=fix, folder=_folder(join(dirname(source.name), path)))
    kept = tuple(option for option in statement.options if option.name.name != _OUTSIDE)
    return statement._replace(options=kept), (found,)


def _folder(name: str) -> str:
    """The folder of a file, as a shell takes it."""
    from shlex import quote

    return quote(dirname(name) or ".")


def bind_use(
    statement: Statement, definition: Definition, environment: Environment, findings: Findings
) -> dict[str, Value | Unknown]:
    """What each parameter of a block stands for in a use of it; unknown after a reported mistake."""
    owner = statement.keyword.name
    given: dict[str, Value | Unknown] = {}
    for option in statement.options:
        _bind_option(option, owner, definition, given, environment, findings)
    free = [parameter for parameter in definition.parameters if parameter not in given]
    for place, value in enumerate(statement.values):
        if place < len(free):
            given[free[place]] = evaluate(value, environment)
        else:
            accepted = f"'{owner}' takes {', '.join(definition.parameters)}" if definition.parameters else ""
            findings.add(names.UNEXPECTED_VALUE.at(value.span, owner=owner, found=name_of(value), accepted=accepted))
    inside = {**environment, **given}
    for parameter in definition.parameters:
        if parameter in given:
            continue
        if parameter in definition.defaults:
            given[parameter] = inside[parameter] = evaluate(definition.defaults[parameter], inside)
        else:
            given[parameter] = UNKNOWN
            parameters = " ".join(definition.parameters)
            findings.add(
                names.MISSING_VALUE.at(
                    statement.head,
                    related=[Label(definition.name.span, "defined here")],
                    owner=owner,
                    parameter=parameter,
                    wanted="a value for each parameter without a default",
                    example=f"{owner} {parameters}",
                )
            )
    return given


def _bind_option(
    option: Option,
    owner: str,
    definition: Definition,
    given: dict[str, Value | Unknown],
    environment: Environment,
    findings: Findings,
) -> None:
    name = option.name.name
    if name in given:
        findings.add(names.GIVEN_TWICE.at(option.span, subject=f"{name} of '{owner}'"))
    elif name in definition.parameters:
        given[name] = evaluate(option.value, environment)
    else:
        suggestion, known = nearest(name, definition.parameters), ", ".join(definition.parameters)
        if suggestion:
            given.setdefault(suggestion, UNKNOWN)
        findings.add(
            names.UNKNOWN_OPTION.at(option.name.span, owner=owner, name=name, suggestion=suggestion, known=known)
        )
