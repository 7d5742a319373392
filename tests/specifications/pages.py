"""The Markdown files of this folder, as cases that run: read, and written anew.

A case is a heading with fenced blocks below it:

- `cnn`: the spec. In a block `cnn escaped`, \\xff stands for a byte and \\u200b for a character that an editor would
  not keep, and the last line does not end.
- `cnn NAME.cnn`: another file, which the specs of the same page may include.
- `findings`: what `cnn check` says. `plan`: what `cnn plan` draws. `formatted`: what `cnn fmt` makes of it.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from markdown_it import MarkdownIt

from runtime.specs.plan_table import plan_lines
from runtime.specs.planned import plan_of
from runtime.table import Look
from spec_lang import Checked, Files, check_bytes, decode
from spec_lang.format import format_text
from spec_lang.rendering import render
from spec_lang.world import Pictures

FOLDER: Final = Path(__file__).parent
OUTPUTS: Final = ("findings", "plan", "formatted")
SCREEN: Final = Look(width=80)
MEMORY: Final = 16 * 10**9
PICTURES: Final = {
    "pets": Pictures(("cat", "dog")),
    "parted": Pictures(("cat", "dog"), frozenset({"validation", "test"})),
    "labels.csv": Pictures(("cat", "dog")),
}
"""The folders and tables of pictures that the specs may name."""


class Output(NamedTuple):
    """A block that says what is expected: its kind, its text, and where that text stands, as lines of the page."""

    kind: str
    text: str
    first: int
    end: int


class Case(NamedTuple):
    """A heading with its spec."""

    page: str
    heading: str
    spec: bytes
    outputs: tuple[Output, ...]
    included: dict[str, str]

    @property
    def file(self) -> str:
        """What messages call the spec."""
        return re.sub(r"\W+", "-", self.heading.lower()).strip("-") + ".cnn"

    def checked(self) -> Checked:
        return check_bytes(self.spec, self.file, world=self.world)

    @property
    def world(self) -> Files:
        return Files(self.included, sources=PICTURES)

    def says(self, kind: str) -> str:
        """What there is to be said of the spec now."""
        match kind:
            case "findings":
                return render(self.checked().diagnostics)
            case "formatted":
                return format_text(decode(self.spec)).text
        checked = self.checked()
        assert kind == "plan"
        assert checked.program, render(checked.diagnostics)
        return "".join(f"{line}\n" for line in plan_lines(plan_of(checked, checked.program, MEMORY), SCREEN))


def pages() -> list[Path]:
    return sorted(FOLDER.glob("*.md"))


def cases(page: Path) -> Iterator[Case]:
    """The cases of a page, in order."""
    tokens = MarkdownIt().parse(page.read_text(encoding="utf-8"))
    included = {
        token.info.removeprefix("cnn "): token.content
        for token in tokens
        if token.type == "fence" and re.fullmatch(r"cnn \S+\.cnn", token.info)
    }
    heading, spec, outputs = "", None, list[Output]()
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            if spec is not None:
                yield Case(page.stem, heading, spec, tuple(outputs), included)
            heading, spec, outputs = tokens[place + 1].content, None, []
        elif token.type == "fence" and token.info == "cnn":
            spec = token.content.encode("utf-8")
        elif token.type == "fence" and token.info == "cnn escaped":
            spec = _unescaped(token.content.removesuffix("\n"))
        elif token.type == "fence" and token.info in OUTPUTS:
            assert token.map
            outputs.append(Output(token.info, token.content, token.map[0] + 1, token.map[1] - 1))
    if spec is not None:
        yield Case(page.stem, heading, spec, tuple(outputs), included)


def renew(page: Path) -> None:
    """Write the outputs of a page anew."""
    lines = page.read_text(encoding="utf-8").split("\n")
    for case in reversed(list(cases(page))):
        for output in reversed(case.outputs):
            lines[output.first : output.end] = case.says(output.kind).split("\n")[:-1]
    page.write_text("\n".join(lines), encoding="utf-8", newline="\n")


def _unescaped(text: str) -> bytes:
    def meant(match: re.Match[bytes]) -> bytes:
        digits = match[1] or match[2]
        return bytes([int(digits, 16)]) if match[1] else chr(int(digits, 16)).encode("utf-8")

    return re.sub(rb"\\x([0-9a-f]{2})|\\u([0-9a-f]{4})", meant, text.encode("utf-8"))


if __name__ == "__main__":
    for each in pages():
        renew(each)
