"""Can the figure be trusted?"""

from runtime.report import words
from runtime.report.content import ReportContent
from runtime.report.markup import Column, Markup, definitions, element, markup, scrolling, table
from runtime.report.reliability import reliability_diagram


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
            element("p", words.trust(content.validated_on, content.validation_decided)),
            scrolling("Images", table("Images", columns, rows), css_class="compact"),
            element("p", "The same spec, data and machine give the same weights again."),
            definitions(
                [("seed", str(content.seed)), ("data fingerprint", f"sha256 {content.data_fingerprint[:16]}…")]
            ),
            element("h3", "Can its probabilities be believed?"),
            element("p", words.calibration_verdict(calibration)),
            reliability_diagram(calibration),
        ]
    )
