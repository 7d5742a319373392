"""A program that comes as JSON: read, held against the schema, and then checked like any spec.

The JSON becomes a syntax tree whose places lie in the JSON text, so that every rule on shapes, heads and practice
applies to it and points into it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from json import dumps
from typing import Final

from spec_lang.check import Checked, check_tree
from spec_lang.datasets import DATASETS
from spec_lang.diagnostics import MOST_FOUND, Diagnostic, Edit, Fix, in_order
from spec_lang.forms import Form, parameters_for
from spec_lang.json_text import Node, Path, Paths, plain, read_json, written
from spec_lang.kinds import Angle, Choice, Duration, Either, Extent, Interval, Kind, Names, Text
from spec_lang.layers import LAYERS
from spec_lang.lint import lint
from spec_lang.lint.selection import USUAL, Selection
from spec_lang.parser import unreadable
from spec_lang.program import Layer, Program
from spec_lang.reading import extent_parts
from spec_lang.rules import json_input as rules
from spec_lang.schema import DERIVED_OF_LAYER
from spec_lang.schema_errors import Violations, violations
from spec_lang.sections import DATA, DEFAULT_DATASET, MODEL, SECTIONS, Section
from spec_lang.source import Source, Span
from spec_lang.syntax import Block, File, Invalid, List, Number, Option, Range, Size, Statement, String, Value, Word
from spec_lang.world import World


def check_json(
    source: Source, overrides: Sequence[str] = (), world: World | None = None, selection: Selection = USUAL
) -> Checked:
    """Check a JSON program whole, warnings included. Raises OverrideError for an override that has no meaning."""
    if problem := unreadable(source):
        return Checked(source, (problem,))
    root, problems = read_json(source)
    if root is None:
        return Checked(source, problems)
    broken = violations(root)
    problems = (*problems, *broken.diagnostics)
    if not broken.whole or len(problems) >= MOST_FOUND:
        paths = Paths(root)
        return Checked(source, tuple(_located(each, source, paths) for each in in_order(problems)[:MOST_FOUND]))
    checked = check_tree(source, _Builder(source, broken).file(root), problems, overrides, world)
    if checked.program:
        contradictions = in_order(tuple(_contradictions(root, checked.program)))
        name = root.members.get("name")
        program = checked.program._replace(name=str(name.value)) if name else checked.program
        checked = checked._replace(diagnostics=contradictions, program=None if contradictions else program)
    paths = Paths(root)
    found = in_order([each for each in (*checked.diagnostics, *lint(checked)) if selection.shows(each)])
    return checked._replace(diagnostics=tuple(_located(each, source, paths) for each in found))


def _located(diagnostic: Diagnostic, source: Source, paths: Paths) -> Diagnostic:
    """The diagnostic with the JSON path of its place, and without a fix that would write a spec's text into JSON."""
    fix = diagnostic.fix if diagnostic.rule.code in _OWN_RULES else None
    if diagnostic.span.source is not source:
        return diagnostic._replace(fix=fix)
    path = paths.to(diagnostic.span)
    place = written(path[:-1] if path[-1:] == ("layer",) else path)
    message = f"{place}: {diagnostic.message}" if place else diagnostic.message
    return diagnostic._replace(message=message, fix=fix)


_OWN_RULES: Final = frozenset(rule.code for rule in rules.RULES)


