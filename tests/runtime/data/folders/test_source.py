"""Pictures as they are needed: in any order, by any number of threads, always the same."""

import threading
import time
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pictures import data_of, loaded, noise, save_tree
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from runtime.data.folders import source as source_module
from runtime.data.folders.facts import facts_of, in_parallel
from runtime.data.folders.load import content_fingerprint
from runtime.data.folders.source import PictureFiles
from runtime.data.images import Look, look_at, read_image, read_plain
from runtime.data.native import is_native, is_plain, read_native
from runtime.errors import UserError

SHAPE = (8, 8, 3)


def files(
    folder: Path, count: int = 90, workers: int = 3, *, plain: bool = False, native: bool = False
) -> PictureFiles:
    if not folder.joinpath("x").exists():
        save_tree(folder, {"x": count})
    paths = sorted((folder / "x").glob("*.png"))
    known = np.full(len(paths), plain), np.full(len(paths), native)
    return PictureFiles(paths, np.zeros(len(paths), np.int64), SHAPE, "stretch", *known, workers=workers)


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("size", [1, 16, 25, 90, 500])
def test_batches_hold_the_images_in_their_order(size: int, plain: bool, tmp_path: Path) -> None:
    source = files(tmp_path, plain=plain)
    order = np.random.default_rng(0).permutation(90)
    batches = list(source.batches(order, size))
    assert [len(batch) for batch in batches] == [min(size, 90 - start) for start in range(0, 90, size)]
    expected = np.stack([np.asarray(Image.open(source.paths[place])) for place in order])
    assert np.array_equal(np.concatenate(batches), expected)


def test_the_number_of_threads_leaves_no_trace(tmp_path: Path) -> None:
    order = np.random.default_rng(1).permutation(90)
    one, many = (list(files(tmp_path, workers=workers).batches(order, 32)) for workers in (1, 7))
    assert all(np.array_equal(first, second) for first, second in zip(one, many, strict=True))


def test_images_are_the_callers_own(tmp_path: Path) -> None:
    for batch in files(tmp_path).batches(np.arange(90), 40):
        batch[:] = 0


@pytest.mark.parametrize("plain", [False, True])
def test_a_file_that_is_gone_is_named(plain: bool, tmp_path: Path) -> None:
    source = files(tmp_path, plain=plain)
    source.paths[50].unlink()
    with pytest.raises(UserError, match=r"0050\.png"):
        list(source.batches(np.arange(90), 32))


def test_the_next_batch_is_decoded_meanwhile_and_no_more() -> None:
    taken: list[int] = []

    def take(number: int) -> int:
        taken.append(number)
        return number

    results = in_parallel(take, range(1000), workers=2, ahead=50)
    assert next(results) == 0
    deadline = time.monotonic() + 5
    while len(taken) < 50 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(taken) == 50


def test_threads_end_with_the_loop_that_asked() -> None:
    before = threading.active_count()
    for number in in_parallel(abs, range(1000), workers=4):
        if number == 3:
            break
    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() == before


BLACK, WHITE = [0, 0, 0, 0], [1, 1, 1, 1]
PROPORTIONS = {
    "stretch": [[0, 1, 1, 1]] * 4,
    "crop": [WHITE] * 4,
    "pad": [BLACK, [0, 1, 1, 1], [0, 1, 1, 1], BLACK],
}


