"""The page of `cnn data` in a real browser: it asks for nothing, runs nothing, and fits wide and narrow screens."""

from pathlib import Path

import numpy as np
import pytest
from pictures import save_tree
from PIL import Image
from watching import watched

from runtime import cli

TURNED = "\N{RIGHT-TO-LEFT OVERRIDE}gpj.exe"
NAMES = {
    "ordinary": ("cat", "dog"),
    "hostile": ("perro ñandú", "<img src=x onerror=alert(1)>", "x" * 200, '" onload="alert(2)', "日本語", TURNED),
    "many": tuple(f"class {number}" for number in range(100)),
}


@pytest.fixture(scope="module", params=[*NAMES, "one image"])
def address(request, tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("data")
    names = NAMES.get(request.param, NAMES["hostile"])
    save_tree(folder / "pets", dict.fromkeys(names, 6))
    Image.fromarray(np.full((8, 8), 300, np.uint16)).save(folder / "pets" / names[0] / "a-dark-one.png")
    (folder / "pets.cnn").write_text('data folder "pets" { size 24x24 }\nflatten; dense classes softmax\n')
    page = folder / "page.html"
    one = ["--image", "0"] if request.param == "one image" else []
    assert cli.main(["data", str(folder / "pets.cnn"), "--html", str(page), *one]) in (0, 1)
    return page.as_uri()


@pytest.fixture(scope="module", params=[(1280, "light"), (380, "dark")], ids=["wide and light", "narrow and dark"])
def page(request, browser, address):
    width, scheme = request.param
    page = watched(browser, address, width, scheme)
    yield page
    page.close()


def test_asks_for_nothing_and_runs_nothing(page):
    assert [seen for seen in page.seen if not seen.startswith("data:")] == []
    assert page.evaluate("document.scripts.length") == 1


def test_every_picture_is_there(page):
    assert page.evaluate("document.images.length") > 0
    assert page.evaluate("[...document.images].filter(image => !image.naturalWidth).length") == 0


def test_the_page_never_scrolls_sideways(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_nothing_is_cut_off_that_cannot_be_scrolled_to(page):
    cut = """[...document.querySelectorAll('.answer *')].filter(node => {
      const box = node.getBoundingClientRect();
      return box.width > 1 && (box.right > innerWidth + 1 || box.left < 0) && !node.closest('.scroll, .samples span');
    }).map(node => node.outerHTML.slice(0, 80))"""
    assert page.evaluate(cut) == []


def test_the_page_follows_the_light_or_dark_setting(page):
    dark = page.viewport_size["width"] == 380
    paper = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert paper == ("rgb(20, 24, 29)" if dark else "rgb(253, 253, 252)")
