"""The Pygments lexer: it colours `.cnn` in documentation and notebooks.

Pygments finds it through an entry point and brings itself; nothing else in the project imports this module.
"""

from typing import Any, ClassVar

from pygments.lexer import RegexLexer, bygroups, default, include, words
from pygments.token import Comment, Error, Keyword, Name, Number, Operator, Punctuation, String, Whitespace

from spec_lang import vocabulary
from spec_lang.kinds import FLAG_WORDS

_NAME = r"[^\W\d]\w*"
# As `grammar.lark` has it: a minus sign belongs to a number unless something that can be subtracted from stands before.
_MINUS = r"(?:(?<![\w)\]%])-)?"
_NUMBER_LIKE = _MINUS + r"\.?\d(?:[eE][+-]?\d|\.\.-?|[\w.%×])*"
_DIGITS = r"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
_UNIT = rf"(?:%|(?:{'|'.join(vocabulary.units())})(?!\w))"
# A unit ends the number: `4px` is one, `4px2` is none.
_ENDS = r"(?![\w%×]|\.\d|\.\.)"


def _settings(section: str) -> list[tuple[Any, ...]]:
    """The statements inside the braces of a section."""
    known = vocabulary.settings()[section]
    return [
        include("blanks"),
        (r"\}", Punctuation, "#pop"),
        (r"\{", Punctuation, "layers"),
        *([(words(known, suffix=r"\b"), Keyword.Type, "values")] if known else []),
        (_NAME, Name, "values"),
        include("anything"),
    ]


def _headers() -> list[tuple[Any, ...]]:
    """The keywords of the sections with settings of their own, each leading into its own braces."""
    sections = [name for name, known in vocabulary.settings().items() if known]
    return [(rf"{section}\b", Keyword.Declaration, f"{section} header") for section in sections]


def _section_states() -> dict[str, list[Any]]:
    states: dict[str, list[Any]] = {}
    for section, known in vocabulary.settings().items():
        if known:
            states[section] = _settings(section)
            # The opening brace may stand on the next line.
            states[f"{section} header"] = [
                (r"\n(?!\s*\{)|;", Whitespace, "#pop"),
                (r"(\s*)(\{)", bygroups(Whitespace, Punctuation), ("#pop", section)),
                include("value"),
                default("#pop"),
            ]
    return states


class CnnLexer(RegexLexer):  # type: ignore[misc] # Pygments publishes no types
    """Colours the language of `.cnn` files."""

    name = "cnn"
    aliases: ClassVar = ["cnn", "dotcnn"]
    filenames: ClassVar = ["*.cnn"]
    mimetypes: ClassVar = ["text/x-cnn"]
    version_added = ""

    tokens: ClassVar = {
        "root": [(r"\}", Error), include("statement")],
        # Layers inside braces: of a model, a repetition, a block, a residual.
        "layers": [(r"\}", Punctuation, "#pop"), include("statement")],
        "statement": [
            include("blanks"),
            (r"\{", Punctuation, "layers"),
            *_headers(),
            (words(vocabulary.sections(), suffix=r"\b"), Keyword.Declaration, "values"),
            (r"(block)\b([ \t]*)((?:[^\W\d]\w*)?)", bygroups(Keyword, Whitespace, Name.Function), "values"),
            (words(vocabulary.structures(), suffix=r"\b"), Keyword, "values"),
            (words(vocabulary.layers(), suffix=r"\b"), Name.Builtin, "values"),
            (_NAME, Name.Function, "values"),
            include("anything"),
        ],
        # What follows a keyword, up to the end of its statement.
        "values": [
            (r"\n|;", Whitespace, "#pop"),
            include("value"),
            default("#pop"),
        ],
        # Inside brackets and parentheses a line's end is a blank.
        "brackets": [(r"[\])]", Punctuation, "#pop"), (r"\s+", Whitespace), (r"[{};]", Error), include("value")],
        "blanks": [(r"[\s;\ufeff]+", Whitespace)],
        # No keyword: still a statement. Not `default`, which would match at the end of the text, again and again.
        "anything": [(r"(?=.)", bygroups(), "values")],
        "value": [
            (r"[ \t\r\f\v\ufeff]+", Whitespace),
            (
                r"(#)([^\S\n]*cnn:[^\S\n]*ignore\b(?:\[[^\]\n]*\])?)([^\n]*)",
                bygroups(Comment.Single, Comment.Special, Comment.Single),
            ),
            (r"#[^\n]*", Comment.Single),
            (r'"[^"\n]*"', String.Double),
            (r"'[^'\n]*'", String.Single),
            (r"""["'][^\n]*""", Error),
            (rf"({_NAME})([ \t]*)(=)", bygroups(Name.Attribute, Whitespace, Operator)),
            (words(FLAG_WORDS, suffix=r"\b"), Keyword.Constant),
            (words((*vocabulary.words(), *vocabulary.GIVEN_NAMES), suffix=r"\b"), Name.Constant),
            (_NAME, Name.Variable),
            (rf"\d+(?:x\d+)+{_ENDS}", Number.Integer),
            (rf"{_MINUS}{_DIGITS}{_UNIT}?\.\.-?(?:{_DIGITS}){_UNIT}?{_ENDS}", Number),
            (rf"{_MINUS}\d+{_ENDS}", Number.Integer),
            (rf"{_MINUS}{_DIGITS}{_UNIT}?{_ENDS}", Number.Float),
            (_NUMBER_LIKE, Error),
            (r"[\[(]", Punctuation, "brackets"),
            (r"[\]),]", Punctuation),
            (r"[-+*/=]", Operator),
            (r"[^\n{}]", Error),
        ],
        **_section_states(),
    }
