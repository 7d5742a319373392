"""A folder with everything that goes wrong in real ones: each file has a defined outcome, and none is lost."""

import math
from pathlib import Path

import numpy as np
import pytest
from pictures import BROKEN, LINKS, MODEL, SOUND, claimed_png, data_of, loaded, noise, save_hostile, save_tree

from runtime.data.folders.facts import facts_of
from runtime.data.folders.load import find_pictures
from runtime.data.folders.source import PictureFiles
from runtime.data.images import read_image
from runtime.data.opening import MAX_PIXELS
from runtime.errors import UserError
from runtime.specs.spec_file import SpecFolder
from spec_lang import check_text

SECTION = 'data folder "." { size 8x8; test 20%; validation 0%; corrupt skip }'


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("hostile")
    save_hostile(root)
    return root


def test_every_file_has_its_outcome(hostile: Path) -> None:
    index = find_pictures(data_of(SECTION, hostile), hostile)
    odd = hostile / "odd"
    facts = {str(each.path.relative_to(odd)): each for each in facts_of([p.path for p in index.pictures if p.label])}
    assert {name for name, each in facts.items() if each.look} == set(SOUND)
    for name, problem in BROKEN.items():
        assert facts[name].problem.startswith(problem), name
    assert facts.keys() == {*SOUND, *BROKEN}
    assert {path.name: why.lower() for path, why in index.unread} == LINKS
    assert {path.name for path in index.others} == {"notes.txt", "dead-end", "pipe.png", "up", "elsewhere.png"}


def test_what_is_wrong_ends_a_run_before_it_begins(hostile: Path) -> None:
    with pytest.raises(UserError) as caught:
        loaded(SECTION.replace("skip", "fail"), hostile)
    assert caught.value.message.startswith("6 of 38 pictures and folders cannot be read: ")
    assert "; and 1 more" in caught.value.message
    assert "\n" not in caught.value.message
    assert "corrupt skip" in str(caught.value.help)


def test_what_is_wrong_is_left_out_and_each_is_named(hostile: Path) -> None:
    data = loaded(SECTION, hostile)
    assert len(data.training) + len(data.test) == 20 + len(SOUND)
    assert len(data.skipped) == len(BROKEN) + len(LINKS)
    for name in (*BROKEN, *LINKS):
        assert any(f"/{name} " in line for line in data.skipped), name
    assert all(line.isprintable() for line in data.skipped)


def test_all_that_is_left_can_be_read(hostile: Path) -> None:
    data = loaded(SECTION, hostile)
    assert data.training.images().shape == (len(data.training), 8, 8, 3)
    source = data.training.source
    assert isinstance(source, PictureFiles)
    places = {path.name: place for place, path in enumerate(source.paths)}
    shown = {name: next(source.batches(np.array([place]), 1))[0] for name, place in places.items()}
    assert np.array_equal(shown["really-png.jpg"], np.asarray(noise(8)))
    assert np.array_equal(shown["猫.png"], np.asarray(noise(12)))
    assert np.array_equal(shown["linked.png"], np.asarray(noise(30)))
    assert (shown["dot.png"] == np.asarray(noise(7, 1, 1))).all()
    deep = np.arange(64).reshape(8, 8) * 1000 / 257
    assert np.abs(shown["16-bit.png"][..., 0] - deep).max() <= 0.5
    cmyk = np.asarray(noise(3), int)
    assert np.abs(shown["cmyk.jpg"].mean(axis=(0, 1)) - cmyk.mean(axis=(0, 1))).max() < 16


def test_nothing_is_changed(tmp_path: Path) -> None:
    save_hostile(tmp_path)

    def state() -> dict[str, tuple[float, int]]:
        return {str(path): (path.lstat().st_mtime, path.lstat().st_size) for path in tmp_path.rglob("*")}

    before = state()
    loaded(SECTION, tmp_path)
    assert state() == before


