"""W5xx: specs that run, written in a way that costs people results."""

from spec_lang.diagnostics import Rule

_HEAD = "flatten; dense 10 softmax"

TEST_AS_VALIDATION = Rule(
    code="W501",
    name="test-as-validation",
    title="The test set used for validation",
    message="the test set is used for validation",
    label="the test score will be too good",
    helps=("write validation 10%: images held out from training",),
    why=(
        "Early stopping and every choice made while looking at the curves fit the model to the images that it is "
        "judged "
        "on. The score at the end is then no estimate for new images. Tutorials do it because Keras makes it easy."
    ),
    bad=f"data mnist {{ validation test }}\n{_HEAD}",
    good=f"data mnist {{ validation 10% }}\n{_HEAD}",
    fixable=True,
)
STOP_ON_TRAINING = Rule(
    code="W502",
    name="stop-on-training",
    title="Early stopping that watches the training images",
    message="early stopping watches {monitor}, which is measured on the training images",
    label="no sign of overfitting",
    helps=("write stop val_{monitor}, measured on images held out from training",),
    why=(
        "Figures on the training images get better as long as one trains, also when the network only learns them by "
        "heart. What tells when to stop is measured on other images."
    ),
    bad=f"{_HEAD}\ntrain {{ stop loss }}",
    good=f"{_HEAD}\ntrain {{ stop val_loss }}",
    fixable=True,
)
SOFTMAX_OF_ONE = Rule(
    code="W503",
    name="softmax-of-one",
    title="Softmax over a single unit",
    message="softmax over a single unit is always 1",
    label="always 1",
    helps=("for two classes, write dense 1 sigmoid, or dense 2 softmax",),
    why="Softmax divides by the sum over all units. Of one unit, that is the unit itself: nothing can be learnt.",
    bad="input 8x8x1\nflatten; dense 1 softmax",
    good="input 8x8x1\nflatten; dense 1 sigmoid",
)
SOFTMAX_INSIDE = Rule(
    code="W504",
    name="softmax-inside",
    title="Softmax before the last layer",
    message="softmax stands inside the network",
    label="lets little through",
    helps=("write relu, and keep softmax for the last layer",),
    why=(
        "Softmax makes its units compete for a sum of one; inside a network that throttles what the next layer can see."
    ),
    bad="flatten; dense 64 softmax; dense 10 softmax",
    good="flatten; dense 64 relu; dense 10 softmax",
)
LINEAR_LAYERS = Rule(
    code="W505",
    name="linear-layers",
    title="Two linear layers in a row",
    message="'{kind}' has no activation, and '{next}' follows",
    label="linear",
    helps=("add an activation, such as relu",),
    why=(
        "A linear layer behind a linear layer can do no more than one of them alone: the second is wasted. Nothing is "
        "said of a convolution in two factors, which saves weights: a depthwise one and what follows it, or a row "
        "and a column, such as 1x3 and 3x1."
    ),
    bad="flatten; dense 64; dense 10 softmax",
    good="flatten; dense 64 relu; dense 10 softmax",
)
BIAS_BEFORE_NORMALIZATION = Rule(
    code="W506",
    name="bias-before-normalization",
    title="A bias before batch normalization",
    message="this layer's bias is taken away by the batch normalization behind it",
    label="has a bias",
    helps=("write bias=off",),
    why=(
        "Batch normalization subtracts the mean of each channel, and the bias with it, then adds a shift of its own "
        "(Ioffe and Szegedy 2015, section 3.2)."
    ),
    bad=f"conv 8 3x3; batchnorm; activation relu; {_HEAD}",
    good=f"conv 8 3x3 bias=off; batchnorm; activation relu; {_HEAD}",
    fixable=True,
)
DROPOUT_AFTER_HEAD = Rule(
    code="W507",
    name="dropout-after-head",
    title="Dropout behind the last layer",
    message="'{kind}' stands behind the probabilities",
    label="drops answers",
    helps=("move it before the last layer",),
    why=(
        "Behind the head it removes answers at random while training, and the loss can no longer tell right from wrong."
    ),
    bad=f"{_HEAD}; dropout 0.2",
    good="flatten; dropout 0.2; dense 10 softmax",
)
FLATTEN_INTO_DENSE = Rule(
    code="W508",
    name="flatten-into-dense",
    title="One dense layer that holds nearly all parameters",
    message="{share} of all parameters are in this one layer",
    label="{amount} parameters",
    helps=("put globalavgpool in place of flatten, or pool more before it",),
    why=(
        "A dense layer has a weight for each value that flatten yields. Such a layer takes most of the memory and "
        "overfits first; modern networks average each channel over the image instead (Lin et al. 2013)."
    ),
    bad="data cifar10\nconv 32 3x3 relu; flatten; dense 256 relu; dense 10 softmax",
    good="data cifar10\nconv 32 3x3 relu; globalavgpool; dense 256 relu; dense 10 softmax",
)
KERNEL_BEYOND_IMAGE = Rule(
    code="W509",
    name="kernel-beyond-image",
    title="A kernel larger than it can ever need",
    message="a kernel of {kernel} on an image of {image} looks mostly at padding",
    label="larger than it can need",
    helps=("at most {most} can ever touch the image",),
    why=(
        "The outer weights of such a kernel only ever meet the zeros around the image: they cost time and learn "
        "nothing."
    ),
    bad=f"pool 4x4; conv 8 5x5 relu padding=same; {_HEAD}",
    good=f"pool 4x4; conv 8 3x3 relu padding=same; {_HEAD}",
)
EVEN_KERNEL = Rule(
    code="W510",
    name="even-kernel",
    title="An even kernel with padding on all sides",
    message="an even kernel with padding=same shifts the image by half a pixel",
    label="{kernel} has no centre",
    helps=("write {suggestion}",),
    why=(
        "An even kernel has no centre, so the padding is one pixel wider on one side; over several layers shifts "
        "add up."
    ),
    bad=f"conv 8 4x4 relu padding=same; {_HEAD}",
    good=f"conv 8 5x5 relu padding=same; {_HEAD}",
)
SKIPPED_PIXELS = Rule(
    code="W511",
    name="skipped-pixels",
    title="A stride wider than its window",
    message="a stride of {stride} with a {what} of {window} skips pixels",
    label="wider than the {what}",
    helps=("use a stride of at most {window}",),
    why="Pixels between two places of the window are never looked at: what they show is lost.",
    bad=f"conv 8 3x3 relu stride=4; {_HEAD}",
    good=f"conv 8 3x3 relu stride=3; {_HEAD}",
)
ENDLESS_EPOCHS = Rule(
    code="W513",
    name="endless-epochs",
    title="Many epochs with nothing to end them",
    message="{count} epochs, and nothing that ends them early",
    label="without early stopping",
    helps=("add to train {{ … }}: stop val_loss patience=5",),
    why="After some epochs a network learns its training images by heart: further ones cost time and make it worse.",
    bad=f"{_HEAD}\ntrain {{ epochs 100 }}",
    good=f"{_HEAD}\ntrain {{ epochs 100; stop val_loss patience=5 }}",
)
LEARNING_RATE = Rule(
    code="W514",
    name="learning-rate",
    title="A learning rate far from what the optimizer works with",
    message="the learning rate is very {size} for {name}",
    label="very {size}",
    helps=("{name} is known to work between {low} and {high}",),
    why=(
        "Far above its range the loss explodes or stays where it is; far below, nothing is learnt in any number "
        "of epochs."
    ),
    bad=f"{_HEAD}\ntrain {{ optimizer adam lr=0.5 }}",
    good=f"{_HEAD}\ntrain {{ optimizer adam lr=0.001 }}",
)
MISSING_SEED = Rule(
    code="W515",
    name="missing-seed",
    title="No seed",
    message="no seed is set: the default, 0, is used",
    label="add seed",
    helps=("add to train {{ … }}: seed 7",),
    why=(
        "A run repeats bit for bit without one, but a figure from a single seed says little: name the seed, and try "
        "others. Off unless selected."
    ),
    bad=f"{_HEAD}\ntrain {{ epochs 3 }}",
    good=f"{_HEAD}\ntrain {{ epochs 3; seed 7 }}",
    opt_in=True,
)
UNUSED_BLOCK = Rule(
    code="W516",
    name="unused-block",
    title="A block that nothing uses",
    message="the block '{name}' is never used",
    label="never used",
    helps=("use it in the model, or remove it",),
    why="A block that stands there unused is mostly a forgotten line in the model.",
    bad=f"block wide {{ dense 64 relu }}\n{_HEAD}",
    good="block wide { dense 64 relu }\nflatten; wide; dense 10 softmax",
)
DATA_MISSING = Rule(
    code="W521",
    name="data-missing",
    title="Pictures that are not there now",
    message="cannot use the {kind} '{path}' now: {reason}",
    label="{reason}",
    helps=("a run needs it; paths begin at the folder of the spec, or at the folder that CNN_DATA_HOME names",),
    why="The classes are given, so that all else is checked; whether they are those of the pictures is not.",
    bad='data folder "nowhere" { size 64x64; classes [cat, dog] }\nflatten; dense 2 softmax',
    good='data folder "pets" { size 64x64; classes [cat, dog] }\nflatten; dense 2 softmax',
    of_surroundings=True,
)
FLIPPED_SIGNS = Rule(
    code="W522",
    name="flipped-signs",
    title="Digits or letters mirrored",
    message="'flip {way}' mirrors the images, and the classes are {what}",
    label="turns them into other signs, or none",
    helps=("leave it out; shift, rotate and zoom keep what the images show",),
    why=(
        "A flip is for what looks the same in a mirror, such as a cat. A mirrored 2 is no digit, and a 6 on its head "
        "is a 9 under the label 6: the network learns what it will never meet, or what is wrong. Classes of `data npz` "
        "are numbers that tell nothing of what the images show: of them, nothing is said."
    ),
    bad=f"data mnist\naugment {{ flip horizontal }}\n{_HEAD}",
    good=f"data cifar10\naugment {{ flip horizontal }}\n{_HEAD}",
)
SCALED_TWICE = Rule(
    code="W523",
    name="scaled-twice",
    title="Images scaled down that are small already",
    message="the values of an image are {values} already, and this layer divides them by {divisor} again",
    label="leaves next to nothing",
    helps=("write {suggestion}, as for values from 0 to 1", "leave it out: 'normalize' in data settles the range"),
    why=(
        "A Keras model that begins with Rescaling(1/255) is fed values from 0 to 255. Here `data` scales them, to 0..1 "
        "unless `normalize` says otherwise; divided once more they differ by less than a hundredth, and a network "
        "hardly learns from them. For values from -1 to 1 write `normalize -1..1`."
    ),
    bad=f"data mnist\nrescale 0.003922; {_HEAD}",
    good=f"data mnist\n{_HEAD}",
    fixable=True,
)

