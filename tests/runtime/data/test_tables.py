"""Tables of pictures, read strictly: what a check says is what a run would refuse."""

import csv
from pathlib import Path
from typing import Any

import pytest
from pictures import MODEL, noise

from compiler.emit.pictures import TABLE
from runtime.data.folders.index import index_table
from runtime.errors import UserError
from runtime.specs.spec_file import SpecFolder
from spec_lang import check_text
from spec_lang.diagnostics import Diagnostic


def said(folder: Path, content: str | bytes, options: str = "") -> tuple[Diagnostic, ...]:
    """What a check says of a table; pictures a.png to d.png stand beside it."""
    data = content.encode() if isinstance(content, str) else content
    (folder / "t.csv").write_bytes(data)
    for number, name in enumerate("abcd"):
        noise(number).save(folder / f"{name}.png")
    return check_text(f'data csv "t.csv" {options} {{ size 8x8 }}\n{MODEL}', world=SpecFolder(folder)).diagnostics


GOOD = "a.png,cat\nb.png,dog\n"


@pytest.mark.parametrize(
    ("content", "message", "remedy"),
    [
        (f'image,label\na.png,"cat\n{GOOD}', "line 2: a quote is opened and never closed", "close each quote"),
        (f'image,label\na.png,"cat\n{GOOD}c.png,dog"\n', "line 2: the column 'label' goes on over the end", "quote"),
        (f'image,label\n"a.png,cat\n{GOOD}c.png","dog"\n', "line 2: the column 'image' goes on over the end", "quote"),
        (f'image,label\na.png,"ca"t\n{GOOD}', "line 2: ',' expected after '\"'", "quote"),
        (
            'image,label,note\na.png,cat,"x\nb.png,dog,y"\n',
            "line 2: a quote that is opened there holds whole rows",
            "quote",
        ),
        (f"image,label\n{GOOD}c.png\n", "line 4 has 1 field, the first line 2 fields", "as many fields"),
        (f"image,label\n{GOOD}c.png,cat,dog\n", "line 4 has 3 fields, the first line 2 fields", "put texts"),
        (f"image,label\n{GOOD}c.png,\n", "line 4: the column 'label' is empty", "fill it in"),
        (f"image,label\n{GOOD}c.png,  \n", "line 4: the column 'label' is empty", "fill it in"),
        (f"image,label\n{GOOD}\n,cat\n", "line 5: the column 'image' is empty", "fill it in"),
        (GOOD, "it seems to have no header: its first line is 'a.png', 'cat'", "columns: image,label"),
        ("cat,a.png\ndog,b.png\n", "it seems to have no header", "columns: label,image"),
        ("1,a.png,cat\n2,b.png,dog\n", "it seems to have no header", "image and label among them"),
        (f"image,label,label\n{GOOD}", "it has more than one column 'label'", "names of their own"),
        ("image, label\na.png, cat\nb.png, dog\n", "it has blanks beside the names of its columns", "skipinitialspace"),
        ("image;label\na.png;cat\n", "its columns are separated by semicolons", "sep=';'"),
        ("image\tlabel\na.png\tcat\n", "its columns are separated by tabs", "sep='\\t'"),
        ("", "it is empty", "the names of its columns"),
        ("image label\na.png cat\n", "its columns are separated by blanks", "sep=' '"),
        (f"# of today\nimage,label\n{GOOD}", "the names of its columns stand on line 2", "above line 2"),
        (f"sep=,\nimage,label\n{GOOD}", "the names of its columns stand on line 2", "above line 2"),
        (b"PK\3\4\x14\0", "it is no table in text, but an Excel workbook or a zip archive", "CSV UTF-8"),
        (b"\x1f\x8b\x08\0", "it is no table in text, but packed by gzip", "unpack"),
        ('[{"image": "a.png"}]', "it is no table in text, but JSON", "read_json"),
        ("<!DOCTYPE html>", "it is no table in text, but a page or XML", "download"),
        ("image,cat,dog\na.png,1,0\nb.png,0,1\n", "it has no column 'label', only 'image', 'cat', 'dog'", "label=…"),
        ("image,kind\na.png,cat\n", "it has no column 'label', only 'image', 'kind'", "image=image label=kind"),
        (f"image,label\n{GOOD}gone.png,cat\n", "it names files that are not there: gone.png (line 4)", "paths begin"),
        (f"image,label\n{GOOD}".encode("utf-16"), "it is not encoded in UTF-8", "UTF-8"),
    ],
)
def test_a_check_says_what_a_run_would_refuse(content: str | bytes, message: str, remedy: str, tmp_path: Path) -> None:
    (finding,) = said(tmp_path, content)
    assert finding.code == "E410"
    assert finding.message.startswith(f"cannot use the csv 't.csv': {message}")
    assert remedy in finding.help
    with pytest.raises(UserError) as refused:
        index_table(tmp_path / "t.csv", "image", "label", ("cat", "dog"))
    assert refused.value.message.partition(": ")[2] == finding.message.partition(": ")[2]
    assert str(refused.value.help)[:40] == finding.help[:40]  # a long path is cut in a finding


