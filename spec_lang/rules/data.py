"""E41x and W58x: the data section against what there is to learn from, by names, headers and labels."""

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
    label="{what}",
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
    helps=(
        "{cure}",
        'its folder {inner} holds folders: data folder "{path}/{inner}"',
        "see whether label={column} names the column of the classes",
        "each class is a number in y_train, from 0 on: {arrays}",
        "each class is a folder of pictures, in '{path}' or in its folders train and test",
    ),
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

UNTAUGHT_CLASS = Rule(
    code="E417",
    name="untaught-class",
    title="Classes without a picture to learn them from",
    message="'{path}' has no pictures of {classes} to train on",
    label="none of {classes}",
    helps=("{cure}", "add some, or leave the class out: classes [ … ]"),
    why=(
        "A class without images cannot be learnt. Its folder is empty, or stands in the images for validation or the "
        "test alone; in arrays, no image has its number."
    ),
    bad=f'data folder "empty" {{ size 64x64 }}\n{_HEAD}',
    good=f'data folder "empty" {{ size 64x64; classes [cat, dog] }}\n{_HEAD}',
)
LEFT_OUT = Rule(
    code="W580",
    name="left-out",
    title="Folders and pictures that nothing is learnt from",
    message="left out of '{path}', {count} in all ({reason}): {names}",
    label="{reason}: {names}",
    helps=("{cure}", "move them elsewhere, or into the folder of a class"),
    why=(
        "A class is a folder with a name that shows; pictures beside the folders of the classes belong to none. What a "
        "link leads to is read, unless it leads nowhere, or back to what is read already. Beside splits such as train "
        "and test, other folders are no classes, and a split without folders of classes has pictures without labels."
    ),
    bad=f'data folder "mixed" {{ size 64x64 }}\n{_HEAD}',
    good=f'data folder "pets" {{ size 64x64 }}\n{_HEAD}',
)
LOOK_ALIKE = Rule(
    code="W581",
    name="look-alike-classes",
    title="Classes whose names look the same",
    message="the classes {names} look the same",
    label="{places}",
    helps=("give one class one name; if they are to be two, names that tell them apart",),
    why=(
        "Names that differ only in case, in blanks and hyphens, in invisible characters, in the way that accents are "
        "composed or in leading zeros are most often one class, parted by a slip of the hand: the network is then "
        "taught to tell apart what is the same. Invisible characters are shown by their code."
    ),
    bad=f'data folder "twice" {{ size 64x64 }}\n{_HEAD}',
    good=f'data folder "pets" {{ size 64x64 }}\n{_HEAD}',
)
NO_NAME = Rule(
    code="W582",
    name="nameless-class",
    title="A class that is called as an empty cell is",
    message="the class {name} looks like a cell without a class",
    label="{place}",
    helps=("fill the cells in, or leave their rows out; or name the classes that are meant: classes [ … ]",),
    why="Programs write nan, null or none where a table has no value: its pictures are of any class.",
    bad=f'data csv "nameless.csv" {{ size 64x64 }}\n{_HEAD}',
    good=f'data csv "nameless.csv" {{ size 64x64; classes [cat, dog] }}\n{_HEAD}',
)
UNEQUAL_SPLITS = Rule(
    code="W583",
    name="unequal-splits",
    title="A split that lacks some of the classes",
    message="the images for {part} in '{path}' hold none of {classes}",
    label="none of {classes}",
    helps=("add some; of a class without images, nothing can be said",),
    why="The score says nothing of a class that it was not measured on, and a mean over classes leaves it out.",
    bad=f'data folder "unequal" {{ size 64x64 }}\n{_HEAD}',
    good=f'data folder "parted" {{ size 64x64 }}\n{_HEAD}',
)
LIKE_SPLIT = Rule(
    code="W584",
    name="class-like-split",
    title="A folder that is called like a split and taken for a class",
    message="the folder '{name}' looks like a split, and is taken for a class",
    label="a class '{name}'",
    helps=("beside it, put the classes to train on into a folder train; if it is a class, choose another name",),
    why="Images for the test that are taught as a class of their own make a network that answers 'test'.",
    bad=f'data folder "doubtful" {{ size 64x64 }}\n{_HEAD}',
    good=f'data folder "pets" {{ size 64x64 }}\n{_HEAD}',
)
REPEATED = Rule(
    code="W585",
    name="repeated-rows",
    title="A table that lists a picture more than once",
    message="'{path}' lists {count} more than once: {names}",
    label="the same picture again",
    helps=("keep one row for each picture",),
    why="A picture that is listed twice weighs twice; under two classes, one of its labels is wrong.",
    bad=f'data csv "repeated.csv" {{ size 64x64 }}\n{_HEAD}',
    good=f'data csv "once.csv" {{ size 64x64 }}\n{_HEAD}',
)
NESTED_CLASSES = Rule(
    code="W586",
    name="nested-classes",
    title="Classes whose folders hold what look like the classes",
    message="{outer} {held}: {inner}",
    label="taken for {classes}",
    helps=(
        'if these are no classes: data folder "{path}"; if they are, name them: classes [ … ]',
        "if it is a copy, move it elsewhere; if not, name the classes: classes [ … ]",
    ),
    why=(
        "Unpacked twice, or in several ways of taking the same pictures, a data set has its classes one folder further "
        "down; a network would learn to tell color from gray, or a class from its copy. Named classes are not doubted."
    ),
    bad=f'data folder "nested" {{ size 64x64 }}\n{_HEAD}',
    good=f'data folder "nested" {{ size 64x64; classes [color, gray] }}\n{_HEAD}',
)
JOINED_CLASSES = Rule(
    code="W587",
    name="joined-classes",
    title="Classes that join others",
    message="the class {name} joins the classes {parts}",
    label="{count} such",
    helps=("keep the pictures of one class each, or name the classes to learn: classes [ … ]",),
    why=(
        "A table may list several classes of one picture, as in cat|dog. Each picture has one class here, and what is "
        "both would be learnt as a class of its own, apart from either."
    ),
    bad=f'data csv "joined.csv" {{ size 64x64 }}\n{_HEAD}',
    good=f'data csv "joined.csv" {{ size 64x64; classes [cat, dog] }}\n{_HEAD}',
)

RULES = (
    NO_PICTURES,
    UNKNOWN_CLASS,
    TOO_FEW_CLASSES,
    NOT_FOR_SOURCE,
    NO_SIZE,
    PART_EXISTS,
    NO_SUCH_PART,
    UNTAUGHT_CLASS,
    LEFT_OUT,
    LOOK_ALIKE,
    NO_NAME,
    UNEQUAL_SPLITS,
    LIKE_SPLIT,
    REPEATED,
    NESTED_CLASSES,
    JOINED_CLASSES,
)
