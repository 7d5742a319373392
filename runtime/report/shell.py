"""An HTML document that needs nothing else: style sheet and script are inside, and its policy forbids all requests."""

import base64
import hashlib
from functools import cache
from importlib import resources

from runtime.report.markup import Content, Markup, element

BASE = "base.css"
"""What every page of this project begins with: its colours, its type."""
_STYLES = (BASE, "style.css", "figures.css")
_PRINT = "print.css"
"""The last one: paper overrules the screen."""
_SCRIPT = "script.js"


def document(title: str, content: Content, more_style: str = "") -> str:
    """A whole document around what its body holds, `more_style` after the report's for the screen.

    The content security policy allows images inside as `data:` addresses, this style sheet and this script, which are
    known by their hashes, and nothing else.
    """
    style, script = "\n".join((*map(asset, _STYLES), more_style, asset(_PRINT))), asset(_SCRIPT)
    policy = (
        f"default-src 'none'; img-src data:; style-src '{digest(style)}'; script-src '{digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        element("link", rel="icon", href="data:,"),  # or a browser asks the server for one
        element("style", Markup(style)),
    )
    # The script comes last: it finds the page complete.
    body = element("body", content, element("script", Markup(script)))
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def digest(text: str) -> str:
    """What a content security policy knows a style sheet or a script by."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}"


@cache
def asset(name: str) -> str:
    """The text of a style sheet or a script of this package."""
    return resources.files("runtime.report").joinpath(name).read_text(encoding="utf-8")
