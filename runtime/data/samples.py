"""What the samples of a picture mean: brought to 8 bits, on white where the picture is transparent."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin, TiffImagePlugin

from runtime.errors import UserError

WHITE_8_BIT: Final = 255
WHITE_16_BIT: Final = 65_535
_CONVERTIBLE: Final = frozenset("1 L LA La P PA RGB RGBA RGBa RGBX CMYK YCbCr HSV".split())
"""Pillow's names for the colours that it turns into RGB."""
_PNG_STEPS: Final = {"L;2": 85, "L;4": 17}
"""From a sample of 2 or 4 bits to the same one of 8."""
_TIFF_PHOTOMETRIC, _WHITE_IS_ZERO = 262, 0


def correct_transparent_color(image: Image.Image) -> None:
    """Bring the transparent color of a PNG to the samples that its pixels are decoded to; to be called before that.

    Pillow leaves it as the file has it, so that no pixel of 2, 4 or 3 times 16 bits would be of that color. Of the
    latter only the upper byte of each sample is decoded.
    """
    color = image.info.get("transparency")
    if not isinstance(image, PngImagePlugin.PngImageFile) or not image.tile:
        return
    packing = str(image.tile[0][3])
    if isinstance(color, int) and packing in _PNG_STEPS:
        image.info["transparency"] = color * _PNG_STEPS[packing]
    elif isinstance(color, tuple) and packing == "RGB;16B":
        image.info["transparency"] = tuple(sample >> 8 for sample in color)


def gray_16_bit(image: Image.Image) -> NDArray[np.uint16] | None:
    """The samples (height, width) of a decoded gray picture of 16 bits, 65,535 for white; None of any other."""
    if not (image.mode.startswith("I;16") or (image.mode == "I" and image.format == "PPM")):
        return None
    samples: NDArray[np.uint16] = np.asarray(image).astype(np.uint16)
    # Pillow turns samples around where white is zero, but not those of 16 bits.
    if isinstance(image, TiffImagePlugin.TiffImageFile) and image.tag_v2.get(_TIFF_PHOTOMETRIC) == _WHITE_IS_ZERO:
        samples = WHITE_16_BIT - samples
    return samples


def opaque_8_bit(image: Image.Image, name: str) -> Image.Image:
    """A decoded picture in a mode of 8 bits a sample, on white where it was transparent.

    Raises UserError, naming it, where its samples have 32 bits, or its colors are none that are read.
    """
    deep = gray_16_bit(image)
    if deep is not None:
        scaled = ((deep.astype(np.uint32) + 128) // 257).astype(np.uint8)
        color = image.info.get("transparency")
        if image.format == "PNG" and isinstance(color, int):
            scaled[deep == color] = WHITE_8_BIT
        return Image.fromarray(scaled)
    if image.mode in ("I", "F"):
        raise UserError(f"{name} has samples of 32 bits, whose white is unknown", help="save it with 8 or 16 bits")
    if image.mode not in _CONVERTIBLE:
        raise UserError(f"{name} has colors of the kind {image.mode}, which is not read", help="save it as RGB")
    if image.has_transparency_data:
        drawn = image.convert("RGBA")
        page = Image.new("RGB", image.size, "white")
        page.paste(drawn, mask=drawn.getchannel("A"))
        return page
    return image
