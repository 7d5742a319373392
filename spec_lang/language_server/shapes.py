"""What is known of the layers, by the statements that they were written as."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from spec_lang.check.model import Placed, written
from spec_lang.language_server.analysis import Analysis, remembered
from spec_lang.program import Layer
from spec_lang.receptive_field import all_receptive_fields
from spec_lang.statics import Statics, statics


@remembered
def placed_by_start(analysis: Analysis) -> dict[int, list[Placed]]:
    """Every layer of the model by the offset of its statement; several where it is repeated or in a block.

    A use of a block has the layers that it unfolds to.
    """
    found: dict[int, list[Placed]] = {}
    for each in _all_of(analysis.checked.placed):
        for statement in (*each.uses, each.statement):
            source, start, _ = statement.span
            if source is analysis.source:
                found.setdefault(start, []).append(each)
    return found


@remembered
def totals(analysis: Analysis) -> Statics | None:
    """What the whole program costs; None while there is an error."""
    program = analysis.checked.program
    return statics(program) if program else None


@remembered
def receptive_fields(analysis: Analysis) -> dict[int, tuple[int, int]]:
    """The receptive field behind each layer, by the identity of the layer; empty while there is an error."""
    program = analysis.checked.program
    if program is None or len(program.input_shape) != 3:
        return {}
    fields = all_receptive_fields(program.input_shape, program.layers)
    return dict(zip(map(id, _nested(program.layers)), fields, strict=True))


class Effect(NamedTuple):
    """What the layers of one statement leave, and what they hold."""

    shape: str
    parameters: int

    def __str__(self) -> str:
        return f"{self.shape}, {self.parameters:,} parameters" if self.parameters else self.shape


def effect(placed: Sequence[Placed]) -> Effect:
    """The shape behind a statement, or those of the first and the last time that it is unfolded; all parameters."""
    if len(placed) == 1:
        (only,) = placed
        return Effect(written(only.layer.output_shape), only.layer.cost.parameters)
    shapes = [written(each.layer.output_shape) for each in placed]
    shape = shapes[0] if len(set(shapes)) == 1 else f"{shapes[0]} … {shapes[-1]}"
    times = f"{len(placed)} × " if len(placed) > 1 else ""
    return Effect(f"{times}{shape}", sum(each.layer.cost.parameters for each in placed))


def unfolded(placed: Sequence[Placed]) -> str:
    """What the layers of a block's use leave behind the last one, and their parameters together."""
    parameters = sum(each.layer.cost.parameters for each in placed)
    count = f"{len(placed)} layer{'s' * (len(placed) != 1)}"
    return f"{count} → {written(placed[-1].layer.output_shape)}, {parameters:,} parameters"


def _nested(layers: Sequence[Layer]) -> Iterator[Layer]:
    """Every layer in order, a container before those inside of it."""
    for layer in layers:
        yield layer
        yield from _nested(layer.body)


def _all_of(placed: Sequence[Placed]) -> Iterator[Placed]:
    for each in placed:
        yield each
        yield from _all_of(each.inside)