class _Builder:
    """Turns a JSON program into the syntax tree of the spec that means the same.

    What violates the schema was reported: a wrong value becomes an invalid one, about which the checks are quiet, and
    from an unknown layer on nothing is said of shapes.
    """

    def __init__(self, source: Source, broken: Violations) -> None:
        self.source = source
        self.broken = broken
        self.lost: list[int] = []

    def file(self, root: Node) -> File:
        statements = [
            self.model(span, node) if name == MODEL.keyword else self.section(SECTIONS[name], span, node)
            for name, span, node in _named(root)
            if name in SECTIONS and node.value is not None
        ]
        if not self.is_whole(root):
            self.lost.append(root.span.start)
        return File(self.source, tuple(statements), tuple(self.lost))

    def is_whole(self, root: Node) -> bool:
        """Whether data and model are what the author meant: else nothing is to be said of shapes."""
        data, model = root.members.get(DATA.keyword), root.members.get(MODEL.keyword)
        misspelt = any(len(path) == 1 for path in self.broken.unknown)
        return bool(
            model
            and model.members
            and (data is None or data.value is None or isinstance(data.value, Mapping))
            and not misspelt
        )

    def section(self, section: Section, name: Span, node: Node) -> Statement:
        keyword = Word(name, section.keyword)
        settings = tuple(
            self.statement(Word(span, setting), member, section.by_keyword[setting], (section.keyword, setting))
            for setting, span, member in _named(node)
            if setting in section.by_keyword
            and setting != "classes"
            and (member.members or section.by_keyword[setting].optional)
        )
        options: tuple[Option, ...] = ()
        if section is DATA:
            own = DATA.form._replace(variants={})  # what the variants add stands in an object of its own
            _, options = self.arguments(node, own, (DATA.keyword,), name)
            options += self.data_arguments(node)
            settings += self.classes(node)
        return Statement(name.to(node.span), keyword, (), options, Block(node.span, settings))

    def data_arguments(self, node: Node) -> tuple[Option, ...]:
        """The path and the columns of pictures of one's own."""
        given = node.members.get("arguments")
        source = node.members.get("source")
        parameters = {each.name: each for each in DATA.form.variants.get(str(source and source.value), ())}
        return tuple(
            Option(
                span.to(member.span),
                Word(span, name),
                self.value(member, parameters[name].kind, (DATA.keyword, "arguments", name)),
            )
            for name, span, member in (_named(given) if given else ())
            if name in parameters
        )

    def classes(self, node: Node) -> tuple[Statement, ...]:
        """The setting `classes`, where the list is not simply that of a published set."""
        given, source = node.members.get("classes"), node.members.get("source")
        known = DATASETS.get(str(source.value) if source else DEFAULT_DATASET)
        if given is None or (known and plain(given) == list(known.classes)):
            return ()
        (parameter,) = DATA.by_keyword["classes"].parameters
        place = node.names["classes"]
        value = self.value(given, parameter.kind, (DATA.keyword, "classes"))
        return (Statement(place.to(given.span), Word(place, "classes"), (value,), ()),)

    def model(self, name: Span, node: Node) -> Statement:
        statements: list[Statement] = []
        if shape := node.members.get("input"):
            (parameter,) = LAYERS["input"].parameters
            value = self.value(shape, parameter.kind, (MODEL.keyword, "input"))
            place = node.names["input"]
            statements.append(Statement(place.to(shape.span), Word(place, "input"), (value,), ()))
        if layers := node.members.get("layers"):
            statements += self.layers(layers, (MODEL.keyword, "layers"))
        return Statement(name.to(node.span), Word(name, MODEL.keyword), (), (), Block(node.span, tuple(statements)))

    def layers(self, node: Node, path: Path) -> Iterator[Statement]:
        for index, item in enumerate(node.items):
            layer = item.members.get("layer")
            if layer is None or (*path, index, "layer") in self.broken.values:
                self.lost.append(item.span.start)
            else:
                keyword = str(layer.value)
                yield self.statement(Word(layer.span, keyword), item, LAYERS[keyword], (*path, index))

    def statement(self, keyword: Word, node: Node, form: Form, path: Path) -> Statement:
        values, options = self.arguments(node, form, path, keyword.span)
        body = node.members.get("body")
        block = Block(body.span, tuple(self.layers(body, (*path, "body")))) if body else None
        parts = (keyword, *values, *options, *((block,) if block else ()))
        end = max(part.span.end for part in parts)
        return Statement(Span(self.source, keyword.span.start, end), keyword, values, options, block)

    def arguments(
        self, node: Node, form: Form, path: Path, place: Span
    ) -> tuple[tuple[Value, ...], tuple[Option, ...]]:
        """The arguments of a form; those without a value of their own stand at `place`."""
        values: list[Value] = []
        options = [Option(place, Word(place, name), Invalid(place)) for name in self.broken.missing.get(path, ())]
        chooser = node.members.get(form.parameters[0].name) if form.parameters else None
        parameters = {each.name: each for each in parameters_for(form, _chosen(form, chooser))}
        for name, span, member in _named(node):
            place = span.to(member.span)
            if meant := self.broken.unknown.get((*path, name)):
                options.append(Option(place, Word(span, meant), Invalid(member.span)))
            if (parameter := parameters.get(name)) is None:
                continue
            if parameter.many:
                values += self.values(member, parameter.kind, (*path, name))
            else:
                value = self.value(member, parameter.kind, (*path, name))
                options.append(Option(place, Word(span, name), value))
        return tuple(values), tuple(options)

    def values(self, node: Node, kind: Kind, path: Path) -> Iterator[Value]:
        if path in self.broken.values:
            yield Invalid(node.span)
        else:
            yield from (self.value(item, kind, (*path, index)) for index, item in enumerate(node.items))

    def value(self, node: Node, kind: Kind, path: Path) -> Value:
        if path in self.broken.values:
            return Invalid(node.span)
        return self.compound(node, kind) or self.simple(node, kind)

    def compound(self, node: Node, kind: Kind) -> Value | None:
        """The value of a kind that is written with a unit or in brackets; None for all others."""
        match kind, plain(node):
            case Either(kinds), _:
                return next((value for each in kinds if (value := self.compound(node, each))), None)
            case Angle(), (int() | float()) as number:
                return Number(node.span, number, "deg")
            case Duration(), (int() | float()) as seconds:
                return Number(node.span, seconds, "s")
            case Extent(), str() as text:
                number, unit = extent_parts(text)
                return Number(node.span, int(number) if unit == "px" else number, unit)
            case Interval(), [(int() | float()) as low, (int() | float()) as high]:
                return Range(node.span, Number(node.span, low), Number(node.span, high))
            case Names(), list():
                return List(node.span, tuple(String(item.span, str(item.value)) for item in node.items))
        return None

    def simple(self, node: Node, kind: Kind) -> Value:
        match plain(node):
            case bool() as flag:
                return Word(node.span, "on" if flag else "off")
            case float() as number if number.is_integer() and abs(number) < 1e15:
                return Number(node.span, int(number))
            case int() | float() as number:
                return Number(node.span, number)
            case str() as text:
                return Word(node.span, text) if _has_words(kind) else String(node.span, text)
            case list() as axes:
                return Size(node.span, tuple(int(axis) for axis in axes))
        return Invalid(node.span)