@pytest.mark.parametrize(
    ("path", "remedy"),
    [
        (r"pets\x.png", "write pets/x.png for"),
        ("pets/x", "write pets/x.png for 'pets/x', and so for the others"),
        ("x", "write pets/x.png for 'x'"),
        ("x.png", "write pets/x.png for"),
        ("pets/x.png ", "write pets/x.png for 'pets/x.png '"),
        ("pets/x.PNG", "write pets/x.png for"),
        ("pets/x.jpg", "write pets/x.png for"),
        (r"C:\Users\me\pets\x.png", "write pets/x.png for"),
        ("/home/me/pets/x.png", "write pets/x.png for"),
        ("https://example.org/x.png", "download them"),
        ("pets/gone.png", "paths begin at"),
        ("~/pets/x.png", "write pets/x.png for"),
    ],
)
def test_where_pictures_may_lie_that_are_not_where_a_table_says(path: str, remedy: str, tmp_path: Path) -> None:
    (tmp_path / "pets").mkdir()
    noise(9).save(tmp_path / "pets/x.png")
    (finding,) = said(tmp_path, f"image,label\n{path},cat\na.png,dog\n")
    assert remedy in finding.help
    if "write" in remedy:
        written = finding.help.partition("write ")[2].partition(" for ")[0]
        assert said(tmp_path, f"image,label\n{written},cat\na.png,dog\n") == ()


def test_image_and_label_are_two_columns(tmp_path: Path) -> None:
    (finding,) = said(tmp_path, f"image,label\n{GOOD}", "image=image label=image")
    assert finding.message.endswith("image and label name the same column 'image'")


@pytest.mark.parametrize("values", [("train", "test"), ("Training", "valid"), ("TRAIN", "TEST")])
def test_a_column_that_keeps_images_apart_is_named(values: tuple[str, str], tmp_path: Path) -> None:
    first, second = values
    (finding,) = said(tmp_path, f"image,label,data set\na.png,cat,{first}\nb.png,dog,{first}\nc.png,cat,{second}\n")
    assert finding.code == "W580"
    assert finding.message.startswith("left out of 't.csv', 1 in all (a column that keeps images apart")
    assert finding.message.endswith(": data set")
    assert finding.help.startswith("write a table for each part")


@pytest.mark.parametrize("notes", [("train", "train", "train"), ("train", "test", "bus"), ("a test", "train", "dev")])
def test_other_columns_are_not_named(notes: tuple[str, ...], tmp_path: Path) -> None:
    rows = "".join(f"{name}.png,{name},{note}\n" for name, note in zip("abc", notes, strict=True))
    assert said(tmp_path, f"image,label,note\n{rows}") == ()


def test_classes_that_join_others_are_named(tmp_path: Path) -> None:
    (finding,) = said(tmp_path, f"image,label\n{GOOD}c.png,cat|dog\nd.png,owl; cat\n")
    assert finding.code == "W587"
    assert finding.message == "the class 'cat|dog' joins the classes cat and dog"
    assert said(tmp_path, f'image,label\n{GOOD}c.png,"cat, not dog"\n') == ()


@pytest.mark.parametrize(
    "content",
    [
        f"image,label\n{GOOD}",
        f"\ufeffimage,label\r\n{GOOD}".replace("\n", "\r\n"),
        f"image,label\n\n{GOOD}\n\n",
        'image,label,note\na.png,cat,"two lines,\nand a comma"\nb.png,dog,"a ""quote"""\n',
        'label,image\n"cat",a.png\ndog,"b.png"',
    ],
)
def test_tables_that_are_sound(content: str, tmp_path: Path) -> None:
    assert said(tmp_path, content) == ()
    index = index_table(tmp_path / "t.csv", "image", "label", ("cat", "dog"))
    assert [(each.path.name, each.label) for each in index.pictures] == [("a.png", 0), ("b.png", 1)]


