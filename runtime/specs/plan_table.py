"""The plan of a spec as text."""

from collections.abc import Callable, Iterator, Sequence
from textwrap import wrap
from typing import Final

from runtime.data.naming import data_name
from runtime.specs.as_written import layer_as_written, setting_as_written, shape_text
from runtime.specs.planned import InForce, Plan
from runtime.table import Column, Look, table
from runtime.terminal import broken, printable
from spec_lang.program import Data
from spec_lang.sections import DATA
from spec_lang.statics import LayerStatics
from spec_lang.units import short

_DISPENSABLE: Final = ("bars", "receptive field", "fixed", "activations", "shares", "multiply-adds")
"""Groups of columns in the order in which a narrow terminal does without them."""


def plan_lines(plan: Plan, look: Look) -> Iterator[str]:
    """The layers with what they cost, the data, every setting in force, and what a run needs."""
    name = printable(plan.program.name)
    first, *more = broken(f"{name}: {_purpose(plan)}", look.prose, "  ")
    yield from (f"{look.paint('bold', name)}{first.removeprefix(name)}", *more)
    yield ""
    yield from table(tuple(_columns(plan, look)), _DISPENSABLE, look)
    for section in dict.fromkeys(each.section.keyword for each in plan.settings):
        yield ""
        if section == DATA.keyword and plan.program.data:
            yield look.paint("bold", _data_head(plan.program.data))
            yield from _data(plan, look)
        else:
            yield look.paint("bold", section)
        yield from _settings([each for each in plan.settings if each.section.keyword == section], look)
    yield ""
    yield look.paint("bold", "memory, estimated")
    yield from _memory(plan, look)
    yield ""
    yield f"{look.paint('bold', 'weights file')}  {short(plan.known.weights_file_bytes, 'B')}"


def _data_head(data: Data) -> str:
    """As in a spec."""
    path = data.arguments.get("path")
    return f"{DATA.keyword} {data.source}" + (f' "{printable(str(path))}"' if path is not None else "")


def _purpose(plan: Plan) -> str:
    data = plan.program.data
    if data is None:
        return "an architecture without data: it can be planned, not run"
    return f"{len(data.classes)} classes of {data_name(data)}, images of {shape_text(data.image_shape)}"


def _columns(plan: Plan, look: Look) -> Iterator[Column]:
    """A cell for the input, one for each layer, one for the total."""
    known, rows = plan.known, plan.known.layers
    yield Column("layer", ["input", *map(_layer_text, rows), "total"], right=False)
    outputs = [shape_text(row.layer.output_shape) for row in rows]
    yield Column("output", [shape_text(plan.program.input_shape), *outputs, ""], right=False)
    yield from _amounts("parameters", plan, lambda row: row.layer.cost.parameters, look)
    if known.cost.non_trainable:
        fixed = [f"{row.layer.cost.non_trainable:,}" for row in rows]
        yield Column("fixed", ["", *fixed, f"{known.cost.non_trainable:,}"], "fixed")
    yield from _amounts("multiply-adds", plan, lambda row: row.layer.cost.macs, look)
    image = known.activation_bytes - sum(row.activation_bytes for row in rows if row.depth == 0)
    activations = (image, *(row.activation_bytes for row in rows), known.activation_bytes)
    yield Column("activations", [short(each, "B") if each else "0" for each in activations], "activations")
    fields = [shape_text(row.receptive_field) if row.receptive_field else "" for row in rows]
    if any(fields):
        yield Column("sees", ["", *fields, ""], "receptive field")


def _amounts(title: str, plan: Plan, of: Callable[[LayerStatics], int], look: Look) -> Iterator[Column]:
    """A figure, its share of the total, and a bar for that where the layer is no container of others."""
    rows = plan.known.layers
    total = sum(of(row) for row in rows if row.depth == 0)
    yield Column(title, ["", *(f"{of(row):,}" for row in rows), f"{total:,}"], title)
    shares = [of(row) / total if total else 0.0 for row in rows]
    yield Column("", ["", *map(_percent, shares), ""], "shares", close=True)
    bars = ["" if row.layer.body else look.bar(share) for row, share in zip(rows, shares, strict=True)]
    yield Column("", ["", *bars, ""], "bars", right=False, close=True, style="bar")


