"""Every layer kind, by family. A new layer is one record in its family's file, and its tests."""

from spec_lang.layers import (
    activations,
    convolution,
    core,
    normalization,
    pooling,
    regularization,
    reshaping,
    residual,
)
from spec_lang.layers.kind import LayerKind

_FAMILIES = (core, convolution, pooling, normalization, activations, regularization, reshaping, residual)
LAYERS: dict[str, LayerKind] = {kind.keyword: kind for family in _FAMILIES for kind in family.LAYERS}
"""All layer kinds by keyword."""

NOISE: frozenset[str] = frozenset(keyword for keyword, kind in LAYERS.items() if kind.random)
"""Layers that do nothing outside of training: behind the head, they leave it what it is."""
