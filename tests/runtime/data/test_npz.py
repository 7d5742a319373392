"""Arrays out of .npz files that may be damaged or made to do harm."""

import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runtime.data.npz import ArrayForm, read_arrays
from runtime.errors import UserError

FORMS = {
    "pixels": ArrayForm(np.uint8, ((40, 28, 28), (40, 28, 28, 1))),
    "labels": ArrayForm(np.integer, ((40,), (40, 1))),
}
ARRAYS: dict[str, Any] = {
    "pixels": np.random.default_rng(0).integers(0, 256, (40, 28, 28), dtype=np.uint8),
    "labels": np.arange(40, dtype=np.int16),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data.npz"


def assert_whole(arrays: dict[str, Any]) -> None:
    assert arrays.keys() == FORMS.keys()
    for name, array in arrays.items():
        assert array.flags.c_contiguous
        assert array.dtype == ARRAYS[name].dtype
        np.testing.assert_array_equal(array, ARRAYS[name])


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_arrays_come_back(save: Any, path: Path) -> None:
    save(path, **ARRAYS, other=np.array([None]))
    assert_whole(read_arrays(path, FORMS))


def test_column_order_becomes_row_order(path: Path) -> None:
    np.savez(path, pixels=np.asfortranarray(ARRAYS["pixels"]), labels=ARRAYS["labels"])
    assert_whole(read_arrays(path, FORMS))


def test_no_file_is_told_apart_from_a_bad_one(path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_arrays(path, FORMS)
    path.touch()
    with pytest.raises(FileNotFoundError):
        read_arrays(path / "data.npz", FORMS)
    with pytest.raises(UserError):
        read_arrays(path, FORMS)


@pytest.mark.parametrize(
    ("name", "array", "words"),
    [
        ("pixels", ARRAYS["pixels"][:-1], "pixels is uint8 39x28x28, not uint8 40x28x28 or 40x28x28x1"),
        ("pixels", ARRAYS["pixels"] / np.float32(255), "pixels is float32 40x28x28, not uint8"),
        ("pixels", ARRAYS["pixels"].astype(np.int8), "pixels is int8 40x28x28, not uint8"),
        ("pixels", np.uint8(1), "pixels is uint8 scalar, not"),
        ("labels", np.arange(40.0), "labels is float64 40, not integer 40 or 40x1"),
        ("labels", np.array([*range(39), None]), "labels is object 40, not"),
    ],
)
def test_another_form_is_refused(name: str, array: Any, words: str, path: Path) -> None:
    np.savez(path, **{**ARRAYS, name: array})
    with pytest.raises(UserError, match=f"^{path} holds other data: {words}"):
        read_arrays(path, FORMS)


def test_a_missing_array_is_named(path: Path) -> None:
    np.savez(path, pixels=ARRAYS["pixels"])
    with pytest.raises(UserError, match=r"data\.npz has no array labels$"):
        read_arrays(path, FORMS)


@pytest.mark.parametrize("content", [b"", b"not an archive", b"PK\x03\x04", b"\x80\x04\x95pickle", b"\x93NUMPY\x01\0"])
def test_what_is_no_archive_is_refused(content: bytes, path: Path) -> None:
    path.write_bytes(content)
    with pytest.raises(UserError, match=f"^{path} is damaged, or is no .npz file: "):
        read_arrays(path, FORMS)


def test_the_systems_reason_is_told(path: Path) -> None:
    path.mkdir()
    with pytest.raises(UserError, match=f"^cannot read {path}: is a directory$"):
        read_arrays(path, FORMS)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(data=st.data(), compressed=st.booleans(), truncated=st.booleans())
def test_damage_is_refused_or_harmless(data: st.DataObject, compressed: bool, truncated: bool, path: Path) -> None:
    """Where a changed byte is harmless (in a time stamp, say), the arrays are right."""
    (np.savez_compressed if compressed else np.savez)(path, **ARRAYS)
    whole = bytearray(path.read_bytes())
    # Headers are a small part of the file, and the most breakable: half of the changes hit the first and last of it.
    edge = data.draw(st.sampled_from([len(whole), 300]))
    place = data.draw(st.integers(-edge, edge - 1)) % len(whole)
    if truncated:
        del whole[place:]
    else:
        whole[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(whole)
    try:
        arrays = read_arrays(path, FORMS)
    except UserError as error:
        assert "\n" not in error.message  # noqa: PT017 - harmless damage raises nothing
    else:
        assert_whole(arrays)


def write_archive(path: Path, **members: tuple[Any, bytes]) -> None:
    """An archive of arrays, each followed by bytes that do not belong to it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, (array, more) in members.items():
            with archive.open(f"{name}.npy", "w") as file:
                np.lib.format.write_array(file, array)
                file.write(more)


def test_memory_is_bounded_whatever_a_small_file_unpacks_to(path: Path) -> None:
    big = np.zeros((60_000, 28, 28), np.uint8)
    write_archive(path, pixels=(big, b""), labels=(ARRAYS["labels"], b""))
    assert path.stat().st_size < 100_000
    tracemalloc.start()
    with pytest.raises(UserError, match="pixels is uint8 60000x28x28, not"):
        read_arrays(path, FORMS)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


def test_bytes_after_an_array_are_refused_unread(path: Path) -> None:
    write_archive(path, pixels=(ARRAYS["pixels"], bytes(50_000_000)), labels=(ARRAYS["labels"], b""))
    tracemalloc.start()
    with pytest.raises(UserError, match=r"is damaged: there is more in pixels\.npy than an array"):
        read_arrays(path, FORMS)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


def test_nothing_is_unpickled(path: Path, tmp_path: Path) -> None:
    class Harm:
        def __reduce__(self) -> tuple[Any, tuple[str]]:
            return Path.touch, (tmp_path / "harm",)  # type: ignore[return-value]

    np.savez(path, pixels=np.array([Harm()] * 40), labels=ARRAYS["labels"])
    with pytest.raises(UserError, match="pixels is object 40"):
        read_arrays(path, FORMS)
    assert not (tmp_path / "harm").exists()


def test_what_numpy_never_packs_so_is_refused(path: Path) -> None:
    """A decoder of LZMA takes as much memory as the file claims that it needs."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("pixels.npy", b"x")
    with pytest.raises(UserError, match="packed in another way than NumPy's"):
        read_arrays(path, FORMS)


def test_a_header_that_unpacks_to_gigabytes_is_not_unpacked(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        length = 1 << 28
        archive.writestr("pixels.npy", b"\x93NUMPY\x02\x00" + length.to_bytes(4, "little") + b" " * length)
    tracemalloc.start()
    try:
        with pytest.raises(UserError, match="is damaged"):
            read_arrays(path, FORMS)
        assert tracemalloc.get_traced_memory()[1] < 1 << 22
    finally:
        tracemalloc.stop()
