"""Can the figure be trusted?"""

from runtime.report import judgments
from runtime.report.content import ReportContent
from runtime.report.markup import Column, Markup, definitions, element, markup, scrolling, table
from runtime.report.reliability import reliability_diagram


def _use(content: ReportContent) -> tuple[str | None, ...]:
    use = judgments.use_of_images(content.validated_on, content.validation_decided)
    return use, judgments.scored(content.validated_on, before=content.scored_before)


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
    calibration = content.evaluation.calibration
    return markup(
        [
            element("p", " ".join(filter(None, _use(content)))),
            scrolling("Images", table("Images", columns, rows), css_class="compact"),
            element("p", judgments.repeatable(content.stopped)),
            definitions(
                [("seed", str(content.seed)), ("data fingerprint", f"sha256 {content.data_fingerprint[:16]}…")]
            ),
            element("h3", "Can its probabilities be believed?"),
            element("p", judgments.calibrated(calibration)),
            reliability_diagram(calibration),
        ]
    )
