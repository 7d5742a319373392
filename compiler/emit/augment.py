"""The section `augment` in a script: the calls of a run written out, with the source of what they call."""

from typing import Final

from compiler.emit.own_source import source_of
from compiler.emit.part import Part
from compiler.emit.python_source import Bracketed, call, lines, literal
from compiler.plan import TrainingPlan
from compiler.variation import Place, Step, variation_of
from spec_lang.program import Shape

_MODULES: Final = (
    "compiler.variation",
    "compiler.augment_draws",
    "compiler.augment_geometry",
    "compiler.augment_effects",
)


def augment_part(plan: TrainingPlan, image_shape: Shape) -> Part:
    """A function `augment(images, epoch, ids)`, or with the targets as well where pairs are blended."""
    assert plan.augmentation is not None
    height, width = image_shape[:2]
    variation = variation_of(plan.augmentation, height, width)
    body = lines(call("image_keys", str(plan.seed), "epoch", "ids"), 4, "keys = ")
    called = ["image_keys"]
    if variation.movement:
        moves = {name: _step(step, "keys") for name, step in variation.movement.items()}
        fill = map(literal, variation.fill)
        body += lines(call("still(keys)._replace", **moves), 4, "move = ")
        body += [f"    matrix = matrices(move, {height}, {width})"]
        body += lines(call("transformed", "images", "matrix", *fill), 4, "images = ")
        called += [
            "still",
            "matrices",
            "transformed",
            *(step.function for step in variation.movement.values()),
        ]
    for step in variation.colours:
        body += lines(_step(step, "images", "keys"), 4, "images = ")
    if variation.colours:
        body.append("    images = tf.clip_by_value(images, 0.0, 1.0)")
    if variation.erase:
        body += lines(_step(variation.erase, "images", "keys"), 4, "images = ")
    called += [step.function for step in (*variation.colours, variation.erase) if step]
    blends = variation.mixup is not None
    if blends:
        body.append(f"    return blended(images, targets, keys[0], {variation.mixup!r})")
        called.append("blended")
    else:
        body.append("    return images")
    head = [
        "@tf.function(autograph=False)",
        f"def augment(images, {'targets, ' * blends}epoch, ids):",
        '    """The images as they are varied in an epoch: by the seed, the epoch and their ids alone."""',
    ]
    source = source_of(["Place", *called], _MODULES)
    return Part(
        imports=("import tensorflow as tf", *source.imports),
        constants=source.constants,
        definitions=(*source.definitions, "\n".join([*head, *body, ""])),
    )


def _step(step: Step, *first: str) -> Bracketed:
    numbers = [f"Place.{each.name}" if isinstance(each, Place) else literal(each) for each in step.arguments]
    return call(step.function, *first, *numbers)
