"""Checks the data section: where the images come from, their shape and classes, and how they are divided."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from spec_lang.arguments import Bound, replacement
from spec_lang.check.findings import Findings
from spec_lang.check.pictures import describe_pictures, listed
from spec_lang.check.sections import Settings, bind_section, bind_settings
from spec_lang.datasets import DATASETS, Dataset
from spec_lang.diagnostics import Edit, Fix
from spec_lang.program import Arguments
from spec_lang.rules import data as rules
from spec_lang.rules import names, practice
from spec_lang.sections import DATA, DEFAULT_DATASET, SOURCES
from spec_lang.source import Span
from spec_lang.suggestions import nearest, suggest
from spec_lang.synonyms import Role
from spec_lang.syntax import Arithmetic, List, Statement, String, Word
from spec_lang.world import Pictures, PictureSource, Unusable, World

_CHANNELS = {"rgb": 3, "gray": 1}


class DataInForce(NamedTuple):
    """What a spec learns from."""

    settings: Settings
    dataset: Dataset | None
    """None after a mistake, and for an architecture on its own."""
    arguments: Arguments
    """Where pictures of one's own are: the source with its path and columns, or the name of the published set."""


def check_data(statement: Statement | None, *, has_input: bool, world: World, findings: Findings) -> DataInForce:
    """The data in force: as written, or the embedded default where there is neither a section nor an input."""
    if statement is None:
        dataset = None if has_input else DATASETS[DEFAULT_DATASET]
        settings = _applicable(bind_settings(None, DATA, findings), DEFAULT_DATASET, findings)
        return DataInForce(settings, dataset, {"source": DEFAULT_DATASET})
    bound = _bind_source(statement, findings)
    source = bound.values.get("source") if bound else None
    settings = bind_settings(statement, DATA, findings)
    if bound is None or not isinstance(source, str):
        return DataInForce(settings, None, {})
    settings = _applicable(settings, source, findings)
    if source in DATASETS:
        return DataInForce(settings, _chosen(DATASETS[source], statement, settings, findings), bound.arguments())
    if not bound.complete:
        return DataInForce(settings, None, {})
    return _own(statement, bound, settings, world, findings)


def _bind_source(statement: Statement, findings: Findings) -> Bound | None:
    """The section's own values; None after saying that there is no data set of the name, or no name."""
    known = ", ".join((*DATASETS, *SOURCES))
    match statement.values:
        case [(Word() | String() | Arithmetic()) as given, *_] if (
            name := given.span.text.strip("\"'")
        ) not in DATASETS | SOURCES and not _is_path_behind_word(statement):
            _unknown(given.span, name, statement, findings)
            return None
    if not (statement.values or statement.options or statement.block):
        findings.add(
            names.MISSING_VALUE.at(
                statement.span,
                owner=DATA.keyword,
                parameter="a data set",
                wanted=f"one of {known}",
                example=DATA.form.example,
            )
        )
        return None
    return bind_section(statement, DATA, findings)


def _is_path_behind_word(statement: Statement) -> bool:
    """Whether a known source stands among the values, as in `data "pets" folder`."""
    return any(isinstance(value, Word) and value.name in SOURCES for value in statement.values)


def _unknown(span: Span, name: str, statement: Statement, findings: Findings) -> None:
    """Say that a name is no data set; a lone text in quotes with a slash or an ending is a path without its kind."""
    found = suggest(name, (*DATASETS, *SOURCES), Role.DATASET)
    suggestion = found.word or None
    is_path = span.text[:1] in "\"'" and len(statement.values) == 1 and suggestion is None
    kind = next((each for each in ("csv", "npz") if name.endswith(f".{each}")), "folder")
    text = f"{kind} {span.text}" if is_path else suggestion
    findings.add(
        names.UNKNOWN_DATASET.at(
            span,
            fix=replacement(span, text),
            name=name,
            suggestion=text,
            letters=found.letters,
            advice=found.advice,
            known=", ".join((*DATASETS, *SOURCES)),
        )
    )


def _applicable(settings: Settings, source: str, findings: Findings) -> Settings:
    """The settings that a source has; one that was written and is for other sources is reported."""
    values = dict(settings.values)
    for setting in DATA.settings:
        if not setting.sources or source in setting.sources:
            continue
        values.pop(setting.keyword, None)
        if bound := settings.written.get(setting.keyword):
            span = next(iter(bound.spans.values()), None)
            place = settings.places[setting.keyword] if span is None else settings.places[setting.keyword].to(span)
            fitting = " or ".join(f"data {each}" for each in setting.sources)
            findings.add(rules.NOT_FOR_SOURCE.at(place, setting=setting.keyword, source=source, sources=fitting))
    return settings._replace(values=values)


def _chosen(
    dataset: Dataset, statement: Statement, settings: Settings, findings: Findings, there: Pictures | None = None
) -> Dataset | None:
    """A data set with the classes that were chosen of it."""
    names_given = settings.values.get("classes", {}).get("names")
    if not isinstance(names_given, tuple):
        return dataset if "classes" not in settings.written else None
    chosen = tuple(str(name) for name in names_given)
    if set(chosen) <= set(dataset.classes):
        return dataset._replace(classes=chosen)
    known = dataset.classes if len(dataset.classes) <= 12 else (*dataset.classes[:12], "…")
    known_names = frozenset(dataset.classes)
    left_out = {each.name.rsplit("/", 1)[-1]: each.why for each in there.left_out} if there else {}
    for name, span in zip(chosen, _items(statement), strict=True):
        if name not in known_names:
            near = None if name in left_out else nearest(name, dataset.classes)
            findings.add(
                rules.UNKNOWN_CLASS.at(
                    span,
                    fix=replacement(span, near) if near and near.isidentifier() else None,
                    data=dataset.name,
                    name=name,
                    what=left_out.get(name, "unknown"),
                    suggestion=near,
                    known=", ".join(known),
                )
            )
    return None


