"""The page of a comparison in a real browser: it asks for nothing, runs nothing, and fits wide and narrow screens."""

from pathlib import Path

import pytest
from library_runs import begun, finished, history
from reports import HOSTILE_NAMES
from watching import watched

from runtime import cli

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\N{RIGHT-TO-LEFT OVERRIDE}' \" &"
NAMES = (*HOSTILE_NAMES[:6], *HOSTILE_NAMES[7:], "a")
KINDS = ("ordinary", "hostile", "many")


def page_of(folder: Path, kind: str) -> Path:
    match kind:
        case "ordinary":
            runs = [finished(folder / "a-1", wrong=range(30)), finished(folder / "b-1", wrong=[50, 77])]
        case "hostile":
            first = finished(folder / "<b>a&\"'-1", spec=f"# {EVIL}\nflatten; dense 10 softmax\n", names=NAMES)
            second = finished(
                folder / f"{EVIL.replace('/', '')}-1",
                wrong=range(4, 9),
                names=NAMES,
                versions={EVIL: EVIL * 50},
                command=EVIL,
            )
            runs = [first, second]
        case _:
            runs = [finished(folder / f"run-{n}", wrong=range(n), epochs=history([2.0 / n] * n)) for n in range(1, 12)]
            runs.append(begun(folder / "cut-1").path)
    page = folder / "page.html"
    assert cli.main(["compare", *map(str, runs), "--html", str(page)]) == 0
    return page


@pytest.fixture(scope="module", params=KINDS)
def comparison(request, tmp_path_factory):
    return page_of(tmp_path_factory.mktemp("compare"), request.param).as_uri()


@pytest.fixture(scope="module", params=[(1280, "light"), (380, "dark")], ids=["wide and light", "narrow and dark"])
def page(request, browser, comparison):
    width, scheme = request.param
    page = watched(browser, comparison, width, scheme)
    yield page
    page.close()


def test_asks_for_nothing_and_runs_nothing(page):
    assert [seen for seen in page.seen if not seen.startswith("data:")] == []
    assert page.evaluate("document.scripts.length") == 1
    assert page.evaluate("document.images.length") == 0


def test_shows_tables_and_curves(page):
    assert page.locator("table").count() > 1
    assert page.locator("svg.drawing").count() == 2
    assert page.evaluate("getComputedStyle(document.querySelector('.curve')).strokeWidth") == "2px"


def test_the_page_never_scrolls_sideways(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_nothing_is_cut_off_that_cannot_be_scrolled_to(page):
    cut = """[...document.querySelectorAll('.answer *')].filter(node => {
      const box = node.getBoundingClientRect();
      return box.width > 1 && box.right > innerWidth + 1 && !node.closest('.scroll');
    }).map(node => node.outerHTML.slice(0, 80))"""
    assert page.evaluate(cut) == []
