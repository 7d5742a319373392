"""What is settled by the training images before the first step: normalization, weights of classes."""

import numpy as np

from compiler.normalization import ChannelStatistics, normalization
from compiler.plan import TrainingPlan
from runtime.data.examples import Examples, class_weights, oversampled
from runtime.training.loops import Preparation

_CHUNK = 1024
"""Images looked at together."""


def prepared(examples: Examples, plan: TrainingPlan, classes: int) -> tuple[Examples, Preparation]:
    """The training images as an epoch goes through them, and what else the plan wants to know of them."""
    statistics = channel_statistics(examples) if plan.normalize == "standard" else None
    weights = class_weights(examples.labels, classes) if plan.balance == "weights" else None
    chosen = oversampled(examples, classes) if plan.balance == "oversample" else examples
    return chosen, Preparation(normalization(plan.normalize, statistics), weights)


def channel_statistics(examples: Examples) -> ChannelStatistics:
    """Mean and standard deviation of each channel, of values from 0 to 1. Exact sums: no order leaves a trace."""
    channels = examples.source.image_shape[2]
    count, total, squares = 0, np.zeros(channels, np.int64), np.zeros(channels, np.int64)
    for images, _, _ in examples.batches(np.arange(len(examples)), _CHUNK):
        values = images.reshape(-1, channels)
        # Counting the 256 values of each channel keeps memory small where squares would not fit into a byte.
        counts = np.stack([np.bincount(values[:, channel], minlength=256) for channel in range(channels)])
        count += len(values)
        total += counts @ np.arange(256)
        squares += counts @ np.arange(256) ** 2
    mean = total / count / 255
    variance = (count * squares.astype(object) - total.astype(object) ** 2) / (count**2 * 255**2)
    return ChannelStatistics(tuple(map(float, mean)), tuple(float(each) ** 0.5 for each in variance))