def _named(node: Node) -> Iterator[tuple[str, Span, Node]]:
    """The members of an object, each with the span of its name."""
    for name, member in node.members.items():
        yield name, node.names[name], member


def _chosen(form: Form, chooser: Node | None) -> object:
    """The word that chooses among the variants of a form."""
    return chooser.value if chooser else form.parameters[0].default if form.parameters else None


def _has_words(kind: Kind) -> bool:
    match kind:
        case Either(kinds):
            return any(map(_has_words, kinds))
        case Text():
            return False
    return isinstance(kind, Choice)


def _contradictions(root: Node, program: Program) -> Iterator[Diagnostic]:
    """Every derived value that is given and wrong."""
    if program.data and (data := root.members.get(DATA.keyword)):
        derived: Iterable[tuple[str, object]] = (("image", list(program.data.image_shape)),)
        yield from _compared(data, derived)
    yield from _layers_compared(root.members[MODEL.keyword].members["layers"], program.layers)


def _layers_compared(node: Node, layers: Sequence[Layer]) -> Iterator[Diagnostic]:
    for item, layer in zip(node.items, layers, strict=True):
        derived = zip(DERIVED_OF_LAYER, (list(layer.output_shape), layer.cost.parameters), strict=True)
        yield from _compared(item, derived)
        if body := item.members.get("body"):
            yield from _layers_compared(body, layer.body)


def _compared(node: Node, derived: Iterable[tuple[str, object]]) -> Iterator[Diagnostic]:
    for name, actual in derived:
        given = node.members.get(name)
        if given and plain(given) != actual:
            text = dumps(actual, ensure_ascii=False)
            fix = Fix(f"replace by {text}", (Edit(given.span, text),))
            yield rules.DERIVED.at(given.span, fix=fix, given=given.span.text, actual=text)
