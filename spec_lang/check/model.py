"""Checks the layers one after another and carries the shape from each to the next.

After an error in a shape the shape is unknown: later layers are still checked for everything else, and stay quiet about
shapes. An error in what has no part in the shape, such as an unknown option, hides nothing.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from spec_lang.arguments import Bound, Environment, bind, replacement
from spec_lang.check.blocks import Blocks, Definition, bind_use
from spec_lang.check.findings import Findings
from spec_lang.check.fitting import RANKS, cost_of, output_of
from spec_lang.check.meant import NOTHING, meant_layer
from spec_lang.check.sections import home_of, in_short, is_layer_elsewhere, loop_word
from spec_lang.check.unfolding import check_size
from spec_lang.datasets import Dataset
from spec_lang.diagnostics import Edit, Fix, Label
from spec_lang.kinds import UNKNOWN
from spec_lang.layers import LAYERS, NOISE
from spec_lang.layers.kind import LayerKind, Refusal, Takes, axes, product
from spec_lang.parser import DEEPEST
from spec_lang.program import Layer, Shape, total
from spec_lang.rules import names, shapes
from spec_lang.rules import structure as structure_rules
from spec_lang.sections import SECTIONS
from spec_lang.source import Source, Span
from spec_lang.structure import REPEAT, STRUCTURES
from spec_lang.synonyms import Role
from spec_lang.syntax import Number, Statement

MOST_PARAMETERS: Final = 10**10
MOST_VALUES: Final = 10**9
"""Bounds of a single layer, beyond what any one machine trains."""


class Placed(NamedTuple):
    """A layer that fits, with the text that it was written as.

    An argument that a reported mistake left undetermined, and that has no part in the shape, is missing in it.
    """

    layer: Layer
    bound: Bound
    statement: Statement
    inside: tuple["Placed", ...] = ()
    uses: tuple[Statement, ...] = ()
    """The uses of blocks that led to it, the outermost first."""


def every(placed: Sequence[Placed]) -> Iterator[Placed]:
    """All layers, a container before those inside of it."""
    for each in placed:
        yield each
        yield from every(each.inside)


class Last(NamedTuple):
    """The layer that was checked last, whether or not it fits."""

    kind: LayerKind
    bound: Bound
    statement: Statement
    shape: Shape | None
    """What it leaves, as far as that is known."""


class Model:
    """The layers that could be checked so far, and what is known behind them."""

    __slots__ = ("input_shape", "last", "left_by", "placed", "rank", "shape")

    def __init__(self, shape: Shape | None, left_by: Label | None) -> None:
        self.input_shape = shape
        self.shape = shape
        """None where a reported mistake left it undetermined."""
        self.rank = None if shape is None else len(shape)
        """How many axes the shape has: that can be known where the shape is not."""
        self.left_by = left_by
        """The place that the present shape comes from."""
        self.placed: list[Placed] = []
        self.last: Last | None = None

    def leave(self, shape: Shape, statement: Statement) -> None:
        """Go on with the shape behind a statement."""
        self.shape, self.rank = shape, len(shape)
        self.left_by = Label(statement.head, f"leaves {written(shape)}")

    def forget(self, rank: int | None = None) -> None:
        """Go on without a shape: later layers are not held against what a reported mistake left undetermined."""
        self.shape, self.rank, self.last = None, rank, None


class Scope(NamedTuple):
    """What a stretch of layers can use, and how it was come to."""

    blocks: Blocks
    environment: Environment
    findings: Findings
    chain: tuple[str, ...] = ()
    """The blocks that are being unfolded, outermost first."""
    counts_as_use: bool = True
    """False in a block that nothing uses: what it uses is not used either."""
    uses: tuple[Statement, ...] = ()
    """The statements that use them, likewise."""
    depth: int = 0
    """How many blocks, repetitions and layers they stand in."""

    def inside(self) -> "Scope":
        """The scope of what stands in the braces of a statement."""
        return self._replace(depth=self.depth + 1)


def check_model(
    statements: Sequence[Statement],
    blocks: Blocks,
    dataset: Dataset | None,
    images: Label | None,
    damage: int | None,
    findings: Findings,
) -> Model:
    """Every layer checked, with its shapes as far as they are known.

    `images` is the place that says which images come in; `damage` is where the first unreadable line stands.
    """
    shape = dataset.image_shape if dataset else None
    classes = Number(Span(Source("", ""), 0, 0), len(dataset.classes)) if dataset else UNKNOWN
    scope = Scope(blocks, {"classes": classes}, findings)
    model = Model(shape, images)
    if not check_size(statements, blocks, scope.environment, findings):
        model.forget()
        return model
    for place, statement in enumerate(statements):
        if damage is not None and statement.span.start > damage:
            model.forget()
        if statement.keyword.name == "input":
            _check_input(statement, place, model, dataset, findings)
        else:
            _check_statement(statement, model, scope)
    if damage is not None:
        model.forget()
    _check_unused(scope)
    return model


def _check_input(statement: Statement, place: int, model: Model, dataset: Dataset | None, findings: Findings) -> None:
    bound, problems = bind(statement, LAYERS["input"])
    findings.extend(problems)
    related = [model.left_by] if model.left_by else []
    if place:
        findings.add(shapes.INPUT_NOT_FIRST.at(statement.head, related=related))
        return
    if not bound.complete:
        model.forget()
        return
    shape, span = axes(bound.arguments(), "shape"), bound.spans["shape"]
    if dataset and shape != dataset.image_shape:
        actual = written(dataset.image_shape)
        fix = replacement(span, actual if "=" not in span.text else f"shape={actual}")
        findings.add(
            shapes.INPUT_MISMATCH.at(
                span, related=related, fix=fix, given=written(shape), data=dataset.name, actual=actual
            )
        )
        model.forget()
        return
    model.leave(shape, statement)
    model.input_shape = shape
    model.left_by = Label(statement.head, f"gives {written(shape)}")


def _check_all(statements: Sequence[Statement], model: Model, scope: Scope) -> None:
    for statement in statements:
        _check_statement(statement, model, scope)


def _check_statement(statement: Statement, model: Model, scope: Scope) -> None:
    name = statement.keyword.name
    if scope.depth > DEEPEST:
        scope.findings.add(structure_rules.BLOCKS_TOO_DEEP.at(statement.keyword.span, limit=DEEPEST))
        model.forget()
    elif name == REPEAT.keyword:
        _check_repeat(statement, model, scope)
    elif name in scope.blocks.definitions:
        if scope.counts_as_use:
            scope.blocks.used.add(name)
        _check_use(statement, scope.blocks.definitions[name], model, scope)
    elif name == "input":
        scope.findings.add(shapes.INPUT_NOT_FIRST.at(statement.head))
    elif name in LAYERS:
        _check_layer(statement, LAYERS[name], model, scope)
    else:
        if not statement.is_damaged:
            _unknown_layer(statement, scope)
        model.forget()


def _check_repeat(statement: Statement, model: Model, scope: Scope) -> None:
    bound, problems = bind(statement, REPEAT, scope.environment)
    scope.findings.extend(problems)
    if statement.block is None:
        scope.findings.add(names.MISSING_BLOCK.at(statement.head, owner=REPEAT.keyword))
        model.forget()
        return
    times = bound.values["times"]
    if not isinstance(times, int):
        # However many turns are meant: there is a first one, and where it leaves the shape as it was, so does the last.
        before = model.shape
        _check_all(statement.block.statements, model, scope.inside())
        if model.shape != before:
            model.forget()
        return
    inner = scope.inside()
    for turn in range(1, times + 1):
        if turn == 1:
            _check_all(statement.block.statements, model, inner)
            continue
        if model.shape is None:
            break
        with scope.findings.within(Label(statement.head, f"in turn {turn} of {times}")):
            _check_all(statement.block.statements, model, inner)


def _check_use(statement: Statement, definition: Definition, model: Model, scope: Scope) -> None:
    name = statement.keyword.name
    if statement.block:
        scope.findings.add(names.UNEXPECTED_BLOCK.at(statement.block.span, owner=name))
    if name in scope.chain:
        scope.findings.add(structure_rules.RECURSIVE_BLOCK.at(statement.keyword.span, name=name))
        model.forget()
        return
    given = bind_use(statement, definition, scope.environment, scope.findings)
    environment: Environment = {"classes": scope.environment["classes"], **given}
    if not scope.counts_as_use and len(scope.chain) > 1:
        # Of a block that nothing uses, no shape is known: it is enough to see that it does not use itself.
        model.forget()
        return
    inner = scope.inside()._replace(environment=environment, chain=(*scope.chain, name), uses=(*scope.uses, statement))
    with scope.findings.within(Label(statement.head, f"in this use of '{name}'")):
        _check_all(definition.body, model, inner)


def _check_unused(scope: Scope) -> None:
    """Check the blocks that nothing uses, for all that can be said without their arguments."""
    for name, definition in scope.blocks.definitions.items():
        if name in scope.blocks.used:
            continue
        unknown = dict.fromkeys(definition.parameters, UNKNOWN)
        inner = scope._replace(environment={**scope.environment, **unknown}, chain=(name,), counts_as_use=False)
        _check_all(definition.body, Model(None, None), inner)


def _check_layer(statement: Statement, kind: LayerKind, model: Model, scope: Scope) -> None:
    bound, problems = bind(statement, kind, scope.environment)
    scope.findings.extend(problems)
    inside = None
    if kind.join:
        inside = _check_inside(statement, kind, model, scope)
    elif statement.block:
        scope.findings.add(names.UNEXPECTED_BLOCK.at(statement.block.span, owner=kind.keyword))
    head = model.last
    fits = _takes(statement, kind, model, scope.findings)
    placed = _fit(statement, kind, bound, model, inside, scope) if fits else None
    if placed:
        model.placed.append(placed)
        model.leave(placed.layer.output_shape, statement)
    else:
        model.forget(None if kind.reshapes or not fits else inside.rank if inside else model.rank)
    if kind.keyword in NOISE and head:
        model.last = head
    else:
        # What a dense layer leaves does not depend on its input.
        shape = model.shape or output_of(kind, None, bound.arguments())
        model.last = Last(kind, bound, statement, None if isinstance(shape, Refusal) else shape)


def _check_inside(statement: Statement, kind: LayerKind, model: Model, scope: Scope) -> Model:
    inside = Model(model.shape, model.left_by)
    inside.rank = model.rank
    if statement.block is None:
        scope.findings.add(names.MISSING_BLOCK.at(statement.head, owner=kind.keyword))
        inside.forget()
        return inside
    _check_all(statement.block.statements, inside, scope.inside())
    return inside


def _takes(statement: Statement, kind: LayerKind, model: Model, findings: Findings) -> bool:
    """Whether the input has as many axes as a layer wants, as far as is known; reports where it has not."""
    wanted = RANKS.get(kind.takes)
    if model.rank in (None, wanted) or wanted is None:
        return True
    place, related = statement.head, [model.left_by] if model.left_by and model.shape else []
    if kind.takes is Takes.IMAGE:
        findings.add(shapes.NEEDS_IMAGE.at(place, related=related, owner=kind.keyword))
    else:
        fix = Fix("insert 'flatten' before it", (Edit(_before(statement), _flatten_before(statement)),))
        findings.add(shapes.NEEDS_FLAT.at(place, related=related, fix=fix, owner=kind.keyword))
    return False


def _fit(
    statement: Statement, kind: LayerKind, bound: Bound, model: Model, inside: Model | None, scope: Scope
) -> Placed | None:
    """The layer behind what the earlier ones leave; None where it does not fit, which is reported, or that is open."""
    shape, place, findings = model.shape, statement.head, scope.findings
    if shape is None or (inside and inside.shape is None):
        return None
    if bound.fits and not inside and (known := bound.fits.get(shape)):
        layer = Layer(kind.keyword, bound.arguments(), shape, *known, statement.span.line)
        return Placed(layer, bound, statement, (), scope.uses)
    arguments = bound.arguments()
    output = output_of(kind, shape, arguments, inside.shape if inside else None)
    left_by = inside.left_by if inside else model.left_by
    related = [left_by] if left_by else []
    if output is None:
        return None
    if isinstance(output, Refusal):
        span = bound.spans.get(output.parameter, place)
        findings.add(output.rule.fill(span, output.fields, related))
        return None
    body = tuple(each.layer for each in inside.placed) if inside else ()
    cost = total((cost_of(kind, shape, output, arguments), *(each.cost for each in body)))
    for amount, limit, what in (
        (cost.parameters, MOST_PARAMETERS, "parameters"),
        (product(output), MOST_VALUES, "values per image"),
    ):
        if amount > limit:
            findings.add(
                shapes.TOO_LARGE.at(place, related=related, amount=f"{amount:,}", limit=f"{limit:,}", what=what)
            )
            return None
    if bound.fits is not None and not inside:
        bound.fits[shape] = output, cost
    layer = Layer(kind.keyword, arguments, shape, output, cost, statement.span.line, body)
    return Placed(layer, bound, statement, tuple(inside.placed) if inside else (), scope.uses)


def _unknown_layer(statement: Statement, scope: Scope) -> None:
    name, span = statement.keyword.name, statement.keyword.span
    if name in SECTIONS or name in STRUCTURES:
        owner = scope.chain[-1] if scope.chain else "model"
        scope.findings.add(names.MISPLACED_SECTION.at(span, name=name, owner=owner))
        return
    known = (*LAYERS, REPEAT.keyword, *scope.blocks.definitions)
    home = None if is_layer_elsewhere(statement) else home_of(name)
    meant = NOTHING if home else meant_layer(statement, known)
    if meant == NOTHING and not home and not scope.blocks.complete:
        return
    activation = meant.meaning if meant.meaning and meant.meaning.role is Role.ACTIVATION else None
    fields = {**meant.fields, "activation": activation and meant.suggestion, "layer": activation and activation.write}
    scope.findings.add(
        names.UNKNOWN_LAYER.fill(
            span,
            {
                **fields,
                "name": name,
                "home": home,
                "loop": loop_word(name),
                "statement": in_short(statement),
                "known": ", ".join(known),
            },
            fix=meant.fix,
        )
    )


def _before(statement: Statement) -> Span:
    return Span(statement.span.source, statement.span.start, statement.span.start)


def _flatten_before(statement: Statement) -> str:
    """`flatten` on a line of its own where the statement has one, else on the same line."""
    line, column = statement.span.source.position(statement.span.start)
    indentation = statement.span.source.line(line)[: column - 1]
    return f"flatten\n{indentation}" if not indentation.strip() else "flatten; "


@lru_cache(4096)
def written(shape: Shape) -> str:
    """A shape as the language writes it: 28x28x1."""
    return "x".join(map(str, shape))
