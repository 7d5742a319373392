"""Holding out by content: stable, seeded, fair on average, and never a picture on both sides."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import loaded, noise, save_tree

from runtime.data.examples import Examples
from runtime.data.folders.division import held_out, limited, ranks
from runtime.data.folders.source import PictureFiles
from runtime.errors import UserError

SECTION = 'data folder "." { size 8x8; validation 20%; test 20% }'


def names(examples: Examples | None) -> set[str]:
    assert examples is not None
    assert isinstance(examples.source, PictureFiles)
    return {examples.source.paths[index].name for index in examples.indices.tolist()}


def parts(folder: Path, section: str = SECTION) -> list[set[str]]:
    data = loaded(section, folder)
    return [names(data.training), names(data.validation), names(data.test)]


def save_named(folder: Path, seeds: range) -> None:
    for seed in seeds:
        (folder / "ab"[seed % 2]).mkdir(exist_ok=True)
        noise(seed).save(folder / "ab"[seed % 2] / f"{seed}.png")


def test_files_that_are_added_move_no_other(tmp_path: Path) -> None:
    save_named(tmp_path, range(200))
    before = parts(tmp_path)
    save_named(tmp_path, range(200, 300))
    after = parts(tmp_path)
    old = {f"{seed}.png" for seed in range(200)}
    assert [part & old for part in after] == before
    assert all(part - old for part in after)


def test_files_that_are_renamed_stay_where_they_were(tmp_path: Path) -> None:
    save_named(tmp_path, range(100))
    before = parts(tmp_path)
    for path in list(tmp_path.rglob("*.png")):
        path.rename(path.with_name(f"x{path.name}"))
    assert parts(tmp_path) == [{f"x{name}" for name in part} for part in before]


def test_copies_of_a_file_stay_together(tmp_path: Path) -> None:
    save_named(tmp_path, range(60))
    for path in list(tmp_path.rglob("*.png")):
        shutil.copy(path, path.with_name(f"copy-{path.name}"))
    for part in parts(tmp_path):
        assert {name.removeprefix("copy-") for name in part} == {name for name in part if not name.startswith("copy-")}


def test_another_seed_holds_out_others(tmp_path: Path) -> None:
    digests = [f"{number:064x}" for number in range(1000)]
    labels = np.zeros(1000, np.int64)
    held = [held_out(labels, ranks(digests, seed, "test"), 0.2) for seed in (0, 0, 1)]
    assert (held[0] == held[1]).all()
    assert (held[0] != held[2]).any()
    # Another purpose draws anew: else those held out twice would be the same ones again.
    other = held_out(labels, ranks(digests, 0, "validation"), 0.2)
    assert 20 < (held[0] & other).sum() < 60


def test_the_share_is_met_in_each_class() -> None:
    digests = [f"{number:064x}" for number in range(40_000)]
    labels = np.repeat([0, 1, 2, 3], 10_000)
    held = held_out(labels, ranks(digests, 0, "test"), 0.1)
    assert all(900 < held[labels == label].sum() < 1100 for label in range(4))


@given(
    st.lists(st.integers(0, 3), min_size=2, max_size=40),
    st.floats(0.01, 0.99),
    st.integers(0, 9),
)
def test_no_class_is_emptied_and_none_forgotten(labels: list[int], share: float, seed: int) -> None:
    array = np.array(labels, np.int64)
    rank = ranks([f"{place:064x}" for place in range(len(labels))], seed, "test")
    if max(np.bincount(array)) < 2:
        with pytest.raises(UserError, match="each class has but one"):
            held_out(array, rank, share)
        return
    held = held_out(array, rank, share)
    for label in np.unique(array):
        members = array == label
        assert not held[members].all()
        assert held[members].any() == (members.sum() > 1)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 12)), min_size=2, max_size=40),
    st.floats(0.01, 0.99),
    st.integers(0, 9),
)
def test_copies_under_several_classes_stay_together(files: list[tuple[int, int]], share: float, seed: int) -> None:
    labels = np.array([label for label, _ in files], np.int64)
    rank = ranks([f"{content:064x}" for _, content in files], seed, "test")
    try:
        held = held_out(labels, rank, share)
    except UserError:
        return
    assert not np.isin(rank[held], rank[~held]).any()
    for label in np.unique(labels):
        assert not held[labels == label].all()


def test_a_limit_is_a_fair_share_of_each_class() -> None:
    labels = np.repeat([0, 1], [900, 100])
    rank = ranks([f"{number:064x}" for number in range(1000)], 0, "limit")
    chosen = limited(labels, rank, 200)
    assert np.bincount(labels[chosen]).tolist() == [180, 20]
    assert limited(labels, rank, 5000).tolist() == list(range(1000))


def test_a_limit_leaves_the_test_pictures_alone(tmp_path: Path) -> None:
    save_named(tmp_path, range(200))
    whole, part = loaded(SECTION, tmp_path), loaded(SECTION.replace("size", "limit 50; size"), tmp_path)
    assert names(part.test) == names(whole.test)
    assert part.validation is not None
    assert len(part.training) + len(part.validation) == 50


@pytest.mark.parametrize("share", ["0%", "10%"])
def test_pictures_that_stand_apart_are_not_divided(share: str, tmp_path: Path) -> None:
    save_tree(tmp_path, {"train/a": 10, "train/b": 10, "test/a": 3, "test/b": 2})
    data = loaded(f'data folder "." {{ size 8x8; validation {share} }}', tmp_path)
    assert len(data.test) == 5
    assert len(data.training) + (len(data.validation) if data.validation else 0) == 20
    assert (data.validation is None) == (share == "0%")
