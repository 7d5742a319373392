"""How good is it?"""

from runtime.evaluation.scores import shown_metric
from runtime.report import judgments, words
from runtime.report.bars import interval_bar
from runtime.report.content import ReportContent
from runtime.report.markup import Content, Markup, definitions, element, markup, shown
from runtime.report.words import counted, percent


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
                f"This is {judgments.against_majority(evaluation)} giving every image the same answer: the best one, “",
                shown(evaluation.majority_class),
                f"”, is right for {majority} of them.",
            ),
            definitions(
                [
                    ("macro F1", f"{evaluation.macro.f1:.3f}"),
                    ("weighted F1", f"{evaluation.weighted.f1:.3f}"),
                    ("loss", f"{evaluation.loss:.4g}"),
                    ("cross-entropy", f"{evaluation.cross_entropy:.4g}"),
                    *_asked_for(content),
                ],
                css_class="facts",
            ),
        ]
    )


def _asked_for(content: ReportContent) -> list[tuple[str, str]]:
    """The metrics that the spec names, with their values."""
    return [
        (name, "–" if value is None else shown_metric(name, value))
        for name, value in content.evaluation.metrics.items()
    ]


def _banners(content: ReportContent) -> Content:
    texts = [judgments.leakage(content.validation_decided)] if content.validated_on == "test" else []
    return [element("p", text, class_="banner", role="note") for text in (*texts, *content.warnings)]
