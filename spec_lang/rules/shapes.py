"""E3xx: layers that do not fit what the layers before them leave."""

from spec_lang.diagnostics import Rule

WINDOW_TOO_LARGE = Rule(
    code="E301",
    name="window-too-large",
    title="A window larger than its input",
    message="the {what} is larger than its input",
    label="the {what} is {window}",
    helps=(
        "use {article} {what} of at most {largest}, or padding=same",
        "the image is down to one pixel: remove an earlier pool",
    ),
    why=(
        "Without padding, the whole window must fit into the image. Each pooling divides height and width, so deep "
        "networks run out of pixels on small images."
    ),
    bad="data digits\npool 2x2; conv 8 5x5 relu; flatten; dense 10 softmax",
    good="data digits\npool 2x2; conv 8 3x3 relu; flatten; dense 10 softmax",
)
NEEDS_IMAGE = Rule(
    code="E302",
    name="needs-image",
    title="An image layer after the image was flattened",
    message="'{owner}' works on images, but gets a flat vector",
    label="needs height x width x channels",
    helps=("move it before 'flatten'",),
    why=(
        "Convolution and pooling look at neighbouring pixels. Flattening puts all pixels into one row and loses who is "
        "beside whom."
    ),
    bad="flatten; conv 8 3x3 relu; dense 10 softmax",
    good="conv 8 3x3 relu; flatten; dense 10 softmax",
)
NEEDS_FLAT = Rule(
    code="E303",
    name="needs-flat",
    title="A dense layer on an image",
    message="'{owner}' needs a flat vector, but gets an image",
    label="needs a flat input",
    helps=("put 'flatten' on the line before",),
    why=(
        "A dense layer weighs every input once. Keras would apply it to each pixel apart, which is hardly ever what "
        "was meant."
    ),
    bad="conv 8 3x3 relu; dense 10 softmax",
    good="conv 8 3x3 relu; flatten; dense 10 softmax",
    fixable=True,
)
INPUT_NOT_FIRST = Rule(
    code="E304",
    name="input-not-first",
    title="An input layer that is not first",
    message="'input' must be the first layer",
    label="not the first",
    helps=("move it to the top of the model, or remove it",),
    why="The input is what the first layer gets.",
    bad="flatten; input 64; dense 10 softmax",
    good="input 8x8x1; flatten; dense 10 softmax",
)
INPUT_MISMATCH = Rule(
    code="E305",
    name="input-mismatch",
    title="An input shape that the data does not have",
    message="the input is {given}, but the images of '{data}' are {actual}",
    label="not the shape of the data",
    helps=("write input {actual}, or leave the line out",),
    why="The shape of the data decides; stating another would break at the first batch.",
    bad="data mnist\ninput 32x32x3; flatten; dense 10 softmax",
    good="data mnist\ninput 28x28x1; flatten; dense 10 softmax",
    fixable=True,
)
TOO_LARGE = Rule(
    code="E306",
    name="layer-too-large",
    title="A layer too large for any machine",
    message="this layer alone would hold {amount} {what}",
    label="too large",
    helps=("a layer may hold at most {limit} {what}: use fewer units or filters, or pool before it",),
    why="No machine could hold it: a digit too many, or a flatten over a large image.",
    bad="flatten; dense 1000000000 relu; dense 10 softmax",
    good="flatten; dense 1000 relu; dense 10 softmax",
)

