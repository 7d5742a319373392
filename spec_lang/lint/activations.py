"""Lints on one function behind another: what comes out of the first is all that the second gets."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import exp, inf
from typing import Final

from spec_lang.check import Checked
from spec_lang.check.model import Placed
from spec_lang.diagnostics import Diagnostic, Label
from spec_lang.layers import LAYERS
from spec_lang.layers.activations import NO_SLOPE_AT_ZERO, RANGES, UNCHANGED
from spec_lang.layers.kind import product
from spec_lang.lint.layers import sequences
from spec_lang.lint.neutral import removal
from spec_lang.rules import no_effect as rules

_NORMALIZATIONS: Final = frozenset({"batchnorm", "layernorm", "groupnorm"})
_SHIFTING: Final = frozenset({"rescale", "gaussiannoise"})
"""Layers that make other values of zeros."""
_NARROW: Final = 2.0
"""Behind a range of values no wider than this, the probabilities of a softmax are all much alike."""


def activation_chains(checked: Checked) -> Iterator[Diagnostic]:
    """Activations that change nothing, and probabilities of probabilities."""
    for sequence in sequences(checked.placed):
        comes: tuple[float, float] | None = None
        maker: Placed | None = None
        for each in sequence:
            kind, arguments = each.layer.kind, each.layer.arguments
            name = str(arguments.get("activation", kind))
            if comes and maker and kind in ("activation", "prelu"):
                if _is_unchanged(each, name, comes):
                    where = _between(comes)
                    yield rules.ACTIVATION_WITHOUT_EFFECT.at(
                        each.statement.head, related=[_label(maker)], fix=removal(each), name=name, where=where
                    )
                    continue
                reach = _reach(name, comes, product(each.layer.output_shape[-1:]))
                if reach:
                    least, most = (f"{share:.0%}" for share in reach)
                    before = str(maker.layer.arguments["activation"])
                    yield rules.SQUASHED_TWICE.at(
                        each.statement.head,
                        related=[_label(maker)],
                        name=name,
                        where=_between(comes),
                        least=least,
                        most=most,
                        before=before,
                    )
            if LAYERS[kind].within_inputs:
                continue
            comes, maker = _range(each, name), each


def _is_unchanged(each: Placed, name: str, comes: tuple[float, float]) -> bool:
    """Whether a layer returns the values that come in."""
    arguments = each.layer.arguments
    if name not in UNCHANGED or arguments.get("max_value", "off") != "off" or arguments.get("threshold", 0.0):
        return False
    low, high = UNCHANGED[name]
    return low <= comes[0] and comes[1] <= high


def _range(each: Placed, name: str) -> tuple[float, float] | None:
    """Between which values the results of a layer lie, where its activation bounds them."""
    is_plain = not each.layer.arguments.get("slope")
    return RANGES.get(name) if is_plain and not each.inside else None


def _reach(name: str, comes: tuple[float, float], outputs: int) -> tuple[float, float] | None:
    """The least and the greatest probability that can come out, where that is a narrow part of 0 to 1."""
    low, high = comes
    if name == "softmax" and outputs > 1 and high - low <= _NARROW:
        others = outputs - 1
        return 1 / (1 + others * exp(high - low)), 1 / (1 + others * exp(low - high))
    if name == "sigmoid" and low >= -1:
        return 1 / (1 + exp(-low)), 1 / (1 + exp(-high))
    return None


def _between(comes: tuple[float, float]) -> str:
    low, high = comes
    if high == inf:
        return f"at least {low:g}"
    return f"from {low:g} to {high:g}"


def _label(maker: Placed) -> Label:
    return Label(maker.statement.head, f"its activation is {maker.layer.arguments['activation']}")


def normalized_twice(checked: Checked) -> Iterator[Diagnostic]:
    """Two layers in a row that normalize alike."""
    for sequence in sequences(checked.placed):
        for first, second in pairwise(sequence):
            if first.layer.kind == second.layer.kind and second.layer.kind in _NORMALIZATIONS:
                related = [Label(first.statement.head, "normalizes already")]
                yield rules.NORMALIZED_TWICE.at(second.statement.head, related=related, kind=second.layer.kind)


def frozen_statistics(checked: Checked) -> Iterator[Diagnostic]:
    """Batch normalization that never takes in what a batch is like."""
    for sequence in sequences(checked.placed):
        for each in sequence:
            if each.layer.kind == "batchnorm" and each.layer.arguments.get("momentum") == 1:
                yield rules.FROZEN_STATISTICS.at(each.bound.spans.get("momentum", each.statement.head))


def weights_alike(checked: Checked) -> Iterator[Diagnostic]:
    """Weights that begin so that they cannot learn, or learn nothing of their own."""
    for sequence in sequences(checked.placed):
        before: Placed | None = None
        for place, each in enumerate(sequence):
            kinds = LAYERS[each.layer.kind].kernels
            if not kinds:
                # Another mask for each unit tells units apart, but for those whose values are all 0.
                draws = LAYERS[each.layer.kind].random and before and before.layer.arguments["init"] == "ones"
                before = None if draws or each.inside else before
                continue
            init = str(each.layer.arguments.get("init"))
            is_alike = init in ("zeros", "ones")
            activation = _without_slope(each, sequence[place + 1 :]) if init == "zeros" else None
            span = each.bound.spans.get("init", each.statement.head)
            if activation:
                yield rules.NO_GRADIENT.at(span, activation=activation)
                return
            if before and is_alike:
                yield _alike(before, each)
                return
            # The filters of a depthwise convolution see a channel each, and learn what they see.
            has_several = each.layer.output_shape[-1] > 1 and set(kinds) != {"depthwise"}
            before = each if is_alike and has_several else None


def _without_slope(first: Placed, later: Sequence[Placed]) -> str | None:
    """The activation behind weights of 0 that lets no gradient through; None where there is another one, or a bias."""
    arguments = first.layer.arguments
    if arguments.get("bias") and arguments.get("bias_init") != "zeros":
        return None
    for each in (first, *later):
        name = str(each.layer.arguments.get("activation", "linear"))
        if name != "linear" or each.layer.kind == "prelu":
            return name if name in NO_SLOPE_AT_ZERO and not each.layer.arguments.get("slope") else None
        if each is not first and (each.inside or LAYERS[each.layer.kind].kernels or each.layer.kind in _SHIFTING):
            return None
    return None


def _alike(first: Placed, second: Placed) -> Diagnostic:
    outputs = "units" if first.layer.kind == "dense" else "filters"
    span = first.bound.spans.get("init", first.statement.head)
    related = [Label(second.bound.spans.get("init", second.statement.head), "so do these")]
    return rules.UNITS_ALIKE.at(
        span,
        related=related,
        kind=first.layer.kind,
        next=second.layer.kind,
        init=first.layer.arguments["init"],
        outputs=outputs,
    )
