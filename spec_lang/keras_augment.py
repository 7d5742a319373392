"""Layers of Keras that vary images at random, as the settings of `augment` that do so."""

from collections.abc import Callable, Mapping
from typing import Final

from spec_lang.keras_values import Config


def varies_images(class_name: str) -> bool:
    """Whether a layer of Keras varies images at random, in a way that a spec may or may not have."""
    return class_name in _SETTINGS or class_name == "RandomBrightness"


def why_not(class_name: str) -> str:
    """What keeps a layer that varies images out of a spec."""
    if class_name == "RandomBrightness":
        return "it adds to the values of an image, where `augment { brightness }` multiplies them"
    return "it varies images in a way that `augment` does not have"


def augment_setting(class_name: str, config: Config) -> str | None:
    """The setting for a layer, such as "flip horizontal"; None for a layer that varies nothing, or in its own way."""
    read = _SETTINGS.get(class_name)
    return read(config) if read else None


def _flip(config: Config) -> str | None:
    ways = {"horizontal": "horizontal", "vertical": "vertical", "horizontal_and_vertical": "horizontal vertical"}
    mode = config.get("mode", "horizontal_and_vertical")
    return f"flip {ways[mode]}" if isinstance(mode, str) and mode in ways else None


def _rotate(config: Config) -> str | None:
    """Keras counts in full turns; a spec turns to both sides alike."""
    turn = _to_both_sides(config.get("factor"))
    return f"rotate {min(360 * turn, 180):g}deg" if turn else None


def _shift(config: Config) -> str | None:
    height, width = (_to_both_sides(config.get(f"{side}_factor")) for side in ("height", "width"))
    if height is None or width is None or max(height, width) >= 1:
        return None
    return f"shift {100 * height:g}%" if height == width else f"shift {100 * height:g}% {100 * width:g}%"


def _zoom(config: Config) -> str | None:
    """By a factor of -30% a part of 70% is shown, enlarged; height and width are drawn each by itself."""
    height, width = _ends(config.get("height_factor")), config.get("width_factor")
    return _around_one("zoom", height) if width is None or _ends(width) == height else None


def _contrast(config: Config) -> str | None:
    """From 1 - lower to 1 + upper. Keras 3 makes 0..x of a single number x and says so in the config; Keras 2 kept the
    number, and drew from both sides.
    """
    match config.get("factor"):
        case [(int() | float()) as lower, (int() | float()) as upper]:
            return _around_one("contrast", (-lower, upper))
        case given:
            return _around_one("contrast", _ends(given))


def _around_one(setting: str, ends: tuple[float, float] | None) -> str | None:
    if ends is None or not -1 < ends[0] <= ends[1] < _MOST or ends == (0, 0):
        return None
    low, high = (f"{round(100 + 100 * end, 6):g}%" for end in ends)
    return f"{setting} {low}..{high}"


def _ends(given: object) -> tuple[float, float] | None:
    """Both ends of a range; Keras takes a number for a range to both sides."""
    if isinstance(given, (int, float)) and abs(given) < _MOST:
        return -abs(given), abs(given)
    match given:
        case [(int() | float()) as first, (int() | float()) as second] if max(abs(first), abs(second)) < _MOST:
            return min(first, second), max(first, second)
    return None


def _to_both_sides(given: object) -> float | None:
    """How far a range goes that lies about 0; None for any other, which the language cannot say."""
    ends = _ends(given)
    return ends[1] if ends and -ends[0] == ends[1] else None


_MOST: Final = 1e6
_SETTINGS: Final[Mapping[str, Callable[[Config], str | None]]] = {
    "RandomFlip": _flip,
    "RandomRotation": _rotate,
    "RandomTranslation": _shift,
    "RandomZoom": _zoom,
    "RandomContrast": _contrast,
}
