"""Draws docs/images/editor.png from what the language server answers about a spec: nothing in it is made up.

Run it as `python editors/picture.py`, in the environment of the tests; it needs Chromium.
"""

import html
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
OUT = ROOT / "docs" / "images" / "editor.png"
URI = "file:///work/digits.cnn"
SPEC = """data mnist { validation 10% }

block stage(filters) {
  conv filters 3x3 relu same
  pool 2x2
}

model {
  stage 16
  stage 32
  dropout 0.25
  dense 128 rleu
  dense 12 softmax
}

train { epochs 20; optimizer adam lr=0.1; stop val_loss }
"""
HOVERED = (8, 3)
"""The line and the character, from 0, that the pointer is on."""
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
body { margin: 0; background: #fff; font: 15px/1.55 "DejaVu Sans Mono", monospace; color: #1f2937; width: 1120px }
#editor { padding: 18px 0 14px } .line { display: flex; white-space: pre; min-height: 1.55em; position: relative }
.number { width: 46px; text-align: right; color: #9ca3af; margin-right: 18px; user-select: none }
.hint { color: #6b7280; background: #f3f4f6; border-radius: 4px; padding: 0 7px; margin-left: 14px; font-size: 12.5px;
  align-self: center } .lens { color: #6b7280; font: 12.5px/1.55 "DejaVu Sans", sans-serif; padding-left: 64px }
.error { text-decoration: underline wavy #dc2626 1.4px; text-underline-offset: 4px }
.warning { text-decoration: underline wavy #d97706 1.4px; text-underline-offset: 4px }
#problems { border-top: 1px solid #d1d5db; background: #f9fafb; padding: 12px 20px;
  font: 13.5px/1.6 "DejaVu Sans", sans-serif }
.code { color: #6b7280 } .E { color: #b91c1c; font-weight: bold } .W { color: #b45309; font-weight: bold }
#hover { position: absolute; left: 560px; width: 520px; background: #fff; border: 1px solid #9ca3af; border-radius: 6px;
  box-shadow: 0 4px 14px #0002; padding: 10px 14px; font: 13px/1.5 "DejaVu Sans", sans-serif; white-space: normal }
#hover pre { font: 12.5px/1.45 "DejaVu Sans Mono", monospace; background: #f3f4f6; padding: 6px 9px; margin: 6px 0 }
"""


class Server:
    """A conversation with `cnn lsp`."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "runtime.cli", "lsp"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.last = 0

    def send(self, method: str, params: Any, identifier: int | None = None) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        body = json.dumps(message if identifier is None else {**message, "id": identifier}).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def ask(self, method: str, **params: Any) -> Any:
        self.last += 1
        self.send(method, params, self.last)
        assert self.process.stdout
        while True:
            length = 0
            while line := self.process.stdout.readline().strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            message = json.loads(self.process.stdout.read(length))
            if message.get("id") == self.last:
                return message["result"]


def page() -> str:
    """What the server says of the spec, as a page that looks like an editor."""
    server = Server()
    told = server.ask("initialize", processId=None, rootUri=None, capabilities={"textDocument": {"diagnostic": {}}})
    legend = told["capabilities"]["semanticTokensProvider"]["legend"]["tokenTypes"]
    server.send("initialized", {})
    document = {"uri": URI}
    server.send("textDocument/didOpen", {"textDocument": {**document, "languageId": "cnn", "version": 1, "text": SPEC}})
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": SPEC.count("\n"), "character": 0}}
    findings = server.ask("textDocument/diagnostic", textDocument=document)["items"]
    hints = server.ask("textDocument/inlayHint", textDocument=document, range=whole)
    lenses = server.ask("textDocument/codeLens", textDocument=document)
    data = server.ask("textDocument/semanticTokens/full", textDocument=document)["data"]
    pointer = {"line": HOVERED[0], "character": HOVERED[1]}
    hovered = server.ask("textDocument/hover", textDocument=document, position=pointer)["contents"]["value"]
    server.process.kill()
    lines = SPEC.split("\n")[:-1]
    colours = _colours(data, legend, len(lines))
    rows = []
    for number, text in enumerate(lines):
        here = [each["command"]["title"] for each in lenses if each["range"]["start"]["line"] == number]
        rows += [_tag("div", " | ".join(here), "lens")] if here else []
        shown = "".join(_character(each, place, colours[number], findings, number) for place, each in enumerate(text))
        hint = "".join(_tag("span", each["label"], "hint") for each in hints if each["position"]["line"] == number)
        pop = f'<div id="hover">{_markdown(hovered)}</div>' if number == HOVERED[0] else ""
        rows.append(f'<div class="line">{_tag("span", str(number + 1), "number")}<span>{shown}</span>{hint}{pop}</div>')
    problems = "".join(_problem(each) for each in findings)
    return f'<style>{STYLE}</style><div id="editor">{"".join(rows)}</div><div id="problems">{problems}</div>'


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


def _problem(finding: dict[str, Any]) -> str:
    severity = _tag("span", "error" if finding["severity"] == 1 else "warning", finding["code"][0])
    place = _tag("span", f"{finding['code']}, line {finding['range']['start']['line'] + 1}", "code")
    return f"<div>{severity} {html.escape(finding['message'])} {place}</div>"


def _character(text: str, place: int, colours: dict[int, tuple[int, str]], findings: list[Any], line: int) -> str:
    colour = next((c for start, (length, c) in colours.items() if start <= place < start + length), "inherit")
    marks = [
        "error" if each["severity"] == 1 else "warning"
        for each in findings
        if (each["range"]["start"]["line"], each["range"]["start"]["character"]) <= (line, place)
        < (each["range"]["end"]["line"], each["range"]["end"]["character"])
    ]  # fmt: skip
    return f'<span class="{marks[0] if marks else ""}" style="color:{colour}">{html.escape(text)}</span>'


def _markdown(text: str) -> str:
    parts = text.split("```")
    shown = []
    for place, part in enumerate(parts):
        if place % 2:
            shown.append(f"<pre>{html.escape(part.partition(chr(10))[2].rstrip())}</pre>")
        else:
            shown.append(html.escape(part.strip()).replace("\n", "<br>"))
    return "".join(shown)


def main() -> None:
    """Write the picture."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        view = browser.new_page(viewport={"width": 1120, "height": 400}, device_scale_factor=1.5)
        view.set_content(page())
        view.screenshot(path=OUT, full_page=True)
        browser.close()
    print(f"wrote {OUT.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