STRIDE_WITH_DILATION = Rule(
    code="E307",
    name="stride-with-dilation",
    title="A convolution with both a stride and a dilation",
    message="stride {stride} and dilation {dilation} do not go together",
    label="dilation {dilation}",
    helps=("keep one of the two, and give the stride to a pool or a convolution behind it",),
    why=(
        "A stride leaves out places of the kernel, a dilation leaves out pixels within it. Keras computes both at once "
        "for depthwise and separable convolutions only."
    ),
    bad="conv 8 3x3 relu stride=2 dilation=2; flatten; dense 10 softmax",
    good="conv 8 3x3 relu dilation=2; flatten; dense 10 softmax",
)
UNEVEN_GROUPS = Rule(
    code="E308",
    name="uneven-groups",
    title="Groups that do not divide the channels",
    message="{groups} groups do not divide {amount} {what} evenly",
    label="{amount} {what}",
    helps=("take a number of groups that divides {amount}",),
    why="Each group gets the same share of the input channels and of the filters.",
    bad="conv 8 3x3 relu; conv 12 3x3 relu groups=3; flatten; dense 10 softmax",
    good="conv 8 3x3 relu; conv 12 3x3 relu groups=4; flatten; dense 10 softmax",
)
UNEQUAL_STRIDES = Rule(
    code="E309",
    name="unequal-strides",
    title="A depthwise convolution with different strides for height and width",
    message="this convolution needs one stride for height and width, not {stride}",
    label="{stride}",
    helps=("write stride={largest}, or use 'conv'",),
    why=(
        "TensorFlow's own depthwise convolution knows equal strides only: on most machines the network would "
        "build, and "
        "fail at the first batch."
    ),
    bad="conv 8 3x3 relu; depthwiseconv 3x3 relu stride=1x2; flatten; dense 10 softmax",
    good="conv 8 3x3 relu; depthwiseconv 3x3 relu stride=2; flatten; dense 10 softmax",
)
CROP_TOO_LARGE = Rule(
    code="E310",
    name="crop-too-large",
    title="A crop that leaves nothing",
    message="cropping takes {taken} pixels of an image {size} pixels {measure}",
    label="nothing is left",
    helps=("something of the {axis} must be left: take at most {most}",),
    why="At least one row and one column of pixels must be left.",
    bad="crop 4; flatten; dense 10 softmax",
    good="crop 2; flatten; dense 10 softmax",
)
RESHAPE_COUNT = Rule(
    code="E311",
    name="reshape-count",
    title="A reshape to another number of values",
    message="an input of {input} has {values:,} values, but {shape} has {wanted:,}",
    label="{wanted:,} values",
    helps=("the product of the sizes must be {values}",),
    why="Reshaping arranges the same values anew: none is added and none is dropped.",
    bad="reshape 4x4x8; flatten; dense 10 softmax",
    good="reshape 4x4x4; flatten; dense 10 softmax",
)
NOT_A_PERMUTATION = Rule(
    code="E312",
    name="not-a-permutation",
    title="A permutation that does not name every axis once",
    message="'permute' must name height, width and channels, each once",
    label="{problem}",
    helps=("for example: permute width height channels",),
    why="Each axis of the output is one axis of the input.",
    bad="permute width height; flatten; dense 10 softmax",
    good="permute width height channels; flatten; dense 10 softmax",
)
EVEN_NEIGHBOURHOOD = Rule(
    code="E313",
    name="even-neighbourhood",
    title="Local response normalization over an even number of channels",
    message="the number of channels must be odd, not {size}",
    label="{size} is even",
    helps=("write {smaller} or {larger}",),
    why="The channel itself stands in the middle, with as many neighbours on either side.",
    bad="conv 8 3x3 relu; lrn 4; flatten; dense 10 softmax",
    good="conv 8 3x3 relu; lrn 5; flatten; dense 10 softmax",
)
ODD_CHANNELS = Rule(
    code="E314",
    name="odd-channels",
    title="A gated linear unit on an odd number of channels",
    message="'glu' halves its channels, and {channels} is odd",
    label="{channels} channels come in",
    helps=("let the layer before it leave an even number",),
    why="One half of the channels is multiplied by the sigmoid of the other half.",
    bad="conv 7 3x3; activation glu; flatten; dense 10 softmax",
    good="conv 8 3x3; activation glu; flatten; dense 10 softmax",
)
RESIDUAL_MISMATCH = Rule(
    code="E330",
    name="residual-mismatch",
    title="A residual whose sides cannot be added",
    message="the input {input} cannot be added to the {output} that these layers leave",
    label="adds its input to what its layers leave",
    helps=("let the layers inside keep height and width (padding=same) or divide them by a stride",),
    why=(
        "A 1x1 convolution with a stride brings the input to the other shape where height and width are divided "
        "evenly; any other difference has no natural projection."
    ),
    bad="residual { conv 8 3x3 relu }\nflatten; dense 10 softmax",
    good="residual { conv 8 3x3 relu padding=same }\nflatten; dense 10 softmax",
)

RULES = (
    WINDOW_TOO_LARGE,
    NEEDS_IMAGE,
    NEEDS_FLAT,
    INPUT_NOT_FIRST,
    INPUT_MISMATCH,
    TOO_LARGE,
    STRIDE_WITH_DILATION,
    UNEVEN_GROUPS,
    UNEQUAL_STRIDES,
    CROP_TOO_LARGE,
    RESHAPE_COUNT,
    NOT_A_PERMUTATION,
    EVEN_NEIGHBOURHOOD,
    ODD_CHANNELS,
    RESIDUAL_MISMATCH,
)
