"""Decoded pictures on disk: the same pixels, bounded, never those of other files, and never in the way of a run."""

import os
from pathlib import Path

import numpy as np
import pytest
from pictures import loaded, noise, save_tree

from runtime.data.examples import Examples
from runtime.data.folders import cache, source
from runtime.errors import UserError

SECTION = 'data folder "pets" { size 6x8; validation 0%; test 20% }'
RECORD = 6 * 8 * 3 + 4


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    save_tree(tmp_path / "pets", {"cat": 20, "dog": 20})
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv(cache.VARIABLE, "1MB")
    return tmp_path


def files(folder: Path) -> list[Path]:
    return sorted((folder / "cache/dotcnn/pictures").iterdir())


def images(examples: Examples) -> bytes:
    return examples.images().tobytes()


def no_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("read_image", "read_plain"):
        monkeypatch.setattr(source, name, lambda path, *_: pytest.fail(f"decoded {path}"))


def test_nothing_is_kept_unless_asked_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(cache.VARIABLE)
    loaded(SECTION, folder)
    assert not (folder / "cache").exists()


def test_the_pixels_are_the_same_and_nothing_is_decoded_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = images(loaded(SECTION, folder).training)
    assert [path.stat().st_size for path in files(folder)] == [40 * RECORD]
    with monkeypatch.context() as patch:
        patch.delenv(cache.VARIABLE)
        assert images(loaded(SECTION, folder).training) == kept
    no_decoding(monkeypatch)
    assert images(loaded(SECTION, folder).training) == kept


@pytest.mark.parametrize("change", ["content", "size", "resize", "added"])
def test_what_changes_the_pixels_makes_another_file(change: str, folder: Path) -> None:
    loaded(SECTION, folder)
    section = SECTION
    match change:
        case "content":
            noise(999).save(folder / "pets/cat/0003.png")
        case "added":
            noise(999).save(folder / "pets/cat/new.png")
        case "size":
            section = section.replace("6x8", "8x6")
        case "resize":
            section = section.replace("6x8", "6x8; resize crop")
    examples = loaded(section, folder).training
    assert len(files(folder)) == 2
    kept = images(examples)
    assert isinstance(examples.source, source.PictureFiles)
    examples.source.kept = None
    assert images(examples) == kept


def test_the_oldest_make_room(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "limit", lambda: 2 * 40 * RECORD + 100)
    sizes = ("6x8", "8x6", "4x12")
    for age, size in enumerate(sizes):
        loaded(SECTION.replace("6x8", size), folder)
        for path in files(folder):
            os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 100))
        if age == 1:
            loaded(SECTION, folder)  # used again: the other one is the oldest now
    assert len(files(folder)) == 2
    no_decoding(monkeypatch)
    for size in ("6x8", "4x12"):
        images(loaded(SECTION.replace("6x8", size), folder).training)


def test_what_a_killed_run_left_makes_room_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "limit", lambda: 2 * 40 * RECORD)
    loaded(SECTION, folder)
    left = folder / "cache/dotcnn/pictures/.half.0000.pixels"
    left.write_bytes(bytes(RECORD))
    loaded(SECTION.replace("6x8", "8x6"), folder)
    assert len(files(folder)) == 2
    assert not left.exists()


def test_more_than_the_limit_is_not_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cache, "limit", lambda: 40 * RECORD - 1)
    loaded(SECTION, folder)
    assert not (folder / "cache").exists()
    assert "decoded pictures are not kept: they take more than" in capsys.readouterr().err


def test_a_damaged_picture_is_decoded_again(folder: Path) -> None:
    expected = images(loaded(SECTION, folder).training)
    (path,) = files(folder)
    content = bytearray(path.read_bytes())
    content[::50] = bytes(255 - value for value in content[::50])
    path.write_bytes(content)
    assert images(loaded(SECTION, folder).training) == expected


def test_a_file_cut_off_is_written_again(folder: Path) -> None:
    loaded(SECTION, folder)
    (path,) = files(folder)
    path.write_bytes(path.read_bytes()[:-1])
    loaded(SECTION, folder)
    assert path.stat().st_size == 40 * RECORD


def test_a_folder_that_cannot_be_written_ends_no_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "cache").write_text("a file")
    data = loaded(SECTION, folder)
    assert data.training.images().any()
    assert "decoded pictures are not kept: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "size"), [("", 0), ("0", 0), ("20GB", 20 * 10**9), ("1 tb", 10**12), ("500MB", 500_000_000)]
)
def test_sizes(text: str, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.VARIABLE, text)
    assert cache.limit() == size


@pytest.mark.parametrize("text", ["20", "lots", "-1GB", "1.5GB", "9999999GB", "1GiB"])
def test_what_is_no_size(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.VARIABLE, text)
    with pytest.raises(UserError, match="which is no size"):
        cache.limit()


def test_many_threads_read_one_file(folder: Path) -> None:
    examples = loaded(SECTION, folder).training
    order = np.random.default_rng(0).permutation(np.repeat(np.arange(40), 20))
    batches = np.concatenate(list(examples.source.batches(order, 100)))
    once = next(examples.source.batches(np.arange(40), 40))
    assert np.array_equal(batches, once[order])
