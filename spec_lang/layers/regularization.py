"""Noise that only training sees, against overfitting."""

from spec_lang.forms import Parameter
from spec_lang.kinds import Real
from spec_lang.layers.kind import LayerKind, Takes

_RATE = Parameter("rate", Real(0.0, 1.0, below_high=True), "the share that is dropped")

DROPOUT = LayerKind(
    keyword="dropout",
    summary="Sets a random share of its inputs to zero while training, and scales up the others.",
    example="dropout 0.5",
    parameters=(_RATE,),
    keras="Dropout",
    neutral=({"rate": 0.0},),
    within_inputs=True,
    random=True,
)
SPATIAL_DROPOUT = LayerKind(
    keyword="spatialdropout",
    summary="Dropout of whole channels, for images whose neighbouring pixels are much alike.",
    example="spatialdropout 0.2",
    parameters=(_RATE,),
    takes=Takes.IMAGE,
    keras="SpatialDropout2D",
    neutral=({"rate": 0.0},),
    within_inputs=True,
    random=True,
)
GAUSSIAN_NOISE = LayerKind(
    keyword="gaussiannoise",
    summary="Adds normally distributed noise while training.",
    example="gaussiannoise 0.1",
    parameters=(Parameter("stddev", Real(0.0, 1.0), "standard deviation of the noise"),),
    keras="GaussianNoise",
    neutral=({"stddev": 0.0},),
    random=True,
)

LAYERS = (DROPOUT, SPATIAL_DROPOUT, GAUSSIAN_NOISE)
