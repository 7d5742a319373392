"""The evaluation report: one HTML file that needs nothing else, neither a network nor JavaScript."""

from runtime.report.content import LayerRow, Mistake, ReportContent, Sample, Setting, Splits, ValidatedOn
from runtime.report.page import render_report

__all__ = [
    "LayerRow",
    "Mistake",
    "ReportContent",
    "Sample",
    "Setting",
    "Splits",
    "ValidatedOn",
    "render_report",
]