# Above Pillow's own limit, and between ours and that one.
@pytest.mark.parametrize("sides", [(20_000, 20_000), (11_000, 10_000)])
def test_a_vast_picture_is_not_decoded(sides: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import ImageFile

    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda _: pytest.fail("decoded"))
    (tmp_path / "vast.png").write_bytes(claimed_png(*sides))
    assert math.prod(sides) > MAX_PIXELS
    with pytest.raises(UserError, match="too large"):
        read_image(tmp_path / "vast.png", (8, 8, 3))


def test_files_and_folders_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests may run as root, who may read everything: so the system's answer is put in its place."""
    import os

    save_tree(tmp_path, {"a": 5, "a/locked": 5, "b": 5})
    secret, locked = tmp_path / "b/0003.png", tmp_path / "a/locked"
    open_file, scan = os.open, os.scandir

    def refusing(path: object, flags: int) -> int:
        if path == secret:
            raise PermissionError(13, "Permission denied", str(path))
        return open_file(str(path), flags)

    def refusing_scan(path: Path) -> object:
        if Path(path) == locked:
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "open", refusing)
    monkeypatch.setattr(os, "scandir", refusing_scan)
    with pytest.raises(UserError, match="2 of 11 pictures and folders cannot be read"):
        loaded(SECTION.replace("skip", "fail"), tmp_path)
    data = loaded(SECTION, tmp_path)
    assert len(data.training) + len(data.test) == 9
    assert set(data.skipped) == {
        f"{secret} cannot be read: permission denied",
        f"{locked} cannot be looked into: permission denied",
    }


def refused(folder: Path) -> str:
    """What the check of a spec says, which is all that is said."""
    (finding,) = check_text(f"{SECTION}\n{MODEL}", world=SpecFolder(folder)).diagnostics
    return finding.message


def test_a_class_without_pictures(tmp_path: Path) -> None:
    save_tree(tmp_path, {"a": 5, "b": 5, "none": 0})
    assert refused(tmp_path) == "'.' has no pictures of none to train on"
    (tmp_path / "none/text.png").write_text("not a picture")
    with pytest.raises(UserError, match="leaves no images of none to train on") as caught:
        loaded(SECTION, tmp_path)
    assert str(caught.value.help).endswith("leave the class out: classes [ … ]")


def test_folders_without_any_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CNN_DATA_HOME", raising=False)
    save_tree(tmp_path, {"a": 0, "b": 0})
    assert refused(tmp_path) == "'.' has no pictures of a, b to train on"
    data = data_of(SECTION.replace("}", "; classes [c, d] }"), tmp_path / "nowhere")
    with pytest.raises(UserError, match="there are no pictures of c, d in"):
        find_pictures(data, tmp_path)


def save_singles(root: Path, count: int) -> None:
    pixels = bytearray(noise(0, 2, 2).tobytes())
    header = b"BM" + (54 + 16).to_bytes(4, "little") + bytes(4) + (54).to_bytes(4, "little")
    header += b"".join(n.to_bytes(4, "little") for n in (40, 2, 2)) + b"\1\0\x18\0" + bytes(24)
    for number in range(count):
        folder = root / f"class-{number:05}"
        folder.mkdir(parents=True)
        pixels[:4] = number.to_bytes(4, "little")
        (folder / "one.bmp").write_bytes(header + bytes(pixels[:6]) + b"\0\0" + bytes(pixels[6:12]) + b"\0\0")


@pytest.mark.parametrize("count", [200, pytest.param(10_000, marks=pytest.mark.heavy)])
def test_classes_of_one_picture(count: int, tmp_path: Path) -> None:
    save_singles(tmp_path / "train", count)
    with pytest.raises(UserError, match="each class has but one") as caught:
        loaded('data folder "train" { size 2x2 }', tmp_path)
    assert caught.value.help == "give more pictures, or hold out 0%"
    save_tree(tmp_path / "test", {"class-00007": 3})
    data = loaded('data folder "." { size 2x2; validation 0% }', tmp_path)
    assert len(data.training) == count
    assert set(data.test.labels.tolist()) == {7}
