"""E2xx: names and values that a layer, a section or a setting does not know."""

from spec_lang.diagnostics import Rule

_BODY = "flatten; dense 10 softmax"

UNKNOWN_LAYER = Rule(
    code="E201",
    name="unknown-layer",
    title="A layer that does not exist",
    message="unknown layer '{name}'",
    label="not a layer",
    helps=(
        "'{activation}' is an activation: write it behind its layer, or as a layer of its own: {layer}",
        "'{name}' is a setting of '{home}': write {home} {{ {statement} }}",
        "a loop is written {loop} 3 {{ … }}",
        "{letters}: did you mean '{suggestion}'?",
        "did you mean '{suggestion}'?",
        "{advice}",
        "layers are {known}",
    ),
    why="Each line of a model is one layer, named by its keyword.",
    bad="flaten; dense 10 softmax",
    good="flatten; dense 10 softmax",
    fixable=True,
)
UNKNOWN_STATEMENT = Rule(
    code="E202",
    name="unknown-statement",
    title="A statement that is neither a section nor a layer",
    message="unknown layer or section '{name}'",
    label="neither a layer nor a section",
    helps=(
        "'{name}' is a setting of '{home}': write {home} {{ {statement} }}",
        "a loop is written {loop} 3 {{ … }}",
        "{letters}: did you mean '{suggestion}'?",
        "did you mean '{suggestion}'?",
        "{advice}",
        "sections are {sections}; layers are {layers}",
    ),
    why="At the top level stand sections and, where there is no model section, layers.",
    bad=f"trian {{ epochs 3 }}\n{_BODY}",
    good=f"train {{ epochs 3 }}\n{_BODY}",
    fixable=True,
)
UNKNOWN_SETTING = Rule(
    code="E203",
    name="unknown-setting",
    title="A setting that its section does not have",
    message="'{section}' has no setting '{name}'",
    label="not a setting of '{section}'",
    helps=(
        "'{name}' is a setting of '{home}': write {home} {{ {statement} }}",
        "'{layer}' is a layer: it belongs to the model",
        "it is an option of {owner}, written {option}",
        "{letters}: did you mean '{suggestion}'?",
        "did you mean '{suggestion}'?",
        "{advice}",
        "its settings are {known}",
    ),
    why="A setting that is not understood would be silently ignored elsewhere; here it is an error.",
    bad=f"train {{ epoch 3 }}\n{_BODY}",
    good=f"train {{ epochs 3 }}\n{_BODY}",
    fixable=True,
)
UNKNOWN_OPTION = Rule(
    code="E204",
    name="unknown-option",
    title="An option that its statement does not take",
    message="'{owner}' has no option '{name}'",
    label="not an option of '{owner}'",
    helps=(
        "{letters}: did you mean '{suggestion}'?",
        "did you mean '{suggestion}'?",
        "{advice}",
        "its options are {known}",
        "'{owner}' takes no options",
    ),
    why="An option that is not understood would be silently ignored elsewhere; here it is an error.",
    bad="conv 8 3x3 relu strides=2; flatten; dense 10 softmax",
    good="conv 8 3x3 relu stride=2; flatten; dense 10 softmax",
    fixable=True,
)
UNKNOWN_WORD = Rule(
    code="E205",
    name="unknown-word",
    title="A word that this place does not accept",
    message="'{owner}' does not know the word '{name}'",
    label="unknown word",
    helps=("{letters}: did you mean '{suggestion}'?", "did you mean '{suggestion}'?", "{advice}", "{accepted}"),
    why="Activations, paddings, optimizers and the like are words from fixed lists, those of Keras.",
    bad="flatten; dense 10 sofmax",
    good="flatten; dense 10 softmax",
    fixable=True,
)
WRONG_KIND = Rule(
    code="E206",
    name="wrong-kind",
    title="A value of the wrong kind",
    message="{subject} must be {wanted}",
    label="this is {found}",
    helps=("{why}: write {suggestion}", "write {suggestion}", "for example: {example}"),
    why='Each value has one kind, so that 32, "32" and 32% never mean the same by accident.',
    bad='flatten; dense "10" softmax',
    good="flatten; dense 10 softmax",
    fixable=True,
)
OUT_OF_RANGE = Rule(
    code="E207",
    name="out-of-range",
    title="A value outside of its range",
    message="{subject} must be {wanted}",
    label="{value} is out of range",
    helps=("did you mean {suggestion}?", "for example: {example}"),
    why="The value cannot work in any network.",
    bad="flatten; dropout 50; dense 10 softmax",
    good="flatten; dropout 50%; dense 10 softmax",
    fixable=True,
)
MISSING_VALUE = Rule(
    code="E208",
    name="missing-value",
    title="A value that cannot be left out",
    message="'{owner}' needs {parameter}: {wanted}",
    label="{parameter} is missing",
    helps=("for example: {example}",),
    why="There is no default that would be right for most networks.",
    bad="flatten; dense softmax; dense 10 softmax",
    good="flatten; dense 64 relu; dense 10 softmax",
)
UNEXPECTED_VALUE = Rule(
    code="E209",
    name="unexpected-value",
    title="A value too many",
    message="'{owner}' has no place for {found}",
    label="not expected here",
    helps=("options are written with their name: {option}", "{accepted}", "'{owner}' takes no values"),
    why="A value that is not understood would be silently ignored elsewhere; here it is an error.",
    bad="flatten 3; dense 10 softmax",
    good="flatten; dense 10 softmax",
)
GIVEN_TWICE = Rule(
    code="E210",
    name="given-twice",
    title="The same value given twice",
    message="two values are given for {subject}",
    label="given again",
    helps=(
        "the channels that come in, which PyTorch puts first, are known: write {order}",
        "sizes are written {size}",
        "keep one of the two, or write {option}",
        "keep one of the two",
    ),
    why="Which of the two was meant cannot be known.",
    bad="conv 1 32 3 relu; flatten; dense 10 softmax",
    good="conv 32 3x3 relu; flatten; dense 10 softmax",
    fixable=True,
)
DUPLICATE = Rule(
    code="E211",
    name="duplicate",
    title="A section or setting that stands twice",
    message="'{name}' stands here a second time",
    label="second time",
    helps=("join the two, or remove one",),
    why="Which of the two was meant cannot be known.",
    bad=f"train {{ epochs 3; epochs 4 }}\n{_BODY}",
    good=f"train {{ epochs 3 }}\n{_BODY}",
)
UNEXPECTED_BLOCK = Rule(
    code="E212",
    name="unexpected-block",
    title="Braces where none belong",
    message="'{owner}' takes no block",
    label="remove the braces",
    helps=("options are written behind the statement as name=value",),
    why="Only sections and containers hold other statements.",
    bad="flatten { }; dense 10 softmax",
    good="flatten; dense 10 softmax",
)
MISSING_BLOCK = Rule(
    code="E213",
    name="missing-block",
    title="A section or container without its braces",
    message="'{owner}' needs a block",
    label="no braces follow",
    helps=("write {owner} {{ … }}",),
    why="What belongs to a section stands between its braces.",
    bad=f"train\n{_BODY}",
    good=f"train {{ epochs 3 }}\n{_BODY}",
)
MISPLACED_SECTION = Rule(
    code="E214",
    name="misplaced-section",
    title="A section inside of another",
    message="the section '{name}' cannot stand inside '{owner}'",
    label="a section of its own",
    helps=("close '{owner}' with }} before this line",),
    why=(
        "Sections stand at the top level, side by side. One inside of another mostly means that a closing brace "
        "is missing."
    ),
    bad=f"model {{ {_BODY}\n train {{ epochs 3 }} }}",
    good=f"model {{ {_BODY} }}\ntrain {{ epochs 3 }}",
)
STRAY_LAYER = Rule(
    code="E215",
    name="stray-layer",
    title="A layer outside of the model section",
    message="the layer '{name}' stands outside of the model section",
    label="not part of the model",
    helps=("move it into model {{ … }}",),
    why="Where there is a model section, it holds the whole model: a layer outside would silently be left out.",
    bad="model { flatten; dense 10 softmax }\ndense 10 softmax",
    good="model { flatten; dense 10 softmax }",
)
UNKNOWN_DATASET = Rule(
    code="E216",
    name="unknown-dataset",
    title="A data set that is not known by name",
    message="unknown data set '{name}'",
    label="not a known data set",
    helps=(
        "{letters}: did you mean '{suggestion}'?",
        "did you mean '{suggestion}'?",
        "{advice}",
        "known are {known}",
    ),
    why="Sets known by name come with their shape and classes, so that the network is checked against them.",
    bad=f"data minst\n{_BODY}",
    good=f"data mnist\n{_BODY}",
    fixable=True,
)
NO_MODEL = Rule(
    code="E217",
    name="no-model",
    title="A spec without layers",
    message="this spec has no layers",
    label="no model here",
    helps=("add at least: flatten; dense classes softmax",),
    why="All else has defaults; the network itself does not.",
    bad="data mnist",
    good=f"data mnist\n{_BODY}",
)

RULES = (
    UNKNOWN_LAYER,
    UNKNOWN_STATEMENT,
    UNKNOWN_SETTING,
    UNKNOWN_OPTION,
    UNKNOWN_WORD,
    WRONG_KIND,
    OUT_OF_RANGE,
    MISSING_VALUE,
    UNEXPECTED_VALUE,
    GIVEN_TWICE,
    DUPLICATE,
    UNEXPECTED_BLOCK,
    MISSING_BLOCK,
    MISPLACED_SECTION,
    STRAY_LAYER,
    UNKNOWN_DATASET,
    NO_MODEL,
)
