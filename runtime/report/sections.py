"""The sections of the report, each the answer to one question."""

from runtime.evaluation import AverageScore, ClassScore, Evaluation
from runtime.labels import shown_name
from runtime.report import words
from runtime.report.bars import interval_bar, score_bar
from runtime.report.content import ReportContent
from runtime.report.markup import (
    NAME_LIMIT,
    Column,
    Content,
    Markup,
    definitions,
    element,
    markup,
    picture,
    scrolling,
    shown,
    table,
)
from runtime.report.words import counted, percent

_MOST_CONFUSED = 10
_MANY = 20
"""More classes than this get tables that scroll in place and a heat map wider than the page."""


def how_good(content: ReportContent) -> Markup:
    evaluation = content.evaluation
    decimals = words.accuracy_decimals(evaluation)
    lower, upper = (percent(bound, decimals) for bound in evaluation.accuracy_interval)
    majority = percent(evaluation.majority_accuracy, decimals)
    right = f"{evaluation.correct:,} of {counted(evaluation.images, 'test image')}"
    return markup(
        [
            _banners(content),
            element(
                "div",
                element("p", percent(evaluation.accuracy, decimals), class_="hero"),
                element(
                    "div",
                    element("p", element("strong", right), " classified correctly"),
                    element("p", f"95% interval {lower} to {upper}"),
                ),
                class_="headline",
            ),
            interval_bar(evaluation, f"{lower} to {upper}"),
            element(
                "p",
                f"This is {words.against_majority(evaluation)} giving every image the same answer: the best one, “",
                shown(evaluation.majority_class),
                f"”, is right for {majority} of them.",
            ),
            definitions(
                [
                    ("macro F1", f"{evaluation.macro.f1:.3f}"),
                    ("weighted F1", f"{evaluation.weighted.f1:.3f}"),
                    ("cross-entropy", f"{evaluation.loss:.4g}"),
                ],
                css_class="facts",
            ),
        ]
    )


def how_sure(content: ReportContent) -> Markup:
    splits = content.splits
    validation = {
        "held out": "to judge every epoch",
        "test": "to judge every epoch: these are the test images",
        "nothing": "",
    }[content.validated_on]
    rows = [
        ("training", f"{splits.training:,}", "to learn the weights"),
        ("validation", f"{splits.validation:,}", validation),
        ("test", f"{splits.test:,}", "for the figures of this report"),
    ]
    columns = [Column("part"), Column("images", numeric=True), Column("used")]
    return markup(
        [
            element("p", words.trust(content.validated_on, content.validation_decided)),
            scrolling("Images", table("Images", columns, rows), css_class="compact"),
            element("p", "The same spec, data and machine give the same weights again."),
            definitions(
                [("seed", str(content.seed)), ("data fingerprint", f"sha256 {content.data_fingerprint[:16]}…")]
            ),
        ]
    )


def where_it_errs(content: ReportContent) -> Markup:
    evaluation = content.evaluation
    many = len(evaluation.classes) > _MANY
    return markup(
        [
            element(
                "figure",
                scrolling(
                    "Confusion matrix",
                    picture(
                        content.figures.confusion, _confusion_alt(evaluation), "plot huge" if many else "plot large"
                    ),
                ),
                element(
                    "figcaption",
                    "Confusion matrix: each row holds the images of one class, each column one answer. The stronger "
                    "the blue, the larger the share of a class that was recognised; the stronger the orange, the "
                    "larger the share that was mistaken.",
                ),
            ),
            element("h3", "Most frequent mistakes"),
            _mistakes(evaluation),
            element("h3", "Scores of each class"),
            scrolling("Scores of each class", _class_table(evaluation), css_class="long" if many else "wide"),
            _undefined_note(evaluation),
        ]
    )


def how_it_learned(content: ReportContent) -> Markup:
    sentences = words.learning(content.history, content.best_epoch, content.splits.validation)
    columns = [
        Column(title, numeric=True) for title in ("epoch", "loss", "accuracy", "val. loss", "val. accuracy", "seconds")
    ]
    rows = [
        (
            str(record.epoch),
            f"{record.loss:.4f}",
            percent(record.accuracy),
            "–" if record.val_loss is None else f"{record.val_loss:.4f}",
            "–" if record.val_accuracy is None else percent(record.val_accuracy),
            f"{record.seconds:.1f}",
        )
        for record in content.history
    ]
    return markup(
        [
            element("p", content.stop_reason, " ", words.kept_weights(content.best_epoch)),
            [element("p", sentence) for sentence in sentences],
            element(
                "div",
                picture(content.figures.loss, _curve_alt(content, "loss"), "plot"),
                picture(content.figures.accuracy, _curve_alt(content, "accuracy"), "plot"),
                class_="pair",
            ),
            element(
                "details",
                element("summary", "Every epoch in figures"),
                scrolling("Every epoch in figures", table("Epochs", columns, rows)),
            ),
        ]
    )


def what_it_was(content: ReportContent) -> Markup:
    network = [
        (layer.kind, layer.arguments, words.shape_words(layer.output_shape), f"{layer.parameters:,}")
        for layer in content.layers
    ]
    total = sum(layer.parameters for layer in content.layers)
    columns = [Column("layer"), Column("settings"), Column("output"), Column("parameters", numeric=True)]
    return markup(
        [
            element("h3", "Network"),
            scrolling("Network", table("Network", columns, network, totals=[("total", "", "", f"{total:,}")])),
            element("h3", "Images it learnt from"),
            element(
                "ul",
                [
                    element(
                        "li",
                        picture(sample.png, f"Sample of class {shown_name(sample.class_name, NAME_LIMIT)}"),
                        element("span", shown(sample.class_name)),
                    )
                    for sample in content.samples
                ],
                class_="samples",
            ),
            element("h3", "Settings"),
            definitions((setting.name, setting.value) for setting in content.settings),
            element("h3", "Spec"),
            scrolling("Spec", element("pre", element("code", content.spec_text))),
            element("h3", "Versions"),
            definitions(content.versions.items()),
            element("h3", "To repeat it"),
            scrolling("Command", element("pre", element("code", content.command))),
        ]
    )


def _banners(content: ReportContent) -> Content:
    texts = [words.leakage(content.validation_decided)] if content.validated_on == "test" else []
    return [element("p", text, class_="banner", role="note") for text in (*texts, *content.warnings)]


def _mistakes(evaluation: Evaluation) -> Markup:
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
    return table("Scores of each class", columns, rows, averages)


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


def _confusion_alt(evaluation: Evaluation) -> str:
    alt = f"Heat map of {len(evaluation.classes)} by {len(evaluation.classes)} classes, "
    alt += f"{evaluation.correct:,} of {counted(evaluation.images, 'image')} on the diagonal."
    return f"{alt} The most frequent mistakes follow as a table."


def _curve_alt(content: ReportContent, quantity: str) -> str:
    first, last = content.history[0], content.history[-1]
    alt = f"Training {quantity} went from {getattr(first, quantity):.3f} to {getattr(last, quantity):.3f}"
    if last.val_loss is not None:
        val_quantity = f"val_{quantity}"
        alt += f", validation {quantity} from {getattr(first, val_quantity):.3f} to {getattr(last, val_quantity):.3f}"
    return f"{alt} in {counted(len(content.history), 'epoch')}. {words.kept_weights(content.best_epoch)}"
