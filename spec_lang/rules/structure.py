"""E25x: blocks, repetition and inclusion."""

from spec_lang.diagnostics import Rule

_BODY = "flatten; dense 10 softmax"

BAD_BLOCK = Rule(
    code="E251",
    name="bad-block",
    title="A block that is not defined as blocks are",
    message="a block is defined as: block name(parameter, other=default) {{ … }}",
    label="{problem}",
    why="A block has a name, perhaps parameters in parentheses, and its layers in braces.",
    bad=f"block tower 3 {{ conv 8 3x3 relu }}\n{_BODY}",
    good=f"block tower(n) {{ conv n 3x3 relu }}\ntower 8; {_BODY}",
)
BLOCK_NAME = Rule(
    code="E252",
    name="block-name-taken",
    title="A block with the name of something else",
    message="a block cannot be named '{name}'",
    label="the name of a {what}",
    helps=("choose another name",),
    why="A name has one meaning in a spec, so that a reader need not look for another.",
    bad=f"block conv(n) {{ dense n relu }}\n{_BODY}",
    good="block wide(n) { dense n relu }\nflatten; wide 64; dense 10 softmax",
)
RECURSIVE_BLOCK = Rule(
    code="E253",
    name="recursive-block",
    title="A block that uses itself",
    message="the block '{name}' uses itself",
    label="used inside of itself",
    helps=("to repeat layers, write repeat 3 {{ … }}",),
    why="Such a block would never end.",
    bad=f"block tower {{ conv 8 3x3 relu; tower }}\ntower; {_BODY}",
    good=f"block tower {{ conv 8 3x3 relu }}\ntower; {_BODY}",
)
TOO_MANY_LAYERS = Rule(
    code="E254",
    name="too-many-layers",
    title="A spec that unfolds to too many layers",
    message="this spec unfolds to {amount} layers",
    label="{part} of them here",
    helps=("a spec may have at most {limit} layers",),
    why="Blocks and repetitions multiply: a few lines can unfold to more layers than any machine can hold.",
    bad=f"repeat 1000 {{ repeat 1000 {{ dropout 0.1 }} }}; {_BODY}",
    good=f"repeat 10 {{ dropout 0.1 }}; {_BODY}",
)
INCLUDE_UNREADABLE = Rule(
    code="E255",
    name="include-unreadable",
    title="An included file that cannot be read",
    message="the file '{path}' cannot be read",
    label="included here",
    helps=(
        "what is included is a spec: a file whose name ends in {ending}",
        "the path counts from the folder of this file: is it there, and is it text?",
    ),
    why="The blocks of an included file are part of the spec; without it, nothing can be said of the network.",
    bad=f'include "missing.cnn"\n{_BODY}',
    good=f'include "common.cnn"\n{_BODY}',
    files={"common.cnn": "block wide { dense 64 relu }"},
)
INCLUDE_OUTSIDE = Rule(
    code="E256",
    name="include-outside",
    title="An included file outside of the spec's folder",
    message="the path '{path}' leads out of the folder of the spec",
    label="outside",
    helps=("if you trust it, allow its folder: --outside {folder} on the command line, dotcnn.outside in an editor",),
    why="A spec from a stranger must not read files of yours: what it may read outside of its own folder is said by "
    "whoever reads it, never by the spec. It counts where a file really lies, also behind a link.",
    bad=f'include "../common.cnn"\n{_BODY}',
    good=f'include "common.cnn"\n{_BODY}',
    files={"common.cnn": "block wide { dense 64 relu }"},
)
INCLUDE_CYCLE = Rule(
    code="E257",
    name="include-cycle",
    title="Files that include each other",
    message="'{path}' is included by itself",
    label="closes the circle",
    helps=("move the shared blocks to a file of their own",),
    why="Such an inclusion would never end.",
    bad=f'include "loop.cnn"\n{_BODY}',
    good=f'include "common.cnn"\n{_BODY}',
    files={"loop.cnn": 'include "loop.cnn"', "common.cnn": "block wide { dense 64 relu }"},
)
INCLUDE_CONTENT = Rule(
    code="E258",
    name="include-content",
    title="An included file with more than blocks",
    message="an included file holds blocks only, not '{name}'",
    label="not a block",
    helps=("move it to the spec itself",),
    why="What is included adds names and nothing else, so that a spec can be read from top to bottom.",
    bad=f'include "more.cnn"\n{_BODY}',
    good=f'include "common.cnn"\n{_BODY}',
    files={"more.cnn": "dense 64 relu", "common.cnn": "block wide { dense 64 relu }"},
)
INCLUDE_LEAVE = Rule(
    code="E259",
    name="include-leave",
    title="A spec that allows itself to read outside of its folder",
    message="a spec cannot allow itself to read files outside of its folder",
    label="no longer an option",
    helps=("remove it; whoever reads the spec allows a folder: --outside {folder}, or dotcnn.outside in an editor",),
    why="A spec from a stranger could otherwise read files of yours. So the leave is the reader's to give.",
    bad=f'include "common.cnn" outside=on\n{_BODY}',
    good=f'include "common.cnn"\n{_BODY}',
    files={"common.cnn": "block wide { dense 64 relu }"},
    fixable=True,
)
INCLUDE_BROKEN = Rule(
    code="E260",
    name="include-broken",
    title="An included file with syntax errors",
    message="the included file '{path}' has {errors}",
    label="included here",
    helps=("`cnn check {name}` shows all that is wrong with it",),
    why="The blocks behind the first mistake may be missing. Only one line of the file is quoted here: it may be none "
    "of this spec's author.",
    bad=f'include "broken.cnn"\n{_BODY}',
    good=f'include "common.cnn"\n{_BODY}',
    files={"broken.cnn": "block wide {{ dense 64 relu }", "common.cnn": "block wide { dense 64 relu }"},
)
BLOCKS_TOO_DEEP = Rule(
    code="E261",
    name="blocks-too-deep",
    title="Blocks that use each other too deeply",
    message="blocks, repetitions and layers stand within each other more than {limit} deep here",
    label="one too many",
    helps=("use blocks side by side, or write the layers of some where they are used",),
    why="No network is built of so many levels, and the bound keeps a check from exhausting memory.",
    bad="\n".join(["block b0 { dropout 0.1 }", *(f"block b{n + 1} {{ b{n} }}" for n in range(60)), f"b60; {_BODY}"]),
    good="\n".join(["block b0 { dropout 0.1 }", *(f"block b{n + 1} {{ b{n} }}" for n in range(59)), f"b59; {_BODY}"]),
)

RULES = (
    BLOCKS_TOO_DEEP,
    BAD_BLOCK,
    BLOCK_NAME,
    RECURSIVE_BLOCK,
    TOO_MANY_LAYERS,
    INCLUDE_UNREADABLE,
    INCLUDE_OUTSIDE,
    INCLUDE_CYCLE,
    INCLUDE_CONTENT,
    INCLUDE_LEAVE,
    INCLUDE_BROKEN,
)
