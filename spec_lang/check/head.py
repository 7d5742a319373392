"""Checks what stands at the end: the head against the classes, the loss against the head."""

from collections.abc import Sequence

from spec_lang.arguments import Bound, in_place, replacement
from spec_lang.check.findings import Findings
from spec_lang.check.model import Last, written
from spec_lang.check.sections import Settings
from spec_lang.datasets import Dataset
from spec_lang.diagnostics import Diagnostic, Edit, Fix, cut
from spec_lang.kinds import Unknown
from spec_lang.program import HeadKind
from spec_lang.rules import names
from spec_lang.rules import training as rules
from spec_lang.sections import LOSS_BY_HEAD, METRICS, MONITORS, metric_of, top_count
from spec_lang.source import Span
from spec_lang.synonyms import CROSSENTROPY
from spec_lang.syntax import Statement, Word


def check_head(last: Last, dataset: Dataset, findings: Findings) -> HeadKind | None:
    """How the last layer gives probabilities for the classes, or None after saying why it does not."""
    kind, bound, place, shape = last.kind.keyword, last.bound, last.statement.head, last.shape
    data, classes = dataset.name, len(dataset.classes)
    if shape is None:
        return None
    if len(shape) != 1:
        findings.add(rules.HEAD_NOT_FLAT.at(place, shape=written(shape)))
        return None
    units, activation = shape[0], bound.values.get("activation")
    match activation:
        case Unknown():
            if units != classes and not (units == 1 and classes == 2):
                _wrong_units(bound, units, dataset, place, findings)
            return None
        case "sigmoid" if units == 1:
            if classes != 2:
                fix = _softmax(bound, classes)
                findings.add(rules.SIGMOID_CLASSES.at(place, fix=fix, data=data, classes=classes))
                return None
            return "sigmoid"
        case "softmax":
            if units != classes:
                _wrong_units(bound, units, dataset, place, findings)
                return None
            return "softmax"
    is_linear = activation in (None, "linear")
    has = f"'{kind}' has the activation {activation}" if not is_linear else f"'{kind}' has no activation"
    findings.add(rules.NO_HEAD.at(place, found=has))
    return None


def _wrong_units(bound: Bound, units: int, dataset: Dataset, place: Span, findings: Findings) -> None:
    span, classes = bound.spans.get("units", place), len(dataset.classes)
    findings.add(
        rules.HEAD_CLASSES.at(
            span,
            fix=replacement(span, in_place(span, classes)) if "units" in bound.spans else None,
            units=f"{units} unit{'' if units == 1 else 's'}",
            data=dataset.name,
            classes=classes,
            suggestion=classes,
        )
    )


def _softmax(bound: Bound, classes: int) -> Fix | None:
    """The fix that makes softmax of a sigmoid head; None where units and activation do not stand in one layer."""
    changes = {"units": classes, "activation": "softmax"}
    if not changes.keys() <= bound.spans.keys():
        return None
    edits = tuple(Edit(bound.spans[name], in_place(bound.spans[name], value)) for name, value in changes.items())
    return Fix("make it a softmax head", edits)


def check_loss(head: HeadKind, train: Settings, findings: Findings) -> str:
    """The loss in force for a head; reports one that does not fit."""
    natural = LOSS_BY_HEAD[head]
    if "loss" not in train.written:
        return natural
    loss = str(train.values["loss"].get("name", natural))
    fitting = (natural, f"sparse_{natural}") if head == "softmax" else (natural,)
    if loss not in fitting:
        span = train.written["loss"].spans["name"]
        findings.add(
            rules.LOSS_MISMATCH.at(
                span, fix=replacement(span, natural), loss=loss, head=head, needs=natural, suggestion=natural
            )
        )
    return loss


def name_loss(found: Sequence[Diagnostic], head: HeadKind | None) -> list[Diagnostic]:
    """The findings, with the loss that fits the head for one that was only called cross-entropy."""
    if head is None:
        return list(found)
    return [_named_loss(each, LOSS_BY_HEAD[head]) if CROSSENTROPY in each.help else each for each in found]


def _named_loss(diagnostic: Diagnostic, loss: str) -> Diagnostic:
    span = diagnostic.span
    fields = {"owner": "loss", "name": cut(span.text.rpartition("=")[2]), "suggestion": loss}
    fix = replacement(span, in_place(span, loss))
    return names.UNKNOWN_WORD.fill(span, fields, diagnostic.related, fix)


def check_metrics(dataset: Dataset, train: Statement | None, findings: Findings) -> None:
    """Report a top-k accuracy, measured or watched, that takes in all classes; `train` is the section."""
    classes = len(dataset.classes)
    smaller = [name for name in METRICS if (count := top_count(name)) and count < classes]
    for statement in train.block.statements if train and train.block else ():
        if statement.keyword.name not in ("metrics", "stop", "keep", "schedule"):
            continue
        for value in (*statement.values, *(option.value for option in statement.options)):
            if not isinstance(value, Word) or value.name not in MONITORS:
                continue
            metric = metric_of(value.name)
            if metric is None or (top_count(metric) or 0) < classes:
                continue
            suggestion = value.name.replace(metric, smaller[-1]) if smaller else None
            findings.add(
                rules.TOP_OF_ALL.at(
                    value.span,
                    fix=replacement(value.span, suggestion),
                    metric=value.name,
                    data=dataset.name,
                    classes=classes,
                    suggestion=suggestion,
                )
            )
