"""From the syntax tree to the checked program, with every mistake on the way."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from spec_lang.arguments import replacement
from spec_lang.check.blocks import NO_BLOCKS, Blocks, collect, holds_blocks_alone
from spec_lang.check.data import DataInForce, check_data
from spec_lang.check.findings import EnoughError, Findings
from spec_lang.check.head import check_head, check_loss, check_metrics, name_loss
from spec_lang.check.model import Model, Placed, check_model, written
from spec_lang.check.overrides import OverrideError, override
from spec_lang.check.remedies import with_remedies
from spec_lang.check.sections import NO_SETTINGS, Divided, Settings, bind_settings, divide
from spec_lang.datasets import Dataset
from spec_lang.diagnostics import Diagnostic, Label, in_order
from spec_lang.parser import parse
from spec_lang.program import Data, PlainValue, Program
from spec_lang.rules import names, syntax, training
from spec_lang.sections import AUGMENT, TRAIN
from spec_lang.source import Source, Span
from spec_lang.syntax import File, Statement
from spec_lang.world import Files, World

__all__ = ["Checked", "OverrideError", "check_source", "check_tree"]


class Checked(NamedTuple):
    """All that is known of a spec after its checks: what lints, the editor and the planner build on."""

    source: Source
    diagnostics: tuple[Diagnostic, ...]
    """In the order of their places."""
    program: Program | None = None
    """None where there is an error, and for a file of blocks alone."""
    file: File | None = None
    """The syntax tree; None where the text could not be read as one."""
    sections: Mapping[str, Statement] = {}
    data: Settings = NO_SETTINGS
    augment: Settings = NO_SETTINGS
    train: Settings = NO_SETTINGS
    dataset: Dataset | None = None
    blocks: Blocks = NO_BLOCKS
    placed: Sequence[Placed] = ()
    """The layers that fit, in order, blocks and repetitions unfolded."""
    memory: int | None = None
    """Bytes that a run may take; None where that is not known."""
    images: Mapping[str, PlainValue] = {}
    """Where the images come from: the source, and for one's own its path and columns."""

    @property
    def blocks_alone(self) -> bool:
        """Whether the file holds blocks and no model: it is there to be included, and is no mistake."""
        return self.file is not None and holds_blocks_alone(self.file, self.blocks)


def check_source(source: Source, overrides: Sequence[str] = (), world: World | None = None) -> Checked:
    """Check a spec whole. Raises OverrideError for an override that has no meaning; never for the text."""
    return check_tree(source, *parse(source), overrides, world)


def check_tree(
    source: Source,
    file: File | None,
    problems: Sequence[Diagnostic],
    overrides: Sequence[str] = (),
    world: World | None = None,
) -> Checked:
    """Check a syntax tree, None where there is none, with the problems that were met while it was read."""
    if problems and (foreign := _foreign(source, problems)):
        return Checked(source, (foreign,))
    findings = Findings()
    try:
        return _check_whole(source, file, problems, overrides, world, findings)
    except EnoughError:
        return Checked(source, in_order(findings.all), file=file)


def _check_whole(
    source: Source,
    file: File | None,
    problems: Sequence[Diagnostic],
    overrides: Sequence[str],
    world: World | None,
    findings: Findings,
) -> Checked:
    findings.extend(problems)
    if file is not None:
        file, problems = override(file, overrides)
        findings.extend(problems)
    if file is None or not file.statements:
        if not findings.has_errors:
            findings.add(syntax.EMPTY.at(Span(source, 0, len(source.text.split("\n", 1)[0]))))
        return Checked(source, in_order(findings.all), file=file)
    return _check(file, world or Files(), findings)


def _foreign(source: Source, problems: Sequence[Diagnostic]) -> Diagnostic | None:
    """The finding that stands for all, where a text that cannot be read is one of another format."""
    unread = [each for each in problems if each.rule in (syntax.UNEXPECTED, syntax.UNCLOSED_BRACKET)]
    if not unread:
        return None
    from spec_lang.foreign_text import format_of

    found = format_of(source.text)
    # Where each line can be written as a statement, to say how is more help.
    if found is None or (found.holds_layers and all(each.fix for each in unread)):
        return None
    return syntax.FOREIGN_TEXT.at(unread[0].span, format=found.name, advice=found.advice)


