"""What a comparison of accuracies may honestly be said to show."""

from runtime.library.comparison import Comparison, Pair
from runtime.library.metrics import Metrics


def verdict(comparison: Comparison, pair: Pair, first: str, second: str) -> list[str]:
    """Sentences on one pair. `first` and `second` are the names of the runs, ready to be shown."""
    test = pair.test
    if test is None:
        return [f"No test of the difference: {pair.why_not}.", *_by_intervals(comparison, pair, first, second)]
    flipped = test.only_first + test.only_second
    if not flipped:
        return [f"Both have the same of the {test.images:,} test images right: there is no difference to judge."]
    low, high = test.interval
    alone = f"{first} alone has {test.only_first:,} right, {second} alone {test.only_second:,}"
    interval = f"95% interval {points(low)} to {points(high)}"
    sentences = [
        f"Of {test.images:,} test images, {alone}.",
        f"Accuracy of {second} less that of {first}: {points(test.difference)} points, {interval}.",
        f"McNemar's test ({test.method}): p = {p_value(test.p)}.",
    ]
    better = second if test.difference > 0 else first
    exceeds = f"exceeds chance: {better} is better on such images."
    sentences.insert(0, f"The difference {exceeds if test.p < comparison.level else 'does not exceed chance.'}")
    if len(comparison.pairs) > 1:
        sentences.append(
            f"Since {len(comparison.pairs)} runs are compared with the first, p counts as small below "
            f"{comparison.level:.2g}, not 0.05."
        )
    sentences.append("This judges the two trained models; the same specs with other seeds would give other ones.")
    return sentences


def _by_intervals(comparison: Comparison, pair: Pair, first: str, second: str) -> list[str]:
    ours = comparison.records[0].metrics
    theirs = comparison.records[comparison.pairs.index(pair) + 1].metrics
    if ours is None or theirs is None:
        return []
    (low, high), (other_low, other_high) = ours.accuracy_interval, theirs.accuracy_interval
    both = f"{first} reached {accuracy(ours)}, {second} {accuracy(theirs)}"
    if low <= other_high and other_low <= high:
        return [f"{both}: the 95% intervals overlap, so no difference is shown."]
    return [f"{both}: the 95% intervals do not overlap. If their test images are equally hard, one is better."]


def accuracy(metrics: Metrics) -> str:
    low, high = metrics.accuracy_interval
    return f"{metrics.accuracy:.2%} ({low:.2%} to {high:.2%})"


def points(share: float) -> str:
    """A difference in percentage points, with its sign."""
    return f"{100 * share:+.2f}"


def p_value(p: float) -> str:
    if p < 0.0001:
        return f"{p:.1e}" if p else "0 (smaller than can be written)"
    return f"{p:.4f}" if p < 0.1 else f"{p:.2f}"
