"""The lint that depends on a machine: whether a run fits into its memory."""

from collections.abc import Iterator, Sequence

from spec_lang.check import Checked
from spec_lang.check.model import Placed
from spec_lang.diagnostics import Diagnostic, Label
from spec_lang.program import Layer
from spec_lang.rules.practice import WILL_NOT_FIT
from spec_lang.source import Span


def will_not_fit(checked: Checked) -> Iterator[Diagnostic]:
    """A run that needs more memory than is known to be there, shown at its batch or at the layer to blame."""
    if checked.memory is None or checked.program is None:
        return
    from spec_lang.statics import statics
    from spec_lang.units import short

    known = statics(checked.program)
    run, step = known.memory, known.memory.step
    if run.total <= checked.memory:
        return
    most = run.largest_batch(checked.memory)
    batch = checked.train.written.get("batch")
    fullest = _place(known.fullest, checked.placed)
    related = []
    if most and batch and fullest:
        place: Span | None = batch.spans["size"]
        label = f"{short(step.activations, 'B')} of it for {step.batch:,} images at a time"
        related = [Label(fullest, f"fullest here: {short(step.image, 'B')} an image")]
    elif most or step.image > step.weights:
        place = fullest
        label = f"fullest here: {short(step.image, 'B')} an image, {step.batch:,} at a time"
    else:
        place = _place(known.largest, checked.placed)
        label = f"{known.largest.cost.trainable:,} parameters"
    yield WILL_NOT_FIT.at(
        place or checked.source.line_span(1),
        related=related,
        needed=short(run.total, "B"),
        memory=short(checked.memory, "B"),
        label=label,
        most=1 << (most.bit_length() - 1) if most else None,
    )


def _place(layer: Layer, placed: Sequence[Placed]) -> Span | None:
    """Where a layer of the model was written."""
    for each in placed:
        if each.layer is layer:
            return each.statement.head
        if inside := _place(layer, each.inside):
            return inside
    return None
