"""The page as a whole: the sections in the order of a reader's questions."""

from runtime.labels import shown_name
from runtime.report.content import ReportContent
from runtime.report.errors import where_it_errs
from runtime.report.good import how_good
from runtime.report.learning import how_it_learned
from runtime.report.markup import NAME_LIMIT, Content, Markup, element, shown
from runtime.report.model import what_it_was
from runtime.report.shell import document
from runtime.report.trust import how_sure
from runtime.report.words import accuracy_decimals, counted, percent, shape_words

_QUESTIONS = (
    ("good", "How good is it?", how_good),
    ("trust", "Can the figure be trusted?", how_sure),
    ("errors", "Where does it err?", where_it_errs),
    ("learning", "Did it learn well?", how_it_learned),
    ("model", "What was it?", what_it_was),
)


def render_report(content: ReportContent) -> str:
    """The report as one HTML document, which asks for nothing from anywhere and reads the same without JavaScript."""
    accuracy = percent(content.evaluation.accuracy, accuracy_decimals(content.evaluation))
    links = [element("li", element("a", title, href=f"#{anchor}")) for anchor, title, _ in _QUESTIONS]
    title = f"{shown_name(content.spec_name, NAME_LIMIT)}: {accuracy} on {content.data_name}"
    return document(
        title,
        [
            element(
                "header",
                element("p", "dotcnn evaluation report", class_="kicker"),
                element("h1", shown(content.spec_name)),
                element("p", _subtitle(content), class_="muted"),
                element("nav", element("ul", links), aria_label="Questions"),
            ),
            element("main", [_section(anchor, title, show(content)) for anchor, title, show in _QUESTIONS]),
        ],
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