def _layer_text(row: LayerStatics) -> str:
    return f"{'  ' * row.depth}{row.layer.kind} {layer_as_written(row.layer)}".rstrip()


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.005 else "<1%" if share else ""


def _data(plan: Plan, look: Look) -> Iterator[str]:
    data, split = plan.program.data, plan.split
    if data and split:
        also = " (the test images)" if data.settings["validation"]["amount"] == "test" else ""
        yield from _wrapped(
            f"{split.train:,} images to train on, {split.validation:,} to validate{also}, {split.test:,} to test", look
        )
    if data:
        yield from _wrapped(f"classes: {', '.join(map(printable, data.classes))}", look)


def _wrapped(text: str, look: Look) -> list[str]:
    return wrap(text, max(look.prose, 20), initial_indent="  ", subsequent_indent="    ")


def _settings(settings: Sequence[InForce], look: Look) -> Iterator[str]:
    texts = [_setting_text(each) for each in settings]
    origins = [_origin(each) for each in settings]
    short_enough = [len(text) + len(origin) + 4 <= look.width for text, origin in zip(texts, origins, strict=True)]
    width = max((len(text) for text, fits in zip(texts, short_enough, strict=True) if fits), default=0)
    for text, origin in zip(texts, origins, strict=True):
        if origin and len(origin) + max(len(text), width) + 4 <= look.width:
            yield f"  {text:<{width}}  {look.paint('dim', origin)}"
        else:
            yield from broken(f"  {text}", look.prose, "    ")
            yield from (look.paint("dim", line) for line in (broken(f"    {origin}", look.prose) if origin else ()))


def _setting_text(setting: InForce) -> str:
    form = setting.section.by_keyword[setting.keyword]
    return f"{setting.keyword} {setting_as_written(form, {each.name: each.value for each in setting.arguments})}"


def _origin(setting: InForce) -> str:
    """Where values come from that do not stand in the spec."""
    notes = []
    for origin in ("--set", "default"):
        names = [each.name for each in setting.arguments if each.origin == origin]
        if names:
            notes.append(f"by {origin}" if len(names) == len(setting.arguments) else f"{', '.join(names)} by {origin}")
    return "; ".join(notes)


def _memory(plan: Plan, look: Look) -> Iterator[str]:
    run, machine = plan.known.memory, plan.memory
    step = run.step
    of_machine = f"{run.total / machine:.0%} of the {short(machine, 'B')} of this machine" if machine else ""
    parts = (
        ("weights", step.weights, ""),
        ("gradients", step.gradients, ""),
        (f"optimizer {plan.program.train['optimizer']['name']}", step.slots, ""),
        ("copy of the largest layer", step.copy, ""),
        ("activations", step.activations, f"{step.batch:,} times {short(step.image, 'B')}"),
        ("training step", step.total, ""),
        ("best weights so far", run.best_weights, ""),
        ("images", run.images, ""),
        ("Python and TensorFlow", run.process, ""),
        ("run", run.total, of_machine),
    )
    shown = [(name, short(amount, "B"), note) for name, amount, note in parts if amount]
    names, figures = (max(len(row[place]) for row in shown) for place in (0, 1))
    for name, figure, note in shown:
        text = f"{name:<{names}}  {figure:>{figures}}"
        if name in ("training step", "run"):
            yield f"  {look.rule(len(text))}"
            text = look.paint("bold", text)
        if not note or len(name) + len(note) + 20 > look.width:
            yield f"  {text}"
            yield from (look.paint("dim", line) for line in (broken(f"    {note}", look.prose) if note else ()))
        else:
            yield f"  {text}  {look.paint('dim', note)}"
