"""Which of the mistakes on the test images to look at."""

import numpy as np
from numpy.typing import NDArray

from runtime.data.examples import Examples
from runtime.report.content import Mistake
from runtime.report.figures import thumbnail

MOST_CONFIDENT = 32
"""Mistakes shown for their confidence alone."""
CONFUSED_PAIRS, OF_EACH_PAIR = 10, 2
"""Of the most frequent confusions, this many have at least so many pictures."""
_BATCH = 16
"""Images in memory at a time."""


def telling_mistakes(labels: NDArray[np.integer], probabilities: NDArray[np.floating]) -> NDArray[np.int64]:
    """The places of the mistakes to look at, those made with most confidence first.

    They are the most confident ones of all, and the most confident ones of each of the most frequent confusions, which
    may be made with less.

    Args:
        labels: The true class of each image, (n,).
        probabilities: (n, classes).
    """
    predictions = probabilities.argmax(axis=1)
    wrong = np.flatnonzero(predictions != labels)
    confidences = probabilities.max(axis=1)
    ranked = wrong[np.argsort(-confidences[wrong], kind="stable")]
    pairs = labels[ranked].astype(np.int64) * probabilities.shape[1] + predictions[ranked]
    found, counts = np.unique(pairs, return_counts=True)
    frequent = found[np.argsort(-counts, kind="stable")[:CONFUSED_PAIRS]]
    chosen = np.zeros(len(ranked), bool)
    chosen[:MOST_CONFIDENT] = True
    for pair in frequent:
        chosen[np.flatnonzero(pairs == pair)[:OF_EACH_PAIR]] = True
    return ranked[chosen]


def described(
    test: Examples, probabilities: NDArray[np.floating], places: NDArray[np.int64], class_names: tuple[str, ...]
) -> tuple[Mistake, ...]:
    """Some of the test images as mistakes to show; the images are read a few at a time.

    Args:
        test: The test images.
        probabilities: What the model answered for each of them, (n, classes).
        places: Of the mistakes among them.
        class_names: In label order.
    """
    answers = probabilities[places].argmax(axis=1).tolist()
    pictures = (thumbnail(image) for images, _, _ in test.batches(places, _BATCH) for image in images)
    return tuple(
        Mistake(
            name=test.name(place),
            truth=class_names[truth],
            truth_label=truth,
            truth_probability=float(probabilities[place, truth]),
            answer=class_names[answer],
            answer_label=answer,
            answer_probability=float(probabilities[place, answer]),
            png=png,
        )
        for place, truth, answer, png in zip(
            places.tolist(), test.labels[places].tolist(), answers, pictures, strict=True
        )
    )