def _items(statement: Statement) -> Sequence[Span]:
    """Where each of the chosen classes was written."""
    for setting in statement.block.statements if statement.block else ():
        if setting.keyword.name == "classes":
            for value in (*setting.values, *(option.value for option in setting.options)):
                if isinstance(value, List):
                    return [item.span for item in value.items]
    raise AssertionError("classes that were read were written")


def _own(statement: Statement, bound: Bound, settings: Settings, world: World, findings: Findings) -> DataInForce:
    arguments = bound.arguments()
    source = PictureSource(**{("kind" if name == "source" else name): str(each) for name, each in arguments.items()})
    there = world.pictures(source)
    path = bound.spans.get("path", statement.head)
    size, color = settings.values.get("size", {}).get("pixels"), settings.values.get("color", {}).get("mode")
    shape: tuple[int, int, int] | None = None
    if source.kind == "npz":
        shape = there.image_shape if isinstance(there, Pictures) else None
    elif isinstance(size, tuple):
        height, width = (int(str(each)) for each in size)
        # A mistaken colour was reported, and leaves the shape unknown.
        shape = (height, width, _CHANNELS[color]) if isinstance(color, str) else None
    elif "size" not in settings.written and not _names_a_size(statement):
        _missing_size(statement, source.kind, findings)
    explicit = settings.values.get("classes", {}).get("names")
    nothing = DataInForce(settings, None, arguments)
    if isinstance(there, Unusable):
        kind, reason = source.kind, there.reason
        # What is there and cannot be used will not come: the classes of the spec cannot stand for it.
        if not isinstance(explicit, tuple) or shape is None or there.remedy:
            findings.add(rules.NO_PICTURES.at(path, kind=kind, path=source.path, reason=reason, remedy=there.remedy))
            return nothing
        findings.add(practice.DATA_MISSING.at(path, kind=kind, path=source.path, reason=reason))
        there = Pictures(tuple(str(name) for name in explicit))
    if source.kind == "npz" and isinstance(explicit, tuple) and len(explicit) == len(there.classes):
        given = tuple(str(name) for name in explicit)
        if not any(name.isdecimal() for name in given):  # names for the labels, which have none in the file
            there = there._replace(classes=given)
    settings = _parts(settings, there, source.path, findings)
    if len(there.classes) < 2:
        found = f"only the class '{there.classes[0]}'" if there.classes else "no class"
        findings.add(
            rules.TOO_FEW_CLASSES.at(
                path,
                path=source.path,
                found=found,
                cure=there.cure,
                inner=there.inner,
                column=source.label,
                arrays="two numbers at least" if source.kind == "npz" else "",
            )
        )
        return nothing
    if gaps := _unnamed_labels(source, there, explicit):
        findings.add(rules.UNTAUGHT_CLASS.at(path, path=source.path, classes=listed(gaps), cure=there.cure))
        return nothing
    if shape is None:
        return nothing
    name = source.path.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1] or source.path
    dataset = _chosen(Dataset(name, "", shape, there.classes, 0, 0), statement, settings, findings, there)
    if dataset is None:
        return DataInForce(settings, None, arguments)
    sound = describe_pictures(source, there, dataset.classes, settings.values, path, findings)
    return DataInForce(settings, dataset if sound else None, arguments)


def _unnamed_labels(source: PictureSource, there: Pictures, explicit: object) -> tuple[str, ...]:
    """The labels without images, where names are given to labels that number the classes with gaps."""
    named = isinstance(explicit, tuple) and not any(str(name).isdecimal() for name in explicit)
    return there.empty.get("train", ()) if source.kind == "npz" and named else ()


def _names_a_size(statement: Statement) -> bool:
    """Whether a size stands there under another name, which was reported."""
    names = (each.keyword.name for each in (statement.block.statements if statement.block else ()))
    return any(suggest(name, ["data.size"], Role.SETTING).word for name in names)


def _missing_size(statement: Statement, kind: str, findings: Findings) -> None:
    head = statement.head
    if statement.block is None:
        edit = Edit(Span(head.source, head.end, head.end), " { size 128x128 }")
    else:
        opening = statement.block.span.start + 1
        edit = Edit(Span(head.source, opening, opening), " size 128x128;")
    findings.add(rules.NO_SIZE.at(head, fix=Fix("add 'size 128x128'", (edit,)), kind=kind))


def _parts(settings: Settings, there: Pictures, path: str, findings: Findings) -> Settings:
    """The settings with `given` where the data keeps images apart already."""
    values: dict[str, Arguments] = dict(settings.values)
    for part in ("validation", "test"):
        amount: Mapping[str, object] = values.get(part, {})
        is_share = isinstance(amount.get("amount"), float)
        if part in there.parts and part not in settings.written:
            values[part] = {"amount": "given"}
        elif part in there.parts and is_share and amount.get("amount"):
            span = settings.written[part].spans["amount"]
            findings.add(rules.PART_EXISTS.at(span, fix=replacement(span, "given"), part=part, path=path))
        elif part not in there.parts and amount.get("amount") == "given":
            span = settings.written[part].spans["amount"]
            findings.add(rules.NO_SUCH_PART.at(span, part=part, path=path))
    return settings._replace(values=values)
