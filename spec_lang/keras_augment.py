"""Layers of Keras that vary images at random, as the settings of `augment` that do so."""

from collections.abc import Callable, Mapping
from typing import Final

from spec_lang.keras_values import Config


def augment_setting(class_name: str, config: Config) -> str | None:
    """The setting for a layer, such as "flip horizontal"; None for a layer that varies nothing, or in its own way."""
    read = _SETTINGS.get(class_name)
    return read(config) if read else None


def _flip(config: Config) -> str | None:
    ways = {"horizontal": "horizontal", "vertical": "vertical", "horizontal_and_vertical": "horizontal vertical"}
    mode = config.get("mode", "horizontal_and_vertical")
    return f"flip {ways[mode]}" if isinstance(mode, str) and mode in ways else None


def _rotate(config: Config) -> str | None:
    """Keras counts in full turns."""
    turn = _furthest(config.get("factor"))
    return f"rotate {min(360 * turn, 180):g}deg" if turn else None


def _shift(config: Config) -> str | None:
    height, width = (_furthest(config.get(f"{side}_factor")) for side in ("height", "width"))
    if height is None or width is None or max(height, width) >= 1:
        return None
    return f"shift {100 * height:g}%" if height == width else f"shift {100 * height:g}% {100 * width:g}%"


def _around_one(setting: str, key: str = "factor") -> Callable[[Config], str | None]:
    def read(config: Config) -> str | None:
        share = _furthest(config.get(key))
        return f"{setting} {100 - 100 * share:g}%..{100 + 100 * share:g}%" if share and share < 1 else None

    return read


def _furthest(given: object) -> float | None:
    """The end of a range that lies further from 0; Keras takes a number for a range to both sides."""
    ends = given if isinstance(given, (list, tuple)) else [given]
    numbers = [abs(each) for each in ends if isinstance(each, (int, float)) and abs(each) < 1e6]
    return max(numbers) if numbers and len(numbers) == len(ends) else None


_SETTINGS: Final[Mapping[str, Callable[[Config], str | None]]] = {
    "RandomFlip": _flip,
    "RandomRotation": _rotate,
    "RandomTranslation": _shift,
    "RandomZoom": _around_one("zoom", "height_factor"),
    "RandomContrast": _around_one("contrast"),
    "RandomBrightness": _around_one("brightness"),
}
