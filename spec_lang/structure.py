"""What gives a spec its structure beside sections and layers: repetition, blocks of one's own, inclusion."""

from typing import Final

from spec_lang.forms import Parameter, PlainForm
from spec_lang.kinds import Text, Whole

REPEAT: Final = PlainForm(
    "repeat",
    "The layers in its braces, several times over.",
    "repeat 3 { conv 32 3x3 relu padding=same }",
    (Parameter("times", Whole(1), "how many times"),),
)
BLOCK: Final = PlainForm(
    "block",
    "Layers under a name of one's own, with parameters; then used like a layer.",
    "block stage(filters, times=2) { repeat times { conv filters 3x3 relu }; pool 2x2 }",
)
INCLUDE: Final = PlainForm(
    "include",
    "Takes the blocks of another file.",
    'include "common.cnn"',
    (Parameter("path", Text(), "path of the file, from the folder of this one"),),
)
STRUCTURES: dict[str, PlainForm] = {form.keyword: form for form in (REPEAT, BLOCK, INCLUDE)}
"""All of them by keyword."""
