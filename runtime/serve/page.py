"""The page as one document that asks for nothing but predictions: style and script inline, all else forbidden."""

from dataclasses import dataclass
from importlib import resources

from runtime.report.shell import BASE, asset, digest


@dataclass(frozen=True, slots=True)
class Page:
    """A document, and the content security policy that goes with it."""

    content: bytes
    """UTF-8."""
    policy: str


def load_page() -> Page:
    """The page, the same for every model: what it shows of one it asks for at `/model`."""
    folder = resources.files("runtime.serve")
    html, style, answers, script = (
        folder.joinpath(name).read_text(encoding="utf-8") for name in ("page.html", "page.css", "answers.js", "page.js")
    )
    script = f"{answers}{script}"
    style = f"{asset(BASE)}\n{style}"
    content = html.replace("<style></style>", f"<style>{style}</style>")
    content = content.replace("<script></script>", f"<script>{script}</script>")
    policy = (
        f"default-src 'none'; style-src '{digest(style)}'; script-src '{digest(script)}'; connect-src 'self'; "
        "img-src blob: data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return Page(content.encode("utf-8"), policy)
