"""The report in a real browser: it asks for nothing, says nothing on the console, and fits wide and narrow screens."""

import shutil
import sys

import pytest
from reports import HOSTILE_NAMES, report_content

from runtime.report import render_report

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on the PATH")

MANY_NAMES = tuple(f"class_{label}" for label in range(100))
REPORTS = {"ordinary": {}, "hostile": {"class_names": HOSTILE_NAMES}, "many": {"class_names": MANY_NAMES}}
LEAKING = {"validated_on": "test", "warnings": ("Interrupted in epoch 2.",)}

# WCAG 2.2, "relative luminance" and "contrast ratio", of all text against the page, its banners and its code.
CONTRASTS = """() => {
  const channels = colour => colour.match(/[0-9.]+/g).slice(0, 3).map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const luminance = colour => { const [r, g, b] = channels(colour); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const background = node => {
    const colour = getComputedStyle(node).backgroundColor;
    return colour === 'rgba(0, 0, 0, 0)' && node.parentElement ? background(node.parentElement) : colour;
  };
  const texts = [...document.querySelectorAll('body *')].filter(
    node => [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim()));
  return texts.map(node => {
    const style = getComputedStyle(node);
    const ink = node.namespaceURI.endsWith('svg') ? style.fill : style.color;
    const [a, b] = [luminance(ink), luminance(background(node))];
    return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), node.tagName];
  });
}"""


@pytest.fixture(scope="module")
def browser():
    # Chromium cannot build its sandbox inside most containers, and opens nothing here but a file of ours.
    arguments = ["--no-sandbox"] if sys.platform == "linux" else []
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module", params=REPORTS)
def report(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render_report(report_content(**REPORTS[request.param], **LEAKING)), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module", params=[(1280, "light"), (380, "dark")], ids=["wide and light", "narrow and dark"])
def page(request, browser, report):
    width, scheme = request.param
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.seen = []
    page.on("request", lambda asked: page.seen.append(asked.url[:100]) if asked.url != report else None)
    page.on("console", lambda message: page.seen.append(message.text))
    page.on("pageerror", lambda error: page.seen.append(str(error)))
    page.on("dialog", lambda dialog: page.seen.append(dialog.message))
    page.goto(report, wait_until="networkidle")
    yield page
    page.close()


def test_asks_for_nothing_and_says_nothing_on_the_console(page):
    assert [seen for seen in page.seen if not seen.startswith("data:")] == []


def test_every_picture_is_there(page):
    assert page.evaluate("[...document.images].length") > 3
    assert page.evaluate("[...document.images].filter(image => !image.naturalWidth).length") == 0


def test_the_style_sheet_is_in_force(page):
    assert page.evaluate("getComputedStyle(document.querySelector('.hero')).fontSize") in {"64px", "80px"}


def test_the_page_never_scrolls_sideways(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_nothing_is_cut_off_that_cannot_be_scrolled_to(page):
    cut = """[...document.querySelectorAll('.answer *')].filter(node => {
      const box = node.getBoundingClientRect();
      return box.width > 1 && box.right > innerWidth + 1 && !node.closest('.scroll, .samples span');
    }).map(node => node.outerHTML.slice(0, 80))"""
    assert page.evaluate(cut) == []


def test_text_stands_out_from_its_background(page):
    contrasts = page.evaluate(CONTRASTS)
    assert len(contrasts) > 50
    assert [pair for pair in contrasts if pair[0] < 4.5] == []


@pytest.mark.parametrize("report", ["ordinary"], indirect=True)
def test_reads_the_same_without_javascript(browser, report):
    texts = []
    for enabled in (True, False):
        context = browser.new_context(java_script_enabled=enabled)
        page = context.new_page()
        page.goto(report)
        texts.append(page.inner_text("body"))
        context.close()
    assert texts[0] == texts[1]
