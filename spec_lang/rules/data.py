"""E41x: the data section against what there is to learn from."""

from spec_lang.diagnostics import Rule

_HEAD = "flatten; dense classes softmax"

NO_PICTURES = Rule(
    code="E410",
    name="no-pictures",
    title="Pictures that are not there, or are not what can be learnt from",
    message="cannot use the {kind} '{path}': {reason}",
    label="{reason}",
    helps=("{remedy}", "paths begin at the folder of the spec, or at the folder that CNN_DATA_HOME names"),
    why=(
        "The names of the classes come from the folders in it. Where they are given, as in classes [cat, dog], a spec "
        "can be checked without its pictures. Of a table the columns are looked at, of arrays their types and shapes: "
        "what a run would refuse is said before it."
    ),
    bad=f'data folder "nowhere" {{ size 64x64 }}\n{_HEAD}',
    good=f'data folder "pets" {{ size 64x64 }}\n{_HEAD}',
)
UNKNOWN_CLASS = Rule(
    code="E411",
    name="unknown-class",
    title="A class that the data does not have",
    message="'{data}' has no class '{name}'",
    label="unknown",
    helps=("did you mean '{suggestion}'?", "it has {known}"),
    why="A class without images cannot be learnt. Names are those of the folders, or of the published data set.",
    bad="data cifar10 { classes [cat, dgo] }\nflatten; dense classes softmax",
    good="data cifar10 { classes [cat, dog] }\nflatten; dense classes softmax",
    fixable=True,
)
TOO_FEW_CLASSES = Rule(
    code="E412",
    name="too-few-classes",
    title="Data with fewer than two classes",
    message="'{path}' has {found}",
    label="{found}",
    helps=("each class is a folder of pictures, in '{path}' or in its folders train and test",),
    why="A classifier tells classes apart; of one class alone there is nothing to learn.",
    bad=f'data folder "cats" {{ size 64x64 }}\n{_HEAD}',
    good=f'data folder "pets" {{ size 64x64 }}\n{_HEAD}',
)
NOT_FOR_SOURCE = Rule(
    code="E413",
    name="not-for-source",
    title="A setting that the source of the data does not have",
    message="'{setting}' is not for 'data {source}'",
    label="not for this source",
    helps=("it belongs to {sources}; leave it out here",),
    why="A published data set has its size, its colours and its test images; one's own pictures must be told them.",
    bad="data mnist { size 64x64 }\nflatten; dense 10 softmax",
    good="data mnist\nflatten; dense 10 softmax",
)
NO_SIZE = Rule(
    code="E414",
    name="no-size",
    title="Pictures without a size to bring them to",
    message="'data {kind}' needs a size",
    label="size missing",
    helps=("add size 128x128: height x width of what the network sees",),
    why="Pictures come in all sizes, and a network takes one. It settles what training costs, so it is not guessed.",
    bad=f'data folder "pets"\n{_HEAD}',
    good=f'data folder "pets" {{ size 128x128 }}\n{_HEAD}',
    fixable=True,
)
PART_EXISTS = Rule(
    code="E415",
    name="part-exists",
    title="A share to hold out of data that keeps it apart already",
    message="'{path}' has images for {part} of its own",
    label="they would be left out",
    helps=("write {part} given, or leave the line out",),
    why="Which images are held out is then settled by the data; a share besides would leave that open.",
    bad=f'data folder "parted" {{ size 64x64; validation 20% }}\n{_HEAD}',
    good=f'data folder "parted" {{ size 64x64; validation given }}\n{_HEAD}',
    fixable=True,
)
NO_SUCH_PART = Rule(
    code="E416",
    name="no-such-part",
    title="Images that the data is said to keep apart, and does not",
    message="'{path}' has no images of its own for {part}",
    label="not there",
    helps=("write a share to hold out, such as {part} 10%",),
    why="They stand in a folder of that name beside the folder train, or in arrays of their own.",
    bad=f'data folder "pets" {{ size 64x64; test given }}\n{_HEAD}',
    good=f'data folder "pets" {{ size 64x64; test 10% }}\n{_HEAD}',
)

RULES = (NO_PICTURES, UNKNOWN_CLASS, TOO_FEW_CLASSES, NOT_FOR_SOURCE, NO_SIZE, PART_EXISTS, NO_SUCH_PART)
