"""How a drawn picture becomes one like those that the model was trained on."""

from dataclasses import dataclass
from typing import Any, Literal

from spec_lang.program import Data

_DIGITS = tuple("0123456789")


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the page's canvas is like, and what it does with a drawing before it asks."""

    paper: Literal["black", "white"]
    """The pen draws in the other one, where the model sees gray."""
    box: int | None = None
    """The longer side of the ink's bounding box after scaling, in pixels of the model; None to send all as drawn."""
    centre: Literal["mass", "box"] = "box"
    """What of the ink comes to the middle of the picture."""
    like: str = ""
    """Whose digits were prepared like that."""

    def to_json(self) -> dict[str, Any]:
        return {"paper": self.paper, "box": self.box, "centre": self.centre, "like": self.like}


def drawing_for(data: Data) -> Drawing:
    """The way of drawing that the training images suggest.

    MNIST's digits are white on black, scaled to fit 20x20 with their proportions kept, and moved in 28x28 so that
    their centre of mass is in the middle (LeCun, Cortes, Burges, "The MNIST database"). Those of `digits` fill the
    height of 8x8 (Alpaydin and Kaynak, 1998). Gray images of ten digits in the size of either are taken to be alike.
    """
    height, width, channels = data.image_shape
    if channels == 1 and data.classes == _DIGITS:
        if (height, width) == (28, 28):
            return Drawing("black", 20, "mass", "MNIST")
        if (height, width) == (8, 8):
            return Drawing("black", 8, "box", "digits")
    return Drawing("black" if data.source in ("mnist", "fashion_mnist", "digits") else "white")
