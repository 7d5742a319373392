"""Lints on the layers."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from spec_lang.arguments import in_place
from spec_lang.check import Checked
from spec_lang.check.model import Placed, every, written
from spec_lang.diagnostics import Diagnostic, Edit, Fix, Label
from spec_lang.layers import NOISE
from spec_lang.layers.kind import pair
from spec_lang.rules import practice as rules
from spec_lang.rules.training import HEAD_CLASSES
from spec_lang.source import Span, with_separator

_WEIGHTED: Final = frozenset({"conv", "sepconv", "depthwiseconv", "convtranspose", "dense"})
_LINEAR: Final = frozenset(
    {
        "avgpool",
        "globalavgpool",
        "flatten",
        "dropout",
        "spatialdropout",
        "zeropad",
        "crop",
        "reshape",
        "permute",
        "rescale",
    }
)
"""Layers that are linear, or random and linear on average: they do not part two linear layers."""
_HEAVY_SHARE: Final = 0.9
_SMALL: Final = 1_000_000
"""Below so many parameters, a large dense layer costs nothing that matters."""


def sequences(placed: Sequence[Placed]) -> Iterator[Sequence[Placed]]:
    """The layers of the model, then those inside of each container: within each, one layer feeds the next."""
    yield placed
    for each in placed:
        if each.inside:
            yield from sequences(each.inside)


def linear_layers(checked: Checked) -> Iterator[Diagnostic]:
    """Two layers with weights and nothing but linear layers between them: together they can do no more than one."""
    for sequence in sequences(checked.placed):
        linear: Placed | None = None
        for each in sequence:
            kind = each.layer.kind
            if kind in _WEIGHTED:
                if linear is not None and not _are_factors(linear, each):
                    yield _linear(linear, each)
                linear = each if each.layer.arguments.get("activation") == "linear" else None
            elif kind not in _LINEAR:
                linear = None


def _are_factors(first: Placed, second: Placed) -> bool:
    """Whether two layers do on purpose, with fewer weights, about what one convolution does.

    A depthwise convolution before what mixes its channels (Chollet 2017, arXiv:1610.02357), or a kernel of one row and
    one of one column (Szegedy et al. 2016, arXiv:1512.00567, section 3.2).
    """
    if first.layer.kind == "depthwiseconv":
        return True
    kernels = [pair(each.layer.arguments, "kernel") for each in (first, second) if "kernel" in each.layer.arguments]
    match kernels:
        case [(1, across), (down, 1)] | [(down, 1), (1, across)]:
            return across > 1 and down > 1
    return False


def _linear(first: Placed, second: Placed) -> Diagnostic:
    head = first.statement.head
    related = [Label(second.statement.head, "adds nothing to it")]
    return rules.LINEAR_LAYERS.at(head, related=related, kind=first.layer.kind, next=second.layer.kind)


def bias_before_normalization(checked: Checked) -> Iterator[Diagnostic]:
    """A bias that the batch normalization behind it takes away again."""
    for sequence in sequences(checked.placed):
        for first, second in pairwise(sequence):
            arguments = first.layer.arguments
            is_linear = arguments.get("activation") == "linear"
            if second.layer.kind == "batchnorm" and arguments.get("bias") is True and is_linear:
                head = first.statement.head
                span = first.bound.spans.get("bias")
                edit = Edit(span, "bias=off") if span else Edit(Span(head.source, head.end, head.end), " bias=off")
                related = [Label(second.statement.head, "takes the mean away")]
                yield rules.BIAS_BEFORE_NORMALIZATION.at(head, related=related, fix=Fix("switch it off", (edit,)))


def dropout_after_head(checked: Checked) -> Iterator[Diagnostic]:
    """Dropout behind the probabilities."""
    for each in reversed(checked.placed if checked.program and checked.program.head else ()):
        if each.layer.kind not in NOISE:
            return
        yield rules.DROPOUT_AFTER_HEAD.at(each.statement.head, kind=each.layer.kind)


def flatten_into_dense(checked: Checked) -> Iterator[Diagnostic]:
    """One dense layer behind a flatten that holds nearly all parameters of a large model."""
    total = checked.program.parameters if checked.program else 0
    if total < _SMALL:
        return
    for first, second in pairwise(checked.placed):
        share = second.layer.cost.parameters / total
        if first.layer.kind == "flatten" and second.layer.kind == "dense" and share > _HEAVY_SHARE:
            inputs = written(first.layer.input_shape)
            related = [Label(first.statement.head, f"makes {first.layer.output_shape[0]:,} values of {inputs}")]
            amount = f"{second.layer.cost.parameters:,}"
            yield rules.FLATTEN_INTO_DENSE.at(
                second.statement.head, related=related, share=f"{share:.0%}", amount=amount
            )


def kernel_beyond_image(checked: Checked) -> Iterator[Diagnostic]:
    """A kernel so much larger than its input that some of its weights only ever see padding."""
    for each in every(checked.placed):
        arguments = each.layer.arguments
        if "kernel" not in arguments or len(each.layer.input_shape) != 3:
            continue
        kernel, image = pair(arguments, "kernel"), each.layer.input_shape
        most = 2 * image[0] - 1, 2 * image[1] - 1
        if kernel[0] > most[0] or kernel[1] > most[1]:
            span = each.bound.spans.get("kernel", each.statement.head)
            yield rules.KERNEL_BEYOND_IMAGE.at(
                span, kernel=written(kernel), image=written(image[:2]), most=written(most)
            )


def even_kernel(checked: Checked) -> Iterator[Diagnostic]:
    """An even kernel with padding on all sides cannot have a centre: the image shifts by half a pixel."""
    for each in every(checked.placed):
        arguments = each.layer.arguments
        if arguments.get("padding") != "same" or "kernel" not in arguments:
            continue
        kernel = pair(arguments, "kernel")
        stride = pair(arguments, "stride") if "stride" in arguments else (1, 1)
        if any(size % 2 == 0 and step == 1 for size, step in zip(kernel, stride, strict=True)):
            span = each.bound.spans.get("kernel", each.statement.head)
            odd = written(tuple(size + 1 - size % 2 for size in kernel))
            yield rules.EVEN_KERNEL.at(span, kernel=written(kernel), suggestion=odd)


def skipped_pixels(checked: Checked) -> Iterator[Diagnostic]:
    """A stride wider than its window: the pixels between two windows are never looked at."""
    for each in every(checked.placed):
        arguments = each.layer.arguments
        name = next((name for name in ("kernel", "window") if name in arguments), None)
        if name is None or "stride" not in arguments or each.layer.kind == "convtranspose":
            continue
        window, stride = pair(arguments, name), pair(arguments, "stride")
        if window == (1, 1):
            continue
        if any(step > size for step, size in zip(stride, window, strict=True)):
            span = each.bound.spans.get("stride", each.statement.head)
            yield rules.SKIPPED_PIXELS.at(span, stride=written(stride), window=written(window), what=name)


def softmax_inside(checked: Checked) -> Iterator[Diagnostic]:
    """Softmax before the last layer, or on a single unit, where it is always 1."""
    layers = [each for each in checked.placed if each.layer.kind not in NOISE]
    for place, each in enumerate(layers):
        arguments = each.layer.arguments
        activation = next((name for name, value in arguments.items() if value == "softmax"), None)
        if activation is None:
            continue
        span = each.bound.spans.get(activation, each.statement.head)
        if each.layer.output_shape == (1,):
            head = each.statement.head
            # One mistake: where there are more classes, that was said.
            if not any(
                found.rule is HEAD_CLASSES and head.start <= found.span.start < head.end
                for found in checked.diagnostics
            ):
                yield rules.SOFTMAX_OF_ONE.at(span)
        elif any(later.layer.kind in _WEIGHTED for later in layers[place + 1 :]):
            yield rules.SOFTMAX_INSIDE.at(span)


def unused_blocks(checked: Checked) -> Iterator[Diagnostic]:
    """A block of this file that nothing uses."""
    for name, definition in checked.blocks.definitions.items() if checked.program else ():
        if name not in checked.blocks.used and definition.name.span.source is checked.source:
            yield rules.UNUSED_BLOCK.at(definition.name.span, name=name)


def scaled_twice(checked: Checked) -> Iterator[Diagnostic]:
    """A first layer that divides by 255 or by half of it, as in Keras, where the data is scaled already."""
    data = checked.program.data if checked.program else None
    if data is None or not checked.placed or checked.placed[0].layer.kind != "rescale":
        return
    first = checked.placed[0]
    scale, offset = (float(str(first.layer.arguments[name])) for name in ("scale", "offset"))
    made = data.settings["normalize"]["to"]
    times = scale * 255
    if not _KERAS_SCALES[0] <= times <= _KERAS_SCALES[1]:
        return
    values = "standardized"
    if isinstance(made, tuple):
        low, high = (float(str(each)) for each in made)
        if max(abs(low), abs(high)) > _LARGEST_SCALED:
            return
        values = f"from {low:g} to {high:g}"
    fix, suggestion = None, ""
    if offset == 0 and abs(times - 1) < 0.05:
        fix = None if first.uses else Fix("remove the layer", (Edit(with_separator(first.statement.head), ""),))
    elif made == (0.0, 1.0) and (span := first.bound.spans.get("scale")):
        suggestion = f"rescale {times:.3g}" + (f" offset={offset:g}" if offset else "")
        fix = Fix(f"scale by {times:.3g}", (Edit(span, in_place(span, f"{times:.3g}")),))
    yield rules.SCALED_TWICE.at(
        first.statement.head, fix=fix, values=values, divisor=f"{1 / scale:.4g}", suggestion=suggestion
    )


_KERAS_SCALES: Final = (0.95, 2.1)
"""Times a 255th: 1/256, 1/255, 1/128, 1/127.5."""
_LARGEST_SCALED: Final = 10.0
"""Values beyond may well be meant to be scaled down."""
