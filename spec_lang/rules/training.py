"""E4xx: the head against the classes, the loss against the head, the settings against each other."""

from spec_lang.diagnostics import Rule

HEAD_CLASSES = Rule(
    code="E401",
    name="head-classes",
    title="A head with another number of units than there are classes",
    message="the head has {units}, but '{data}' has {classes} classes",
    label="{units}",
    helps=("write {suggestion}, or 'classes' in place of the number",),
    why="Each unit of a softmax head is the probability of one class, so there must be one for each.",
    bad="data mnist\nflatten; dense 12 softmax",
    good="data mnist\nflatten; dense classes softmax",
    fixable=True,
)
NO_HEAD = Rule(
    code="E402",
    name="no-probabilities",
    title="A last layer that gives no probabilities",
    message="the last layer gives no probabilities",
    label="{found}",
    helps=("end with: dense classes softmax",),
    why="A classifier ends in softmax (one unit for each class) or, for two classes, in one sigmoid unit.",
    bad="data mnist\nflatten; dense 10 relu",
    good="data mnist\nflatten; dense 10 softmax",
)
HEAD_NOT_FLAT = Rule(
    code="E403",
    name="head-not-flat",
    title="A head that leaves an image",
    message="the last layer leaves an image of {shape}, not a vector of probabilities",
    label="leaves {shape}",
    helps=("end with: flatten; dense classes softmax",),
    why="The head must give one probability for each class.",
    bad="data mnist\nconv 10 3x3 softmax",
    good="data mnist\nconv 10 3x3 relu; flatten; dense 10 softmax",
)
LOSS_MISMATCH = Rule(
    code="E404",
    name="loss-mismatch",
    title="A loss that does not fit the head",
    message="the loss '{loss}' does not fit a {head} head",
    label="needs {needs}",
    helps=("write {suggestion}, or leave the line out: it follows from the head",),
    why=(
        "Categorical cross-entropy compares a softmax over all classes with the true one; binary cross-entropy "
        "compares one sigmoid "
        "with 0 or 1. Mixed up, training runs and learns nonsense."
    ),
    bad="flatten; dense 10 softmax\ntrain { loss binary_crossentropy }",
    good="flatten; dense 10 softmax\ntrain { loss categorical_crossentropy }",
    fixable=True,
)
SIGMOID_CLASSES = Rule(
    code="E405",
    name="sigmoid-classes",
    title="A sigmoid head for more than two classes",
    message="one sigmoid unit tells two classes apart, but '{data}' has {classes}",
    label="sigmoid",
    helps=("write dense {classes} softmax",),
    why="A single probability p says p and 1 - p: two classes, no more. Several sigmoid units would not sum to one.",
    bad="data mnist\nflatten; dense 1 sigmoid",
    good="data mnist\nflatten; dense 10 softmax",
    fixable=True,
)
NOTHING_TO_MONITOR = Rule(
    code="E406",
    name="nothing-to-monitor",
    title="Early stopping on validation without validation data",
    message="'{setting}' watches {monitor}, and no validation data is held out",
    label="needs validation data",
    helps=("write data {data} {{ validation 10% }}",),
    why="Figures that begin with val_ are measured on images held out from training.",
    bad="data mnist { validation 0% }\nflatten; dense 10 softmax\ntrain { stop val_loss }",
    good="data mnist { validation 10% }\nflatten; dense 10 softmax\ntrain { stop val_loss }",
)
SOFT_LABELS = Rule(
    code="E407",
    name="soft-labels",
    title="Labels spread over several classes under a loss that takes one class",
    message="'{setting}' spreads labels over classes, and '{loss}' takes one class",
    label="needs categorical_crossentropy",
    helps=("write {suggestion}, or leave the loss out: it follows from the head",),
    why="Mixup and label smoothing turn a label into shares of several classes; a sparse loss is told one number.",
    bad=(
        "data mnist\naugment { mixup 0.2 }\nflatten; dense 10 softmax\ntrain { loss sparse_categorical_crossentropy }"
    ),
    good="data mnist\naugment { mixup 0.2 }\nflatten; dense 10 softmax\ntrain { loss categorical_crossentropy }",
    fixable=True,
)
TOP_OF_ALL = Rule(
    code="E408",
    name="top-of-all",
    title="A top-k accuracy over all classes there are",
    message="'{metric}' is always 100%: '{data}' has {classes} classes",
    label="no more than {classes} to choose from",
    helps=("write {suggestion}", "leave it out: the true class is always among them"),
    why="The true class is always among the k most probable ones where there are only k: the figure says nothing.",
    bad='data digits { classes ["0", "1", "2"] }\nflatten; dense 3 softmax\ntrain { metrics top3 }',
    good='data digits { classes ["0", "1", "2"] }\nflatten; dense 3 softmax\ntrain { metrics top2 }',
    fixable=True,
)

RULES = (
    HEAD_CLASSES,
    NO_HEAD,
    HEAD_NOT_FLAT,
    LOSS_MISMATCH,
    SIGMOID_CLASSES,
    NOTHING_TO_MONITOR,
    SOFT_LABELS,
    TOP_OF_ALL,
)
