"""Where does it err?"""

from runtime.evaluation.evaluation import AverageScore, ClassScore, Evaluation
from runtime.report import gallery
from runtime.report.bars import score_bar
from runtime.report.content import ReportContent
from runtime.report.markup import Column, Content, Markup, element, markup, scrolling, shown, table
from runtime.report.matrix import MANY, confusion_matrix
from runtime.report.words import percent

_MOST_CONFUSED = 10


def where_it_errs(content: ReportContent) -> Markup:
    evaluation = content.evaluation
    many = len(evaluation.classes) > MANY
    return markup(
        [
            element("h3", "Confusion matrix"),
            confusion_matrix(evaluation),
            element("h3", "Most frequent mistakes"),
            _pairs(evaluation),
            element("h3", "Scores of each class"),
            scrolling("Scores of each class", _class_table(evaluation), css_class="long" if many else "wide"),
            _undefined_note(evaluation),
            element("h3", "Mistakes made with most confidence"),
            gallery.mistakes(content.mistakes),
        ]
    )


def _pairs(evaluation: Evaluation) -> Markup:
    names = evaluation.class_names
    confusions = evaluation.confusions()
    if not confusions:
        return element("p", "None: every test image was classified correctly.")
    columns = [
        Column("truth"),
        Column("taken for"),
        Column("images", numeric=True),
        Column("of the class", numeric=True),
    ]
    rows = [
        (shown(names[one.truth]), shown(names[one.predicted]), f"{one.images:,}", percent(one.share))
        for one in confusions[:_MOST_CONFUSED]
    ]
    return scrolling("Most frequent mistakes", table("Most frequent mistakes", columns, rows), css_class="compact")


def _class_table(evaluation: Evaluation) -> Markup:
    columns = [Column("class"), *(Column(title, numeric=True) for title in ("precision", "recall", "F1", "images"))]
    rows = [(shown(one.name), *_scores(one), f"{one.support:,}") for one in evaluation.classes]
    averages = [
        ("macro average", *_scores(evaluation.macro), f"{evaluation.images:,}"),
        ("weighted average", *_scores(evaluation.weighted), f"{evaluation.images:,}"),
    ]
    return table("Scores of each class", columns, rows, averages, css_class="sortable")


def _scores(score: ClassScore | AverageScore) -> list[Content]:
    return [_score(score.precision), _score(score.recall), [score_bar(score.f1), _score(score.f1)]]


def _score(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _undefined_note(evaluation: Evaluation) -> Content:
    if all(one.precision is not None and one.recall is not None for one in evaluation.classes):
        return []
    return element(
        "p",
        "–: undefined, since the class was never predicted (precision) or has no test image (recall). The averages are "
        "over the classes with test images and count an undefined precision as 0.",
        class_="muted",
    )
