"""The section `data`: what the network learns from, and how it is divided."""

from typing import Final

from spec_lang.datasets import DATASETS
from spec_lang.forms import REQUIRED, Parameter, PlainForm
from spec_lang.kinds import Choice, Either, Interval, Names, Pair, Real, Text, Whole
from spec_lang.sections.form import Section, Setting
from spec_lang.synonyms import Role

DEFAULT_DATASET: Final = "digits"

SOURCES: Final = {
    "folder": "a folder of pictures, with a folder for each class",
    "csv": "a table of picture files and their classes",
    "npz": "arrays of images and labels in one NumPy file",
}
"""Where a person's own pictures may be."""
_FILES: Final = ("folder", "csv")
_OWN: Final = tuple(SOURCES)

_SHARE: Final = Real(0.0, 1.0, below_high=True)


def _path(doc: str) -> Parameter:
    return Parameter("path", Text(), f"{doc}, from the folder of the spec; else from CNN_DATA_HOME", REQUIRED)


def _column(name: str, doc: str) -> Parameter:
    return Parameter(name, Text(bare=True), doc, name, positional=False)


DATA: Final = Section(
    PlainForm(
        "data",
        "What the network learns from.",
        "data mnist",
        (
            Parameter(
                "source",
                Choice({**{dataset.name: dataset.summary for dataset in DATASETS.values()}, **SOURCES}, Role.DATASET),
                "name of a published data set, or where pictures of your own are",
                DEFAULT_DATASET,
            ),
        ),
        {
            "folder": (_path("the folder"),),
            "csv": (
                _path("the file"),
                _column("image", "column with the path of each picture, from the folder of the table"),
                _column("label", "column with the class of each picture"),
            ),
            "npz": (_path("the file, with x_train, y_train and, where there are any, x_test, y_test"),),
        },
    ),
    (
        Setting(
            "size",
            "What every picture is brought to.",
            "size 150x150",
            (Parameter("pixels", Pair(high=4096), "height x width"),),
            optional=True,
            sources=_FILES,
        ),
        Setting(
            "resize",
            "How pictures of other proportions are brought to the size.",
            "resize crop",
            (
                Parameter(
                    "how",
                    Choice(
                        {
                            "stretch": "the whole picture, its proportions changed",
                            "crop": "its proportions kept, what is too much cut off on both sides",
                            "pad": "its proportions kept, the rest black",
                        }
                    ),
                    "what gives way",
                    "stretch",
                ),
            ),
            sources=_FILES,
        ),
        Setting(
            "color",
            "The channels of an image.",
            "color gray",
            (
                Parameter(
                    "mode",
                    Choice({"rgb": "three channels: red, green, blue", "gray": "one channel: brightness"}),
                    "what pictures are turned into",
                    "rgb",
                ),
            ),
            sources=_FILES,
        ),
        Setting(
            "classes",
            "The classes to tell apart, in the order of their labels; all that there are unless given.",
            "classes [cat, dog]",
            (
                Parameter(
                    "names",
                    Names(least=2),
                    "names of classes; images of others are left out. Of data npz, labels, or a name for each of them",
                ),
            ),
            optional=True,
        ),
        Setting(
            "limit",
            "A part of the images, for a quick try: a fair share of each class.",
            "limit 1000",
            (Parameter("images", Whole(1), "training images to keep, those for validation among them"),),
            optional=True,
        ),
        Setting(
            "validation",
            "Images for early stopping and model choice, held out from training.",
            "validation 10%",
            (
                Parameter(
                    "amount",
                    Either(
                        (
                            _SHARE,
                            Choice(
                                {
                                    "test": "the test set itself, as tutorials do: the score is then too good",
                                    "given": "the images that the data keeps apart for it",
                                }
                            ),
                        )
                    ),
                    "share of the training images, stratified by class; 0% for none",
                    0.1,
                ),
            ),
        ),
        Setting(
            "test",
            "Images for the final score, never seen in training.",
            "test 10%",
            (
                Parameter(
                    "amount",
                    Either((_SHARE, Choice({"given": "the images that the data keeps apart for it"}))),
                    "share of all images, stratified by class",
                    0.1,
                ),
            ),
            sources=_OWN,
        ),
        Setting(
            "normalize",
            "What pixel values from 0 to 255 are turned into before the first layer.",
            "normalize -1..1",
            (
                Parameter(
                    "to",
                    Either(
                        (
                            Interval(-1000.0, 1000.0),
                            Choice(
                                {
                                    "standard": "mean 0 and standard deviation 1 in each channel, "
                                    "measured on the training images alone"
                                }
                            ),
                        )
                    ),
                    "the range from black to white",
                    (0.0, 1.0),
                ),
            ),
        ),
        Setting(
            "balance",
            "Makes up for classes with fewer images than others.",
            "balance weights",
            (
                Parameter(
                    "how",
                    Choice(
                        {
                            "weights": "each image weighs in the loss as its class is rare",
                            "oversample": "images of rare classes are gone through more often",
                        }
                    ),
                    "what evens them out",
                    "weights",
                ),
            ),
            optional=True,
        ),
        Setting(
            "corrupt",
            "What becomes of picture files that cannot be read.",
            "corrupt skip",
            (
                Parameter(
                    "what",
                    Choice(
                        {
                            "fail": "the run is not begun, and they are named",
                            "skip": "they are left out, and named in the report",
                        }
                    ),
                    "what to do",
                    "fail",
                ),
            ),
            sources=_FILES,
        ),
    ),
    needs_block=False,
)
