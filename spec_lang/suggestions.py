"""Did you mean …: the nearest known name to a misspelt one."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

OTHER_NAMES: Final = {
    "acc": "accuracy",
    "averagepooling2d": "avgpool",
    "batch_size": "batch",
    "bf16": "mixed_bfloat16",
    "bfloat16": "mixed_bfloat16",
    "bn": "batchnorm",
    "brightness_range": "brightness",
    "channel_shift_range": "channel_shift",
    "class_names": "classes",
    "class_weight": "balance",
    "color_mode": "color",
    "cropping2d": "crop",
    "cutout": "erase",
    "dataset": "data",
    "early_stopping": "stop",
    "earlystopping": "stop",
    "f1_score": "f1",
    "f1score": "f1",
    "fc": "dense",
    "fill_mode": "fill",
    "float16": "mixed_bfloat16",
    "fp16": "mixed_bfloat16",
    "fp32": "float32",
    "fully_connected": "dense",
    "gpu": "all",
    "gpus": "all",
    "horizontal_flip": "flip",
    "image_size": "size",
    "img_size": "size",
    "innerproduct": "dense",
    "learning_rate": "lr",
    "linear": "dense",
    "logger": "log",
    "max_pool": "pool",
    "maxpooling2d": "pool",
    "net": "model",
    "network": "model",
    "none": "linear",
    "roc_auc": "auc",
    "rotation_range": "rotate",
    "separableconv2d": "sepconv",
    "target_size": "size",
    "top_5": "top5",
    "top_k": "top5",
    "top_k_categorical_accuracy": "top5",
    "topk": "top5",
    "topkcategoricalaccuracy": "top5",
    "use_bias": "bias",
    "validation_split": "validation",
    "zoom_range": "zoom",
}
"""What people know things by that have another name here, in lower case."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` was probably meant to be, or None where none is near. Case does not count."""
    return _nearest(name, tuple(known))


@lru_cache
def _nearest(name: str, known: tuple[str, ...]) -> str | None:
    # Only a mistake needs it: most checks find none.
    from difflib import get_close_matches

    by_lower = {candidate.lower(): candidate for candidate in known}
    meant = name.lower()[:64]
    if (other := OTHER_NAMES.get(meant)) in by_lower:
        return by_lower[other]
    matches = get_close_matches(meant, by_lower, n=1, cutoff=0.6)
    return by_lower[matches[0]] if matches else None
