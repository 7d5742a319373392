"""The data sets known by name: their shape and classes, so that a spec is checked without opening one."""

from typing import NamedTuple


class Dataset(NamedTuple):
    """What is fixed about a published data set."""

    name: str
    summary: str
    image_shape: tuple[int, int, int]
    """(height, width, channels)."""
    classes: tuple[str, ...]
    """Class names in label order."""
    train_images: int
    test_images: int
    """How many images each part holds as published."""
    balanced: bool = False
    """Whether all classes have equally many of them."""


DIGIT_NAMES = tuple("0123456789")

_ALL = (
    Dataset("digits", "1,797 handwritten digits that ship inside scikit-learn", (8, 8, 1), DIGIT_NAMES, 1437, 360),
    Dataset("mnist", "70,000 handwritten digits", (28, 28, 1), DIGIT_NAMES, 60_000, 10_000),
    Dataset(
        "fashion_mnist",
        "70,000 pictures of clothing",
        (28, 28, 1),
        ("T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"),
        60_000,
        10_000,
        balanced=True,
    ),
    Dataset(
        "cifar10",
        "60,000 small colour photographs of ten things",
        (32, 32, 3),
        ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
        50_000,
        10_000,
        balanced=True,
    ),
    Dataset(
        "cifar100",
        "60,000 small colour photographs of a hundred things",
        (32, 32, 3),
        tuple(
            (
                "apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus "
                "butterfly camel can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab "
                "crocodile cup dinosaur dolphin elephant flatfish forest fox girl hamster house kangaroo "
                "keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain mouse "
                "mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy "
                "porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper "
                "snail snake spider squirrel streetcar sunflower sweet_pepper table tank telephone television "
                "tiger tractor train trout tulip turtle wardrobe whale willow_tree wolf woman worm"
            ).split()
        ),
        50_000,
        10_000,
        balanced=True,
    ),
)
DATASETS: dict[str, Dataset] = {dataset.name: dataset for dataset in _ALL}
"""Every named data set by its name."""
