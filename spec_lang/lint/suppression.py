"""The comments that silence warnings: `# cnn: ignore[W503]`, or `# cnn: ignore` for all of a line."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from spec_lang.check import Checked
from spec_lang.comments import find_comments
from spec_lang.diagnostics import Diagnostic, Edit, Fix, Severity
from spec_lang.rules import RULES
from spec_lang.rules import ignores as rules
from spec_lang.source import Source, Span

SUPPRESSION: Final = re.compile(r"#\s*cnn:\s*(?P<word>ignore)\b(?P<list>\[(?P<codes>[^\]]*)\])?(?P<rest>.*)")
_MISSPELT: Final = re.compile(r"#\s*cnn:\s*(?P<word>ignored|ignores|ignor|ignroe|ingore|ignoer|igonre)\b(?P<rest>.*)")
"""Other words may well be meant for people: `# cnn: a small network`."""
_CODE: Final = re.compile(r"\b[EWew]\d{3}\b")


class Suppression(NamedTuple):
    """A comment that silences the warnings of its line."""

    span: Span
    """Up to the bracket, without what else the comment says."""
    line: int
    codes: Mapping[str, Span]
    """Each with its place; none where all warnings are meant."""

    def silences(self, code: str) -> bool:
        """Whether warnings with a code are meant."""
        return not self.codes or code in self.codes


def suppressions(source: Source) -> dict[int, Suppression]:
    """The comments of a text that silence warnings, by their lines."""
    if "cnn:" not in source.text:
        return {}
    found = (_read(comment.span, comment.text) for comment in find_comments(source))
    return {each.line: each for each in found if each}


def _read(comment: Span, text: str) -> Suppression | None:
    match = SUPPRESSION.search(text)
    if match is None or _intended(match) is not None:
        return None
    codes: dict[str, Span] = {}
    if match["list"]:
        start = comment.start + match.start("codes")
        for code in re.finditer(r"[^\s,]+", match["codes"]):
            codes[code[0]] = Span(comment.source, start + code.start(), start + code.end())
    end = match.end("list") if match["list"] else match.end("word")
    span = Span(comment.source, comment.start + match.start(), comment.start + end)
    return Suppression(span, comment.line, codes)


def _intended(match: re.Match[str]) -> str | None:
    """What a comment should say that was meant to silence warnings and cannot be read; None for one that can."""
    codes = [code.upper() for code in _CODE.findall(match["rest"])]
    if match["word"] == "ignore" and (match["codes"] or not codes) and (match["codes"] or match["list"] is None):
        return None
    return f"# cnn: ignore[{', '.join(codes)}]" if codes else "# cnn: ignore[CODE]"


def unsuppressed(diagnostics: Iterable[Diagnostic], source: Source) -> tuple[Diagnostic, ...]:
    """The diagnostics without the warnings that a comment on their line silences, each in the file that it is in."""
    known = {source: suppressions(source)}

    def is_shown(diagnostic: Diagnostic) -> bool:
        if diagnostic.severity is Severity.ERROR:
            return True
        there = diagnostic.span.source
        if there not in known:
            known[there] = suppressions(there)
        comment = known[there].get(diagnostic.span.line)
        return comment is None or not comment.silences(diagnostic.code)

    return tuple(each for each in diagnostics if is_shown(each))


def about_comments(
    checked: Checked, warnings: Sequence[Diagnostic], shows: Callable[[Diagnostic], bool]
) -> Iterator[Diagnostic]:
    """Comments that silence none of a spec's warnings, selected or not, and those that cannot be read.

    `shows` tells which warnings are selected: of those that are shown only where they are, a comment without codes
    silences none elsewhere.
    """
    source = checked.source
    if "cnn:" not in source.text:
        return
    yield from _unreadable(source)
    found: dict[str, set[int]] = {}
    any_found: set[int] = set()
    for each in warnings:
        if each.span.source is source and each.severity is Severity.WARNING:
            found.setdefault(each.code, set()).add(each.span.line)
            if shows(each) or not each.rule.opt_in:
                any_found.add(each.span.line)
    unjudged = _unjudged_lines(checked)
    for line, comment in suppressions(source).items():
        if not comment.codes.keys().isdisjoint(_OF_COMMENTS):
            continue
        yield from _of_no_use(comment)
        if checked.program and line not in unjudged:
            yield from _unused(comment, found, any_found)


_OF_COMMENTS: Final = frozenset(rule.code for rule in rules.RULES)


def _unreadable(source: Source) -> Iterator[Diagnostic]:
    for comment in find_comments(source):
        match = SUPPRESSION.search(comment.text) or _MISSPELT.search(comment.text)
        if match and (suggestion := _intended(match)):
            span = Span(source, comment.span.start + match.start(), comment.span.start + len(comment.text))
            yield rules.UNREADABLE_IGNORE.at(span, suggestion=suggestion)


def _of_no_use(comment: Suppression) -> Iterator[Diagnostic]:
    """Codes that no rule has, and those of errors."""
    for code, span in comment.codes.items():
        rule = RULES.get(code)
        if rule is None:
            meant = code_for(code)
            fix = Fix(f"replace by {meant}", (Edit(span, meant),)) if meant else None
            yield rules.UNKNOWN_IGNORE.at(span, fix=fix, code=code, suggestion=meant)
        elif rule.severity is Severity.ERROR:
            yield rules.IGNORED_ERROR.at(span, code=code)


def code_for(text: str) -> str | None:
    """The code of the rule that is meant by a code in small letters, or by the rule's name."""
    known = {rule.name: rule.code for rule in RULES.values()}
    return text.upper() if text.upper() in RULES else known.get(text.lower())


