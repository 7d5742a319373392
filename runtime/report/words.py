"""How figures and counts are written."""

from collections.abc import Sequence

from runtime.evaluation.evaluation import Evaluation
from spec_lang.program import Shape


def percent(share: float, decimals: int = 1) -> str:
    """A share in percent; only all and nothing are written as 100% and 0%."""
    step = 10**-decimals
    shown = round(100 * share, decimals)
    if 0 < share < 1:
        shown = min(max(shown, step), 100 - step)
    return f"{shown:.{decimals}f}%"


def accuracy_decimals(evaluation: Evaluation) -> int:
    """As many decimals as the interval lets mean something."""
    lower, upper = evaluation.accuracy_interval
    return 2 if upper - lower < 0.01 else 1


def shape_words(shape: Shape) -> str:
    return "×".join(map(str, shape))


def counted(count: int, thing: str) -> str:
    """A count with its noun: "1 image", "10,000 images"."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}{'es' if thing.endswith('s') else 's'}"


def kept_weights(epoch: int | None) -> str:
    return f"The weights of {'an unfinished epoch' if epoch is None else f'epoch {epoch}'} were kept."


def listed(things: Sequence[str]) -> str:
    """As a sentence lists things: "dropout, noise and augmentation"."""
    return " and ".join([*([", ".join(things[:-1])] if things[1:] else []), *things[-1:]])
