"""W53x: what `cnn data` finds when it looks at the images themselves; no check of the text alone can."""

from spec_lang.diagnostics import Rule

_SPEC = 'data folder "pets" { size 128x128 }\nconv 8 3x3 relu; globalavgpool; dense classes softmax'


def _rule(code: str, name: str, title: str, message: str, label: str, help: str, why: str, before: str = "") -> Rule:
    """`before` is a help that is shown instead where its fields are known."""
    helps = (before, help) if before else (help,)
    return Rule(code, name, title, message, why, _SPEC, _SPEC, label=label, helps=helps, of_data=True)


UNREADABLE = _rule(
    "W530",
    "unreadable-pictures",
    "Pictures that cannot be read",
    "{count} cannot be read: {files}",
    "not to be learnt from",
    "repair or remove them, or write corrupt skip to leave them out",
    "A damaged file ends a training in the middle, or teaches half of a picture. A run names them before it begins.",
    before="repair or remove them; {setting} leaves them out until then",
)
MISNAMED = _rule(
    "W531",
    "misnamed-pictures",
    "Pictures whose ending says another format",
    "{count} named after another format: {files}",
    "read by their content",
    "rename them after their content; they are read by it all the same",
    "Other programs go by the ending, and fail or read something else.",
)
LEAKED = _rule(
    "W532",
    "leaked-pictures",
    "The same picture in two parts of the data",
    "{count} found in {parts} alike: {files}",
    "the score there is too good",
    "remove them from one of the two",
    "What was learnt by heart is recognised, whatever the network knows of other images: the score is not honest.",
)
DUPLICATES = _rule(
    "W533",
    "duplicate-pictures",
    "The same picture several times in one part",
    "{count} found again in {parts}: {files}",
    "they count more than others",
    "keep one of each, unless they are meant to weigh more",
    "Copies weigh more in the loss, and in a test part they make the interval of the score too narrow.",
)
CONTRADICTIONS = _rule(
    "W534",
    "contradicting-labels",
    "The same picture in two classes",
    "{count} found in two classes: {files}",
    "one label is wrong",
    "decide for one class each",
    "One of the two labels is wrong, and the network is taught both.",
)
IMBALANCE = _rule(
    "W535",
    "imbalanced-classes",
    "Classes of very different sizes",
    "'{most}' has {ratio:.0f} times as many training images as '{least}'",
    "{counts}",
    "write balance weights in the data section, and look at the scores of each class",
    "A network that never answers with a rare class is right most of the time: accuracy hides it.",
)
ABSENT = _rule(
    "W536",
    "absent-classes",
    "Classes without images in a part",
    "the images to {part} hold none of {classes}",
    "{classes}",
    "add some, or hold out a larger share",
    "Of a class without images, nothing can be said; the labels of the others stay what they are.",
)
ENLARGED = _rule(
    "W537",
    "enlarged-pictures",
    "Pictures much smaller than the size of the network",
    "{count} of less than half of {size} in height or width: {files}",
    "enlarged more than twofold",
    "choose a smaller size: it costs less, and nothing is lost",
    "Enlarging adds pixels and no knowledge; training takes four times as long for each doubling.",
)
SIMILAR = _rule(
    "W538",
    "similar-pictures",
    "Nearly the same picture in two parts of the data",
    "{count} in {parts} are nearly the same: {files}",
    "perhaps the same scene",
    "look at them; keep pictures of one scene in one part",
    "Frames of one film or crops of one photograph are as good as copies. Found by a hash of the gradients of a small "
    "gray picture (dHash), which errs now and then.",
)
NEARLY_BLACK = _rule(
    "W539",
    "nearly-black-pictures",
    "Pictures that are nearly black",
    "{count} nearly black: {files}",
    "the greatest sample is {greatest}, and {white} is white",
    "{cure}",
    "Samples of 12 bits in a file of 16, or numbers of classes in a gray picture, are nearly black for every program "
    "that takes the file at its word; a network learns little from them.",
)

RULES = (UNREADABLE, MISNAMED, LEAKED, DUPLICATES, CONTRADICTIONS, IMBALANCE, ABSENT, ENLARGED, SIMILAR, NEARLY_BLACK)
