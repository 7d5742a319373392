"""Folders as public data sets lay them out, and what stands in them: what is read, and what is named."""

import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from pictures import MODEL, noise, save_tree
from PIL import Image

from compiler.emit.pictures import FOLDER, FOLDER_CONSTANTS
from runtime.data.folders.index import index_folder
from runtime.data.layout import layout
from runtime.data.own_pictures import folders_to_watch, look
from runtime.data.split_names import Split, split_of
from runtime.errors import UserError
from runtime.specs.spec_file import SpecFolder
from spec_lang import check_text
from spec_lang.world import LeftOut, Pictures, PictureSource, Unusable


class Laid(NamedTuple):
    """A layout, and what is made of it."""

    folders: dict[str, int]
    """How many pictures stand in each folder."""
    found: Mapping[str, int] = MappingProxyType({})
    """Of how many pictures each part then consists; empty for a layout that is refused."""
    said: tuple[str, ...] = ()
    """What is said of it, in the order of the codes."""


PLAIN = {"cat": 2, "dog": 3}
LAYOUTS = {
    "whole": Laid(PLAIN, {"": 5}),
    "capitals": Laid(
        {f"{part}/{name}": n for part, n in (("Train", 2), ("Test", 1), ("Val", 1)) for name in PLAIN},
        {"train": 4, "validation": 2, "test": 2},
    ),
    "gerunds": Laid(
        {f"{part}/{name}": 2 for part in ("training", "testing") for name in PLAIN}, {"train": 4, "test": 4}
    ),
    "prefixes, nested, with pictures to predict": Laid(
        {f"seg_{part}/seg_{part}/{name}": 2 for part in ("train", "test") for name in PLAIN} | {"seg_pred/seg_pred": 7},
        {"train": 4, "test": 4},
        ("left out of '.', 1 in all (beside the splits seg_train and seg_test): seg_pred",),
    ),
    "suffixes": Laid(
        {f"{part}/{name}": 2 for part in ("training_set", "test_set") for name in PLAIN}, {"train": 4, "test": 4}
    ),
    "in one word, with numbers": Laid(
        {f"{part}/{name}": 2 for part in ("trainImages2017", "valImages2017") for name in PLAIN},
        {"train": 4, "validation": 4},
    ),
    "development": Laid(
        {f"{part}/{name}": 2 for part in ("train", "dev", "eval_") for name in PLAIN if part != "eval_"},
        {"train": 4, "validation": 4},
    ),
    "evaluation for validation": Laid(
        {f"{part}/{name}": 2 for part in ("train", "test", "eval") for name in PLAIN},
        {"train": 4, "validation": 4, "test": 4},
    ),
    "evaluation for the test": Laid(
        {f"{part}/{name}": 2 for part in ("training", "validation", "evaluation") for name in PLAIN},
        {"train": 4, "validation": 4, "test": 4},
    ),
    "plurals": Laid({f"{part}/{name}": 2 for part in ("trains", "tests") for name in PLAIN}, {"train": 4, "test": 4}),
    "images and masks": Laid(
        {"images": 2, "masks": 2}, said=("its folders images and masks hold one kind of file each, not one class each",)
    ),
    "images and labels in splits": Laid(
        {f"{part}/{kind}": 1 for part in ("train", "val") for kind in ("images", "labels")},
        said=("its folders train and val look like splits, and hold no folders of classes",),
    ),
    "splits one folder further down": Laid(
        {f"chest/{part}/{name}": 1 for part in ("train", "test") for name in PLAIN},
        said=("its one folder chest holds the splits test and train",),
    ),
    "train alone": Laid({f"train/{name}": 2 for name in PLAIN}, {"train": 4}),
    "a test without labels": Laid(
        {"train/cat": 2, "train/dog": 2, "test": 9},
        {"train": 4},
        ("left out of '.', 1 in all (a split without folders of classes): test",),
    ),
    "trains are a class": Laid({"plane": 2, "train": 3}, {"": 5}),
    "a class called test": Laid(
        {"plane": 2, "test": 3}, {"": 5}, ("the folder 'test' looks like a split, and is taken for a class",)
    ),
    "words within words": Laid({"contest": 2, "attested": 2, "restraint": 1, "valley": 1, "device": 1}, {"": 7}),
    "things for testing": Laid({"test tube": 2, "training shoe": 2, "flask": 1}, {"": 5}),
    "no train": Laid(
        {f"{part}/{name}": 2 for part in ("validation", "test") for name in PLAIN},
        said=("there is no folder of images to train on beside test and validation",),
    ),
    "dev beside val": Laid(
        {f"{part}/{name}": 1 for part in ("train", "test", "val", "dev") for name in PLAIN},
        said=("its folders dev and val both look like the images for validation",),
    ),
    "val beside validation": Laid(
        {f"{part}/{name}": 1 for part in ("train", "val", "validation") for name in PLAIN},
        said=("its folders val and validation both look like the images for validation",),
    ),
    "splits without classes": Laid(
        {"Train": 3, "Test": 3}, said=("its folders Test and Train look like splits, and hold no folders of classes",)
    ),
    "train without classes": Laid(
        {"train": 3, "test/cat": 3, "test/dog": 2}, said=("its folder train holds no folders of classes, unlike test",)
    ),
    "train beside classes": Laid(
        {"train/cat": 3, "train/dog": 3, "eel": 2},
        said=("its folder train looks like a split that holds classes, beside eel",),
    ),
    "test beside classes": Laid(
        {"test/cat": 3, "test/dog": 3} | PLAIN,
        said=("its folder test looks like a split that holds classes, beside cat and dog",),
    ),
    "two ways of naming": Laid(
        {"train_images/cat": 1, "train_images/dog": 1, "test_pictures/cat": 1, "test_pictures/dog": 1},
        said=("its folders test_pictures and train_images look like splits, and are named in different ways",),
    ),
    "two sets": Laid(
        {f"{part}_{kind}/cat": 1 for part in ("train", "test") for kind in ("a", "b")},
        said=("it has several sets of splits: test_a and train_a; test_b and train_b",),
    ),
    "splits within classes": Laid(
        {f"{name}/{part}": 1 for part in ("train", "test") for name in PLAIN},
        said=("the folders test and train stand within the class cat, and would be mixed",),
    ),
    "other classes in the test": Laid(
        {"Train/cat": 2, "Train/dog": 2, "Test/cat": 1, "Test/eel": 1},
        said=(
            "'.' has no pictures of eel to train on",
            "the images for the test in '.' hold none of dog",
        ),
    ),
    "unpacked twice": Laid(
        PLAIN | {f"pets/{name}": 2 for name in PLAIN},
        {"": 9},
        ("the folder pets holds folders called like classes beside it: cat, dog",),
    ),
    "unpacked twice, one folder further down": Laid(
        PLAIN | {f"pets/pets/{name}": 2 for name in PLAIN},
        {"": 9},
        ("the folder pets holds folders called like classes beside it: cat, dog",),
    ),
    "the same in colour and gray": Laid(
        {f"{way}/{name}": 2 for way in ("color", "gray") for name in PLAIN},
        {"": 8},
        ("the folders color, gray hold folders of the same names: cat, dog",),
    ),
    "parts of classes, of names of their own": Laid(
        {"animal/cat": 2, "animal/dog": 2, "plant/elm": 2, "plant/oak": 2}, {"": 8}
    ),
    "parts of classes, beside pictures": Laid(
        {f"{name}{part}": 2 for name in PLAIN for part in ("", "/left", "/right")}, {"": 12}
    ),
    "validation and test without labels, one folder further down": Laid(
        {"train/cat/images": 2, "train/dog/images": 2, "val/images": 3, "test/images": 3},
        {"train": 4},
        ("left out of '.', 2 in all (a split without folders of classes): test, val",),
    ),
    "classes one folder further down": Laid(
        {"images/cat": 1, "images/dog": 1, "meta": 0},
        said=("only its folder images holds pictures, in the folders cat and dog",),
    ),
    "classes two folders further down": Laid(
        {"images/Images/cat": 1, "images/Images/dog": 1, "annotations": 0},
        said=("its folders annotations and images hold one kind of file each, not one class each",),
    ),
    "an empty class": Laid(PLAIN | {"eel": 0}, said=("'.' has no pictures of eel to train on",)),
}


