"""Where the cursor is while a statement is being typed: the text may be broken there, so only its marks are read."""

import re
from dataclasses import dataclass
from typing import Final

from spec_lang.arguments import bind
from spec_lang.forms import Form, Parameter, parameters_for
from spec_lang.language_server.analysis import Analysis
from spec_lang.language_server.spots import SETTINGS_IN
from spec_lang.layers import LAYERS
from spec_lang.parser import parse
from spec_lang.sections import SECTIONS
from spec_lang.source import Source
from spec_lang.structure import STRUCTURES

_MARKS: Final = re.compile(r"""(?P<comment>#[^\n]*)|(?P<string>"[^"\n]*"?|'[^'\n]*'?)|(?P<mark>[{}\[\]();\n])""")
_KEYWORD: Final = re.compile(r"\s*([^\W\d]\w*)")


@dataclass(frozen=True, slots=True)
class Context:
    """What stands before the cursor."""

    owners: tuple[str, ...]
    """The keywords of the open braces, the outermost first."""
    start: int
    """Where the statement begins."""
    text: str
    """The statement up to the cursor, without the blanks before it."""
    in_comment: bool = False
    string: int | None = None
    """Where the text begins, behind its quote, that the cursor is in."""
    in_brackets: bool = False
    """Whether the cursor is in a list, or behind the name of a block that is being defined."""

    @property
    def keyword(self) -> str:
        """The keyword of the statement, as far as it is written."""
        match = _KEYWORD.match(self.text)
        return match[1] if match else ""

    @property
    def on_keyword(self) -> bool:
        """Whether the keyword itself is being typed."""
        return re.fullmatch(r"\w*", self.text) is not None

    @property
    def values(self) -> list[str]:
        """What is written behind the keyword, the word that is being typed included."""
        return re.findall(r"[^\s\[\],]+", self.text)[1:]

    @property
    def word(self) -> str:
        """The word that is being typed; empty behind a blank."""
        match = re.search(r"[\w.%]*$", self.text)
        return match[0] if match else ""


def form_typed(context: Context) -> tuple[Form, tuple[Parameter, ...]] | None:
    """The form of the statement that is being typed, with its parameters as far as its words choose them."""
    owner = context.owners[-1] if context.owners else ""
    form: Form | None
    if owner in SETTINGS_IN:
        form = SECTIONS[owner].by_keyword.get(context.keyword)
    elif not owner and context.keyword in SECTIONS:
        form = SECTIONS[context.keyword].form
    else:
        form = LAYERS.get(context.keyword) or STRUCTURES.get(context.keyword)
    if form is None:
        return None
    default = form.parameters[0].default if form.parameters else None
    chosen = next((word for word in context.values if word in form.variants), default)
    return form, parameters_for(form, chosen)


def given(context: Context, form: Form) -> frozenset[str]:
    """The parameters that have a value already, by name or by place; the word that is being typed does not count."""
    file, _ = parse(Source("", context.text[: len(context.text) - len(context.word)]))
    return frozenset(bind(file.statements[0], form)[0].spans if file and file.statements else ())


def context_at(analysis: Analysis, offset: int) -> Context:
    """What stands before an offset."""
    text = analysis.text
    owners: list[str] = []
    starts: list[int] = []
    start, brackets = 0, 0
    for match in _MARKS.finditer(text, 0, min(offset + 1, len(text))):
        if match.start() >= offset:
            break
        if match["comment"] is not None:
            if match.end() >= offset:
                return Context(tuple(owners), start, _stripped(text, start, offset), in_comment=True)
            continue
        if match["string"] is not None:
            closed = len(match[0]) > 1 and match[0][-1] == match[0][0]
            if match.end() > offset or (match.end() == offset and not closed):
                return Context(tuple(owners), start, _stripped(text, start, offset), string=match.start() + 1)
            continue
        match match["mark"]:
            case "{":
                keyword = _KEYWORD.match(text, start)
                owners.append(keyword[1] if keyword else "")
                starts.append(start)
                start, brackets = match.end(), 0
            case "}":
                if owners:
                    owners.pop()
                    starts.pop()
                start, brackets = match.end(), 0
            case "[" | "(":
                brackets += 1
            case "]" | ")":
                brackets = max(brackets - 1, 0)
            case ";":
                start, brackets = match.end(), 0
            case "\n" if not brackets:
                start = match.end()
    return Context(tuple(owners), start, _stripped(text, start, offset), in_brackets=brackets > 0)


def _stripped(text: str, start: int, offset: int) -> str:
    return text[start:offset].lstrip()
