"""What runs on a person's own data are called."""

import pytest

from runtime.data.naming import data_name
from spec_lang.program import Data


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("pets", "pets"),
        ("data/pets/", "data/pets"),
        ("./pets.csv", "pets.csv"),
        ("../pictures/pets", "pets"),
        ("~/pictures/pets", "pets"),
        ("/home/ada/pets.npz", "pets.npz"),
        ("p\x1b[31m\udcff", r"p\x1b[31m\udcff"),
        (".", "folder"),
        ("..", "folder"),
    ],
)
def test_own_data_has_the_name_of_its_folder_or_file(path: str, name: str) -> None:
    assert data_name(Data("folder", (8, 8, 1), ("a", "b"), arguments={"path": path})) == name


def test_published_data_keeps_its_name() -> None:
    assert data_name(Data("mnist", (28, 28, 1), ("0", "1"))) == "mnist"
