"""What a comparison of accuracies may honestly be said to show."""

from runtime.evaluation.significance import Proportion, difference_p, p_value
from runtime.library.comparison import Comparison, Pair
from runtime.library.metrics import Metrics


def verdict(comparison: Comparison, pair: Pair, first: str, second: str) -> list[str]:
    """Sentences on one pair. `first` and `second` are the names of the runs, ready to be shown."""
    test = pair.test
    if test is None:
        independent = _as_independent(comparison, pair, first, second)
        return [f"They cannot be compared image by image: {pair.why_not}.", *independent]
    flipped = test.only_first + test.only_second
    if not flipped:
        return [f"Both have the same of the {test.images:,} test images right: there is no difference to judge."]
    low, high = test.interval
    alone = f"{first} alone has {test.only_first:,} right, {second} alone {test.only_second:,}"
    interval = f"95% interval {points(low)} to {points(high)}"
    sentences = [
        f"Of {test.images:,} test images, {alone}.",
        f"Accuracy of {second} less that of {first}: {points(test.difference)} points, {interval}.",
        f"McNemar's test ({test.method}): {p_value(test.p)}.",
    ]
    better = second if test.difference > 0 else first
    significant = f"is statistically significant: {better} is better on such images."
    insignificant = "is not statistically significant: chance alone may have made it."
    sentences.insert(0, f"The difference {significant if test.p < comparison.level else insignificant}")
    if len(comparison.pairs) > 1:
        sentences.append(
            f"Since {len(comparison.pairs)} runs are compared with the first, p counts as small below "
            f"{comparison.level:.2g}, not 0.05."
        )
    sentences.append("This judges the two trained models; the same specs with other seeds would give other ones.")
    return sentences


def _as_independent(comparison: Comparison, pair: Pair, first: str, second: str) -> list[str]:
    ours = comparison.records[0].metrics
    theirs = comparison.records[comparison.pairs.index(pair) + 1].metrics
    if ours is None or theirs is None:
        return []
    both = f"{first} reached {accuracy(ours)}, {second} {accuracy(theirs)}"
    p = difference_p(Proportion(ours.correct, ours.images), Proportion(theirs.correct, theirs.images))
    if p >= comparison.level:
        return [f"{both}: as figures of different images, they do not differ significantly ({p_value(p)})."]
    better = first if ours.accuracy > theirs.accuracy else second
    differ = f"as figures of different images, they differ significantly ({p_value(p)})"
    return [f"{both}: {differ}. {better} is better, if both sets of test images are equally hard."]


def accuracy(metrics: Metrics) -> str:
    low, high = metrics.accuracy_interval
    return f"{metrics.accuracy:.2%} ({low:.2%} to {high:.2%})"


def loss_words(metrics: Metrics) -> tuple[str, str]:
    """Loss and cross-entropy."""
    return "–" if metrics.loss is None else f"{metrics.loss:.4f}", f"{metrics.cross_entropy:.4f}"


def points(share: float) -> str:
    """A difference in percentage points, with its sign."""
    return f"{100 * share:+.2f}"
