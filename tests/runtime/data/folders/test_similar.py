"""Nearly equal pictures: found where they are large and show something, and nowhere else."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from runtime.data.folders.similar import nearly_equal


def scene(seed: int, side: int = 96) -> Image.Image:
    """Blotches, as a photograph has them."""
    pixels = np.random.default_rng(seed).integers(0, 256, (12, 12, 3), dtype=np.uint8)
    return Image.fromarray(pixels).resize((side, side), Image.Resampling.BICUBIC)


def pairs(folder: Path, pictures: list[Image.Image]) -> list[tuple[int, int]]:
    paths = [folder / f"{place}.png" for place in range(len(pictures))]
    for picture, path in zip(pictures, paths, strict=True):
        picture.save(path)
    return sorted(nearly_equal(paths, [(picture.height, picture.width) for picture in pictures]))


def test_what_was_scaled_blurred_or_brightened_is_found(tmp_path: Path) -> None:
    one = scene(1)
    changed = [one.resize((70, 80)), one.filter(ImageFilter.GaussianBlur(1)), one.point(lambda value: value * 0.9)]
    assert pairs(tmp_path, [scene(0), one, scene(2), *changed]) == [(1, 3), (1, 4), (1, 5), (3, 4), (3, 5), (4, 5)]


def test_other_pictures_are_not(tmp_path: Path) -> None:
    assert pairs(tmp_path, [scene(seed) for seed in range(150)]) == []


def test_small_pictures_and_plain_walls_are_left_out(tmp_path: Path) -> None:
    walls = [Image.new("RGB", (96, 96), (shade, shade, shade)) for shade in (0, 100, 200)]
    sky = [Image.linear_gradient("L").resize((96, 96)).rotate(90), Image.linear_gradient("L").rotate(90)]
    assert pairs(tmp_path, [scene(1, 40), scene(1, 50), *walls, *sky]) == []


def test_pairs_are_found_across_blocks(tmp_path: Path, monkeypatch: object) -> None:
    from runtime.data.folders import similar

    monkeypatch.setattr(similar, "_BLOCK", 2)  # type: ignore[attr-defined]
    assert pairs(tmp_path, [scene(seed) for seed in (0, 1, 2, 0, 3, 4, 1)]) == [(0, 3), (1, 6)]