def _check(file: File, world: World, findings: Findings) -> Checked:
    blocks = collect(file.statements, file.source, world, findings)
    divided = divide(file, blocks, findings)
    has_input = bool(divided.layers) and divided.layers[0].keyword.name == "input"
    learnt = check_data(divided.sections.get("data"), has_input=has_input, world=world, findings=findings)
    data, dataset = learnt.settings, learnt.dataset
    augment = bind_settings(divided.sections.get("augment"), AUGMENT, findings)
    train = bind_settings(divided.sections.get("train"), TRAIN, findings)
    damage = _first_lost(file, divided)
    model = check_model(divided.layers, blocks, dataset, _images_label(divided, dataset), damage, findings)
    if damage is None:
        _check_layers(divided, model, file, blocks, findings)
    head = check_head(model.last, dataset, findings) if model.last and dataset and divided.whole else None
    loss = check_loss(head, train, findings) if head else None
    _check_validation(dataset, data, train, findings)
    if dataset:
        check_metrics(dataset, divided.sections.get("train"), findings)
    _check_soft_labels(augment, train, loss, findings)
    program = None
    if not findings.has_errors and model.input_shape and not holds_blocks_alone(file, blocks):
        program = Program(
            name=_stem(file.source.name),
            input_shape=model.input_shape,
            layers=tuple(placed.layer for placed in model.placed),
            train={**train.values, "loss": {"name": loss}} if loss else train.values,
            data=_data(learnt),
            head=head,
            augment=augment.values if dataset else {},
        )
    return Checked(
        file.source,
        in_order(with_remedies(name_loss(_without_echoes(findings.all), head), model.placed, blocks, file.source)),
        program,
        file,
        divided.sections,
        data,
        augment,
        train,
        dataset,
        blocks,
        model.placed,
        world.memory,
        learnt.arguments,
    )


def _first_lost(file: File, divided: Divided) -> int | None:
    """Where the first statement stood that cannot be read and may have been of the model, or of its data."""
    others = [each.block.span for name, each in divided.sections.items() if name in _WITHOUT_LAYERS and each.block]
    lost = (*file.lost, *divided.lost)
    return min((at for at in lost if not any(span.start <= at < span.end for span in others)), default=None)


_WITHOUT_LAYERS: Final = frozenset({AUGMENT.keyword, TRAIN.keyword})
"""Sections that have no part in the shapes."""


def _check_layers(divided: Divided, model: Model, file: File, blocks: Blocks, findings: Findings) -> None:
    """Report a model without layers, where there is to be one and no reported mistake may have taken them away."""
    written = any(statement.keyword.name != "input" for statement in divided.layers)
    empty = not written or (model.shape is not None and not model.placed and not model.last)
    if empty and divided.whole and not holds_blocks_alone(file, blocks):
        findings.add(names.NO_MODEL.at((divided.sections.get("model") or file.statements[0]).head))


def _without_echoes(found: Sequence[Diagnostic]) -> list[Diagnostic]:
    """The findings but for closing braces of a block of which it was said that its opening brace is missing."""
    opened = all(diagnostic.rule is not names.MISSING_BLOCK for diagnostic in found)
    return [diagnostic for diagnostic in found if opened or diagnostic.rule is not syntax.UNOPENED_BRACE]


def _data(learnt: DataInForce) -> Data | None:
    """What a program says of its data. The classes stand there once: in force, not as they were chosen."""
    if learnt.dataset is None:
        return None
    arguments = {name: value for name, value in learnt.arguments.items() if name != "source"}
    settings = {name: values for name, values in learnt.settings.values.items() if name != "classes"}
    source, dataset = str(learnt.arguments["source"]), learnt.dataset
    return Data(source, dataset.image_shape, dataset.classes, settings, arguments)


def _images_label(divided: Divided, dataset: Dataset | None) -> Label | None:
    """Where the shape of the images comes from; nowhere in the text for the default data."""
    statement = divided.sections.get("data")
    return Label(statement.head, f"images of {written(dataset.image_shape)}") if statement and dataset else None


def _check_validation(dataset: Dataset | None, data: Settings, train: Settings, findings: Findings) -> None:
    """Figures of the validation images can be watched only where there are such images."""
    if data.values.get("validation", {}).get("amount") != 0:
        return
    none = data.written["validation"].spans["amount"]
    for setting in ("stop", "keep", "schedule"):
        monitor = str(train.values.get(setting, {}).get("monitor", ""))
        if monitor.startswith("val_"):
            place = train.written[setting].spans.get("monitor", train.places[setting])
            related = [Label(none, "no images for validation")]
            name = dataset.name if dataset else ""
            findings.add(
                training.NOTHING_TO_MONITOR.at(place, related=related, setting=setting, monitor=monitor, data=name)
            )


def _check_soft_labels(augment: Settings, train: Settings, loss: str | None, findings: Findings) -> None:
    """A sparse loss is told the number of a class: labels that are spread over several cannot reach it."""
    if not loss or not loss.startswith("sparse_"):
        return
    span, natural = train.written["loss"].spans["name"], loss.removeprefix("sparse_")
    for settings, name in ((augment, "mixup"), (train, "label_smoothing")):
        if name in settings.written:
            related = [Label(settings.places[name], "spreads labels")]
            fix = replacement(span, natural)
            findings.add(
                training.SOFT_LABELS.at(span, related=related, fix=fix, setting=name, loss=loss, suggestion=natural)
            )
            return


def _stem(name: str) -> str:
    """The file's name without folder and ending."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    return base.rsplit(".", 1)[0] or base
