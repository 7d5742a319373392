"""Draws the pictures of docs/images from what the language server answers about two specs: nothing in them is made up.

Run it as `python editors/picture.py [FOLDER]`, in the environment of the tests; it needs Chromium.
"""

import html
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
URI = "file:///specs/clothes.cnn"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
MOST_ITEMS = 7
"""Of a list of completions; an editor shows more when one scrolls."""

FINDINGS = """data fashion_mnist { validation 10% }

block stage(filters) {
  conv filters 3x3 relu same
  pool 2x2
}

model {
  «stage 16
  stage 32
  dense 128 relu
  dense classes softmax
}

train {
  epochs 20
  optimizer adam lr=0.1
  stop val_acuracy patience=3
}
"""
"""`«` is where the pointer is."""
TYPING = """data fashion_mnist

model {
  conv 32 3x3 relu same
  pool 2x2
  flatten
  dense 64 relu
  dense classes softmax
}

train {
  epochs 20
  optimizer sgd »
}
"""
"""`»` is where the cursor is."""

COLOURS = {
    "keyword": "#7c3aed",
    "function": "#0369a1",
    "macro": "#b45309",
    "property": "#0f766e",
    "parameter": "#6d28d9",
    "enumMember": "#1d4ed8",
    "variable": "#b45309",
    "number": "#15803d",
    "string": "#15803d",
    "comment": "#6b7280",
    "operator": "#374151",
}
STYLE = """
body { margin: 0; background: #fff; color: #1f2937; width: 1000px }
#editor { padding: 16px 0 12px; font: 15px/1.55 "DejaVu Sans Mono", monospace; position: relative }
.line { white-space: pre; height: 1.55em; position: relative }
.number { display: inline-block; width: 40px; text-align: right; color: #9ca3af; margin-right: 20px }
.hint { color: #6b7280; background: #f3f4f6; border-radius: 4px; padding: 1px 7px; margin-left: 12px;
  font-size: 12.5px }
.lens { color: #6b7280; font: 12.5px/1.5 "DejaVu Sans", sans-serif; padding-left: 60px }
.error { text-decoration: underline wavy #dc2626 1.4px; text-underline-offset: 4px }
.warning { text-decoration: underline wavy #d97706 1.4px; text-underline-offset: 4px }
.cursor { border-left: 2px solid #111827; margin-right: -2px }
#problems { border-top: 1px solid #d1d5db; background: #f9fafb; padding: 10px 22px 12px;
  font: 13.5px/1.55 "DejaVu Sans", sans-serif }
.problem { margin-top: 4px } .E { color: #b91c1c; font-weight: bold } .W { color: #b45309; font-weight: bold }
.code { color: #6b7280 } .more { color: #6b7280; padding-left: 46px }
.box { position: absolute; z-index: 1; background: #fff; border: 1px solid #9ca3af; border-radius: 6px;
  box-shadow: 0 4px 14px #0002; font: 13px/1.5 "DejaVu Sans", sans-serif; white-space: normal }
.hover { left: 500px; top: -24px; width: 420px; padding: 8px 14px }
.markdown pre { font: 12.5px/1.5 "DejaVu Sans Mono", monospace; background: #f3f4f6; padding: 5px 9px; margin: 5px 0 }
.signature { bottom: 1.7em; width: 690px; padding: 6px 12px }
.signature code { font: 13px/1.5 "DejaVu Sans Mono", monospace } .signature b { color: #1d4ed8 }
.signature div { color: #6b7280 }
.list { top: 1.6em; width: 640px; padding: 4px 0 } .item { display: flex; padding: 1px 12px }
.item code { font: 13.5px/1.55 "DejaVu Sans Mono", monospace; width: 140px; flex: none }
.item span { color: #6b7280; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.chosen { background: #dbeafe } .below { height: 90px }
"""


