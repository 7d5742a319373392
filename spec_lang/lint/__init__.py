"""Lints: specs that would run, written in a way that costs people results.

A lint reads what the checks found out and yields warnings; it never changes the program. A new one is a rule in
`spec_lang.rules.practice` and a function in the table below.
"""

from collections.abc import Callable, Iterator
from itertools import takewhile

from spec_lang.check import Checked
from spec_lang.check.model import Placed, every
from spec_lang.check.remedies import with_remedies
from spec_lang.diagnostics import Diagnostic
from spec_lang.lint import activations, augmentation, epochs, images, layers, memory, neutral, training, unused

Lint = Callable[[Checked], Iterator[Diagnostic]]

LINTS: tuple[Lint, ...] = (
    layers.linear_layers,
    layers.bias_before_normalization,
    layers.dropout_after_head,
    layers.flatten_into_dense,
    layers.kernel_beyond_image,
    layers.even_kernel,
    layers.skipped_pixels,
    layers.softmax_inside,
    layers.unused_blocks,
    layers.scaled_twice,
    training.validation_on_test,
    training.stop_on_training,
    training.endless_epochs,
    training.learning_rate,
    training.missing_seed,
    augmentation.flipped_signs,
    memory.will_not_fit,
    neutral.layer_without_effect,
    neutral.setting_without_effect,
    neutral.less_than_a_pixel,
    activations.activation_chains,
    activations.normalized_twice,
    activations.frozen_statistics,
    activations.weights_alike,
    epochs.patience_beyond_epochs,
    epochs.schedule_beyond_epochs,
    epochs.plateau_after_stop,
    epochs.kept_already,
    images.batch_of_all,
    images.limit_beyond_images,
    images.none_held_out,
    images.balanced_already,
    unused.repeat_once,
    unused.named_twice,
    unused.unused_parameters,
    unused.without_ground,
)


def lint(checked: Checked) -> tuple[Diagnostic, ...]:
    """Everything that is to be said of a spec's practice, in no particular order."""
    checked = checked._replace(placed=tuple(takewhile(_is_known, checked.placed)))
    found = [diagnostic for each in LINTS for diagnostic in each(checked)]
    return tuple(with_remedies(found, checked.placed, checked.blocks, checked.source))


def _is_known(placed: Placed) -> bool:
    """Whether all arguments of a layer and of those inside of it are known. Lints look at no layer behind one of which
    a mistake was reported: what it means for its neighbors is open.
    """
    return all(each.bound.complete for each in every((placed,)))
