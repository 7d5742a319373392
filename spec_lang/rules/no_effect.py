"""W54x, W55x: what stands in a spec and never acts, each with the reason."""

from spec_lang.diagnostics import Rule

_HEAD = "flatten; dense 10 softmax"

LAYER_WITHOUT_EFFECT = Rule(
    code="W540",
    name="layer-without-effect",
    title="A layer whose output is its input",
    message="this '{kind}' changes nothing: its output is its input",
    label="changes nothing",
    helps=("remove the layer",),
    why=(
        "A window of 1x1, a dropout of 0, a border of 0, a shape that was there already: such a layer is mostly a "
        "forgotten value, or what is left of an experiment."
    ),
    bad="conv 8 3x3 relu; pool 1x1; flatten; dense 10 softmax",
    good="conv 8 3x3 relu; pool 2x2; flatten; dense 10 softmax",
    fixable=True,
)
ACTIVATION_WITHOUT_EFFECT = Rule(
    code="W541",
    name="activation-without-effect",
    title="An activation that only gets values it does not change",
    message="'{name}' changes nothing here: all values that come in are {where}",
    label="changes nothing",
    helps=("remove the layer",),
    why="Relu behind relu, or relu behind sigmoid, returns what it is given: the line is there twice, or misplaced.",
    bad="conv 8 3x3 relu; activation relu; flatten; dense 10 softmax",
    good="conv 8 3x3; activation relu; flatten; dense 10 softmax",
    fixable=True,
)
SQUASHED_TWICE = Rule(
    code="W542",
    name="squashed-twice",
    title="Probabilities made of probabilities",
    message="'{name}' gets values {where} here, and can only give ones between {least} and {most}",
    label="never below {least}, never above {most}",
    helps=("leave '{before}' out of the layer before: '{name}' is made for any numbers",),
    why=(
        "Softmax and sigmoid turn any numbers into probabilities. Of numbers that were squeezed into a narrow range "
        "before, such as probabilities, they make ones that are all much alike: the network can never be sure, and the "
        "loss never small. A softmax over ten classes behind a softmax gives at most 23%."
    ),
    bad="flatten; dense 10 softmax; activation softmax",
    good="flatten; dense 10; activation softmax",
)
NORMALIZED_TWICE = Rule(
    code="W543",
    name="normalized-twice",
    title="The same normalization twice in a row",
    message="this '{kind}' normalizes what the one before it has normalized",
    label="adds next to nothing",
    helps=("remove one of them",),
    why="What has mean 0 and variance 1 already stays as it is; the learnt scales of both are as good as one.",
    bad=f"conv 8 3x3 bias=off; batchnorm; batchnorm; activation relu; {_HEAD}",
    good=f"conv 8 3x3 bias=off; batchnorm; activation relu; {_HEAD}",
)
UNITS_ALIKE = Rule(
    code="W544",
    name="units-alike",
    title="Weights that begin alike and stay alike",
    message="all weights of this '{kind}' and of the next '{next}' begin as {init}: its {outputs} never differ",
    label="all weights begin as {init}",
    helps=("leave init out: weights then begin at random",),
    why=(
        "Units with the same weights give the same values and get the same gradients, step after step: a hundred of "
        "them learn no more than one. Random weights are what tells them apart."
    ),
    bad="flatten; dense 16 tanh init=ones; dense 10 softmax init=ones",
    good="flatten; dense 16 tanh; dense 10 softmax init=ones",
)
NO_GRADIENT = Rule(
    code="W545",
    name="no-gradient",
    title="Weights of zero in front of a relu",
    message="weights of zero in front of '{activation}' never learn",
    label="all results are 0",
    helps=("leave init out: weights then begin at random",),
    why=(
        "All results are 0, where the derivative of relu is 0, too: no gradient reaches the weights, and they stay 0 "
        "for ever; nor do the layers before them learn anything by this way."
    ),
    bad=f"conv 8 3x3 relu init=zeros; {_HEAD}",
    good=f"conv 8 3x3 relu; {_HEAD}",
)
FROZEN_STATISTICS = Rule(
    code="W546",
    name="frozen-statistics",
    title="Running statistics that never run",
    message="momentum=1 keeps the running mean and variance as they began",
    label="nothing of any batch is taken in",
    helps=("write momentum=0.99, or leave it out",),
    why=(
        "The test and every prediction use the running mean and variance. With all of them kept at each step they stay "
        "0 and 1, and the layer does not do there what the network was trained with."
    ),
    bad=f"conv 8 3x3 bias=off; batchnorm momentum=1; activation relu; {_HEAD}",
    good=f"conv 8 3x3 bias=off; batchnorm momentum=0.9; activation relu; {_HEAD}",
)
SETTING_WITHOUT_EFFECT = Rule(
    code="W547",
    name="setting-without-effect",
    title="A setting with a value that changes nothing",
    message="'{setting}' changes nothing",
    label="leaves all as it is",
    helps=("leave it out, or give it another value",),
    why=(
        "A turn by 0 degrees, a zoom of 100%..100%, a learning rate that is multiplied by 1: the line reads as if "
        "something were done."
    ),
    bad=f"augment {{ rotate 0deg; flip horizontal }}\ndata cifar10\n{_HEAD}",
    good=f"augment {{ rotate 10deg; flip horizontal }}\ndata cifar10\n{_HEAD}",
)
LESS_THAN_A_PIXEL = Rule(
    code="W548",
    name="less-than-a-pixel",
    title="A share of the image that is less than half a pixel",
    message="'{setting}' changes nothing: {amount} of an image of {image} is no pixel",
    label="no pixel",
    helps=("give it in pixels, as in {setting} 1px",),
    why="The share is rounded to whole pixels, here to 0.",
    bad=f"data digits\naugment {{ erase 5% }}\n{_HEAD}",
    good=f"data digits\naugment {{ erase 25% }}\n{_HEAD}",
)
WITHOUT_ITS_GROUND = Rule(
    code="W549",
    name="without-its-ground",
    title="A setting of something that is not there",
    message="'{option}' has no effect here: there is no {missing}",
    label="no {missing}",
    helps=("leave it out, or {add}",),
    why=(
        "Some settings only say how something else is done: Nesterov's step looks ahead along the momentum, `fill` "
        "fills what a moved image leaves empty, `bias_init` is for a bias, `dilation` spreads the weights of a kernel."
    ),
    bad=f"{_HEAD}\ntrain {{ optimizer sgd nesterov=on }}",
    good=f"{_HEAD}\ntrain {{ optimizer sgd momentum=0.9 nesterov=on }}",
)
PATIENCE_BEYOND_EPOCHS = Rule(
    code="W550",
    name="patience-beyond-epochs",
    title="A patience that is never used up",
    message="'{setting}' never {effect}: its patience is {patience}, and training has {epochs}",
    label="used up after epoch {earliest} at the earliest",
    helps=("write patience={most}, or less", "leave it out, or train for more epochs"),
    why=(
        "The first epoch is the best so far; so many epochs without a better one must follow before a patience is used "
        "up, and one more epoch for that to change anything. `stop` still goes back to the best epoch; for that alone, "
        "`keep` is the setting."
    ),
    bad=f"{_HEAD}\ntrain {{ epochs 3; stop val_loss patience=50 }}",
    good=f"{_HEAD}\ntrain {{ epochs 30; stop val_loss patience=5 }}",
)
SCHEDULE_BEYOND_EPOCHS = Rule(
    code="W551",
    name="schedule-beyond-epochs",
    title="A learning rate that never falls",
    message="the learning rate never falls: '{what}' is {amount}, and training has {epochs}",
    label="the first fall would come after epoch {amount}",
    helps=("write {what}={most}, or less", "leave the schedule out, or train for more epochs"),
    why=(
        "A schedule counts epochs. What is to happen after more of them than training has does not happen; with a "
        "warm-up as long as training, the learning rate only rises."
    ),
    bad=f"{_HEAD}\ntrain {{ epochs 10; schedule step every=50 }}",
    good=f"{_HEAD}\ntrain {{ epochs 10; schedule step every=5 }}",
)
PLATEAU_AFTER_STOP = Rule(
    code="W552",
    name="plateau-after-stop",
    title="A learning rate that waits longer than early stopping",
    message="the learning rate never falls: training ends after {stop} without a better {monitor}",
    label="waits for {plateau}: early stopping acts first",
    helps=("write patience={most} here, or a larger patience for stop", "give stop a larger patience"),
    why="Both watch the same figure, and the one with less patience acts first; early stopping acts for good.",
    bad=f"{_HEAD}\ntrain {{ stop val_loss patience=3; schedule plateau val_loss patience=5 }}",
    good=f"{_HEAD}\ntrain {{ stop val_loss patience=5; schedule plateau val_loss patience=2 }}",
)
KEPT_BY_STOP = Rule(
    code="W553",
    name="kept-by-stop",
    title="The best epoch kept twice",
    message="'keep {monitor}' adds nothing: early stopping goes back to the best {monitor} already",
    label="settled by stop",
    helps=("leave it out",),
    why="`keep` is for where early stopping watches another figure, or is not there.",
    bad=f"{_HEAD}\ntrain {{ stop val_loss patience=2; keep val_loss }}",
    good=f"{_HEAD}\ntrain {{ stop val_loss patience=2; keep val_accuracy }}",
)
ONE_EPOCH_TO_KEEP = Rule(
    code="W554",
    name="one-epoch-to-keep",
    title="The best of one epoch",
    message="'keep' has nothing to choose from: training has one epoch",
    label="the only epoch is the best one",
    helps=("leave it out, or train for more epochs",),
    why="The best epoch is chosen among those that were trained.",
    bad=f"{_HEAD}\ntrain {{ epochs 1; keep val_loss }}",
    good=f"{_HEAD}\ntrain {{ epochs 5; keep val_loss }}",
)
BATCH_OF_ALL = Rule(
    code="W555",
    name="batch-of-all",
    title="A batch larger than all training images together",
    message="a batch of {batch} is never full: there are {most} training images at most",
    label="an epoch is one step",
    helps=("write batch 32: an epoch is then {steps} steps",),
    why=(
        "A step takes as many images as a batch has, or as there are. With all of them in one step, the weights are "
        "moved once in an epoch: ten epochs are ten steps, and the network has hardly begun to learn."
    ),
    bad=f"data digits {{ limit 100 }}\n{_HEAD}\ntrain {{ batch 5000 }}",
    good=f"data digits {{ limit 100 }}\n{_HEAD}\ntrain {{ batch 10 }}",
)
LIMIT_BEYOND_IMAGES = Rule(
    code="W556",
    name="limit-beyond-images",
    title="A limit above the number of images",
    message="'limit {limit}' leaves nothing out: '{data}' has {images} training images",
    label="no less than there are",
    helps=("leave it out",),
    why="The limit is for a quick try on a part of the training images.",
    bad=f"data digits {{ limit 5000 }}\n{_HEAD}",
    good=f"data digits {{ limit 500 }}\n{_HEAD}",
)
NONE_HELD_OUT = Rule(
    code="W557",
    name="none-held-out",
    title="A share so small that no image is held out",
    message="'{setting} {share}' holds no image out: there are {images} images at most",
    label="less than half an image",
    helps=("write {setting} {least}%, or more",),
    why="The number of images is rounded to a whole one, here to 0, and a run does not begin: nothing would be judged.",
    bad=f"data digits {{ limit 40; validation 1% }}\n{_HEAD}",
    good=f"data digits {{ limit 40; validation 25% }}\n{_HEAD}",
)
BALANCED_ALREADY = Rule(
    code="W558",
    name="balanced-already",
    title="Classes made even that are even",
    message="'balance {how}' changes nothing: the classes of '{data}' have equally many images",
    label="nothing to make up for",
    helps=("leave it out",),
    why="`balance` makes up for classes that have fewer images than others.",
    bad=f"data cifar10 {{ balance weights }}\n{_HEAD}",
    good=f"data mnist {{ balance weights }}\n{_HEAD}",
)
REPEAT_ONCE = Rule(
    code="W559",
    name="repeat-once",
    title="A repetition of one turn",
    message="'repeat 1' repeats nothing",
    label="one turn",
    helps=("write the layers without repeat, or give another number",),
    why="The layers in its braces stand in the network once, as they would without it.",
    bad=f"repeat 1 {{ conv 8 3x3 relu }}; {_HEAD}",
    good=f"repeat 2 {{ conv 8 3x3 relu }}; {_HEAD}",
)
NAMED_TWICE = Rule(
    code="W560",
    name="named-twice",
    title="The same word twice in one setting",
    message="'{word}' stands here twice",
    label="the second time",
    helps=("leave one of them out",),
    why="A second time adds nothing; mostly another word was meant.",
    bad=f"data cifar10\n{_HEAD}\ntrain {{ metrics top5 top5 }}",
    good=f"data cifar10\n{_HEAD}\ntrain {{ metrics top3 top5 }}",
)
UNUSED_PARAMETER = Rule(
    code="W561",
    name="unused-parameter",
    title="A parameter of a block that nothing uses",
    message="the block '{block}' never uses its parameter '{name}'",
    label="never used",
    helps=("use it in the block, or remove it",),
    why="Whatever is given for it, the layers are the same: mostly a number in the block was to be replaced by it.",
    bad="block wide(units) { dense 64 relu }\nflatten; wide 128; dense 10 softmax",
    good="block wide(units) { dense units relu }\nflatten; wide 128; dense 10 softmax",
)
RULES = (
    LAYER_WITHOUT_EFFECT,
    ACTIVATION_WITHOUT_EFFECT,
    SQUASHED_TWICE,
    NORMALIZED_TWICE,
    UNITS_ALIKE,
    NO_GRADIENT,
    FROZEN_STATISTICS,
    SETTING_WITHOUT_EFFECT,
    LESS_THAN_A_PIXEL,
    WITHOUT_ITS_GROUND,
    PATIENCE_BEYOND_EPOCHS,
    SCHEDULE_BEYOND_EPOCHS,
    PLATEAU_AFTER_STOP,
    KEPT_BY_STOP,
    ONE_EPOCH_TO_KEEP,
    BATCH_OF_ALL,
    LIMIT_BEYOND_IMAGES,
    NONE_HELD_OUT,
    BALANCED_ALREADY,
    REPEAT_ONCE,
    NAMED_TWICE,
    UNUSED_PARAMETER,
)
