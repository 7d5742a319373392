"""The tests run against the project as its users install it: a wheel, not the checkout."""

import importlib
import os
import sysconfig
from importlib import metadata, resources
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]
PACKAGES = ("dotcnn", "spec_lang", "compiler", "runtime", "specs")

pytestmark = pytest.mark.skipif(
    os.environ.get("DOTCNN_TEST_CHECKOUT") == "1", reason="DOTCNN_TEST_CHECKOUT=1 asks for tests of the checkout itself"
)


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.parametrize("package", PACKAGES)
def test_the_imported_package_is_the_installed_one(package: str) -> None:
    module = importlib.import_module(package)
    assert module.__file__ is not None
    assert Path(module.__file__).parent == Path(sysconfig.get_path("purelib"), package)


@pytest.mark.parametrize("package", PACKAGES)
def test_the_wheel_holds_every_file_of_the_package_as_it_stands(package: str) -> None:
    assert files_below(Path(sysconfig.get_path("purelib"), package)) == files_below(CHECKOUT / package)


def test_the_gallery_is_read_from_the_installed_package() -> None:
    specs = [entry.name for entry in resources.files("specs").iterdir() if entry.name.endswith(".cnn")]
    assert "digits.cnn" in specs


def test_the_command_is_installed() -> None:
    (command,) = metadata.distribution("dotcnn").entry_points.select(group="console_scripts", name="cnn")
    assert callable(command.load())


def test_the_light_install_brings_no_scientific_library() -> None:
    light = [requirement for requirement in metadata.requires("dotcnn") or [] if "extra ==" not in requirement]
    assert sorted(light) == ["jsonschema>=4.23", "pygls>=2.0"]