class Server:
    """A conversation with `cnn lsp`, about one document; to be used once."""

    def __init__(self, text: str) -> None:
        self.text = text
        command = [sys.executable, "-m", "runtime.cli", "lsp"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._last = 0
        capabilities = {"textDocument": {"diagnostic": {}}}
        self.can = self._ask("initialize", processId=None, rootUri=None, capabilities=capabilities)["capabilities"]
        self._send("initialized", {})
        document = {"uri": URI, "languageId": "cnn", "version": 1, "text": text}
        self._send("textDocument/didOpen", {"textDocument": document})

    def about(self, feature: str, place: tuple[int, int] | None = None, **params: Any) -> Any:
        """The answer to a request about the document, at a line and a character from 0 or about all of it."""
        if place:
            params["position"] = {"line": place[0], "character": place[1]}
        return self._ask(f"textDocument/{feature}", textDocument={"uri": URI}, **params)

    def close(self) -> None:
        """Say goodbye."""
        self._ask("shutdown")
        self._send("exit", None)
        self._process.communicate()

    def _ask(self, method: str, **params: Any) -> Any:
        self._last += 1
        self._send(method, params or None, self._last)
        assert self._process.stdout
        while True:
            length = 0
            while line := self._process.stdout.readline().strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            message = json.loads(self._process.stdout.read(length))
            if message.get("id") == self._last:
                return message["result"]

    def _send(self, method: str, params: Any, identifier: int | None = None) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        body = json.dumps(message if identifier is None else {**message, "id": identifier}).encode()
        assert self._process.stdin
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()


@dataclass(frozen=True)
class Shown:
    """What an editor shows of a document: boxes over it belong to a line and a character of it."""

    server: Server
    boxes: tuple[str, ...] = ()
    place: tuple[int, int] = (-1, 0)
    cursor: bool = False

    def page(self) -> str:
        """The document as a page that looks like an editor, with the list of problems below."""
        server, number_of_lines = self.server, self.server.text.count("\n")
        whole = {"start": {"line": 0, "character": 0}, "end": {"line": number_of_lines, "character": 0}}
        findings = server.about("diagnostic")["items"]
        hints = server.about("inlayHint", range=whole)
        lenses = server.about("codeLens")
        legend = server.can["semanticTokensProvider"]["legend"]["tokenTypes"]
        colours = _colours(server.about("semanticTokens/full")["data"], legend, number_of_lines)
        rows = []
        for number, text in enumerate(server.text.split("\n")[:-1]):
            here = [each["command"]["title"] for each in lenses if each["range"]["start"]["line"] == number]
            rows += [_tag("div", " | ".join(here), "lens")] if here else []
            shown = "".join(self._characters(number, text, colours[number], findings))
            hint = "".join(_tag("span", each["label"], "hint") for each in hints if each["position"]["line"] == number)
            boxes = "".join(self.boxes) if number == self.place[0] else ""
            rows.append(f'<div class="line">{_tag("span", str(number + 1), "number")}{shown}{hint}{boxes}</div>')
        problems = f'<div id="problems">{"".join(map(_problem, findings))}</div>' if findings else ""
        below = '<div class="below"></div>' if self.cursor else ""  # Room for a list of completions.
        return f'<style>{STYLE}</style><div id="editor">{"".join(rows)}</div>{below}{problems}'

    def _characters(
        self, line: int, text: str, colours: dict[int, tuple[int, str]], findings: list[Any]
    ) -> Iterator[str]:
        for place, character in enumerate(text):
            if self.cursor and self.place == (line, place):
                yield '<span class="cursor"></span>'
            colour = next((c for start, (length, c) in colours.items() if start <= place < start + length), "inherit")
            mark = next((_severity(each) for each in findings if _covers(each["range"], line, place)), "")
            yield f'<span class="{mark}" style="color:{colour}">{html.escape(character)}</span>'
        if self.cursor and self.place == (line, len(text)):
            yield '<span class="cursor"></span>'


def findings_and_hover() -> str:
    """A spec with mistakes, its hints, and what the pointer is on."""
    text, place = _cut(FINDINGS, "«")
    server = Server(text)
    told = _markdown(server.about("hover", place)["contents"]["value"])
    page = Shown(server, (f'<div class="box hover markdown">{told}</div>',), place).page()
    server.close()
    return page


def typing() -> str:
    """A line that is being typed: what it takes, and what may stand at the cursor."""
    text, place = _cut(TYPING, "»")
    server = Server(text)
    line = text.split("\n")[place[0]]
    begun = line[: place[1]].rpartition(" ")[2]
    left = f"calc(61px + {place[1] - len(begun)}ch)"
    items = server.about("completion", place)
    fitting = sorted((each for each in items if each["label"].startswith(begun)), key=lambda each: each["sortText"])
    rows = "".join(
        f'<div class="item {"" if number else "chosen"}"><code>{html.escape(each["label"])}</code>'
        f"<span>{html.escape(each.get('detail') or '')}</span></div>"
        for number, each in enumerate(fitting[:MOST_ITEMS])
    )
    boxes = (
        f'<div class="box list" style="left:{left}">{rows}</div>',
        f'<div class="box signature" style="left:{left}">{_signature(server.about("signatureHelp", place))}</div>',
    )
    page = Shown(server, boxes, place, cursor=True).page()
    server.close()
    return page


PICTURES = {"editor.png": findings_and_hover, "editor-completion.png": typing}


def _cut(text: str, mark: str) -> tuple[str, tuple[int, int]]:
    """A text without its mark, and the line and the character, from 0, where it stood."""
    before, _, after = text.partition(mark)
    return before + after, (before.count("\n"), len(before.rpartition("\n")[2]))


def _tag(name: str, text: str, css_class: str) -> str:
    return f'<{name} class="{css_class}">{html.escape(text)}</{name}>'


def _colours(data: list[int], legend: list[str], lines: int) -> list[dict[int, tuple[int, str]]]:
    """For each line, where tokens begin, their length and colour."""
    colours: list[dict[int, tuple[int, str]]] = [{} for _ in range(lines)]
    line = character = 0
    for start in range(0, len(data), 5):
        down, right, length, kind, _ = data[start : start + 5]
        line, character = line + down, right if down else character + right
        colours[line][character] = (length, COLOURS[legend[kind]])
    return colours


def _severity(finding: dict[str, Any]) -> str:
    return "error" if finding["severity"] == 1 else "warning"


def _covers(area: dict[str, dict[str, int]], line: int, character: int) -> bool:
    start, end = ((area[each]["line"], area[each]["character"]) for each in ("start", "end"))
    return start <= (line, character) < end


def _problem(finding: dict[str, Any]) -> str:
    """The message, and what is told beyond it on dimmer lines."""
    message, *more = finding["message"].split("\n")
    severity = _tag("span", _severity(finding), finding["code"][0])
    place = _tag("span", f"{finding['code']}, line {finding['range']['start']['line'] + 1}", "code")
    told = "".join(_tag("div", each, "more") for each in more[-1:])
    return f'<div class="problem">{severity} {html.escape(message)} {place}{told}</div>'


def _signature(told: dict[str, Any]) -> str:
    """The form of the statement, with the parameter that is being typed in bold, and what that is."""
    signature = told["signatures"][0]
    label, active = html.escape(signature["label"]), told.get("activeParameter")
    about = signature["documentation"]
    if active is not None:
        parameter = signature["parameters"][active]
        name, about = html.escape(parameter["label"]), parameter["documentation"]
        label = label.replace(name, f"<b>{name}</b>", 1)
    return f"<code>{label}</code>{_tag('div', about, 'about')}"


def _markdown(text: str) -> str:
    shown = []
    for place, part in enumerate(text.split("```")):
        if place % 2:
            shown.append(f"<pre>{html.escape(part.partition(chr(10))[2].rstrip())}</pre>")
        else:
            shown.append(html.escape(part.strip()).replace("\n", "<br>"))
    return "".join(shown)


def main() -> None:
    """Write the pictures, into docs/images or the folder that is named."""
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None:
        sys.exit("needs Chromium")
    folder = Path(sys.argv[1]) if sys.argv[1:] else IMAGES
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, page in PICTURES.items():
            view = browser.new_page(viewport={"width": 1000, "height": 100}, device_scale_factor=1.6)
            view.set_content(page())
            view.screenshot(path=folder / name, full_page=True)
            print(f"wrote {folder / name}")
        browser.close()


if __name__ == "__main__":
    main()
