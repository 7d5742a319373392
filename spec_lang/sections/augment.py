"""The section `augment`: how training images are varied, anew in every epoch.

The settings are those of Keras's `ImageDataGenerator`, with their units written out.
"""

from typing import Final

from spec_lang.forms import Parameter, PlainForm, SameAs
from spec_lang.kinds import Angle, Choice, Extent, Interval, Real
from spec_lang.sections.form import Section, Setting

_LARGEST_FACTOR: Final = 100.0


def _extent(name: str, doc: str, **options: object) -> Parameter:
    return Parameter(name, Extent(), doc, **options)  # type: ignore[arg-type]


AUGMENT: Final = Section(
    PlainForm(
        "augment", "How training images are varied, anew in every epoch.", "augment { rotate 10deg; flip horizontal }"
    ),
    (
        Setting(
            "rotate",
            "Turns images about their centre.",
            "rotate 10deg",
            (Parameter("angle", Angle(180.0), "at most so far, to either side"),),
            optional=True,
            neutral=({"angle": 0.0},),
        ),
        Setting(
            "shift",
            "Moves images.",
            "shift 10% 10%",
            (
                _extent("height", "at most so far up or down, in pixels or as a share of the height"),
                _extent("width", "at most so far left or right", default=SameAs("height")),
            ),
            optional=True,
            neutral=({"height": "0px", "width": "0px"},),
        ),
        Setting(
            "shear",
            "Slants images.",
            "shear 10deg",
            (Parameter("angle", Angle(89.0), "at most so far, to either side"),),
            optional=True,
            neutral=({"angle": 0.0},),
        ),
        Setting(
            "zoom",
            "Shows less or more than the image, height and width each by itself.",
            "zoom 90%..110%",
            (
                Parameter(
                    "window",
                    Interval(0.0, _LARGEST_FACTOR, above_low=True),
                    "the part of the image that is shown: below 100% it grows, above it shrinks",
                ),
            ),
            optional=True,
            neutral=({"window": (1.0, 1.0)},),
        ),
        Setting(
            "flip",
            "Mirrors half of the images.",
            "flip horizontal",
            (
                Parameter(
                    "ways",
                    Choice({"horizontal": "left and right change places", "vertical": "top and bottom change places"}),
                    "which sides change places",
                    ("horizontal",),
                    many=True,
                ),
            ),
            optional=True,
        ),
        Setting(
            "crop",
            "Widens images on all sides by the fill, and cuts out as much as before at a random place.",
            "crop 4px",
            (_extent("padding", "how far, in pixels or as a share of the size"),),
            optional=True,
            neutral=({"padding": "0px"},),
        ),
        Setting(
            "brightness",
            "Makes images darker or brighter.",
            "brightness 80%..120%",
            (Parameter("factor", Interval(0.0, _LARGEST_FACTOR), "values are multiplied by a number of this range"),),
            optional=True,
            neutral=({"factor": (1.0, 1.0)},),
        ),
        Setting(
            "contrast",
            "Makes the values of each channel lie closer to their mean, or farther from it.",
            "contrast 80%..120%",
            (Parameter("factor", Interval(0.0, _LARGEST_FACTOR), "distances from the mean are multiplied by it"),),
            optional=True,
            neutral=({"factor": (1.0, 1.0)},),
        ),
        Setting(
            "channel_shift",
            "Makes each channel darker or brighter by itself: other colours.",
            "channel_shift 10%",
            (Parameter("amount", Real(0.0, 1.0), "at most so much of the range from black to white"),),
            optional=True,
            neutral=({"amount": 0.0},),
        ),
        Setting(
            "noise",
            "Adds a normally distributed number to every value.",
            "noise 5%",
            (Parameter("deviation", Real(0.0, 1.0), "its standard deviation, of the range from black to white"),),
            optional=True,
            neutral=({"deviation": 0.0},),
        ),
        Setting(
            "erase",
            "Blots out a square at a random place (cutout).",
            "erase 25%",
            (_extent("side", "its side, in pixels or as a share of the image's shorter side"),),
            optional=True,
            neutral=({"side": "0px"},),
        ),
        Setting(
            "mixup",
            "Blends pairs of images, and their labels in the same proportion.",
            "mixup 0.2",
            (
                Parameter(
                    "alpha", Real(0.0, 100.0, above_low=True), "shape of the beta distribution of proportions", 0.2
                ),
            ),
            optional=True,
        ),
        Setting(
            "fill",
            "What stands where a moved image leaves the frame empty.",
            "fill reflect",
            (
                Parameter(
                    "how",
                    Choice(
                        {
                            "nearest": "the pixel at the edge, again and again",
                            "reflect": "the image mirrored at its edge",
                            "wrap": "the image again, from its other side",
                            "constant": "one value",
                        }
                    ),
                    "how the outside continues the image",
                    "nearest",
                ),
            ),
            {"constant": (Parameter("value", Real(0.0, 1.0), "0 is black, 1 is white", 0.0),)},
        ),
    ),
    whole=False,
)