def said_of(folder: Path) -> tuple[str, ...]:
    found = check_text(f'data folder "." {{ size 8x8 }}\n{MODEL}', world=SpecFolder(folder)).diagnostics
    return tuple(each.message.removeprefix("cannot use the folder '.': ") for each in found)


@pytest.mark.parametrize("name", LAYOUTS)
def test_what_a_folder_is_taken_for(name: str, tmp_path: Path) -> None:
    laid = LAYOUTS[name]
    save_tree(tmp_path, laid.folders)
    assert said_of(tmp_path) == laid.said
    there = look(PictureSource("folder", "."), tmp_path)
    if isinstance(there, Unusable):
        assert there.remedy
        with pytest.raises(UserError) as caught:
            index_folder(tmp_path, ("cat", "dog"))
        assert caught.value.message.endswith(laid.said[0])
    elif laid.found:
        index = index_folder(tmp_path, there.classes)
        assert Counter(picture.part for picture in index.pictures) == laid.found
        assert there.parts == laid.found.keys() - {"", "train"}


def found_by_script(root: Path, classes: tuple[str, ...]) -> list[tuple[str, int, str]]:
    """What the script that a spec compiles to finds: its functions, without what it imports of Keras."""
    script: dict[str, Any] = {"re": re, "Path": Path, "Image": Image, "CLASSES": classes}
    exec(FOLDER_CONSTANTS + FOLDER, script)
    return sorted((str(path), label, part) for path, label, part in script["find_pictures"](root))