def test_rows_that_come_again_are_named(tmp_path: Path) -> None:
    (finding,) = said(tmp_path, f"image,label\n{GOOD}./a.png,cat\nb.png,cat\n")
    assert finding.code == "W585"
    shown = "./a.png (lines 2 and 4), b.png (lines 3 and 5, as dog and cat)"
    assert finding.message == f"'t.csv' lists 2 pictures more than once: {shown}"


@pytest.mark.parametrize(
    ("names", "message", "places"),
    [
        (("cat", "Cat"), "the classes 'Cat' and 'cat' look the same", "'Cat' in line 3, 'cat' in line 2"),
        ((" cat", "cat"), "the classes ' cat' and 'cat' look the same", "line 2"),
        (("cat", "cat\u200b"), r"the classes 'cat' and 'cat\u200b' look the same", "line 3"),
        (("caf\u00e9", "cafe\u0301"), r"the classes 'cafe\u0301' and 'café' look the same", "line 2"),
        (("1", "01"), "the classes '01' and '1' look the same", "line 2"),
        (("red panda", "red_panda"), "the classes 'red panda' and 'red_panda' look the same", "line 3"),
        (("cat", "cat\u00a0"), r"the classes 'cat' and 'cat\u00a0' look the same", "line 3"),
        (("cat", "ca\1t"), r"the classes 'ca\u0001t' and 'cat' look the same", "line 3"),
        (("1", "1.0"), "the classes '1' and '1.0' look the same", "line 3"),
        (("cat", "?"), "the class '?' looks like a cell without a class", "line 3"),
        (("cat", "nan"), "the class 'nan' looks like a cell without a class", "line 3"),
        (("cat", "NULL"), "the class 'NULL' looks like a cell without a class", "line 3"),
    ],
)
def test_names_of_classes_that_look_the_same_are_named(
    names: tuple[str, str], message: str, places: str, tmp_path: Path
) -> None:
    (finding,) = said(tmp_path, f"image,label\na.png,{names[0]}\nb.png,{names[1]}\n")
    assert finding.code in ("W581", "W582")
    assert finding.message == message
    assert places in finding.primary.text


@pytest.mark.parametrize(
    "names",
    [*zip("-1 1.5 v2.0 á 10 some × cats".split(), "1 1 v2 a 1 none x cat".split(), strict=True)],
)
def test_names_that_can_be_told_apart(names: tuple[str, str], tmp_path: Path) -> None:
    assert said(tmp_path, f"image,label\na.png,{names[0]}\nb.png,{names[1]}\n") == ()


def test_names_of_folders_and_of_a_spec_are_compared(tmp_path: Path) -> None:
    for number, name in enumerate(("cat", "Cat", "dog")):
        (tmp_path / "pets" / name).mkdir(parents=True)
        noise(number).save(tmp_path / "pets" / name / "a.png")
    for classes in ("", "; classes [cat, dog]"):
        text = f'data folder "pets" {{ size 8x8{classes} }}\n{MODEL}'
        (finding,) = check_text(text, world=SpecFolder(tmp_path)).diagnostics
        assert finding.code == "W581"
        assert "the folder Cat" in finding.primary.text


@pytest.mark.parametrize("row", ["c.png", "c.png,cat,dog", "c.png,", " ,cat"])
def test_the_script_refuses_rows_that_a_run_refuses(row: str, tmp_path: Path) -> None:
    script = {"csv": csv, "CLASSES": ["cat", "dog"], "IMAGE": "image", "LABEL": "label"}
    exec(TABLE, script)
    (tmp_path / "t.csv").write_text(f"image,label\n{GOOD}")
    found: Any = script["find_pictures"]
    assert [(path.name, label) for path, label, _ in found(tmp_path / "t.csv")] == [("a.png", 0), ("b.png", 1)]
    assert len(said(tmp_path, f"image,label\n{GOOD}{row}\n")) == 1
    with pytest.raises(ValueError, match="a row lacks fields, or has too many"):
        list(found(tmp_path / "t.csv"))
