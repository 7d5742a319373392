"""E1xx: text that cannot be read as statements."""

from spec_lang.diagnostics import Rule

NOT_UTF8 = Rule(
    code="E101",
    name="not-utf-8",
    title="The file is not UTF-8 text",
    message="the file is not UTF-8 text",
    label="byte 0x{byte} is not UTF-8",
    helps=("save the file as UTF-8",),
    why="A spec is UTF-8 text on every machine, so that it means the same everywhere.",
    bad="flatten; dense 10 softmax  # gro\udcdf",
    good="flatten; dense 10 softmax  # groß",
)
BINARY = Rule(
    code="E102",
    name="binary-file",
    title="The file is binary",
    message="this is not a text file",
    label="a NUL character",
    helps=("name the .cnn file, not the model or the data",),
    why="A NUL character never occurs in text: an image, an archive or a saved model was named in place of a spec.",
    bad="flatten; dense\x0010 softmax",
    good="flatten; dense 10 softmax",
)
EMPTY = Rule(
    code="E103",
    name="empty-file",
    title="The file holds no statement",
    message="there is nothing in this file",
    label="a spec needs at least one layer",
    helps=("the smallest spec is: flatten; dense 10 softmax",),
    why="A spec needs at least a model. All else has defaults.",
    bad="# only a comment",
    good="flatten; dense 10 softmax",
)
UNEXPECTED = Rule(
    code="E104",
    name="unexpected-text",
    title="Text that does not fit the form of a statement",
    message="{problem}",
    label="expected {expected}",
    helps=("{hint}", "a statement is a keyword, its values, then its options as name=value"),
    why=(
        "A statement is a keyword, then its values, then options as name=value; a newline or a semicolon ends it,"
        " and braces hold "
        "a block of statements."
    ),
    bad="flatten\n10 dense softmax",
    good="flatten\ndense 10 softmax",
    fixable=True,
)
UNCLOSED_BRACE = Rule(
    code="E105",
    name="unclosed-brace",
    title="A brace is opened and never closed",
    message="the block of '{keyword}' is never closed",
    label="this brace has no partner",
    helps=(
        "add }} before line {line}, where '{section}' begins",
        "add }} behind line {behind}, where its block ends by the indentation",
        "add }} at the end of the block",
    ),
    fixable=True,
    why=(
        "Everything up to the closing brace belongs to the block, so without it the rest of the file means "
        "something else."
    ),
    bad="model {\n  repeat 2 {\n    conv 8 3x3 relu same\n  flatten\n  dense 10 softmax\n}",
    good="model {\n  repeat 2 {\n    conv 8 3x3 relu same\n  }\n  flatten\n  dense 10 softmax\n}",
)
UNOPENED_BRACE = Rule(
    code="E106",
    name="unopened-brace",
    title="A closing brace without an opening one",
    message="this brace closes nothing",
    label="no block is open here",
    helps=("remove it, or open the block with {{",),
    why="Braces come in pairs: one that closes nothing often means that a block ended earlier than was meant.",
    bad="flatten\ndense 10 softmax\n}",
    good="flatten\ndense 10 softmax",
)
UNCLOSED_BRACKET = Rule(
    code="E110",
    name="unclosed-bracket",
    title="A bracket is opened and never closed",
    message="this '{bracket}' is never closed",
    label="opened here",
    helps=("add '{closing}' behind the value, or remove the bracket: most values need none",),
    why="Brackets hold the items of a list, the parameters of a block, or part of a calculation, and come in pairs.",
    bad="flatten\ndense (10 softmax",
    good="flatten\ndense (10) softmax",
)
UNCLOSED_STRING = Rule(
    code="E107",
    name="unclosed-string",
    title="A string that does not end on its line",
    message="this string has no closing quote",
    label="starts here",
    helps=("add {quote} at its end, or remove the first one: words and numbers need no quotes",),
    why="A string ends on the line that it starts on, so that a forgotten quote does not swallow the rest of the file.",
    bad='data "mnist\nflatten; dense 10 softmax',
    good="data mnist\nflatten; dense 10 softmax",
)
BAD_NUMBER = Rule(
    code="E108",
    name="not-a-number",
    title="A value that begins like a number and is none",
    message="'{text}' is not a value",
    label="cannot be read",
    helps=(
        "{letters}: did you mean {suggestion}?",
        "did you mean {suggestion}?",
        "a number has at most {digits} digits",
        "numbers are written 32, 0.5, 10%, 10deg or 4px, sizes 4x4, ranges 0.8..1.2",
    ),
    why="Values have few, fixed forms, so that a reader never has to guess what one means.",
    bad="flatten\ndense 1O softmax",
    good="flatten\ndense 10 softmax",
    fixable=True,
)
TOO_DEEP = Rule(
    code="E109",
    name="nested-too-deeply",
    title="Braces or parentheses nested too deeply",
    message="this is nested more than {limit} levels deep",
    label="too deep",
    helps=("a network needs a handful of levels: look for a bracket that is opened by mistake",),
    why="The bound keeps a damaged file from exhausting memory.",
    bad="flatten; dense " + "(" * 70 + "10" + ")" * 70 + " softmax",
    good="flatten; dense 10 softmax",
)
FOREIGN_TEXT = Rule(
    code="E111",
    name="foreign-text",
    title="A file of another format",
    message="this is {format}, not a spec",
    label="for example here",
    helps=("{advice}",),
    why="What another program reads is not a spec. It is said once, in place of a finding for each of its lines.",
    bad="import keras\nmodel = keras.Sequential()\nmodel.add(Flatten())\nmodel.add(Dense(10, 'softmax'))",
    good="flatten\ndense 10 softmax",
)
RULES = (
    NOT_UTF8,
    BINARY,
    EMPTY,
    UNEXPECTED,
    UNCLOSED_BRACE,
    UNOPENED_BRACE,
    UNCLOSED_STRING,
    BAD_NUMBER,
    TOO_DEEP,
    UNCLOSED_BRACKET,
    FOREIGN_TEXT,
)