@pytest.mark.parametrize("name", [name for name, laid in LAYOUTS.items() if laid.found])
def test_the_script_finds_what_a_run_finds(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_tree(tmp_path, LAYOUTS[name].folders)
    there = look(PictureSource("folder", "."), tmp_path)
    assert isinstance(there, Pictures)
    first = next(tmp_path.rglob(f"{there.classes[0]}/**/0000.png"))
    shutil.copy(first, first.with_name("without-ending"))
    first.with_name("notes").write_text("notes")
    index = index_folder(tmp_path, there.classes)
    expected = sorted((str(each.path), each.label, each.part or "train") for each in index.pictures)
    assert found_by_script(tmp_path, there.classes) == expected
    assert capsys.readouterr().out == f"left out: {first.with_name('notes')}\n"


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("TRAIN", Split("train", "")),
        ("Validation", Split("validation", "")),
        ("valid", Split("validation", "")),
        ("testing", Split("test", "")),
        ("chest_xray_train", Split("train", "chest xray")),
        ("train-v2", Split("train", "v")),
        ("testData", Split("test", "data")),
        ("testset", Split("test", "set")),
        ("contest", None),
        ("trainer", None),
        ("testament", None),
        ("Ñtest", Split("test", "ñ")),
    ],
)
def test_names_of_splits(name: str, split: Split | None) -> None:
    assert split_of(name) == split


KINDS: dict[str, tuple[Callable[[Path], Any], str]] = {
    "photo.JPG": (lambda path: noise(11).save(path, "JPEG"), "read"),
    "web.jfif": (lambda path: noise(12).save(path, "JPEG"), "read"),
    "old.jpe": (lambda path: noise(13).save(path, "JPEG"), "read"),
    "new.avif": (lambda path: noise(14, 16, 16).save(path), "read"),
    "plain.ppm": (lambda path: noise(15).save(path), "read"),
    "without-ending": (lambda path: noise(16).save(path, "PNG"), "read"),
    "wrong.txt": (lambda path: noise(17).save(path, "PNG"), "read"),
    "really-png.jpg": (lambda path: noise(18).save(path, "PNG"), "read"),
    "phone.jpg": (lambda path: noise(19).save(path, "MPO", save_all=True, append_images=[noise(20)]), "read"),
    "deep.png": (lambda path: Image.new("I;16", (8, 8), 300).save(path), "read"),
    "iphone.heic": (lambda path: path.write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), "unreadable"),
    "satellite.jp2": (lambda path: noise(21).save(path), "unreadable"),
    "cut.png": (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n"), "unreadable"),
    "notes.txt": (lambda path: path.write_text("notes"), "no picture"),
    "empty": (lambda path: path.touch(), "no picture"),
    "pipe.png": (os.mkfifo, "a pipe or device"),
    "nowhere": (lambda path: path.symlink_to("gone"), "a link that leads nowhere"),
    "Thumbs.db": (lambda path: path.write_bytes(b"\0"), "passed by"),
    ".DS_Store": (lambda path: path.write_bytes(b"\0"), "passed by"),
}
"""Files in the folder of a class, and what becomes of each."""