@pytest.mark.parametrize("resize", PROPORTIONS)
def test_proportions(resize: str, tmp_path: Path) -> None:
    """A picture twice as wide as high, its left quarter black, the rest white."""
    pixels = np.full((16, 32, 3), 255, np.uint8)
    pixels[:, :8] = 0
    (tmp_path / "a").mkdir()
    Image.fromarray(pixels).save(tmp_path / "a" / "one.png")
    save_tree(tmp_path, {"a": 2, "b": 3})
    section = f'data folder "." {{ size 4x4; resize {resize}; color gray; validation 0%; test 34% }}'
    source = loaded(section, tmp_path).training.source
    assert isinstance(source, PictureFiles)
    place = next(place for place, path in enumerate(source.paths) if path.name == "one.png")
    image = next(source.batches(np.array([place]), 1))[0, ..., 0]
    assert (image // 128).tolist() == PROPORTIONS[resize]


def test_gray_and_rgb(tmp_path: Path) -> None:
    save_tree(tmp_path, {"a": 9, "b": 9})
    gray, rgb = (loaded(f'data folder "." {{ size 8x6; color {mode} }}', tmp_path).test for mode in ("gray", "rgb"))
    assert gray.images().shape[1:] == (8, 6, 1)
    assert rgb.images().shape[1:] == (8, 6, 3)
    assert data_of('data folder "." { size 8x6 }', tmp_path).image_shape == (8, 6, 3)


def variants(folder: Path) -> dict[str, bool]:
    """Pictures of all kinds, and whether each need only be decoded to be 8x8x3."""
    Image.fromarray(np.asarray(noise(1))).save(folder / "rgb.png")
    noise(2).convert("L").save(folder / "gray.png")
    noise(3).save(folder / "small.jpg")
    noise(4).save(folder / "plain.bmp")
    noise(5).convert("RGBA").save(folder / "alpha.png")
    noise(6).quantize(8).save(folder / "palette.png")
    noise(7).save(folder / "key.png", transparency=(1, 2, 3))
    noise(8, 9, 8).save(folder / "high.png")
    turned = Image.Exif()
    turned[0x0112] = 6
    noise(9).save(folder / "turned.jpg", exif=turned)
    noise(10).convert("1").save(folder / "bits.png")
    upright = Image.Exif()
    upright[0x0112] = 1
    noise(11).save(folder / "upright.jpg", exif=upright)
    plain = ("rgb.png", "gray.png", "small.jpg", "plain.bmp", "upright.jpg")
    return {path.name: path.name in plain for path in folder.iterdir()}


def test_what_need_only_be_decoded_is_only_decoded(tmp_path: Path) -> None:
    for name, expected in variants(tmp_path).items():
        look, _, _ = look_at(tmp_path / name)
        assert is_plain(look, SHAPE) is expected, name
        if expected:
            assert np.array_equal(read_plain(tmp_path / name, SHAPE), read_image(tmp_path / name, SHAPE)), name


@pytest.mark.parametrize("channels", [1, 3])
def test_what_is_decoded_natively_has_the_pixels_of_pillow(channels: int, tmp_path: Path) -> None:
    variants(tmp_path)
    darker = PngInfo()
    darker.add(b"gAMA", (200_000).to_bytes(4, "big"))
    noise(12).save(tmp_path / "gamma.png", pnginfo=darker)
    noise(13).save(tmp_path / "profile.png", icc_profile=b"no profile")
    noise(14).convert("L").save(tmp_path / "層 é.png", interlace=1)
    shape = (8, 8, channels)
    native = [path for path in sorted(tmp_path.iterdir()) if is_native(look_at(path)[0], shape)]
    assert {"gray.png", "層 é.png"} <= {path.name for path in native}
    assert ("gamma.png" in {path.name for path in native}) == (channels == 3)
    together = read_native(native, shape)
    assert together is not None
    assert np.array_equal(together, np.stack([read_image(path, shape) for path in native]))


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n cut off", None])
def test_what_native_decoding_cannot_read_is_read_with_care(content: bytes | None, tmp_path: Path) -> None:
    source = files(tmp_path, native=True)
    before = list(source.batches(np.arange(90), 32))
    assert np.array_equal(np.concatenate(before), np.stack([read_image(path, SHAPE) for path in source.paths]))
    noise(3, 16, 16).save(source.paths[40])  # of another size, and still a picture
    images = np.concatenate(list(source.batches(np.arange(90), 32)))
    assert np.array_equal(images[40], read_image(source.paths[40], SHAPE))
    source.paths[50].unlink() if content is None else source.paths[50].write_bytes(content)
    with pytest.raises(UserError, match=r"0050\.png"):
        list(source.batches(np.arange(90), 32))


def test_colours_are_never_taken_for_gray() -> None:
    assert not is_plain(Look("PNG", "RGB", (8, 8), "", plain=True), (8, 8, 1))
    assert is_plain(Look("PNG", "L", (8, 8), "", plain=True), (8, 8, 1))


def test_a_file_that_has_changed_is_read_with_care(tmp_path: Path) -> None:
    for name in variants(tmp_path):
        assert np.array_equal(read_plain(tmp_path / name, (8, 8, 1)), read_image(tmp_path / name, (8, 8, 1))), name


def test_threads_leave_the_warnings_of_others_alone(tmp_path: Path) -> None:
    save_tree(tmp_path, {"x": 200})
    before = list(warnings.filters)
    facts_of(sorted((tmp_path / "x").glob("*.png")))
    assert warnings.filters == before


def test_a_whole_batch_is_decoded_while_another_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[Path] = []

    def counting(path: Path, *_: object) -> np.ndarray:
        decoded.append(path)
        return np.zeros(SHAPE, np.uint8)

    monkeypatch.setattr(source_module, "read_image", counting)
    batches = files(tmp_path, workers=2).batches(np.arange(800) % 90, 200)
    next(batches)
    deadline = time.monotonic() + 5
    while len(decoded) < 400 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert 400 <= len(decoded) <= 500


def test_the_fingerprint_knows_part_class_and_order_and_no_name(tmp_path: Path) -> None:
    save_tree(tmp_path, {"x": 3})
    facts = facts_of(sorted(tmp_path.rglob("*.png")))
    labels = np.array([0, 0, 1])
    one = content_fingerprint(np.array(["train", "train", "test"]), labels, facts)
    renamed = [replace(each, path=Path("other.png")) for each in facts]
    assert content_fingerprint(np.array(["train", "train", "test"]), labels, renamed) == one
    others = {
        content_fingerprint(np.array(["train", "test", "test"]), labels, facts),
        content_fingerprint(np.array(["train", "train", "test"]), np.array([0, 1, 1]), facts),
        content_fingerprint(np.array(["train", "train", "test"]), labels, [facts[1], facts[0], facts[2]]),
    }
    assert len(others - {one}) == 3