def _unused(comment: Suppression, found: Mapping[str, set[int]], any_found: set[int]) -> Iterator[Diagnostic]:
    if not comment.codes:
        if comment.line not in any_found:
            yield rules.UNUSED_IGNORE.at(comment.span, fix=_without(comment, ()), what="warning")
        return
    unused = [code for code in comment.codes if _is_unused(code, comment.line, found)]
    left = tuple(code for code in comment.codes if code not in unused)
    for code in unused:
        lines = found.get(code, set())
        fix = _without(comment, left)
        yield rules.UNUSED_IGNORE.at(
            comment.codes[code], fix=fix, what=code, line=min(lines) if len(lines) == 1 else None, code=code
        )


def _is_unused(code: str, line: int, found: Mapping[str, set[int]]) -> bool:
    """Whether a warning that depends on the text alone is not found on a line."""
    rule = RULES.get(code)
    if rule is None or rule.severity is Severity.ERROR or rule.of_surroundings or rule.of_data:
        return False
    return line not in found.get(code, ())


def _without(comment: Suppression, left: tuple[str, ...]) -> Fix:
    """The fix that leaves these codes of a comment, or nothing of it."""
    source, start, end = comment.span
    if left:
        return Fix("remove the code", (Edit(comment.span, f"# cnn: ignore[{', '.join(left)}]"),))
    rest = source.text[end:].split("\n", 1)[0]
    if rest.strip():
        return Fix("remove it", (Edit(comment.span, "#"),))
    while source.text[start - 1 : start] in (" ", "\t"):
        start -= 1
    return Fix("remove it", (Edit(Span(source, start, end + len(rest)), ""),))


def _unjudged_lines(checked: Checked) -> set[int]:
    """Lines of blocks that nothing uses, and the one that names pictures, which may be there or not."""
    spans = [
        statement.span
        for name, block in checked.blocks.definitions.items()
        if name not in checked.blocks.used and block.name.span.source is checked.source
        for statement in block.body
    ]
    if checked.images.get("path") and (data := checked.sections.get("data")):
        spans.append(data.head)
    lines: set[int] = set()
    for span in spans:
        lines.update(range(span.line, span.source.position(span.end)[0] + 1))
    return lines