def save_kinds(folder: Path) -> None:
    for name, (save, _) in KINDS.items():
        save(folder / name)


def test_what_becomes_of_each_kind_of_file(tmp_path: Path) -> None:
    from runtime.data.folders.facts import facts_of

    save_tree(tmp_path, PLAIN)
    save_kinds(tmp_path / "cat")
    index = index_folder(tmp_path, ("cat", "dog"))
    outcome = {path.name: why for path, why in index.left_out}
    for each in facts_of([picture.path for picture in index.pictures]):
        outcome[each.path.name] = "read" if each.look else "unreadable"
    expected = {name: outcome for name, (_, outcome) in KINDS.items() if outcome != "passed by"}
    assert {name: why for name, why in outcome.items() if name in KINDS} == expected
    assert list(index.left_out_lines()) == [
        "left out, 2 in all (no picture): cat/empty and cat/notes.txt",
        "left out, 1 in all (a link that leads nowhere): cat/nowhere",
        "left out, 1 in all (a pipe or device): cat/pipe.png",
    ]


def test_folders_of_classes_that_are_dropped_are_named(tmp_path: Path) -> None:
    save_tree(tmp_path, PLAIN | {"__unknown__": 2, ".hidden": 1, ".git": 1, "__MACOSX": 1})
    elsewhere = tmp_path.parent / f"{tmp_path.name}-elsewhere"
    save_tree(elsewhere, {"eel": 2})
    (tmp_path / "eel").symlink_to(elsewhere / "eel")
    (tmp_path / "fox").symlink_to("gone")
    (tmp_path / "gnu").symlink_to("gnu")
    (tmp_path / "hen").symlink_to("..")
    (tmp_path / "again").symlink_to("cat")
    noise(1).save(tmp_path / "stray.png")
    (tmp_path / "readme.txt").write_text("of cats")
    found = layout(tmp_path)
    assert found.names() == {"__unknown__", "cat", "dog", "eel"}
    assert {each.name: each.why for each in found.left_out} == {
        ".hidden": "a hidden folder",
        "again": "a link to the folder cat beside it",
        "fox": "a link that leads nowhere",
        "gnu": "a link that leads back to itself",
        "hen": "a link to a folder that it lies in",
        "stray.png": "beside the folders of the classes",
    }
    assert len(said_of(tmp_path)) == 6
    text = f'data folder "." {{ size 8x8; classes [cat, fox] }}\n{MODEL}'
    errors = [each for each in check_text(text, world=SpecFolder(tmp_path)).diagnostics if each.code == "E411"]
    assert [(each.message, each.primary.text) for each in errors] == [
        ("'.' has no class 'fox'", "a link that leads nowhere")
    ]


def test_what_stands_in_a_split_is_named_by_its_path(tmp_path: Path) -> None:
    save_tree(tmp_path, {f"{part}/{name}": 1 for part in ("train", "test") for name in PLAIN})
    (tmp_path / "train/fox").symlink_to("gone")
    noise(1).save(tmp_path / "test/stray.png")
    assert {each.name for each in layout(tmp_path).left_out} == {"train/fox", "test/stray.png"}


def test_a_split_that_is_a_link_to_another_is_left_out(tmp_path: Path) -> None:
    save_tree(tmp_path, {f"{part}/{name}": 1 for part in ("train", "test") for name in PLAIN})
    (tmp_path / "val").symlink_to("test")
    found = layout(tmp_path)
    assert set(found.classes) == {"train", "test"}
    assert list(found.left_out) == [LeftOut("val", "a link to the folder test beside it")]


