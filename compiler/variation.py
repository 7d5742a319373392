"""What the section `augment` of a spec does to images, as calls of functions with numbers: plain data.

A step of training carries the calls out; a script has them written out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum, auto
from typing import Final, NamedTuple, TypeAlias

from spec_lang.program import Arguments
from spec_lang.reading import extent_parts

Settings: TypeAlias = Mapping[str, Arguments]
"""The settings of the section that are in force, as a program holds them."""


class Place(IntEnum):
    """What is drawn; each has numbers of its own, and keeps them when others are added."""

    ROTATE = auto()
    SHIFT = auto()
    SHEAR = auto()
    ZOOM = auto()
    FLIP = auto()
    CROP = auto()
    BRIGHTNESS = auto()
    CONTRAST = auto()
    CHANNELS = auto()
    NOISE = auto()
    ERASE = auto()
    MIXUP = auto()


class Step(NamedTuple):
    """A call of a function of `augment_draws` or `augment_effects`."""

    function: str
    arguments: tuple[float, ...]
    """Behind the keys, or the images and the keys: a place of draws, numbers."""


@dataclass(frozen=True, slots=True)
class Variation:
    """What is done to images, in this order; each part may be empty."""

    movement: Mapping[str, Step]
    """What draws each field of a `Movement`, given the keys; fields left out do not move."""
    fill: tuple[str, float]
    """How the outside continues an image, and the value of "constant"."""
    colours: tuple[Step, ...]
    """Given the images and the keys; values are clipped to 0..1 after them."""
    erase: Step | None
    """Given the same."""
    mixup: float | None
    """The shape of the distribution of shares."""


def variation_of(settings: Settings, height: int, width: int) -> Variation:
    """What the settings do to images of a size."""
    fill = settings.get("fill", {})
    return Variation(
        movement=dict(_movement(settings, height, width)),
        fill=(str(fill.get("how", "nearest")), _number(fill.get("value", 0.0))),
        colours=tuple(
            Step(function, _numbers(settings[keyword])) for keyword, function in _COLOURS.items() if keyword in settings
        ),
        erase=Step("erased", (_side(settings["erase"], height, width),)) if "erase" in settings else None,
        mixup=_number(settings["mixup"]["alpha"]) if "mixup" in settings else None,
    )


_COLOURS: Final = {
    "brightness": "brightened",
    "contrast": "contrasted",
    "channel_shift": "recoloured",
    "noise": "noisy",
}


def _movement(settings: Settings, height: int, width: int) -> Iterator[tuple[str, Step]]:
    for keyword, place in (("rotate", Place.ROTATE), ("shear", Place.SHEAR)):
        if keyword in settings:
            yield keyword, Step("symmetric", (place, 0, *_numbers(settings[keyword])))
    if "shift" in settings:
        for number, (field, axis, size) in enumerate((("down", "height", height), ("right", "width", width))):
            amount, unit = extent_parts(str(settings["shift"][axis]))
            in_pixels = unit == "px"
            most = amount if in_pixels else amount / 100 * size
            yield field, Step("whole" if in_pixels else "symmetric", (Place.SHIFT, number, most))
    if "zoom" in settings:
        for number, field in enumerate(("zoom_height", "zoom_width")):
            yield field, Step("between", (Place.ZOOM, number, *_numbers(settings["zoom"])))
    if "flip" in settings:
        ways = settings["flip"]["ways"]
        assert isinstance(ways, tuple)
        for number, (field, way) in enumerate((("mirror_across", "horizontal"), ("mirror_down", "vertical"))):
            if way in ways:
                yield field, Step("coin", (Place.FLIP, number))
    if "crop" in settings:
        amount, unit = extent_parts(str(settings["crop"]["padding"]))
        for number, (field, size) in enumerate((("crop_down", height), ("crop_right", width))):
            in_pixels = unit == "px"
            most = amount if in_pixels else amount / 100 * size
            yield field, Step("whole" if in_pixels else "rounded", (Place.CROP, number, most))


def _side(given: Arguments, height: int, width: int) -> float:
    amount, unit = extent_parts(str(given["side"]))
    return amount if unit == "px" else round(amount / 100 * min(height, width))


def _numbers(given: Arguments) -> tuple[float, ...]:
    """The one argument of a setting: a number, or both ends of a range."""
    (value,) = given.values()
    return tuple(map(_number, value)) if isinstance(value, tuple) else (_number(value),)


def _number(value: object) -> float:
    assert isinstance(value, (int, float))
    return float(value)
