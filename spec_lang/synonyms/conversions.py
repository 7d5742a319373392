"""Values that are written in another way elsewhere: `rotation_range=20` is `rotate 20deg` here.

A template stands for the whole statement; `convert` fills in the value. A template that begins with a question mark is
for a switch: it holds where that is on, or stands without a value.
"""

from collections.abc import Mapping
from typing import Final

from spec_lang.synonyms import plain
from spec_lang.syntax import Number, Value, Word

CONVERSIONS: Final = {
    "rotation_range": "rotate {value}deg",
    "RandomRotation": "rotate {turn}deg",
    "rotation_degrees": "rotate {value}deg",
    "shear_range": "shear {value}deg",
    "zoom_range": "zoom {around}",
    "RandomZoom": "zoom {around}",
    "RandomContrast": "contrast {around}",
    "width_shift_range": "shift 0px {extent}",
    "height_shift_range": "shift {extent} 0px",
    "channel_shift_range": "channel_shift {of_255}",
    "horizontal_flip": "?flip horizontal",
    "RandomHorizontalFlip": "?flip horizontal",
    "vertical_flip": "?flip vertical",
    "hflip": "?flip horizontal",
    "vflip": "?flip vertical",
    "fliplr": "?flip horizontal",
    "flipud": "?flip vertical",
    "ModelCheckpoint": "?keep val_loss",
    "RandomVerticalFlip": "?flip vertical",
    "clipnorm": "clip norm {value}",
    "clipvalue": "clip value {value}",
    "global_clipnorm": "clip global_norm {value}",
    "gradient_clip_val": "clip global_norm {value}",
    "clip_grad_norm": "clip global_norm {value}",
    "clip_grad_value": "clip value {value}",
    "clip_gradients": "clip global_norm {value}",
    "crop_to_aspect_ratio": "?resize crop",
    "pad_to_aspect_ratio": "?resize pad",
    "keep_aspect_ratio": "?resize pad",
    "featurewise_std_normalization": "?normalize standard",
    "save_best_only": "?keep val_loss",
    "use_ema": "?average 0.99",
    "mixed_precision": "?precision mixed_bfloat16",
    "TensorBoard": "?log tensorboard",
    "ReduceLROnPlateau": "?schedule plateau",
}
"""By the name elsewhere."""
SECTION_OF: Final = {
    "rotate": "augment",
    "shear": "augment",
    "zoom": "augment",
    "contrast": "augment",
    "shift": "augment",
    "channel_shift": "augment",
    "flip": "augment",
    "clip": "train",
    "resize": "data",
    "normalize": "data",
    "keep": "train",
    "average": "train",
    "precision": "train",
    "log": "train",
    "schedule": "train",
}
_BY_PLAIN_NAME: Final = {plain(name): template for name, template in CONVERSIONS.items()}
_ON: Final = ("true", "on", "yes")
_OFF: Final = ("false", "off", "no")


def converts(name: str) -> bool:
    """Whether the values of a name are written in another way here."""
    return plain(name) in _BY_PLAIN_NAME


def is_off(name: str, values: tuple[Value, ...]) -> bool:
    """Whether a statement of another program switches something off."""
    template = _BY_PLAIN_NAME.get(plain(name), "")
    match values:
        case [Word(name=word)]:
            return template.startswith("?") and word.lower() in _OFF
        case [Number(value=0, unit="")]:
            return template.startswith("?")
    return False


def convert(name: str, values: tuple[Value, ...]) -> str | None:
    """What a statement of another program says, as a statement of the language; None where that is open."""
    template = _BY_PLAIN_NAME.get(plain(name))
    if template is None or len(values) > 1:
        return None
    if template.startswith("?"):
        return template[1:] if _is_on(values) else None
    match values:
        case [Number(value=number, unit="")] if 0 < number < 10_000:
            fields = _fields(number)
            try:
                return template.format_map(fields)
            except KeyError:
                return None
    return None


def _is_on(values: tuple[Value, ...]) -> bool:
    match values:
        case []:
            return True
        case [Word(name=word)]:
            return word.lower() in _ON
        case [Number(value=1, unit="")]:
            return True
    return False


def _fields(number: float) -> Mapping[str, str]:
    """The fields of the templates that a number has a meaning for."""
    fields = {"value": f"{number:g}"}
    if number < 1:
        fields |= {"around": f"{100 - 100 * number:g}%..{100 + 100 * number:g}%", "extent": f"{100 * number:g}%"}
    elif isinstance(number, int) or number.is_integer():
        fields["extent"] = f"{number:g}px"
    if number <= 0.5:
        fields["turn"] = f"{360 * number:g}"
    if number <= 255:
        fields["of_255"] = f"{number / 2.55:.4g}%"
    return fields