def test_the_one_folder_within_is_offered(tmp_path: Path) -> None:
    save_tree(tmp_path, {"PetImages/cat": 1, "PetImages/dog": 1})
    (finding,) = check_text(f'data folder "." {{ size 8x8 }}\n{MODEL}', world=SpecFolder(tmp_path)).diagnostics
    assert finding.help == 'its folder PetImages holds folders: data folder "./PetImages"'
    offered = check_text(f'data folder "./PetImages" {{ size 8x8 }}\n{MODEL}', world=SpecFolder(tmp_path))
    assert offered.program is not None


@pytest.mark.parametrize("name", ["classes one folder further down", "classes two folders further down"])
def test_the_folder_that_is_offered_can_be_learnt_from(name: str, tmp_path: Path) -> None:
    save_tree(tmp_path, LAYOUTS[name].folders)
    there = look(PictureSource("folder", "."), tmp_path)
    assert isinstance(there, Unusable)
    offered = there.remedy.partition("…/")[2]
    assert look(PictureSource("folder", offered), tmp_path) == Pictures(
        ("cat", "dog"), places={"cat": "the folder cat", "dog": "the folder dog"}
    )


def test_named_classes_are_not_doubted(tmp_path: Path) -> None:
    save_tree(tmp_path, LAYOUTS["the same in colour and gray"].folders)
    text = f'data folder "." {{ size 8x8; classes [color, gray] }}\n{MODEL}'
    assert check_text(text, world=SpecFolder(tmp_path)).diagnostics == ()


def test_no_classes_but_pictures_and_archives(tmp_path: Path) -> None:
    save_tree(tmp_path, {"flat": 3, "packed": 0})
    (tmp_path / "packed/train.zip").touch()
    (tmp_path / "packed/train.txt").touch()
    flat, packed = (look(PictureSource("folder", name), tmp_path) for name in ("flat", "packed"))
    assert isinstance(flat, Pictures)
    assert flat.cure.startswith("3 pictures stand in no folder of a class")
    assert isinstance(packed, Pictures)
    assert packed.cure == "unpack train.zip"
    file = look(PictureSource("folder", "packed/train.zip"), tmp_path)
    assert isinstance(file, Unusable)
    assert file.remedy == "unpack it, and name the folder that holds a folder for each class"


def test_runs_of_a_spec_among_its_pictures_are_no_class(tmp_path: Path) -> None:
    save_tree(tmp_path, PLAIN | {"runs/pets-1/figures": 1})
    assert layout(tmp_path).names() == {"cat", "dog", "runs"}
    (tmp_path / "runs/pets-1/manifest.json").touch()
    assert layout(tmp_path).names() == {"cat", "dog"}


def test_a_link_to_a_folder_above_is_not_followed(tmp_path: Path) -> None:
    save_tree(tmp_path, PLAIN)
    (tmp_path / "cat/up").symlink_to("..")
    index = index_folder(tmp_path, ("cat", "dog"))
    assert Counter(picture.label for picture in index.pictures) == {0: 2, 1: 3}
    assert list(index.left_out_lines()) == [
        "left out, 1 in all (a link to a folder that it lies in or that was gone through already): cat/up"
    ]
    assert len(found_by_script(tmp_path, ("cat", "dog"))) == 5


def test_an_editor_watches_the_folders_that_matter(tmp_path: Path) -> None:
    save_tree(tmp_path, {"train/cat/2024": 1, "train/dog": 1, "test/cat": 1})
    watched = {path.relative_to(tmp_path).as_posix() for path in folders_to_watch(tmp_path)}
    assert watched == {"train", "test", "train/cat", "train/dog", "test/cat"}


def test_a_folder_of_many_files_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many pictures a class has, a check looks at the first; what has the ending of a picture is not opened."""
    save_tree(tmp_path, {"cat": 1, "dog": 1})
    for number in range(2_000):
        (tmp_path / "cat" / f"{number}.jpg").touch()
    opened: list[object] = []
    monkeypatch.setattr(os, "open", lambda path, *_: opened.append(path))
    there = look(PictureSource("folder", "."), tmp_path)
    assert isinstance(there, Pictures)
    assert len(index_folder(tmp_path, there.classes).pictures) == 2_002
    assert not opened