WILL_NOT_FIT = Rule(
    code="W520",
    name="will-not-fit",
    title="A run that needs more memory than the machine has",
    message="this run needs about {needed} of memory, and this machine has {memory}",
    label="{label}",
    helps=(
        "write batch {most}: that fits",
        "not even one image at a time fits: use fewer filters or units, or pool earlier",
    ),
    why=(
        "The operating system ends a process that takes more memory than there is, mostly without a word, and perhaps "
        "hours into the training. `cnn plan` compares before anything is allocated, and `cnn run` does not begin; "
        "`cnn check`, which is to say the same on every machine, is silent. The figure is an estimate for training on "
        "a CPU: to try all the same, end the line with `# cnn: ignore[W520]`."
    ),
    bad="data cifar10\nconv 64 3x3 relu padding=same; globalavgpool; dense 10 softmax\ntrain { batch 40000 }",
    good="data cifar10\nconv 64 3x3 relu padding=same; globalavgpool; dense 10 softmax\ntrain { batch 512 }",
    of_surroundings=True,
)

RULES = (
    TEST_AS_VALIDATION,
    STOP_ON_TRAINING,
    SOFTMAX_OF_ONE,
    SOFTMAX_INSIDE,
    LINEAR_LAYERS,
    BIAS_BEFORE_NORMALIZATION,
    DROPOUT_AFTER_HEAD,
    FLATTEN_INTO_DENSE,
    KERNEL_BEYOND_IMAGE,
    EVEN_KERNEL,
    SKIPPED_PIXELS,
    ENDLESS_EPOCHS,
    LEARNING_RATE,
    MISSING_SEED,
    UNUSED_BLOCK,
    WILL_NOT_FIT,
    DATA_MISSING,
    FLIPPED_SIGNS,
    SCALED_TWICE,
)
