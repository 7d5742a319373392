"""The page as a whole: its head, its promise to request nothing, the sections in the order of a reader's questions."""

import base64
import hashlib
from importlib import resources

from runtime.labels import shown_name
from runtime.report import sections
from runtime.report.content import ReportContent
from runtime.report.markup import NAME_LIMIT, Content, Markup, element, shown
from runtime.report.words import accuracy_decimals, counted, percent, shape_words

_QUESTIONS = (
    ("good", "How good is it?", sections.how_good),
    ("trust", "Can the figure be trusted?", sections.how_sure),
    ("errors", "Where does it err?", sections.where_it_errs),
    ("learning", "Did it learn well?", sections.how_it_learned),
    ("model", "What was it?", sections.what_it_was),
)


def render_report(content: ReportContent) -> str:
    """The report as one HTML document.

    It asks for nothing from anywhere: images are inside as `data:` addresses, the style sheet is inline, there is no
    script, and the content security policy forbids everything else.
    """
    accuracy = percent(content.evaluation.accuracy, accuracy_decimals(content.evaluation))
    body = element(
        "body",
        element(
            "header",
            element("p", "dotcnn evaluation report", class_="kicker"),
            element("h1", shown(content.spec_name)),
            element("p", _subtitle(content), class_="muted"),
        ),
        element("main", [_section(anchor, title, show(content)) for anchor, title, show in _QUESTIONS]),
    )
    title = f"{shown_name(content.spec_name, NAME_LIMIT)}: {accuracy} on {content.data_name}"
    document = element("html", _head(title), body, lang="en")
    return f"<!doctype html>\n{document}\n"


def _head(title: str) -> Markup:
    style = resources.files("runtime.report").joinpath("style.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        element("link", rel="icon", href="data:,"),  # or a browser asks the server for one
        element("style", Markup(style)),
    )


def _subtitle(content: ReportContent) -> Content:
    classes = counted(len(content.evaluation.classes), "class")
    epochs = counted(len(content.history), "epoch")
    return [
        f"Data set {content.data_name}: {classes}, images of {shape_words(content.image_shape)}. ",
        f"Trained for {epochs}, finished ",
        element("time", content.finished),
        ".",
    ]


def _section(anchor: str, title: str, content: Markup) -> Markup:
    return element(
        "section",
        element("h2", title, id=anchor),
        element("div", content, class_="answer"),
        aria_labelledby=anchor,
    )
