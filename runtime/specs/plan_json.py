"""The plan of a spec as plain JSON data. Its keys are documented in docs/plan.md and stay as they are."""

from collections.abc import Sequence

from runtime.specs.planned import Plan
from spec_lang.program import Arguments, Cost
from spec_lang.statics import LayerStatics, RunMemory

Json = dict[str, object]


def plan_json(plan: Plan) -> Json:
    """Everything that the table shows, figures in full; sizes are in bytes."""
    program, known = plan.program, plan.known
    return {
        "name": program.name,
        "input": list(program.input_shape),
        "layers": _layers(known.layers),
        "totals": {**_cost(known.cost), "activation_bytes": known.activation_bytes},
        "data": _data(plan),
        "settings": _settings(plan),
        "memory": _memory(known.memory, plan.memory),
        "weights_file_bytes": known.weights_file_bytes,
    }


def _layers(rows: Sequence[LayerStatics], depth: int = 0) -> list[Json]:
    """The layers at a depth, each with those inside of it."""
    starts = [place for place, row in enumerate(rows) if row.depth == depth]
    return [
        _layer(rows[start], rows[start + 1 : end]) for start, end in zip(starts, [*starts[1:], len(rows)], strict=True)
    ]


def _layer(row: LayerStatics, inside: Sequence[LayerStatics]) -> Json:
    layer = row.layer
    return {
        "layer": layer.kind,
        "line": layer.line or None,
        "arguments": _plain(layer.arguments),
        "output": list(layer.output_shape),
        **_cost(layer.cost),
        "activation_bytes": row.activation_bytes,
        "receptive_field": list(row.receptive_field) if row.receptive_field else None,
        **({"body": _layers(inside, row.depth + 1)} if inside else {}),
    }


def _cost(cost: Cost) -> Json:
    return {
        "parameters": cost.parameters,
        "trainable": cost.trainable,
        "non_trainable": cost.non_trainable,
        "multiply_adds": cost.macs,
    }


def _data(plan: Plan) -> Json | None:
    data, split = plan.program.data, plan.split
    if data is None:
        return None
    parts = {"train": split.train, "validation": split.validation, "test": split.test} if split else None
    return {"source": data.source, "image": list(data.image_shape), "classes": list(data.classes), "images": parts}


def _settings(plan: Plan) -> Json:
    sections: dict[str, Json] = {}
    for setting in plan.settings:
        arguments = {
            each.name: {"value": list(each.value) if isinstance(each.value, tuple) else each.value, "from": each.origin}
            for each in setting.arguments
        }
        sections.setdefault(setting.section.keyword, {})[setting.keyword] = arguments
    return dict(sections)


def _memory(run: RunMemory, machine: int | None) -> Json:
    step = run.step
    return {
        "step": {
            "batch": step.batch,
            "weights_bytes": step.weights,
            "gradients_bytes": step.gradients,
            "optimizer_bytes": step.slots,
            "copy_bytes": step.copy,
            "activations_bytes": step.activations,
            "total_bytes": step.total,
        },
        "best_weights_bytes": run.best_weights,
        "images_bytes": run.images,
        "process_bytes": run.process,
        "total_bytes": run.total,
        "machine_bytes": machine,
        "fits": None if machine is None else run.total <= machine,
    }


def _plain(arguments: Arguments) -> Json:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in arguments.items()}
