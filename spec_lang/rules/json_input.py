"""E6xx: programs that come as JSON in place of a spec."""

from spec_lang.diagnostics import Rule

_HEAD = '{"layer": "dense", "units": 10, "activation": "softmax"}'


def _program(*layers: str, more: str = "") -> str:
    return f'{{"dotcnn": 1, "model": {{"layers": [{", ".join(layers)}]}}{more}}}'


_FLATTEN = '{"layer": "flatten"}'
_SOUND = _program(_FLATTEN, _HEAD)

SYNTAX = Rule(
    code="E601",
    name="json-syntax",
    title="Text that is not JSON",
    message="{problem}",
    label="{what}",
    helps=("write {suggestion}",),
    why=(
        "A file that begins as JSON is read as JSON (https://www.json.org): names and texts between double quotes, no "
        "comma behind the last value, no comments."
    ),
    bad=_program(_FLATTEN, "{'layer': 'dense'}"),
    good=_SOUND,
)
DUPLICATE = Rule(
    code="E602",
    name="json-duplicate-name",
    title="A name that stands twice in one JSON object",
    message="'{name}' stands here a second time",
    label="second time",
    helps=("remove one of the two",),
    why="JSON readers differ in which of the two they take.",
    bad=_program(_FLATTEN, '{"layer": "dense", "units": 10, "units": 10, "activation": "softmax"}'),
    good=_SOUND,
)
UNKNOWN_NAME = Rule(
    code="E603",
    name="json-unknown-name",
    title="A name that its JSON object does not have",
    message="there is no '{name}' here",
    label="unknown name",
    helps=(
        "did you mean '{suggestion}'?",
        "it is a setting of '{home}', and belongs into its braces",
        "known are {known}",
    ),
    why="A name that is not understood would be silently ignored elsewhere; here it is an error.",
    bad=_program(_FLATTEN, '{"layer": "dense", "unit": 10, "activation": "softmax"}'),
    good=_SOUND,
    fixable=True,
)
MISSING = Rule(
    code="E604",
    name="json-missing",
    title="A JSON object without a name that it needs",
    message="'{name}' is missing",
    label="needs '{name}'",
    helps=("{name}: {doc}",),
    why="There is no default that would be right for most networks.",
    bad=_program(_FLATTEN, '{"layer": "dense", "activation": "softmax"}'),
    good=_SOUND,
)
UNKNOWN_WORD = Rule(
    code="E605",
    name="json-unknown-word",
    title="A word that this place of a JSON program does not accept",
    message="unknown word '{name}'",
    label="unknown word",
    helps=("did you mean '{suggestion}'?", "known are {known}"),
    why="Layers, activations, optimizers and the like are words from fixed lists, the same as in a spec.",
    bad=_program('{"layer": "flaten"}', _HEAD),
    good=_SOUND,
    fixable=True,
)
WRONG_VALUE = Rule(
    code="E606",
    name="json-wrong-value",
    title="A JSON value of the wrong kind, or out of range",
    message="this must be {wanted}",
    label="this is {found}",
    helps=("{doc}",),
    why="The published JSON Schema says what each value may be.",
    bad=_program(_FLATTEN, '{"layer": "dense", "units": "10", "activation": "softmax"}'),
    good=_SOUND,
)
DERIVED = Rule(
    code="E607",
    name="json-contradiction",
    title="A shape or a number in a JSON program that does not follow from the rest",
    message="this is {given}, but follows from the rest to be {actual}",
    label="must be {actual}",
    helps=("correct it, or leave it out",),
    why=(
        "Shapes, parameter counts and classes stand in a program for its readers. Where they contradict the layers, "
        "one of the two was changed by mistake."
    ),
    bad=_program(_FLATTEN.replace("}", ', "output": [32]}'), _HEAD),
    good=_program(_FLATTEN.replace("}", ', "output": [64]}'), _HEAD),
    fixable=True,
)

RULES = (SYNTAX, DUPLICATE, UNKNOWN_NAME, MISSING, UNKNOWN_WORD, WRONG_VALUE, DERIVED)
