"""Which files are found, in which part and class: trees of every form, tables, links."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from pictures import MODEL, loaded, noise, save_tree

from runtime.data.folders.index import Index, index_folder, index_table
from runtime.data.own_pictures import look
from runtime.errors import UserError
from runtime.specs.spec_file import SpecFolder
from spec_lang import check_text
from spec_lang.world import Pictures, PictureSource


def found(index: Index) -> Counter[tuple[str, str]]:
    return Counter((picture.part, index.classes[picture.label]) for picture in index.pictures)


def test_one_whole_tree(tmp_path: Path) -> None:
    save_tree(tmp_path, {"dog": 3, "cat": 2})
    assert look(PictureSource("folder", str(tmp_path)), tmp_path) == Pictures(
        ("cat", "dog"), places={"cat": "the folder cat", "dog": "the folder dog"}
    )
    assert found(index_folder(tmp_path, ("cat", "dog"))) == {("", "cat"): 2, ("", "dog"): 3}


@pytest.mark.parametrize("name", ["validation", "val", "valid"])
def test_parts_that_stand_apart(name: str, tmp_path: Path) -> None:
    save_tree(tmp_path, {"train/cat": 3, "train/dog": 4, f"{name}/cat": 2, f"{name}/dog": 1, "test/dog": 2})
    assert look(PictureSource("folder", str(tmp_path)), tmp_path) == Pictures(
        ("cat", "dog"),
        frozenset({"validation", "test"}),
        places={"cat": "the folder train/cat", "dog": "the folder train/dog"},
        empty={"test": ("cat",)},
    )
    assert found(index_folder(tmp_path, ("cat", "dog"))) == {
        ("train", "cat"): 3,
        ("train", "dog"): 4,
        ("validation", "cat"): 2,
        ("validation", "dog"): 1,
        ("test", "dog"): 2,
    }


def test_a_class_missing_in_a_part_shifts_nothing(tmp_path: Path) -> None:
    save_tree(tmp_path, {f"train/{name}": 6 for name in "abc"} | {"test/b": 1, "test/c": 2})
    data = loaded('data folder "." { size 8x8 }', tmp_path)
    assert sorted(data.test.labels.tolist()) == [1, 2, 2]


def test_a_class_that_only_the_test_folder_has_is_known_and_refused(tmp_path: Path) -> None:
    save_tree(tmp_path, {"train/b": 6, "train/c": 6, "test/a": 1, "test/b": 1})
    checked = check_text(f'data folder "." {{ size 8x8 }}\n{MODEL}', world=SpecFolder(tmp_path))
    assert [each.message for each in checked.diagnostics] == [
        "'.' has no pictures of a to train on",
        "the images for the test in '.' hold none of c",
    ]
    data = loaded('data folder "." { size 8x8; classes [b, c] }', tmp_path)
    assert data.test.labels.tolist() == [0]


def test_labels_follow_the_order_that_is_written(tmp_path: Path) -> None:
    save_tree(tmp_path, {"cat": 5, "dog": 7, "eel": 9})
    data = loaded('data folder "." { size 8x8; classes [dog, cat]; validation 0% }', tmp_path)
    labels = [*data.training.labels.tolist(), *data.test.labels.tolist()]
    assert Counter(labels) == {0: 7, 1: 5}


def test_folders_within_a_class_belong_to_it(tmp_path: Path) -> None:
    save_tree(tmp_path, {"cat": 1, "cat/2024": 2, "cat/2024/may": 3, "dog": 1})
    assert found(index_folder(tmp_path, ("cat", "dog"))) == {("", "cat"): 6, ("", "dog"): 1}


def test_pictures_of_trains_are_a_class(tmp_path: Path) -> None:
    save_tree(tmp_path, {"plane": 2, "train": 3})
    there = look(PictureSource("folder", str(tmp_path)), tmp_path)
    assert isinstance(there, Pictures)
    assert (there.classes, there.parts, there.like_splits) == (("plane", "train"), frozenset(), ())
    assert found(index_folder(tmp_path, ("plane", "train"))) == {("", "plane"): 2, ("", "train"): 3}


def test_the_order_is_that_of_the_names(tmp_path: Path) -> None:
    for name in ("10.png", "9.png", "B.png", "a.png"):
        (tmp_path / "x").mkdir(exist_ok=True)
        noise(1).save(tmp_path / "x" / name)
    index = index_folder(tmp_path, ("x",))
    assert [picture.path.name for picture in index.pictures] == ["10.png", "9.png", "B.png", "a.png"]


def test_a_circle_of_links_ends(tmp_path: Path) -> None:
    save_tree(tmp_path, {"x/one": 2, "x/two": 1})
    (tmp_path / "x/one/up").symlink_to(tmp_path / "x", target_is_directory=True)
    (tmp_path / "x/two/again").symlink_to(tmp_path / "x/one", target_is_directory=True)
    assert len(index_folder(tmp_path, ("x",)).pictures) == 3


def test_files_by_the_ending_of_their_name(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    for name in ("a.PNG", "b.JpEg", "c.webp", "d.TIF", "e.gif", "f.bmp", "g.txt", "h", ".i.png", "Thumbs.db"):
        (tmp_path / "x" / name).write_bytes(b"")
    index = index_folder(tmp_path, ("x",))
    assert [picture.path.name[0] for picture in index.pictures] == ["a", "b", "c", "d", "e", "f"]
    assert [(path.name, why) for path, why in index.left_out] == [("g.txt", "no picture"), ("h", "no picture")]


def write_table(folder: Path, rows: list[tuple[str, str]], columns: tuple[str, str] = ("image", "label")) -> Path:
    file = folder / "labels.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as content:
        csv.writer(content).writerows([columns, *rows])
    return file


def test_a_table(tmp_path: Path) -> None:
    save_tree(tmp_path, {"pictures": 12})
    rows = [(f"pictures/{place:04}.png", "odd, or not" if place % 2 else "even") for place in range(12)]
    write_table(tmp_path, rows, ("file", "what it is"))
    section = 'data csv "labels.csv" image=file label="what it is" { size 8x8; test 25%; validation 0% }'
    data = loaded(section, tmp_path)
    assert len(data.training) + len(data.test) == 12
    together = [*data.training.labels.tolist(), *data.test.labels.tolist()]
    assert Counter(together) == {0: 6, 1: 6}


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            [("here.png", "a"), ("gone.png", "a"), ("away.png", "b")],
            r"gone\.png \(line 3\) and away\.png \(line 4\)",
        ),
        ([("here.png", "")], "line 2: the column 'label' is empty"),
        ([("", "a")], "line 2: the column 'image' is empty"),
    ],
)
def test_a_table_of_mistakes(rows: list[tuple[str, str]], message: str, tmp_path: Path) -> None:
    noise(1).save(tmp_path / "here.png")
    with pytest.raises(UserError, match=message):
        index_table(write_table(tmp_path, rows), "image", "label", ("a", "b"))


def test_a_table_without_the_column(tmp_path: Path) -> None:
    table = write_table(tmp_path, [], ("images", "label"))
    with pytest.raises(UserError, match="has no column 'image'") as caught:
        index_table(table, "image", "label", ("a", "b"))
    assert str(caught.value.help).endswith("image=images label=label")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00image", b'image,label\n"' + b"x" * 200_000 + b'",a\n'])
def test_no_table_at_all(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_bytes(content)
    with pytest.raises(UserError, match=r"labels\.csv"):
        index_table(tmp_path / "labels.csv", "image", "label", ("a", "b"))
