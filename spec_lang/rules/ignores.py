"""W57x: the comments that silence warnings."""

from spec_lang.diagnostics import Rule

_SOUND = "flatten; dense 64 relu\ndense 10 softmax"

UNUSED_IGNORE = Rule(
    code="W570",
    name="unused-ignore",
    title="A comment that silences nothing",
    message="there is no {what} on this line to silence",
    label="silences nothing",
    helps=("{code} is found on line {line}: put the comment there", "remove it"),
    why=(
        "`# cnn: ignore[W505]` at the end of a line silences that warning on it. A comment that is left behind when "
        "the warning is gone hides the next one. Nothing is said of warnings that depend on the machine or on files "
        "that may not be there, W520 and W521."
    ),
    bad="flatten; dense 64 relu  # cnn: ignore[W505]\ndense 10 softmax",
    good="flatten; dense 64  # cnn: ignore[W505]\ndense 10 softmax",
    fixable=True,
)
UNKNOWN_IGNORE = Rule(
    code="W571",
    name="unknown-ignore",
    title="A comment with a code that no rule has",
    message="no rule has the code '{code}'",
    label="silences nothing",
    helps=("write {suggestion}", "`cnn check` shows the code of each warning"),
    why="Each warning is silenced by its code, as in `# cnn: ignore[W505]`, or `# cnn: ignore[W505, W508]` for two.",
    bad="flatten; dense 64 relu  # cnn: ignore[W999]\ndense 10 softmax",
    good=_SOUND,
)
IGNORED_ERROR = Rule(
    code="W572",
    name="ignored-error",
    title="An error that is to be ignored",
    message="{code} is an error, and errors are always shown",
    label="silences nothing",
    helps=("remove it",),
    why="After an error there is no network to build or to train. Only warnings can be silenced.",
    bad="flatten; dense 64 relu  # cnn: ignore[E301]\ndense 10 softmax",
    good=_SOUND,
)
UNREADABLE_IGNORE = Rule(
    code="W573",
    name="unreadable-ignore",
    title="A comment that nearly silences a warning",
    message="this comment silences nothing: it is not of the form # cnn: ignore[CODE]",
    label="silences nothing",
    helps=("write {suggestion}",),
    why="The codes stand in square brackets right behind the word, as in `# cnn: ignore[W505]`.",
    bad="flatten; dense 64 relu  # cnn: ignore W505\ndense 10 softmax",
    good=_SOUND,
)

RULES = (UNUSED_IGNORE, UNKNOWN_IGNORE, IGNORED_ERROR, UNREADABLE_IGNORE)
