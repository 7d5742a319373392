"""Pictures that are nearly black: most often their samples have other bounds than their files say."""

from collections.abc import Sequence
from typing import Final

_SHARE: Final = 15
"""Of white, a fifteenth: samples of 12 bits in files of 16, or numbers of classes in gray files, stay below."""


def is_nearly_black(greatest: int, white: int) -> bool:
    """Whether a picture with no sample beyond `greatest` is nearly black, where `white` is white."""
    return greatest * _SHARE <= white


def what_to_do(greatest: int, white: int) -> str:
    """The advice for pictures of which the brightest has the sample `greatest`."""
    if not greatest:
        return "see whether they were written as they should be: all their samples are 0"
    return f"multiply their samples by {white // greatest:,}, and save them anew"


def warning(samples: Sequence[tuple[int, int]]) -> str:
    """What a run says of pictures by the greatest sample and the white of each; empty unless most are nearly black."""
    dark = [each for each in samples if is_nearly_black(*each)]
    if 2 * len(dark) <= len(samples):
        return ""
    greatest, white = max(dark, key=lambda each: each[0] / each[1])
    return (
        f"{len(dark):,} of {len(samples):,} pictures are nearly black: the greatest sample is {greatest:,}, and "
        f"{white:,} is white; {what_to_do(greatest, white)}"
    )
